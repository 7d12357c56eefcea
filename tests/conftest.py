"""What every test may ask for: an application on a fresh database, named people, and pages that are checked."""

from __future__ import annotations

import os

import pytest

pytest_plugins = [
    "tests.fixtures.application",
    "tests.fixtures.demonstration",
    "tests.fixtures.letterbox",
    "tests.fixtures.pages",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to the run on the other database what is about that one alone."""
    here = os.environ.get("PEERHUB_TEST_DATABASE", "sqlite")
    elsewhere = [item for item in items if (mark := item.get_closest_marker("only_on")) and mark.args != (here,)]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]
