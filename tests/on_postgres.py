"""With ``-p tests.on_postgres`` the tests that stand on a database run on PostgreSQL, and only those."""

from __future__ import annotations

import os

import pytest

os.environ["PEERHUB_TEST_DATABASE"] = "postgres"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave aside what a database makes no difference to."""
    kept = [item for item in items if "database_url" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
