"""The application with a room for tests alone: see ``workshop.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from peerhub.app import create_app
from peerhub.core.database import db
from peerhub.core.mail import OutboxMail
from peerhub.features import FEATURES
from tests.core.workshop import WORKSHOP
from tests.fixtures.application import settings_for
from tests.fixtures.pages import Browser


@pytest.fixture
def workshop(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application with the tests' own room added."""
    made = create_app(settings_for(database_url, tmp_path), (*FEATURES, WORKSHOP))
    yield made
    with made.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


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
