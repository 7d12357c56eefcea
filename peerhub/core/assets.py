"""Style sheets, scripts and icons: served from here alone, kept for a year under an address for each content."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for

FOR_GOOD = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"


def install(app: Flask, folder: Path) -> None:
    """Give templates ``asset('peerhub/app.css')`` for our own files and ``nhsuk('stylesheet')`` for the package's."""

    @cache
    def mark(name: str) -> str:
        return sha256((folder / name).read_bytes()).hexdigest()[:10]

    @cache
    def built() -> dict[str, str]:
        listed: dict[str, str] = json.loads((folder / "nhsuk" / "assets.json").read_text(encoding="utf-8"))
        return listed

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=mark(name))

    def nhsuk(name: str) -> str:
        return url_for("static", filename=built()[name])

    def is_marked(name: str) -> bool:
        return name.startswith(f"{built()['folder']}/") or request.args.get("v") == mark(name)

    @app.after_request
    def keep(response: Response) -> Response:
        """Only what stands under the mark of its own content is kept for good: a new release has another address."""
        if request.endpoint == "static" and response.status_code in (200, 206, 304):
            name = str((request.view_args or {})["filename"])
            response.headers["Cache-Control"] = FOR_GOOD if is_marked(name) else ASK_EACH_TIME
        return response

    app.jinja_env.globals.update(asset=asset, nhsuk=nhsuk)
