"""Style sheets, scripts and icons: served from here alone, for a year, under an address for each content."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, url_for


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

    app.jinja_env.globals.update(asset=asset, nhsuk=nhsuk)
