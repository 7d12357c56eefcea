"""Series as a viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.holidays import bank_holidays, known_until
from peerhub.core.time import today
from peerhub.meetings.models import Meeting, MeetingParty, Series, SeriesParty
from peerhub.meetings.queries.meetings import MeetingLine, first_moment, lines_of, place_names, standings
from peerhub.meetings.queries.parties import names_of, party_in
from peerhub.meetings.queries.reach import changed_by, series_seen
from peerhub.meetings.rules.clashes import lasting
from peerhub.meetings.rules.kinds import MeetingKind, kind_of
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import HORIZON_DAYS, Pattern, moved_to, said, to_moment
from peerhub.meetings.rules.words import How, Part, State

MOST_TO_COME = 12
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in a list."""

    id: UUID
    kind: MeetingKind
    title: str
    where: str
    words: str
    starts: date
    last: date | None

    @property
    def name(self) -> str:
        """What it is called: its title, or its kind."""
        return self.title or self.kind.name

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is to come."""
        return self.last is not None and self.last < today()


@dataclass(frozen=True, slots=True)
class Regular:
    """Somebody who comes to a series, from a day to a day."""

    id: UUID
    party: Party | None
    name: str
    part: Part
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """A series, who comes to it, and its next meetings."""

    line: SeriesLine
    version: int
    minutes: int
    how: How
    place: str
    made_to: date | None
    skips_holidays: bool
    people: tuple[Regular, ...]
    to_come: tuple[MeetingLine, ...]
    follows_id: UUID | None
    may_change: bool

    @property
    def holidays_unknown_from(self) -> date | None:
        """From when on bank holidays are not known yet, where meetings that leave them out are made beyond that."""
        beyond = self.made_to is not None and self.made_to > known_until() and self.skips_holidays
        return known_until() + A_DAY if beyond else None


def load_series(viewer: Viewer, series_id: UUID) -> Series:
    """A series this viewer may see.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(select(Series).where(Series.id == series_id, series_seen(viewer)))
    if found is None:
        raise NotFound
    return found


