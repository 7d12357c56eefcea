"""Making, changing and ending an agreement, and standing in for a supervisor. Each refusal is a rule of ``rules``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.supervision.models import SupervisionAgreement, SupervisionCover, SupervisionSession
from peerhub.supervision.rules.agreements import Terms, cover_refusal, end_refusal, terms_refusal
from peerhub.supervision.rules.words import SupervisionKind
from peerhub.workforce.actions.refusing import refuse_if
from peerhub.workforce.models import Person, Spell
from peerhub.workforce.rules.posts import Days


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgreement:
    """An agreement as it was typed."""

    supervisor_id: UUID
    supervisee_id: UUID
    kind: SupervisionKind
    every_weeks: int
    minutes: int
    starts: date
    ends: date | None = None
    deputy_id: UUID | None = None


def make_agreement(asked: NewAgreement, follows: SupervisionAgreement | None = None) -> SupervisionAgreement:
    """Make an agreement.

    Args:
        follows: the agreement that is handed over into this one; its last day is set already.

    Raises:
        DomainError: somebody would supervise themselves, has left, or there is one on these days already.
    """
    _wait_for_others(asked.supervisee_id)
    refuse_if(terms_refusal(_terms(asked), _others(asked.supervisee_id, asked.kind), _days_of(asked.supervisor_id)))
    made = SupervisionAgreement(
        supervisor_id=asked.supervisor_id, supervisee_id=asked.supervisee_id, deputy_id=asked.deputy_id,
        kind=asked.kind, every_weeks=asked.every_weeks, minutes=asked.minutes, starts=asked.starts, ends=asked.ends,
        follows_id=follows.id if follows else None,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.wrote("agreement made", made, kind=made.kind.value)
    return made


def change_agreement(
    agreement: SupervisionAgreement, version: int | None, *, every_weeks: int, minutes: int, deputy_id: UUID | None
) -> list[str]:
    """Change how often and how long two people meet, and who is the deputy.

    Raises:
        DomainError: a number is out of bounds, or the deputy is one of the two.
        Conflict: somebody else saved it first.
    """
    agreement.expect(version)
    changed = Terms(
        agreement.supervisor_id, agreement.supervisee_id, agreement.kind, every_weeks, minutes, agreement.starts,
        agreement.ends, deputy_id,
    )  # fmt: skip
    refuse_if(terms_refusal(changed, [], []))
    fields = audit.changed(agreement, every_weeks=every_weeks, minutes=minutes, deputy_id=deputy_id)
    if fields:
        db.session.flush()
        audit.wrote("agreement changed", agreement, fields=fields)
    return fields


def end_agreement(agreement: SupervisionAgreement, version: int | None, ends: date) -> None:
    """Say which day is an agreement's last.

    Raises:
        DomainError: it has an end, the day is before its start, or a session was held after it.
        Conflict: somebody else saved it first.
    """
    agreement.expect(version)
    refuse_if(end_refusal(agreement.starts, ends, agreement.ends, last_held(agreement)))
    agreement.ends = ends
    db.session.flush()
    audit.wrote("agreement ended", agreement)


def add_cover(
    agreements: Iterable[SupervisionAgreement], cover_id: UUID, starts: date, ends: date | None
) -> list[SupervisionCover]:
    """Let somebody stand in, from a day to a day, for the supervisor of one agreement or of several at once.

    Raises:
        DomainError: they are one of the two, the days are not right, or there is cover on them already.
    """
    days, made = Days(starts, ends), []
    for agreement in agreements:
        others = [Days(cover.starts, cover.ends) for cover in agreement.covers]
        refuse_if(cover_refusal(agreement.supervisor_id, agreement.supervisee_id, cover_id, days, others))
        row = SupervisionCover(cover_id=cover_id, starts=starts, ends=ends)
        agreement.covers.append(row)
        db.session.flush()
        audit.wrote("cover added", agreement)
        made.append(row)
    return made


def remove_cover(cover: SupervisionCover) -> None:
    """Take cover away again."""
    agreement = cover.agreement
    agreement.covers.remove(cover)
    db.session.delete(cover)
    db.session.flush()
    audit.wrote("cover removed", agreement)


def last_held(agreement: SupervisionAgreement) -> date | None:
    """The last day on which a session of an agreement was held."""
    held = select(func.max(SupervisionSession.held_on)).where(SupervisionSession.agreement_id == agreement.id)
    return db.session.scalar(held)


def _terms(asked: NewAgreement) -> Terms:
    return Terms(
        asked.supervisor_id, asked.supervisee_id, asked.kind, asked.every_weeks, asked.minutes, asked.starts,
        asked.ends, asked.deputy_id,
    )  # fmt: skip


def _others(supervisee_id: UUID, kind: SupervisionKind) -> list[Terms]:
    rows = db.session.scalars(
        select(SupervisionAgreement).where(
            SupervisionAgreement.supervisee_id == supervisee_id, SupervisionAgreement.kind == kind
        )
    )
    return [
        Terms(row.supervisor_id, row.supervisee_id, row.kind, row.every_weeks, row.minutes, row.starts, row.ends)
        for row in rows
    ]


def _days_of(person_id: UUID) -> list[Days]:
    rows = db.session.execute(select(Spell.starts, Spell.ends).where(Spell.person_id == person_id))
    return [Days(starts, ends) for starts, ends in rows]


def _wait_for_others(supervisee_id: UUID) -> None:
    """Let nobody else make an agreement for the same person at the same time."""
    db.session.execute(select(Person.id).where(Person.id == supervisee_id).with_for_update())
