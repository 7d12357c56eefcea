"""No folder of tests is passed over."""

from __future__ import annotations

import pytest


def test_the_folder_with_the_house_rules_is_collected(pytestconfig: pytest.Config) -> None:
    """Left alone, pytest goes into no folder called build; the gate had never run what is in ours."""
    assert "build" not in pytestconfig.getini("norecursedirs")
