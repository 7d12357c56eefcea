"""Two years of supervision in the demonstration: who supervises whom, and every session up to the day it is loaded.

Who supervises is read from the history of posts. What varies from one session to the next is drawn from staff numbers,
so that two who load the demonstration on one day get the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zlib import crc32

from peerhub.core.holidays import bank_holidays
from peerhub.demo.accounts import PEER
from peerhub.meetings.rules.words import How
from peerhub.supervision.actions.agreements import NewAgreement, make_agreement
from peerhub.supervision.actions.notes import sign_note, write_note
from peerhub.supervision.actions.past import PastSession, take_over_sessions
from peerhub.supervision.actions.sessions import Facts, log_session
from peerhub.supervision.models import SupervisionAgreement
from peerhub.supervision.rules.words import NEVER_A_PEER, MissedReason, SupervisionKind, Theme
from peerhub.workforce.models import Person, Spell
from peerhub.workforce.rules.words import RoleKind

Known = Mapping[str, tuple[Person, list[Spell]]]
YEARS = timedelta(days=2 * 365)
WEEK, MONTH = timedelta(weeks=1), timedelta(weeks=4)
RANKS = {RoleKind.PEER_SUPERVISOR: 2, RoleKind.PEER_LEAD: 3, RoleKind.HEAD_OF_PEER_WORK: 4}
WARDS, SECURE, CRISIS, JUSTICE = (
    "Adult mental health wards and PICU", "Secure inpatient services", "Crisis services", "Health and justice services",
)  # fmt: skip
NEAR = {SECURE: (SECURE, WARDS), JUSTICE: (JUSTICE, CRISIS), CRISIS: (CRISIS,), WARDS: (WARDS,)}
"""Where supervisors of a service line work; those of the other lines work in the office of the peer service."""
OFFICE = "Community transformation"
HELD_BY = {PEER: "20413605"}
"""Who can sign in as a peer worker is supervised by who can sign in as a peer supervisor."""
NOT_YET = timedelta(days=40)
"""Some who started within these days have no agreement yet."""
HOURS = (9, 10, 11, 13, 14, 15, 16)
NOTE = (
    "We talked about the new rota and how the mornings feel with the ward so full. Hannah will ask Callum for the "
    "quiet room on Tuesdays and Thursdays; Mei-Ling will bring the question of being counted in the numbers to the "
    "leads. We both want to come back to what support looks like after a hard shift."
)


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Somebody in a post that supervises, from a day to a day."""

    number: str
    person: Person
    rank: int
    line: str
    spell: Spell


def drawn(*words: object, below: int) -> int:
    """A number from 0 to one below ``below``, always the same for the same words."""
    return crc32(" ".join(map(str, words)).encode()) % below


def load(known: Known, today: date) -> dict[str, SupervisionAgreement]:
    """Make the agreements and the sessions of two years, and give the newest agreement by the supervisee's number."""
    since = today - YEARS
    supervisors = list(_supervisors(known))
    people: Counter[str] = Counter()
    newest: dict[str, SupervisionAgreement] = {}
    busy: set[tuple[object, ...]] = set()
    sessions: list[PastSession] = []
    for number, (person, spells) in known.items():
        for spell in spells:
            held = newest.get(number)
            if held is not None and held.ends is None:  # a second post beside the first changes nothing
                break
            if not _counts(spell) or (spell.ends or today) < since or spell.starts > today:
                continue
            for agreement in _agreements(number, person, spell, supervisors, people, since, today):
                newest[number] = agreement
                sessions += _sessions(number, agreement, spell, busy, today)
    take_over_sessions([one for one in sessions if not _is_told(one, newest, today)])
    _tell(newest[PEER], today)
    return newest


def _is_told(one: PastSession, newest: Mapping[str, SupervisionAgreement], today: date) -> bool:
    """The last quarter of the one who can sign in is told in full by :func:`_tell`."""
    return one.agreement is newest.get(PEER) and one.day > today - 3 * MONTH


def _counts(spell: Spell) -> bool:
    return spell.post.peer_service and spell.contract not in NEVER_A_PEER


def _supervisors(known: Known) -> Iterator[Supervisor]:
    for number, (person, spells) in known.items():
        for spell in spells:
            if spell.post.role_kind in RANKS:
                line = spell.post.team.service_line.name
                yield Supervisor(number, person, RANKS[spell.post.role_kind], line, spell)


