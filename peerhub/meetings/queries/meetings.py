"""Meetings as a viewer may see them. There is no other way to hold a meeting's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select

from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import LONDON, today, utc_now
from peerhub.meetings.models import Meeting, MeetingAction, MeetingParty, Series
from peerhub.meetings.queries.parties import names_of, own_party, party_in
from peerhub.meetings.queries.reach import changed_by, comes, is_own, register_seen, seen
from peerhub.meetings.rules.kinds import MeetingKind, all_kinds, kind_of
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import said, to_moment
from peerhub.meetings.rules.words import Came, How, Part, State
from peerhub.workforce.models import ServiceLine, Team

EVERYBODY = "The whole organisation"


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a list. ``needs_facilitator`` where its kind asks for one and it is planned without."""

    id: UUID
    kind: MeetingKind
    title: str
    where: str
    starts_at: datetime
    minutes: int
    how: How
    place: str
    state: State
    is_own: bool
    may_record: bool
    needs_facilitator: bool
    is_over: bool

    @property
    def name(self) -> str:
        """What it is called: its title, or its kind."""
        return self.title or self.kind.name

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_to_record(self) -> bool:
        """Whether it is over, nobody has said how it went, and this viewer may."""
        return self.may_record and self.state is State.PLANNED and self.is_over


