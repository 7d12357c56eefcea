"""The schema of the database: which migrations there are, and bringing a database up to the newest."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from peerhub.core.database import db

FOLDER = Path(__file__).parents[2] / "migrations"


@cache
def newest() -> str:
    """The number of the newest migration, as ``0001``: the first part of its file's name."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def is_up_to_date() -> bool:
    """Whether the database answers and has the tables this release needs.

    A newer schema will do: while a release is brought in, the processes of the one before go on.
    """
    try:
        held = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return held is not None and str(held) >= newest()


def prepare(app: Flask) -> None:
    """Tell Flask-Migrate of the application; its library is loaded where the schema changes, and not to serve pages."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(FOLDER), render_as_batch=True)


def bring_up_to_date(app: Flask) -> None:
    """Make the tables, or bring those of an older release up to date. Safe to do again."""
    from flask_migrate import upgrade

    prepare(app)
    with app.app_context():
        upgrade()
