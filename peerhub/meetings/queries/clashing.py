"""Who cannot come at a time, and when everybody can. Whoever asks learns that somebody cannot, never with what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from peerhub.core.database import db
from peerhub.core.holidays import bank_holidays
from peerhub.core.time import utc_now
from peerhub.meetings.models import Meeting, MeetingParty
from peerhub.meetings.queries.meetings import first_moment
from peerhub.meetings.queries.parties import names_of
from peerhub.meetings.rules.clashes import Clash, Diary, Search, Span, clashes, free_times, lasting
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import to_moment
from peerhub.meetings.rules.states import MOST_MINUTES
from peerhub.meetings.rules.words import State
from peerhub.workforce.queries.diaries import days_of

LOOKED_AT = 12
"""How many meetings of a series are looked at for clashes: a quarter of a year of weekly ones."""
DAYS_AROUND = 7
WHY = {
    "busy": "has another meeting then",
    "away": "is away that day",
    "not_working": "does not work on that weekday",
}
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands against some times: who cannot come when, in words, and times at which everybody can."""

    words: tuple[str, ...] = ()
    free: tuple[datetime, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)


def diaries(
    parties: Iterable[Party], since: date, until: date, *, but_for: Iterable[UUID] = (), series: UUID | None = None
) -> list[Diary[Party]]:
    """What keeps each of them from coming between two days that both count. Three statements.

    Args:
        but_for: meetings that do not count: those that are being moved.
        series: a series whose meetings do not count, for the same reason.
    """
    wanted = set(parties)
    busy = _busy(list(wanted), since, until, set(but_for), series)
    return [replace(diary, busy=busy.get(diary.who, ())) for diary in days_away(wanted, since, until)]


def days_away(parties: Iterable[Party], since: date, until: date) -> list[Diary[Party]]:
    """When each of them is away, and on which weekdays they work; nothing of their meetings. Two statements."""
    wanted = sorted(set(parties), key=lambda party: party.code)
    days = days_of((party.person_id for party in wanted if party.person_id), since, until)
    return [
        Diary(
            party,
            (),
            days[party.person_id].away if party.person_id in days else (),
            days[party.person_id].weekdays if party.person_id in days else frozenset(),
        )
        for party in wanted
    ]


def _busy(
    parties: Sequence[Party], since: date, until: date, but_for: set[UUID], series: UUID | None
) -> dict[Party, list[Span]]:
    persons = [party.person_id for party in parties if party.person_id]
    users = [party.user_id for party in parties if party.user_id]
    if not parties:
        return {}
    rows = db.session.execute(
        select(
            Meeting.id, Meeting.series_id, Meeting.starts_at, Meeting.minutes,
            MeetingParty.person_id, MeetingParty.user_id,
        )
        .join(MeetingParty, MeetingParty.meeting_id == Meeting.id)
        .where(
            or_(MeetingParty.person_id.in_(persons), MeetingParty.user_id.in_(users)),
            Meeting.state.in_((State.PLANNED, State.HELD)),
            Meeting.starts_at >= first_moment(since) - timedelta(minutes=MOST_MINUTES),
            Meeting.starts_at < first_moment(until + A_DAY),
        )
    )  # fmt: skip
    found: dict[Party, list[Span]] = {}
    for key, of_series, starts_at, minutes, person_id, user_id in rows:
        if key not in but_for and (series is None or of_series != series):
            found.setdefault(Party(person_id, user_id), []).append(lasting(starts_at, minutes))
    return found


def look(
    parties: Iterable[Party], slots: Sequence[datetime], minutes: int, *,
    but_for: Iterable[UUID] = (), series: UUID | None = None,
) -> Found:  # fmt: skip
    """Who cannot come at some local times, and when everybody can instead. Six statements at most.

    Free times are proposed near the first of the times, on working days. For a series they are times of day on the
    first day alone, which the series would keep.
    """
    looked_at = list(slots)[:LOOKED_AT]
    wanted = list(parties)
    if not looked_at or not wanted:
        return Found()
    around = timedelta(days=DAYS_AROUND)
    held = diaries(wanted, looked_at[0].date() - around, looked_at[-1].date() + around, but_for=but_for, series=series)
    against = [
        (slot, clash) for slot in looked_at for clash in clashes(lasting(to_moment(slot), minutes), slot.date(), held)
    ]
    if not against:
        return Found()
    names = names_of(clash.who for _, clash in against)
    return Found(tuple(_said(against, names, many=len(looked_at))), tuple(_free(looked_at, minutes, held)))


def _said(against: Sequence[tuple[datetime, Clash[Party]]], names: dict[Party, str], *, many: int) -> list[str]:
    if many == 1:
        return [f"{names[clash.who]} {WHY[clash.why]}" for _, clash in against]
    times: dict[Party, list[datetime]] = {}
    for slot, clash in against:
        times.setdefault(clash.who, []).append(slot)
    return [
        f"{names[who]} cannot come to {len(slots)} of the first {many}: the first on {slots[0]:%a} {slots[0].day}"
        f" {slots[0]:%B %Y}"
        for who, slots in times.items()
    ]


def _free(slots: Sequence[datetime], minutes: int, held: Sequence[Diary[Party]]) -> list[datetime]:
    first = slots[0]
    if len(slots) == 1:
        return free_times(Search(first, minutes, utc_now(), days=DAYS_AROUND), held, bank_holidays())
    of_day = free_times(Search(first, minutes, utc_now(), days=0, most=100), held, bank_holidays())
    return [slot for slot in of_day if _holds(slot.time(), slots, minutes, held)][:5]


def _holds(at: time, slots: Sequence[datetime], minutes: int, held: Sequence[Diary[Party]]) -> bool:
    """Whether everybody can come to each of the days at another time of day."""
    others = [datetime.combine(slot.date(), at) for slot in slots]
    return not any(any(True for _ in clashes(lasting(to_moment(slot), minutes), slot.date(), held)) for slot in others)