@dataclass(frozen=True, slots=True)
class Attendance:
    """Somebody in a meeting. ``came`` is None where the register does not say, or is not this viewer's to read."""

    id: UUID
    party: Party | None
    name: str
    organisation: str
    part: Part
    came: Came | None
    covers: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """An action: what, whose, by when, and when it was done."""

    id: UUID
    version: int
    meeting_id: UUID
    what: str
    owner: str
    due: date | None
    done_on: date | None
    is_mine: bool

    @property
    def days_late(self) -> int:
        """How many days it is late; 0 where it is done, has no day, or is not due yet."""
        if self.done_on is not None or self.due is None:
            return 0
        return max(0, (today() - self.due).days)


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting as this viewer sees it. Who is no party of it sees facts, and no words that were agreed."""

    line: MeetingLine
    version: int
    link: str
    reason: str
    held_minutes: int | None
    headcount: int | None
    themes: tuple[str, ...]
    people: tuple[Attendance, ...]
    actions: tuple[Agreed, ...]
    series_id: UUID | None
    series_words: str
    moved_to_id: UUID | None
    is_party: bool
    may_change: bool
    sees_register: bool

    @property
    def has_begun(self) -> bool:
        """Whether it can be recorded."""
        return self.line.starts_at <= utc_now()


def load_meeting(viewer: Viewer, meeting_id: UUID) -> Meeting:
    """A meeting this viewer may see.

    Raises:
        NotFound: there is none such for this viewer.
    """
    return _loaded(meeting_id, seen(viewer))


def load_own_meeting(viewer: Viewer, meeting_id: UUID) -> Meeting:
    """A meeting this viewer is a party of.

    Raises:
        NotFound: there is none such for this viewer.
    """
    return _loaded(meeting_id, comes(viewer))


def load_to_change(viewer: Viewer, meeting_id: UUID) -> Meeting:
    """A meeting this viewer may move, cancel and record.

    Raises:
        NotFound: there is none such for this viewer.
    """
    return _loaded(meeting_id, changed_by(viewer))


def load_to_agree(viewer: Viewer, meeting_id: UUID) -> Meeting:
    """A meeting in whose words this viewer has a part, so that they may note what was agreed.

    Raises:
        NotFound: there is none such for this viewer.
    """
    return _loaded(meeting_id, comes(viewer))


def _loaded(meeting_id: UUID, within: ColumnElement[bool]) -> Meeting:
    found = db.session.scalar(select(Meeting).where(Meeting.id == meeting_id, within))
    if found is None:
        raise NotFound
    return found


def load_party_row(meeting: Meeting, party_row_id: UUID) -> MeetingParty:
    """Somebody's row in a meeting that the viewer has loaded.

    Raises:
        NotFound: there is none such in it.
    """
    found = db.session.scalar(
        select(MeetingParty).where(MeetingParty.id == party_row_id, MeetingParty.meeting_id == meeting.id)
    )
    if found is None:
        raise NotFound
    return found


def meeting_page(viewer: Viewer, meeting: Meeting) -> MeetingPage:
    """A meeting loaded with :func:`load_meeting`, as this viewer sees it. Ten statements at most."""
    standing = standings(viewer, Meeting.id == meeting.id)
    held = standing[meeting.id]
    is_party, may_change, sees_register = held.is_own, held.may_change, held.sees_register
    rows = list(db.session.scalars(parties_of([meeting.id])))
    series = db.session.get(Series, meeting.series_id) if meeting.series_id else None
    actions = _actions_in(meeting.id) if is_party else []
    covered = [_covered(row) for row in rows]
    names = names_of([*map(party_in, rows), *covered, *map(party_in, actions)])
    own = own_party(viewer)
    return MeetingPage(
        line=lines_of([meeting], standing)[0],
        version=meeting.version,
        link=meeting.link if is_party or may_change else "",
        reason=kind_of(meeting.kind).words_of_reason(meeting.reason) if meeting.reason else "",
        held_minutes=meeting.held_minutes,
        headcount=meeting.headcount,
        themes=tuple(kind_of(meeting.kind).words_of_themes(meeting.themes)),
        people=tuple(_attendance(row, names, own, sees_all=may_change or sees_register) for row in rows),
        actions=tuple(agreed(row, names, own) for row in actions),
        series_id=series.id if series else None,
        series_words=said(series.rule, series.at, skips_holidays=series.skips_holidays) if series else "",
        moved_to_id=meeting.moved_to_id,
        is_party=is_party,
        may_change=may_change,
        sees_register=may_change or sees_register,
    )


def parties_of(meeting_ids: Sequence[UUID]) -> Select[MeetingParty]:
    """The rows of those in some meetings, facilitators first."""
    return (
        select(MeetingParty)
        .where(MeetingParty.meeting_id.in_(meeting_ids))
        .order_by(MeetingParty.meeting_id, MeetingParty.part.desc(), MeetingParty.id)
    )


def _covered(row: MeetingParty) -> Party | None:
    if row.covers_person_id is None and row.covers_user_id is None:
        return None
    return Party(row.covers_person_id, row.covers_user_id)


def _attendance(row: MeetingParty, names: dict[Party, str], own: Party, *, sees_all: bool) -> Attendance:
    party, covers = party_in(row), _covered(row)
    is_me = party == own
    return Attendance(
        id=row.id,
        party=party,
        name=names[party] if party else row.guest_name or "",
        organisation=row.guest_organisation,
        part=row.part,
        came=row.came if sees_all or is_me else None,
        covers=names[covers] if covers else "",
        is_me=is_me,
    )


def _actions_in(meeting_id: UUID) -> list[MeetingAction]:
    return list(
        db.session.scalars(
            select(MeetingAction).where(MeetingAction.meeting_id == meeting_id).order_by(MeetingAction.id)
        )
    )


def agreed(row: MeetingAction, names: dict[Party, str], own: Party) -> Agreed:
    """An action as those who were there see it."""
    party = party_in(row)
    return Agreed(
        row.id, row.version, row.meeting_id, row.what, names[party] if party else "", row.due, row.done_on, party == own
    )


def load_action(viewer: Viewer, action_id: UUID) -> MeetingAction:
    """An action of the viewer's own, or of a meeting they were a party of.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(
        select(MeetingAction)
        .join(MeetingAction.meeting)
        .where(MeetingAction.id == action_id, or_(is_own(viewer, MeetingAction), comes(viewer)))
    )
    if found is None:
        raise NotFound
    return found


