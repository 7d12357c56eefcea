"""Answering questions about one's own characteristics, taking the answers away, and counting them.

Audit entries name the profile and not the person, and never the question: who looks at a person's history must not
learn when they answered, nor what.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import delete

from peerhub.access import audit
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.core.time import long_date
from peerhub.workforce.models import EqualityCount, EqualityProfile, Person
from peerhub.workforce.queries.equality import last_counted_on, profile_of, told_by_current_people
from peerhub.workforce.rules.equality import (
    OWN_WORDS,
    QUESTIONS,
    Characteristic,
    answer_problem,
    answer_to,
    counted_answers,
    may_count,
    next_count,
    state_of,
    with_answer,
)
from peerhub.workforce.rules.words import AskedState


def answer(
    person: Person, version: int | None, asked: Characteristic, choice: str, words: str = ""
) -> EqualityProfile | None:
    """Keep one answer; leaving the question out takes an earlier one away. With no answer left nothing is kept.

    Raises:
        DomainError: there is no such answer, or own words are missing or too long.
        Conflict: the answers were changed in another window.
    """
    profile = _own_profile(person)
    if profile is not None:
        profile.expect(version)
    kept = profile.answers if profile else {}
    if choice != OWN_WORDS and words.strip() == answer_to(kept, asked).words:
        words = ""  # they changed from their own words to another answer
    problem = answer_problem(QUESTIONS[asked], choice, words)
    if problem is not None:
        raise DomainError(*problem)
    answers = with_answer(kept, asked, choice, words)
    if not answers:
        clear(person)
        return None
    return _keep(person, profile, answers, state_of(answers))


def decline_all(person: Person, version: int | None) -> EqualityProfile:
    """Note that the person prefers not to answer any question; answers given before are deleted.

    Raises:
        Conflict: the answers were changed in another window.
    """
    profile = _own_profile(person)
    if profile is not None:
        profile.expect(version)
    return _keep(person, profile, {}, AskedState.DECLINED)


def _keep(
    person: Person, profile: EqualityProfile | None, answers: dict[str, dict[str, str]], state: AskedState
) -> EqualityProfile:
    with saving():
        if profile is None:
            profile = EqualityProfile(person_id=person.id, account_id=audit.actor().user_id)
            db.session.add(profile)
        profile.answers, profile.state = answers, state
    audit.wrote("equality answers saved", profile)
    return profile


def _own_profile(person: Person) -> EqualityProfile | None:
    """The answers this account wrote. Those of another account are deleted unread: they were somebody else's words."""
    profile = profile_of(person)
    if profile is not None and profile.account_id != audit.actor().user_id:
        clear(person)
        return None
    return profile


def clear(person: Person) -> bool:
    """Delete everything a person said of themself here; they stand as not asked. Gives whether there was anything."""
    profile = profile_of(person)
    if profile is None:
        return False
    audit.wrote("equality answers deleted", profile)
    db.session.delete(profile)
    db.session.flush()
    return True


def erase(person_id: UUID) -> None:
    """Delete a person's answers, as part of erasing the person, who is audited there."""
    db.session.execute(delete(EqualityProfile).where(EqualityProfile.person_id == person_id))


def count_people(day: date) -> EqualityCount:
    """Count everybody's answers, and keep the counts as they are that day.

    Raises:
        DomainError: the last count is too recent: two close together would tell who answered what.
    """
    last = last_counted_on()
    if not may_count(last, day):
        raise DomainError(f"People can be counted again from {long_date(next_count(last))}")
    told = told_by_current_people(day)
    made = EqualityCount(as_at=day, people=len(told), counts=counted_answers(told))
    with saving():
        db.session.add(made)
    audit.wrote("equality answers counted", made)
    return made
