"""What indicators tell the application."""

from __future__ import annotations

from collections.abc import Sequence

from peerhub.core.feature import Feature
from peerhub.indicators.rules.registry import know


def gather_indicators(rooms: Sequence[Feature]) -> None:
    """Take in the indicators that every room declares."""
    know(indicator for room in rooms for indicator in room.indicators)


FEATURE = Feature(name="indicators", gather=gather_indicators)