def own_actions(viewer: Viewer, *, done: bool = False) -> list[Agreed]:
    """What the viewer agreed to do: what is open, the first due first; or what is done. Four statements."""
    rows = list(
        db.session.scalars(
            select(MeetingAction)
            .where(
                is_own(viewer, MeetingAction),
                MeetingAction.done_on.is_not(None) if done else MeetingAction.done_on.is_(None),
            )
            .order_by(MeetingAction.due.is_(None), MeetingAction.due, MeetingAction.id)
        )
    )
    own = own_party(viewer)
    names = names_of(map(party_in, rows))
    return [agreed(row, names, own) for row in rows]


def week_of(day: date) -> date:
    """The Monday of a day's week.

    >>> week_of(date(2025, 5, 8))
    datetime.date(2025, 5, 5)
    """
    return day - timedelta(days=day.weekday())


def between(viewer: Viewer, since: date, until: date, *, all_seen: bool = False) -> list[MeetingLine]:
    """The viewer's own meetings from a day to before another, or all they may see; moved ones are left out.

    Four statements, however many there are.
    """
    which = (seen(viewer) if all_seen else comes(viewer), *on_days(since, until), Meeting.state != State.MOVED)
    rows = list(db.session.scalars(select(Meeting).where(*which).order_by(Meeting.starts_at, Meeting.id)))
    return lines_of(rows, standings(viewer, *which))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a viewer stands with a meeting, and whether it lacks a facilitator."""

    is_own: bool = False
    may_change: bool = False
    sees_register: bool = False
    is_unled: bool = False


def standings(viewer: Viewer, *which: ColumnElement[bool]) -> dict[UUID, Standing]:
    """Where the viewer stands with each of some meetings. One statement."""
    asked = select(Meeting.id, comes(viewer), changed_by(viewer), register_seen(viewer), without_facilitator())
    return {row[0]: Standing(*map(bool, row[1:])) for row in db.session.execute(asked.where(*which))}


def on_days(since: date, until: date) -> tuple[ColumnElement[bool], ...]:
    """Meetings that begin from a day to before another, as London counts days."""
    return Meeting.starts_at >= first_moment(since), Meeting.starts_at < first_moment(until)


def first_moment(day: date) -> datetime:
    """The first moment of a day in London."""
    return to_moment(datetime.combine(day, time()))


def lines_of(rows: Sequence[Meeting], standing: Mapping[UUID, Standing]) -> list[MeetingLine]:
    """Meetings as lines. Two statements for the names of places, however many."""
    places = place_names(rows)
    now = utc_now()
    return [
        MeetingLine(
            id=row.id, kind=kind_of(row.kind), title=row.title, where=places[row.team_id or row.service_line_id],
            starts_at=row.starts_at, minutes=row.minutes, how=row.how, place=row.place, state=row.state,
            is_own=standing[row.id].is_own, may_record=standing[row.id].may_change,
            needs_facilitator=standing[row.id].is_unled,
            is_over=row.starts_at + timedelta(minutes=row.minutes) <= now,
        )
        for row in rows
    ]  # fmt: skip


def place_names(rows: Sequence[Meeting | Series]) -> dict[UUID | None, str]:
    """The names of the teams and service lines of some meetings or series; None is the whole organisation."""
    names: dict[UUID | None, str] = {None: EVERYBODY}
    for kind, keys in ((Team, {row.team_id for row in rows}), (ServiceLine, {row.service_line_id for row in rows})):
        wanted = keys - {None}
        if wanted:
            found = db.session.execute(select(kind.id, kind.name).where(kind.id.in_(wanted)))
            names |= {row.id: row.name for row in found}
    return names


def without_facilitator() -> ColumnElement[bool]:
    """Planned meetings of kinds that ask for a facilitator, with none."""
    asking = [kind.code for kind in all_kinds() if kind.needs_facilitator]
    held = select(MeetingParty.id).where(MeetingParty.meeting_id == Meeting.id, MeetingParty.part == Part.FACILITATOR)
    return and_(Meeting.state == State.PLANNED, Meeting.kind.in_(asking), not_(held.correlate(Meeting).exists()))


def london_day(moment: datetime) -> date:
    """The day it is in London at a moment."""
    return moment.astimezone(LONDON).date()
