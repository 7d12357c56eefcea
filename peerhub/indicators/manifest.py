"""What indicators tell the application."""

from __future__ import annotations

from collections.abc import Sequence

from peerhub.access.permissions import Permission
from peerhub.core.feature import Feature, NavigationItem
from peerhub.indicators.rules.registry import know
from peerhub.indicators.views import blueprint


def gather_indicators(rooms: Sequence[Feature]) -> None:
    """Take in the indicators that every room declares."""
    know(indicator for room in rooms for indicator in room.indicators)


FEATURE = Feature(
    name="indicators",
    blueprint=blueprint,
    navigation=(
        NavigationItem("Indicators", "indicators.index", (Permission.INDICATORS_VIEW, Permission.INDICATORS_COUNTS)),
    ),
    gather=gather_indicators,
)
