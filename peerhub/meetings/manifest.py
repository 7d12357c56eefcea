"""What meetings tell the application."""

from __future__ import annotations

from collections.abc import Sequence

from peerhub.core.feature import Feature
from peerhub.meetings import models as _models  # noqa: F401 - its tables are there with the room
from peerhub.meetings.rules.kinds import know


def gather_kinds(rooms: Sequence[Feature]) -> None:
    """Take in the kinds of meeting that every room declares."""
    know(kind for room in rooms for kind in room.meeting_kinds)


FEATURE = Feature(name="meetings", gather=gather_kinds)
