"""What every test may ask for: an application on a fresh database, named people, and pages that are checked."""

from __future__ import annotations

pytest_plugins = [
    "tests.fixtures.application",
    "tests.fixtures.demonstration",
    "tests.fixtures.letterbox",
    "tests.fixtures.pages",
]
