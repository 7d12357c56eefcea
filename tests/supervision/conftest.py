"""What tests of supervision may ask for."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.fixtures.people import World
from tests.supervision.making import Pair, pair


@pytest.fixture
def sam(app: Flask, world: World) -> Pair:
    """Sam supervises Priya every 4 weeks from 6 January 2025."""
    with app.app_context():
        return pair(world)