def load_series_to_change(viewer: Viewer, series_id: UUID) -> Series:
    """A series this viewer may change.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(select(Series).where(Series.id == series_id, changed_by(viewer, Series)))
    if found is None:
        raise NotFound
    return found


def load_series_party(series: Series, row_id: UUID) -> SeriesParty:
    """Somebody's row in a series that the viewer has loaded.

    Raises:
        NotFound: there is none such in it.
    """
    found = db.session.scalar(select(SeriesParty).where(SeriesParty.id == row_id, SeriesParty.series_id == series.id))
    if found is None:
        raise NotFound
    return found


def series_lines(viewer: Viewer) -> list[SeriesLine]:
    """The series a viewer may see, those that go on first. Three statements."""
    rows = list(db.session.scalars(select(Series).where(series_seen(viewer)).order_by(Series.starts, Series.id)))
    places = place_names(rows)
    lines = [_line(row, places) for row in rows]
    return sorted(lines, key=lambda line: (line.is_over, line.name.casefold(), line.where.casefold(), line.starts))


def _line(row: Series, places: dict[UUID | None, str]) -> SeriesLine:
    lasts = [day for day in (row.ends, row.stopped_from - A_DAY if row.stopped_from else None) if day is not None]
    return SeriesLine(
        id=row.id,
        kind=kind_of(row.kind),
        title=row.title,
        where=places[row.team_id or row.service_line_id],
        words=said(row.rule, row.at, skips_holidays=row.skips_holidays),
        starts=row.starts,
        last=min(lasts, default=None),
    )


def series_page(viewer: Viewer, series: Series) -> SeriesPage:
    """A series loaded with :func:`load_series`, with its next meetings. Ten statements at most."""
    people = list(
        db.session.scalars(
            select(SeriesParty)
            .where(SeriesParty.series_id == series.id, or_(SeriesParty.ends.is_(None), SeriesParty.ends >= today()))
            .order_by(SeriesParty.part.desc(), SeriesParty.position, SeriesParty.id)
        )
    )
    coming = list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.series_id == series.id,
                Meeting.starts_at >= first_moment(today()),
                Meeting.state.in_((State.PLANNED, State.CANCELLED)),
            )
            .order_by(Meeting.starts_at)
            .limit(MOST_TO_COME)
        )
    )
    standing = standings(viewer, Meeting.id.in_([row.id for row in coming]))
    names = names_of(map(party_in, people))
    may_change = select(Series.id).where(Series.id == series.id, changed_by(viewer, Series))
    return SeriesPage(
        line=_line(series, place_names([series])),
        version=series.version,
        minutes=series.minutes,
        how=series.how,
        place=series.place,
        made_to=series.made_until - A_DAY if series.made_until else None,
        skips_holidays=series.skips_holidays,
        people=tuple(_regular(row, names) for row in people),
        to_come=tuple(lines_of(coming, standing)),
        follows_id=series.follows_id,
        may_change=db.session.scalar(may_change) is not None,
    )


def _regular(row: SeriesParty, names: dict[Party, str]) -> Regular:
    party = party_in(row)
    return Regular(row.id, party, names[party] if party else "", row.part, row.starts, row.ends)


def pattern_of(series: Series) -> Pattern:
    """When a series meets; where it was stopped, until the day before."""
    last = series.ends
    if series.stopped_from is not None:
        stopped = series.stopped_from - A_DAY
        last = stopped if last is None else min(last, stopped)
    return Pattern(series.rule, series.starts, series.at, last, series.skips_holidays)


def series_of(meeting: Meeting) -> Series:
    """The series of a meeting that the viewer has loaded.

    Raises:
        NotFound: it belongs to none.
    """
    found = db.session.get(Series, meeting.series_id) if meeting.series_id else None
    if found is None:
        raise NotFound
    return found


def pattern_from(series: Series, slot: datetime) -> Pattern:
    """When a series would meet if it moved, its first meeting to a local time."""
    rule = moved_to(series.rule, slot.date())
    return Pattern(rule, slot.date(), slot.time(), series.ends, series.skips_holidays)


@dataclass(frozen=True, slots=True)
class Turn:
    """A planned meeting of a series and who facilitates it."""

    id: UUID
    starts_at: datetime
    name: str


def other_turns(meeting: Meeting) -> list[Turn]:
    """The planned meetings to come of a meeting's series that others facilitate, in order. Four statements."""
    rows = list(
        db.session.execute(
            select(Meeting.id, Meeting.starts_at, MeetingParty)
            .join(MeetingParty, MeetingParty.meeting_id == Meeting.id)
            .where(
                Meeting.series_id == meeting.series_id,
                Meeting.series_id.is_not(None),
                Meeting.id != meeting.id,
                Meeting.state == State.PLANNED,
                Meeting.starts_at >= first_moment(today()),
                MeetingParty.part == Part.FACILITATOR,
            )
            .order_by(Meeting.starts_at, MeetingParty.id)
        )
    )
    own = {party_in(row) for row in meeting.parties if row.part is Part.FACILITATOR}
    names = names_of(party_in(row) for _, _, row in rows)
    return [
        Turn(key, starts_at, names[party])
        for key, starts_at, row in rows
        if (party := party_in(row)) is not None and party not in own
    ]


def overlapping(
    pattern: Pattern, kind: str, minutes: int, team_id: UUID | None, service_line_id: UUID | None,
    except_id: UUID | None = None,
) -> list[str]:  # fmt: skip
    """Other series of the same kind and place that take place at the same time, within the horizon, in words."""
    since = max(today(), pattern.starts)
    until = since + timedelta(days=HORIZON_DAYS)
    rows = db.session.scalars(
        select(Series).where(
            Series.kind == kind,
            Series.team_id == team_id if team_id else Series.team_id.is_(None),
            Series.service_line_id == service_line_id if service_line_id else Series.service_line_id.is_(None),
            or_(Series.ends.is_(None), Series.ends >= since),
            or_(Series.stopped_from.is_(None), Series.stopped_from > since),
        )
    )
    wanted = [lasting(to_moment(slot), minutes) for slot in pattern.slots(since, until, bank_holidays())]
    return [
        said(row.rule, row.at, skips_holidays=row.skips_holidays)
        for row in rows
        if row.id != except_id
        and any(
            span.meets(lasting(to_moment(slot), row.minutes))
            for slot in pattern_of(row).slots(since, until, bank_holidays())
            for span in wanted
        )
    ]
