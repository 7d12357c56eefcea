"""What the tests of access look at: accounts, messages and the audit log as the database holds them."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.access.desk import Desk
from tests.fixtures.people import World


@pytest.fixture
def desk(app: Flask, world: World) -> Desk:
    """The database behind the pages."""
    return Desk(app, world)
