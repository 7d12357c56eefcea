"""Whether the service is alive, and whether it can do its work."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from peerhub.core.database import db
from peerhub.core.marks import public


def has_tables() -> bool:
    """Whether the database answers and was migrated."""
    try:
        db.session.execute(text("SELECT version_num FROM alembic_version")).one()
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def install(app: Flask) -> None:
    """Add ``/healthz`` (the process answers) and ``/readyz`` (the database does too and has its tables)."""

    @app.get("/healthz")
    @public("a monitor asks without signing in, and learns only that the process answers")
    def healthz() -> tuple[str, int, dict[str, str]]:
        return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}

    @app.get("/readyz")
    @public("a load balancer asks without signing in, and learns only yes or no")
    def readyz() -> tuple[str, int, dict[str, str]]:
        if not has_tables():
            return "not ready\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
        return "ready\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
