"""What meetings tell the application."""

from __future__ import annotations

from collections.abc import Sequence

from peerhub.access.permissions import Permission
from peerhub.core.feature import Feature, NavigationItem, QuickAction
from peerhub.meetings.jobs import JOBS
from peerhub.meetings.listeners import listen
from peerhub.meetings.queries.personal_data import personal_data
from peerhub.meetings.rules.kinds import know
from peerhub.meetings.views import arranging, changing, feeds, looking, recording, series
from peerhub.meetings.views.blueprint import blueprint
from peerhub.meetings.views.needs import meeting_needs

PAGES = (arranging, changing, feeds, looking, recording, series)
"""Importing a module of views hangs its pages on the blueprint."""


def gather_kinds(rooms: Sequence[Feature]) -> None:
    """Take in the kinds of meeting that every room declares."""
    know(kind for room in rooms for kind in room.meeting_kinds)


FEATURE = Feature(
    name="meetings",
    blueprint=blueprint,
    navigation=(NavigationItem("Meetings", "meetings.index", (Permission.MEETINGS_OWN, Permission.MEETINGS_ARRANGE)),),
    quick_actions=(QuickAction("Arrange a meeting", "meetings.arrange", (Permission.MEETINGS_ARRANGE,)),),
    due=(meeting_needs,),
    jobs=JOBS,
    personal_data=(personal_data,),
    listen=listen,
    gather=gather_kinds,
)
