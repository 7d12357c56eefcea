"""What meetings tell the application."""

from __future__ import annotations

from collections.abc import Sequence

from peerhub.core.feature import Feature
from peerhub.meetings.jobs import JOBS
from peerhub.meetings.listeners import listen
from peerhub.meetings.rules.kinds import know


def gather_kinds(rooms: Sequence[Feature]) -> None:
    """Take in the kinds of meeting that every room declares."""
    know(kind for room in rooms for kind in room.meeting_kinds)


FEATURE = Feature(name="meetings", gather=gather_kinds, listen=listen, jobs=JOBS)
