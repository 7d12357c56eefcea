"""The meetings of a series are made ahead, in bulk. Any number of processes may do so at once: each is made once.

Whoever makes them first moves the series' mark (``made_until``) by a conditional UPDATE, which holds its row until the
transaction ends; whoever stops or moves a series changes that row too, so the one waits for the other. Should a slot be
there all the same, it is left as it is: (series, slot) is unique.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils.compat import uuid7

from peerhub.access import audit
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.holidays import bank_holidays
from peerhub.core.time import utc_now
from peerhub.meetings.models import Meeting, MeetingParty, Series, SeriesParty
from peerhub.meetings.queries.clashing import days_away
from peerhub.meetings.queries.parties import party_in
from peerhub.meetings.queries.series import pattern_of
from peerhub.meetings.rules.clashes import Diary
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import HORIZON_DAYS, key_of, to_moment, to_wall
from peerhub.meetings.rules.rota import rota
from peerhub.meetings.rules.words import Part, State

ROWS_AT_A_TIME = 1000
"""How many rows are put in at once."""


def horizon(today: date) -> date:
    """The day before which meetings are made."""
    return today + timedelta(days=HORIZON_DAYS)


def series_to_make(until: date) -> list[UUID]:
    """The series with meetings to make before a day."""
    return list(
        db.session.scalars(
            select(Series.id)
            .where(
                Series.starts < until,
                or_(Series.made_until.is_(None), Series.made_until < until),
                or_(Series.ends.is_(None), Series.made_until.is_(None), Series.ends >= Series.made_until),
                or_(
                    Series.stopped_from.is_(None), Series.made_until.is_(None), Series.stopped_from > Series.made_until
                ),
            )
            .order_by(Series.id)
        )
    )


def make_ahead(series: Series, until: date) -> int:
    """Make the meetings of a series from where it was made to, up to before a day. Gives how many were made.

    Nothing is made where another process does it, or changed the series since it was loaded.
    """
    since = series.made_until or series.starts
    if since >= until or not _is_ours(series, until):
        return 0
    slots = pattern_of(series).slots(since, until, bank_holidays())
    made = _put_in(series, slots)
    _put_people_in(series, made)
    db.session.flush()
    if made:
        audit.wrote("meetings made ahead", series, meetings=len(made))
    return len(made)


def _is_ours(series: Series, until: date) -> bool:
    """Move the mark; whether it stood where we saw it, in the version we saw."""
    before = series.made_until
    claimed = db.session.execute(
        update(Series)
        .where(
            Series.id == series.id,
            Series.version == series.version,
            Series.made_until.is_(None) if before is None else Series.made_until == before,
        )
        .values(made_until=until)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(series, ["made_until"])
    return isinstance(claimed, CursorResult) and claimed.rowcount == 1


def _insert(model: Any) -> Any:
    """An INSERT that leaves alone what is there already; rows with and without a value go in together."""
    dialect = db.session.connection().dialect.name
    statement = postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)
    return statement.on_conflict_do_nothing().execution_options(render_nulls=True)


def _chunks(rows: Sequence[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        yield list(rows[start : start + ROWS_AT_A_TIME])


def _put_in(series: Series, slots: Sequence[datetime]) -> dict[UUID, datetime]:
    """Put the meetings in; the keys of those that were not there, each with its slot."""
    now = utc_now()
    rows: list[dict[str, Any]] = [
        {
            "id": uuid7(), "organisation_id": scope.current(), "made_at": now, "version": 1, "kind": series.kind,
            "series_id": series.id, "slot": key_of(slot), "title": series.title, "team_id": series.team_id,
            "service_line_id": series.service_line_id, "site": series.site, "starts_at": to_moment(slot),
            "minutes": series.minutes, "how": series.how, "place": series.place, "link": series.link,
            "state": State.PLANNED, "themes": [], "uid": uuid7(), "sequence": 0, "made_by_id": series.made_by_id,
        }
        for slot in slots
    ]  # fmt: skip
    of_key = {row["id"]: slot for row, slot in zip(rows, slots, strict=True)}
    for chunk in _chunks(rows):
        db.session.execute(_insert(Meeting), chunk)
    there = select(Meeting.id).where(Meeting.series_id == series.id, Meeting.slot.in_(map(key_of, slots)))
    made = of_key.keys() & set(db.session.scalars(there))
    return {key: of_key[key] for key in sorted(made)}


def _put_people_in(series: Series, made: dict[UUID, datetime]) -> None:
    if not made:
        return
    held = list(_parties(series))
    turns = _turns(held, list(made.values()), _so_far(series))
    rows = [
        row
        for (key, slot), leading in zip(made.items(), turns, strict=True)
        for row in _people_of(key, slot.date(), held, leading)
    ]
    for chunk in _chunks(rows):
        db.session.execute(_insert(MeetingParty), chunk)


def _is_in(row: SeriesParty, day: date) -> bool:
    return (row.starts is None or row.starts <= day) and (row.ends is None or day <= row.ends)


def _people_of(
    meeting_id: UUID, day: date, held: Sequence[SeriesParty], leading: Party | None
) -> Iterable[dict[str, Any]]:
    parts = {leading: Part.FACILITATOR} if leading else {}
    for row in held:
        party = party_in(row)
        if party is not None and row.part is Part.ATTENDEE and _is_in(row, day):
            parts.setdefault(party, Part.ATTENDEE)
    for party, part in parts.items():
        yield {
            "id": uuid7(), "organisation_id": scope.current(), "made_at": utc_now(), "meeting_id": meeting_id,
            "person_id": party.person_id, "user_id": party.user_id, "guest_organisation": "", "part": part,
        }  # fmt: skip


def turns_for(series: Series, meetings: Sequence[Meeting]) -> list[Party | None]:
    """Whose turn each of some planned meetings of a series is, from those who take turns now."""
    held = list(_parties(series))
    slots = [to_wall(meeting.starts_at) for meeting in meetings]
    return _turns(held, slots, _so_far(series, but_for=[meeting.id for meeting in meetings]))


def _parties(series: Series) -> Iterable[SeriesParty]:
    return db.session.scalars(
        select(SeriesParty).where(SeriesParty.series_id == series.id).order_by(SeriesParty.position, SeriesParty.id)
    )


def _turns(held: Sequence[SeriesParty], slots: Sequence[datetime], so_far: Counter[Party]) -> list[Party | None]:
    """Whose turn each slot is: fairly, from those who facilitate on its day, work then and are not away."""
    leading = [row for row in held if row.part is Part.FACILITATOR]
    if not leading or not slots:
        return [None] * len(slots)
    days = [slot.date() for slot in slots]
    who = [party for row in leading if (party := party_in(row))]
    known = {diary.who: diary for diary in days_away(who, min(days), max(days))}
    able = [_within(known[party], row) for row in leading if (party := party_in(row))]
    return rota(slots, able, so_far)


def _within(diary: Diary[Party], row: SeriesParty) -> Diary[Party]:
    """A diary that is away, too, on the days on which somebody does not take turns."""
    away = list(diary.away)
    if row.starts is not None:
        away.append((date.min, row.starts - timedelta(days=1)))
    if row.ends is not None:
        away.append((row.ends + timedelta(days=1), None))
    return Diary(diary.who, (), away, diary.weekdays)


def _so_far(series: Series, but_for: Sequence[UUID] = ()) -> Counter[Party]:
    """How many meetings of the series, planned and held, each has facilitated."""
    counted = db.session.execute(
        select(MeetingParty.person_id, MeetingParty.user_id, func.count())
        .join(Meeting, MeetingParty.meeting_id == Meeting.id)
        .where(
            Meeting.series_id == series.id,
            Meeting.id.not_in(but_for),
            Meeting.state.in_((State.PLANNED, State.HELD)),
            MeetingParty.part == Part.FACILITATOR,
            MeetingParty.guest_name.is_(None),
        )
        .group_by(MeetingParty.person_id, MeetingParty.user_id)
    )
    return Counter({Party(person_id, user_id): many for person_id, user_id, many in counted})
