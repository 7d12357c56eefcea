"""How far a viewer reaches among meetings, as conditions on rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import aliased

from peerhub.access.permissions import Permission
from peerhub.access.rules import Reach, Viewer
from peerhub.meetings.models import Meeting, MeetingParty, Series, SeriesParty
from peerhub.meetings.rules.kinds import MeetingKind, all_kinds
from peerhub.meetings.rules.words import Part
from peerhub.workforce.models import Person, Team
from peerhub.workforce.queries.reach import listed


def is_own(viewer: Viewer, row: Any) -> ColumnElement[bool]:
    """Rows of a table with a person and a user that are the viewer's."""
    own = select(Person.id).where(Person.user_id == viewer.user_id, listed())
    return or_(row.person_id.in_(own), row.user_id == viewer.user_id)


def comes(viewer: Viewer, part: Part | None = None) -> ColumnElement[bool]:
    """Meetings the viewer is a party of, in one part or in any."""
    party = aliased(MeetingParty)
    wanted = select(party.id).where(party.meeting_id == Meeting.id, is_own(viewer, party))
    return (wanted.where(party.part == part) if part else wanted).correlate(Meeting).exists()


def seen(viewer: Viewer) -> ColumnElement[bool]:
    """Meetings the viewer may see, as a party or from above."""
    return or_(comes(viewer), overseen(viewer, Meeting))


def overseen(viewer: Viewer, row: Any) -> ColumnElement[bool]:
    """Meetings (or series) whose kind the viewer oversees or arranges within reach, and those they made themselves."""
    from_above = _within(viewer, row, lambda kind: kind.oversees)
    return or_(from_above, row.made_by_id == viewer.user_id)


def changed_by(viewer: Viewer, row: Any = Meeting) -> ColumnElement[bool]:
    """Meetings (or series) the viewer may move, cancel and record: they facilitate, made it, or arrange its kind."""
    party: Any = aliased(MeetingParty if row is Meeting else SeriesParty)
    owner = party.meeting_id if row is Meeting else party.series_id
    facilitates = (
        select(party.id)
        .where(owner == row.id, is_own(viewer, party), party.part == Part.FACILITATOR)
        .correlate(row)
        .exists()
    )
    arranged = _within(viewer, row, lambda kind: kind.arranges)
    return or_(facilitates, row.made_by_id == viewer.user_id, arranged)


def register_seen(viewer: Viewer) -> ColumnElement[bool]:
    """Meetings whose register the viewer may read although they were not there."""
    return _within(viewer, Meeting, lambda kind: kind.sees_register)


def series_seen(viewer: Viewer) -> ColumnElement[bool]:
    """Series the viewer may see, as a party or from above."""
    party = aliased(SeriesParty)
    own = select(party.id).where(party.series_id == Series.id, is_own(viewer, party)).correlate(Series).exists()
    return or_(own, overseen(viewer, Series))


def _within(viewer: Viewer, row: Any, asked: Callable[[MeetingKind], Iterable[Permission]]) -> ColumnElement[bool]:
    """Rows of kinds for which the viewer holds a permission that reaches their team or service line."""
    codes: dict[Permission, list[str]] = defaultdict(list)
    for kind in all_kinds():
        for permission in asked(kind):
            codes[permission].append(kind.code)
    conditions = [
        and_(row.kind.in_(found), placed_within(viewer.reach(permission), row))
        for permission, found in codes.items()
        if viewer.may(permission)
    ]
    return or_(*conditions) if conditions else false()


def placed_within(reach: Reach, row: Any) -> ColumnElement[bool]:
    """Rows of a table with a team and a service line that are within reach."""
    if reach.whole:
        return true()
    of_lines = select(Team.id).where(Team.service_line_id.in_(reach.service_lines))
    return or_(row.team_id.in_(reach.teams), row.service_line_id.in_(reach.service_lines), row.team_id.in_(of_lines))


def arranged_kinds(viewer: Viewer) -> list[MeetingKind]:
    """The kinds a viewer may arrange somewhere."""
    return [kind for kind in all_kinds() if kind.arranges and viewer.may(*kind.arranges)]


def may_arrange(viewer: Viewer, kind: MeetingKind, service_line_id: UUID | None, team_id: UUID | None) -> bool:
    """Whether a viewer may arrange a kind of meeting for a team, a service line, or (neither) everybody.

    Args:
        service_line_id: the team's, where it is for a team.
    """
    return any(
        viewer.may(permission) and viewer.reach(permission).covers(service_line_id, team_id)
        for permission in kind.arranges
    )


def oversees_any(viewer: Viewer) -> bool:
    """Whether there is any kind of meeting that the viewer may see without being in it."""
    return any(viewer.may(*kind.oversees) for kind in all_kinds() if kind.oversees)
