"""The migrations go up and down on both databases, and make the very schema that the models tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect, text

from peerhub.app import create_app
from peerhub.core.database import db
from peerhub.core.schema import FOLDER, bring_up_to_date, is_up_to_date, newest, prepare
from tests.fixtures.application import settings_for


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty database."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("empty_postgres_url")
    app = create_app(settings_for(url, tmp_path))
    prepare(app)
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def test_there_is_one_head() -> None:
    assert ScriptDirectory(str(FOLDER)).get_heads() == [newest()]


def test_a_database_is_ready_once_it_has_this_release_or_a_newer_one(empty: Flask) -> None:
    assert not is_up_to_date()
    bring_up_to_date(empty)
    assert is_up_to_date()
    for number, ready in (("0000", False), ("9999", True)):
        db.session.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})
        assert is_up_to_date() is ready


def test_up_makes_what_the_models_tell_and_down_leaves_nothing(empty: Flask) -> None:
    upgrade(str(FOLDER))
    check(str(FOLDER))  # fails where a table, column, key or index is not as its model says
    downgrade(str(FOLDER), revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade(str(FOLDER))
    assert "spell" in inspect(db.engine).get_table_names()


def test_the_named_constraints_of_the_models_are_in_the_migrated_schema(empty: Flask) -> None:
    upgrade(str(FOLDER))
    looked_at = inspect(db.engine)
    for table in db.metadata.sorted_tables:
        named = {item["name"] for item in looked_at.get_check_constraints(table.name)}
        wanted = {str(item.name) for item in table.constraints if isinstance(item, CheckConstraint)}
        assert wanted <= named, table.name
