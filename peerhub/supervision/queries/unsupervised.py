"""Who has nobody to go to today: no agreement, a supervisor who left, or one who is away with nobody standing in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.supervision.models import SupervisionAgreement, SupervisionCover
from peerhub.supervision.queries.agreements import running, seen_keys
from peerhub.supervision.queries.due import team_names
from peerhub.supervision.queries.facts import load_facts, settled, uuid_of
from peerhub.supervision.queries.people import Standing, Who, names, where_they_are
from peerhub.supervision.rules.agreements import Load, Whereabouts, lack, load
from peerhub.supervision.rules.due import Due, listed, standings
from peerhub.supervision.rules.words import DueState, Lack, SupervisionKind


@dataclass(frozen=True, slots=True)
class Unsupervised:
    """Somebody who has nobody today, and why."""

    person: Who
    team: str
    supervisor: str
    agreement_id: UUID | None
    why: Lack


@dataclass(frozen=True, slots=True)
class SupervisorLine:
    """A supervisor with the people they look after: how many, how many they may, where they are."""

    person: Who
    load: Load
    wte: Decimal
    where: Whereabouts


@dataclass(frozen=True, slots=True)
class Gaps:
    """Who has nobody, and each supervisor's load."""

    people: tuple[Unsupervised, ...]
    supervisors: tuple[SupervisorLine, ...]


def gaps(viewer: Viewer, day: date) -> Gaps:
    """Who has nobody on a day, as far as the viewer's reach goes. Somebody on long leave is left out."""
    told, seen = settled(), seen_keys(viewer)
    facts = load_facts(day, day, told)
    rows = listed(facts, standings(facts, day, told.every_weeks))
    if seen is not None:
        rows = [due for due in rows if uuid_of(due.person) in seen]
    stand_ins = _stand_ins(day)
    keys = {uuid_of(due.agreement.supervisor) for due in rows if due.agreement}
    standing = where_they_are(keys | {key for found in stand_ins.values() for key in found}, day)
    known, teams = names(), team_names()
    away = {uuid_of(facts.people[int(at)]) for at in facts.paused.person[facts.paused.on(day.toordinal())]}
    people = [
        _gap(due, why, known, teams)
        for due in rows
        if uuid_of(due.person) not in away and (why := _why(due, stand_ins, standing)) is not None
    ]
    people.sort(key=lambda one: (list(Lack).index(one.why), one.person.name.casefold()))
    return Gaps(tuple(people), _loads(rows, standing, known, told.ceiling))


def _stand_ins(day: date) -> dict[UUID, list[UUID]]:
    """By agreement, who covers on a day and who is the deputy. Two statements."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for key, deputy in db.session.execute(
        select(SupervisionAgreement.id, SupervisionAgreement.deputy_id).where(
            running(day), SupervisionAgreement.kind == SupervisionKind.PEER, SupervisionAgreement.deputy_id.is_not(None)
        )
    ):
        found[key] += [deputy] if deputy else []
    for key, cover in db.session.execute(
        select(SupervisionCover.agreement_id, SupervisionCover.cover_id).where(
            SupervisionCover.starts <= day, or_(SupervisionCover.ends.is_(None), SupervisionCover.ends >= day)
        )
    ):
        found[key].append(cover)
    return found


def _why(due: Due, stand_ins: dict[UUID, list[UUID]], standing: dict[UUID, Standing]) -> Lack | None:
    if due.agreement is None:
        return lack(None, ())
    there = (standing[key].where for key in stand_ins.get(uuid_of(due.agreement.key), ()))
    return lack(standing[uuid_of(due.agreement.supervisor)].where, there)


def _gap(due: Due, why: Lack, known: dict[UUID, Who], teams: dict[UUID, tuple[str, UUID]]) -> Unsupervised:
    team = None if due.team is None else teams.get(uuid_of(due.team))
    return Unsupervised(
        person=known[uuid_of(due.person)],
        team=team[0] if team else "",
        supervisor=known[uuid_of(due.agreement.supervisor)].name if due.agreement else "",
        agreement_id=uuid_of(due.agreement.key) if due.agreement else None,
        why=why,
    )


def _loads(
    rows: list[Due], standing: dict[UUID, Standing], known: dict[UUID, Who], ceiling: int
) -> tuple[SupervisorLine, ...]:
    count: dict[UUID, int] = defaultdict(int)
    for due in rows:
        if due.agreement is not None and due.state is not DueState.NO_AGREEMENT:
            count[uuid_of(due.agreement.supervisor)] += 1
    lines = [
        SupervisorLine(known[key], load(many, standing[key].wte, ceiling), standing[key].wte, standing[key].where)
        for key, many in count.items()
    ]
    return tuple(sorted(lines, key=lambda line: (-line.load.people, line.person.name.casefold())))
