"""How the retention tests run."""

import pytest
from flask import Flask
from hypothesis import settings

from peerhub.demo.history import spell_rows
from tests.retention.record import Trust, found

# The first example of a test may load SciPy; a busy machine is not a fault in the rules.
settings.register_profile("retention", deadline=None)
settings.load_profile("retention")


@pytest.fixture
def wrenmoor(app: Flask) -> Trust:
    """A trust whose spells are those of the published example."""
    with app.app_context():
        return found(spell_rows())