def _agreements(
    number: str, person: Person, spell: Spell, supervisors: Sequence[Supervisor], people: Counter[str], since: date,
    today: date,
) -> Iterator[SupervisionAgreement]:  # fmt: skip
    """One after the other for as long as the spell lasts, each for as long as the supervisor is in post."""
    starts = max(spell.starts, since)
    if spell.starts > today - NOT_YET and drawn(number, below=2):
        return
    while starts <= min(spell.ends or today, today):
        chosen = _choose(number, spell, supervisors, people, starts)
        if chosen is None:
            return
        last = min((day for day in (spell.ends, chosen.spell.ends) if day), default=None)
        people[chosen.number] += last is None
        yield make_agreement(
            NewAgreement(
                supervisor_id=chosen.person.id, supervisee_id=person.id, kind=SupervisionKind.PEER, every_weeks=4,
                minutes=60, starts=starts, ends=last,
            )
        )  # fmt: skip
        if last is None:
            return
        starts = last + timedelta(days=1)


def _choose(
    number: str, spell: Spell, supervisors: Sequence[Supervisor], people: Counter[str], day: date
) -> Supervisor | None:
    rank, line = RANKS.get(spell.post.role_kind, 1), spell.post.team.service_line.name
    able = [
        one for one in supervisors
        if one.rank > rank and one.number != number and one.spell.starts <= day
        and (one.spell.ends is None or one.spell.ends > day)
    ]  # fmt: skip
    wanted = HELD_BY.get(number)
    lines = NEAR.get(line, (OFFICE,))
    return min(
        able,
        key=lambda one: (
            one.number != wanted,
            next((at for at, near in enumerate(lines) if near == one.line), len(lines)) if rank == 1 else -one.rank,
            people[one.number], one.number,
        ),
        default=None,
    )  # fmt: skip


def _sessions(
    number: str, agreement: SupervisionAgreement, spell: Spell, busy: set[tuple[object, ...]], today: date
) -> Iterator[PastSession]:
    """Every four weeks or so; now and then one is missed and made up for, and a few people are overdue."""
    last = min(agreement.ends or today, today - MONTH - WEEK if drawn(number, "late", below=16) == 0 else today)
    if last >= today:
        last = today - timedelta(days=1)
    day = agreement.starts + timedelta(days=5 + drawn(number, agreement.starts, below=20))
    while True:
        day = _at_work(day, spell, last)
        if day > last:
            return
        missed = drawn(number, day, "missed", below=16) == 0
        after = WEEK if missed else timedelta(days=24 + drawn(number, day, below=7))
        yield PastSession(
            agreement=agreement, day=day, at=_hour(agreement, day, busy), team_id=spell.post.team_id,
            how=(How.IN_PERSON, How.IN_PERSON, How.VIDEO, How.PHONE)[drawn(number, day, "how", below=4)],
            reason=_reason(number, day) if missed else None,
            themes=() if missed else _themes(number, day),
            next_on=None if missed else day + MONTH,
        )  # fmt: skip
        day += after


def _at_work(day: date, spell: Spell, last: date) -> date:
    """The day, or the first working day after it on which they are not away; none is looked for after ``last``."""
    while day <= last and (_is_off(day) or any(away.starts <= day <= (away.ends or last) for away in spell.breaks)):
        day += timedelta(days=1)
    return day


def _is_off(day: date) -> bool:
    return day.weekday() > 4 or day in bank_holidays()


def _hour(agreement: SupervisionAgreement, day: date, busy: set[tuple[object, ...]]) -> time:
    """An hour at which neither of the two has another session, as far as there is one."""
    first = drawn(agreement.supervisee_id.hex[-4:], day, below=len(HOURS))
    free = [
        hour for hour in (*HOURS[first:], *HOURS[:first])
        if not {(agreement.supervisor_id, day, hour), (agreement.supervisee_id, day, hour)} & busy
    ]  # fmt: skip
    hour = free[0] if free else 8
    busy |= {(agreement.supervisor_id, day, hour), (agreement.supervisee_id, day, hour)}
    return time(hour)


def _reason(number: str, day: date) -> MissedReason:
    reasons: list[MissedReason] = [*MissedReason, MissedReason.SERVICE_PRESSURE, MissedReason.LEAVE]
    return reasons[drawn(number, day, "why", below=len(reasons))]


def _themes(number: str, day: date) -> tuple[str, ...]:
    themes = list(Theme)
    return tuple({themes[drawn(number, day, at, below=len(themes))].value for at in range(2)})


def _tell(agreement: SupervisionAgreement, today: date) -> None:
    """Three sessions logged as a supervisor logs them, the last with a note that waits for the other's agreement."""
    session = None
    for weeks, wellbeing in ((9, 3), (5, 3), (1, 4)):
        day = today - weeks * WEEK
        while _is_off(day):
            day -= timedelta(days=1)
        session = log_session(
            agreement, agreement.supervisor_id,
            Facts(
                day=day, at=time(11), minutes=60, themes=(Theme.ROLE_CLARITY.value, Theme.WELLBEING.value),
                wellbeing=wellbeing, next_on=day + MONTH,
            ),
        )  # fmt: skip
    if session is not None:
        write_note(session, agreement.supervisor_id, NOTE, 0)
        sign_note(session, agreement.supervisor_id, (agreement.supervisor_id, agreement.supervisee_id), 1)
