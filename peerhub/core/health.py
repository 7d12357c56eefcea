"""Whether the service is alive, and whether it can do its work."""

from __future__ import annotations

from flask import Flask

from peerhub.core.marks import public
from peerhub.core.schema import is_up_to_date


def install(app: Flask) -> None:
    """Add ``/healthz`` (the process answers) and ``/readyz`` (the database does too, with this release's tables)."""

    @app.get("/healthz")
    @public("a monitor asks without signing in, and learns only that the process answers")
    def healthz() -> tuple[str, int, dict[str, str]]:
        return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

    @app.get("/readyz")
    @public("a load balancer asks without signing in, and learns only yes or no")
    def readyz() -> tuple[str, int, dict[str, str]]:
        if not is_up_to_date():
            return "not ready\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
        return "ready\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
