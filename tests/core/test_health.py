"""Whether the service is alive, and whether it can do its work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from peerhub.core.database import db
from peerhub.core.schema import newest


def test_alive_whatever_the_database_does(tmp_path: Path, make_app: Callable[..., Flask]) -> None:
    client = make_app(database_url=f"sqlite:///{tmp_path / 'no' / 'such.db'}").test_client()
    alive, ready = client.get("/healthz"), client.get("/readyz")
    assert (alive.status_code, alive.text, alive.mimetype) == (200, "ok\n", "text/plain")
    assert (ready.status_code, ready.text) == (503, "not ready\n")


def test_not_ready_without_tables_and_ready_with_them(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/readyz").status_code == 503
    with app.app_context():
        db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.session.commit()
    assert client.get("/readyz").status_code == 503
    with app.app_context():
        db.session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
        db.session.commit()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.text, ready.mimetype) == (200, "ready\n", "text/plain")


def test_a_monitor_gets_no_session(app: Flask) -> None:
    for address in ("/healthz", "/readyz"):
        answer = app.test_client().get(address)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
