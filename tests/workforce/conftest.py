"""What tests of workforce may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workforce.records import Load, loader


@pytest.fixture
def load(in_app: object, tmp_path: Path) -> Load:
    """A loader for the named people's trust."""
    return loader(tmp_path)
