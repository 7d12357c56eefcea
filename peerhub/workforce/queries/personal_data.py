"""Everything workforce holds of one person, in words, for that person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from peerhub.access.models import AuditEntry
from peerhub.access.queries.told import teller
from peerhub.core.database import db
from peerhub.core.feature import Held, Subject
from peerhub.workforce.models import (
    Adjustment,
    EqualityProfile,
    Person,
    PersonMerge,
    Post,
    Spell,
    Team,
    WellnessPlan,
)
from peerhub.workforce.queries.adjustments import said_kind
from peerhub.workforce.queries.reach import listed
from peerhub.workforce.rules.equality import QUESTIONS, answer_to
from peerhub.workforce.rules.told import done
from peerhub.workforce.rules.words import said_weekdays

Row = dict[str, Any]


def personal_data(subject: Subject) -> Held:
    """What workforce holds of a person, by title. The caller has made sure that it is theirs to read."""
    if subject.person_id is None:
        return {}
    person = db.session.scalar(select(Person).where(Person.id == subject.person_id, listed()))
    if person is None:
        return {}
    spells = _spells(person.id)
    adjustments = _adjustments(person.id)
    return {
        "Your details": [_details(person)],
        "Your posts": [_spell(spell) for spell in spells],
        "Time away": [row for spell in spells for row in _breaks(spell)],
        "Other records that were joined to yours": list(_merges(person.id)),
        "Your equality answers": list(_answers(subject)),
        "Your adjustments": [_adjustment(row) for row in adjustments],
        "What happened with your adjustments": [step for row in adjustments for step in _steps(row)],
        "Your wellness plan": list(_plan(subject)),
        "Who looked at your record or changed it": list(_trail(person, spells, adjustments)),
    }


def _details(person: Person) -> Row:
    return {
        "Staff number": person.staff_number,
        "First name": person.first_name,
        "Last name": person.last_name,
        "Preferred first name": person.preferred_name,
        "Pronouns": person.pronouns,
        "Work e-mail address": person.email,
        "Work phone number": person.phone,
        "Linked to an account": person.user_id is not None,
        "Missing from the staff record since": person.unconfirmed_since,
        "Added to PeerHub": person.made_at,
    }


def _spells(person_id: UUID) -> list[Spell]:
    return list(
        db.session.scalars(
            select(Spell)
            .options(
                joinedload(Spell.post).joinedload(Post.team).joinedload(Team.service_line), selectinload(Spell.breaks)
            )
            .where(Spell.person_id == person_id)
            .order_by(Spell.starts, Spell.id)
        )
    )


def _spell(spell: Spell) -> Row:
    post, team = spell.post, spell.post.team
    return {
        "Post": post.title,
        "Post number": post.number,
        "Band": _said(post.band),
        "Employer": post.employer,
        "Team": team.name,
        "Service line": team.service_line.name,
        "First day": spell.starts,
        "Last day": spell.ends,
        "WTE": float(spell.wte),
        "Contract": _said(spell.contract),
        "Working days": said_weekdays(spell.weekdays),
        "Reason for leaving": _said(spell.leaving_reason),
        "Destination": spell.destination,
        "Recruitment campaign": spell.campaign,
    }


def _breaks(spell: Spell) -> Iterator[Row]:
    for away in spell.breaks:
        yield {"What": _said(away.kind), "First day": away.starts, "Last day": away.ends}


def _merges(person_id: UUID) -> Iterator[Row]:
    rows = db.session.execute(
        select(Person.staff_number, PersonMerge.merged_on, PersonMerge.undone_on)
        .join(Person, PersonMerge.merged_id == Person.id)
        .where(PersonMerge.kept_id == person_id)
        .order_by(PersonMerge.merged_on)
    )
    for number, merged_on, undone_on in rows:
        yield {"Staff number": number, "Joined": merged_on, "Taken apart again": undone_on}


def _answers(subject: Subject) -> Iterator[Row]:
    profile = db.session.scalar(
        select(EqualityProfile).where(
            EqualityProfile.person_id == subject.person_id, EqualityProfile.account_id == subject.user_id
        )
    )
    if profile is None:
        return
    yield {"About": "All questions", "Your answer": profile.state.label}
    for question in QUESTIONS.values():
        if question.characteristic.value in profile.answers:
            answer = answer_to(profile.answers, question.characteristic)
            yield {"About": question.characteristic.label, "Your answer": answer.said(question)}


def _adjustments(person_id: UUID) -> list[Adjustment]:
    return list(
        db.session.scalars(
            select(Adjustment)
            .options(selectinload(Adjustment.steps))
            .where(Adjustment.person_id == person_id)
            .order_by(Adjustment.asked_on, Adjustment.id)
        )
    )


def _adjustment(row: Adjustment) -> Row:
    return {
        "What sort of change": said_kind(row.kind),
        "What would help": row.description,
        "How far it has come": row.status.label,
        "Asked for": row.asked_on,
        "Agreed": row.agreed_on,
        "Looked at again": row.review_on,
        "Ended": row.ended_on,
        "Shared with the team manager": row.with_manager,
        "Why it was not agreed": row.reason,
        "An answer you have not seen yet": row.is_news,
    }


def _steps(row: Adjustment) -> Iterator[Row]:
    for step in row.steps:
        yield {"Adjustment": said_kind(row.kind), "What": step.move.label, "When": step.at, "What was said": step.note}


def _plan(subject: Subject) -> Iterator[Row]:
    plan = db.session.scalar(
        select(WellnessPlan).where(
            WellnessPlan.person_id == subject.person_id, WellnessPlan.account_id == subject.user_id
        )
    )
    if plan is not None:
        yield {"Your plan": plan.content, "Shown to": plan.shared_with, "Looked at again": plan.review_on}


def _trail(person: Person, spells: Iterable[Spell], adjustments: Iterable[Adjustment]) -> Iterator[Row]:
    keys = [person.id, *(spell.id for spell in spells), *(row.id for row in adjustments)]
    about: ColumnElement[bool] = or_(*(AuditEntry.subject_id == key for key in keys))
    latest_first = (AuditEntry.at.desc(), AuditEntry.id.desc())
    rows = db.session.scalars(select(AuditEntry).where(about).order_by(*latest_first)).all()
    by = teller(rows, person.user_id)
    for entry in rows:
        yield {"When": entry.at, "What": done(entry.action), "By": by(entry)}


def _said(word: Any) -> str:
    return "" if word is None else str(word.label)
