"""Series: started, moved from a day on, stopped; who comes to them and who takes turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm.attributes import flag_modified

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.core.holidays import bank_holidays
from peerhub.core.time import today
from peerhub.meetings.actions.arranging import Coming, Details, call_off, checked_link, give_to, planned_from, point_to
from peerhub.meetings.actions.making import horizon, make_ahead, turns_for
from peerhub.meetings.actions.refusing import refuse_if
from peerhub.meetings.models import Meeting, MeetingParty, Series, SeriesParty
from peerhub.meetings.queries.parties import party_in
from peerhub.meetings.queries.series import overlapping
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import BadRule, Pattern
from peerhub.meetings.rules.states import minutes_refusal
from peerhub.meetings.rules.words import How, Part

A_DAY = timedelta(days=1)
LOOKED_AHEAD = timedelta(days=3 * 366)
"""Within which a series must meet at least once."""


def start_series(details: Details, pattern: Pattern, coming: Coming, *, overlap_is_meant: bool = False) -> Series:
    """Start a series and make its meetings to the horizon.

    Args:
        overlap_is_meant: whether somebody confirmed that it overlaps another of the same kind and place.

    Raises:
        DomainError: it cannot be followed, never meets, ends before it starts, or overlaps another.
    """
    check_pattern(pattern)
    if not overlap_is_meant:
        refuse_overlap(overlapping(pattern, details.kind, details.minutes, details.team_id, details.service_line_id))
    made = Series(
        rule=pattern.rule, starts=pattern.starts, ends=pattern.ends, at=pattern.at,
        skips_holidays=pattern.skips_holidays, **details.columns(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for position, (party, part) in enumerate(coming.parts):
        made.parties.append(SeriesParty(person_id=party.person_id, user_id=party.user_id, part=part, position=position))
    db.session.flush()
    audit.wrote("series started", made, kind=made.kind, people=len(coming.parts))
    make_ahead(made, horizon(today()))
    return made


def check_pattern(pattern: Pattern) -> None:
    """Refuse a pattern that cannot be followed, or that never meets.

    Raises:
        DomainError: in words, beside the field it belongs to.
    """
    if pattern.ends is not None and pattern.ends < pattern.starts:
        raise DomainError("The last day must be the first day or later", "ends")
    try:
        found = pattern.slots(pattern.starts, pattern.starts + LOOKED_AHEAD, bank_holidays())
    except BadRule as refused:
        raise DomainError(str(refused), "repeats") from refused
    if not found:
        raise DomainError("Between its first and last day it would never meet. Change one of them", "ends")


def first_slots(pattern: Pattern, most: int) -> list[datetime]:
    """The first slots of a pattern, within the horizon."""
    return pattern.slots(pattern.starts, horizon(pattern.starts), bank_holidays())[:most]


def refuse_overlap(others: Sequence[str]) -> None:
    """Refuse a series that overlaps others of its kind and place, naming the first.

    Raises:
        DomainError: there are such.
    """
    if others:
        raise DomainError(
            f"There is a series of this kind here at the same time already: {others[0]}. Choose another time, or "
            "confirm that both are meant",
            "overlap_is_meant",
        )


def move_all(  # noqa: PLR0913 - what of a series may change when it is moved
    series: Series,
    from_day: date,
    pattern: Pattern,
    *,
    minutes: int,
    how: How | None = None,
    place: str | None = None,
    link: str | None = None,
    overlap_is_meant: bool = False,
    version: int | None = None,
) -> Series:
    """Move every planned meeting of a series from a day on into a series that follows it.

    The meetings to come are moved one by one, the first to the first; what is left over is cancelled.

    Args:
        pattern: when the series that follows meets. Its last day is this series' where it gives none.

    Raises:
        DomainError: the series is over by then, or the pattern is refused as in :func:`start_series`.
        Conflict: somebody else saved the series first.
    """
    series.expect(version)
    refuse_if(minutes_refusal(minutes))
    _refuse_over(series, from_day)
    pattern = replace(pattern, ends=pattern.ends or series.ends)
    if pattern.starts < min(from_day, today()):
        raise DomainError("The first day must be today or later", "starts")
    check_pattern(pattern)
    if not overlap_is_meant:
        others = overlapping(pattern, series.kind, minutes, series.team_id, series.service_line_id, series.id)
        refuse_overlap(others)
    series.stopped_from = from_day
    db.session.flush()  # holds the row: whoever makes meetings ahead waits
    old = planned_from(series.id, from_day)
    new = _following(series, from_day, pattern, minutes=minutes, how=how, place=place, link=link)
    make_ahead(new, max(horizon(today()), series.made_until or from_day))
    coming = planned_from(new.id, pattern.starts)
    for before, after in zip(old, coming, strict=False):
        point_to(before, after)
    for before in old[len(coming) :]:
        call_off(before)
    db.session.flush()
    audit.wrote("series moved", series, meetings=len(old))
    return new


def _refuse_over(series: Series, from_day: date) -> None:
    last = series.stopped_from - A_DAY if series.stopped_from else series.ends
    if last is not None and last < from_day:
        raise DomainError("This series is over by then")


def _following(series: Series, from_day: date, pattern: Pattern, **changed: Any) -> Series:
    kept = {name: getattr(series, name) if value is None else value for name, value in changed.items()}
    kept["link"] = checked_link(kept["link"])
    made = Series(
        kind=series.kind, title=series.title, team_id=series.team_id, service_line_id=series.service_line_id,
        site=series.site, rule=pattern.rule, starts=pattern.starts, ends=pattern.ends, at=pattern.at,
        skips_holidays=pattern.skips_holidays, follows_id=series.id, made_by_id=series.made_by_id, **kept,
    )  # fmt: skip
    for row in _parties_from(series, from_day):
        made.parties.append(
            SeriesParty(
                person_id=row.person_id, user_id=row.user_id, part=row.part, position=row.position,
                starts=row.starts, ends=row.ends, merged_from_id=row.merged_from_id,
            )
        )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _parties_from(series: Series, day: date) -> list[SeriesParty]:
    return list(
        db.session.scalars(
            select(SeriesParty)
            .where(SeriesParty.series_id == series.id, or_(SeriesParty.ends.is_(None), SeriesParty.ends >= day))
            .order_by(SeriesParty.position, SeriesParty.id)
        )
    )


def stop_series(series: Series, from_day: date, version: int | None = None) -> int:
    """Cancel every planned meeting of a series from a day on, and make no more. Gives how many were cancelled.

    Raises:
        DomainError: the series is over by then.
        Conflict: somebody else saved it first.
    """
    series.expect(version)
    _refuse_over(series, from_day)
    series.stopped_from = from_day
    db.session.flush()  # holds the row: whoever makes meetings ahead waits
    gone = planned_from(series.id, from_day)
    for meeting in gone:
        call_off(meeting)
    db.session.flush()
    audit.wrote("series stopped", series, meetings=len(gone))
    return len(gone)


def change_facilitators(series: Series, parties: Sequence[Party], from_day: date, version: int | None = None) -> None:
    """Let others take turns from a day on, in this order. Planned meetings from then on are shared out anew.

    Raises:
        DomainError: nobody was named.
        Conflict: somebody else saved it first.
    """
    series.expect(version)
    if not parties:
        raise DomainError("Choose who facilitates", "who")
    _touch(series)
    for row in _parties_from(series, from_day):
        if row.part is Part.FACILITATOR:
            end_part(row, from_day - A_DAY)
    for position, party in enumerate(dict.fromkeys(parties)):
        db.session.add(
            SeriesParty(
                series_id=series.id, person_id=party.person_id, user_id=party.user_id, part=Part.FACILITATOR,
                position=position, starts=from_day,
            )
        )  # fmt: skip
    db.session.flush()
    share_out(series, from_day)
    audit.wrote("facilitators of series changed", series, people=len(parties))


def share_out(series: Series, from_day: date) -> None:
    """Give the planned meetings of a series from a day on to those who take turns then, fairly."""
    coming = planned_from(series.id, from_day)
    for meeting, party in zip(coming, turns_for(series, coming), strict=True):
        if party is None:
            _nobody_leads(meeting)
        else:
            give_to(meeting, party)
        meeting.sequence += 1
    db.session.flush()


def _nobody_leads(meeting: Meeting) -> None:
    for row in [row for row in meeting.parties if row.part is Part.FACILITATOR]:
        meeting.parties.remove(row)
        db.session.delete(row)


def end_part(row: SeriesParty, last: date) -> None:
    """Somebody comes to a series until a day alone; whoever was only to come later never does."""
    if row.starts is not None and row.starts > last:
        db.session.delete(row)
    else:
        row.ends = last if row.ends is None else min(row.ends, last)


def join_series(series: Series, party: Party, from_day: date, version: int | None = None) -> SeriesParty:
    """Ask somebody to every meeting of a series from a day on, those that are made included.

    Raises:
        DomainError: they come to it already.
        Conflict: somebody else saved it first.
    """
    series.expect(version)
    if any(party_in(row) == party for row in _parties_from(series, from_day)):
        raise DomainError("They come to this series already", "who")
    _touch(series)
    row = SeriesParty(series_id=series.id, person_id=party.person_id, user_id=party.user_id, starts=from_day)
    db.session.add(row)
    for meeting in planned_from(series.id, from_day):
        if all(party_in(held) != party for held in meeting.parties):
            meeting.parties.append(MeetingParty(person_id=party.person_id, user_id=party.user_id))
    db.session.flush()
    audit.wrote("person asked to series", series)
    return row


def leave_series(series: Series, row: SeriesParty, from_day: date, version: int | None = None) -> None:
    """Somebody comes to a series no more from a day on; what they would have facilitated is shared out anew.

    Raises:
        Conflict: somebody else saved it first.
    """
    series.expect(version)
    _touch(series)
    party, led = party_in(row), row.part is Part.FACILITATOR
    end_part(row, from_day - A_DAY)
    for meeting in planned_from(series.id, from_day):
        for held in [held for held in meeting.parties if party_in(held) == party]:
            meeting.parties.remove(held)
            db.session.delete(held)
    db.session.flush()
    if led:
        share_out(series, from_day)
    audit.wrote("person taken out of series", series)


def _touch(series: Series) -> None:
    """Move the series' version on, so that whoever makes meetings ahead waits and sees who comes."""
    flag_modified(series, "title")
    db.session.flush()
