"""The application with a room for tests alone: see ``workshop.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from peerhub.app import create_app
from peerhub.core.database import db
from peerhub.core.feature import Feature
from peerhub.core.mail import OutboxMail
from peerhub.features import FEATURES
from tests.core.workshop import WORKSHOP
from tests.fixtures.application import settings_for
from tests.fixtures.pages import Browser

Make = Callable[..., Flask]


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[Make]:
    """``make_app(features, **settings)`` is an application on this test's database. It is closed after it."""
    made: list[Flask] = []

    def make(features: Sequence[Feature] = (*FEATURES, WORKSHOP), **settings: Any) -> Flask:
        url = settings.pop("database_url", database_url)
        app = create_app(settings_for(url, tmp_path, **settings), features)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture
def workshop(make_app: Make) -> Flask:
    """The application with the tests' own room added."""
    return make_app()


@pytest.fixture
def empty_outbox(app: Flask) -> None:
    """Nothing waits to be sent, whatever the named people were told."""
    with app.app_context():
        db.session.execute(delete(OutboxMail))
        db.session.commit()


@pytest.fixture
def visit(workshop: Flask) -> Callable[[], Browser]:
    """``visit()`` is a browser of nobody's in the workshop."""
    return lambda: Browser(workshop.test_client())
