"""What people said of their own characteristics: each reads their own, and nobody else's. Others see counts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound, Refused
from peerhub.workforce.models import EqualityCount, EqualityProfile, Person, Post, Spell
from peerhub.workforce.queries.people import own_record
from peerhub.workforce.queries.reach import listed
from peerhub.workforce.rules.equality import Told
from peerhub.workforce.rules.words import AskedState


@dataclass(frozen=True, slots=True)
class OwnAnswers:
    """The viewer's own answers. ``version`` is 0 where there are none yet."""

    state: AskedState
    answers: Mapping[str, Mapping[str, str]]
    version: int


def own_answers(viewer: Viewer) -> OwnAnswers | None:
    """The viewer's own answers, or None where no record is theirs."""
    person = own_record(viewer)
    if person is None or not viewer.may(Permission.OWN_EQUALITY):
        return None
    profile = profile_of(person)
    if profile is None or profile.account_id != viewer.user_id:
        return OwnAnswers(AskedState.NOT_ASKED, {}, 0)
    return OwnAnswers(profile.state, profile.answers, profile.version)


def load_own(viewer: Viewer) -> Person:
    """The person whose answers the viewer may write: themself.

    Raises:
        NotFound: no record is theirs.
    """
    person = own_record(viewer)
    if person is None or not viewer.may(Permission.OWN_EQUALITY):
        raise NotFound
    return person


def profile_of(person: Person) -> EqualityProfile | None:
    """The row of a person's answers, whichever account wrote it; for actions."""
    return db.session.scalar(select(EqualityProfile).where(EqualityProfile.person_id == person.id))


def told_by_current_people(day: date) -> list[Told]:
    """What everybody who works in the peer service on a day said, without who said it; for counting alone."""
    works = (
        select(Spell.id)
        .join(Post, Spell.post_id == Post.id)
        .where(
            Spell.person_id == Person.id,
            Post.peer_service,
            Spell.starts <= day,
            or_(Spell.ends.is_(None), Spell.ends >= day),
        )
        .exists()
    )
    rows = db.session.execute(
        select(EqualityProfile.state, EqualityProfile.answers)
        .select_from(Person)
        .outerjoin(EqualityProfile, EqualityProfile.person_id == Person.id)
        .where(listed(), works)
    )
    return [Told(state or AskedState.NOT_ASKED, answers or {}) for state, answers in rows]


@dataclass(frozen=True, slots=True)
class Counted:
    """One count, exact: a page shows it only with small numbers hidden. ``made_at`` is the moment of it."""

    as_at: date
    made_at: datetime
    people: int
    counts: Mapping[str, Mapping[str, int]]


def check_may_report(viewer: Viewer) -> None:
    """Counts are of the whole organisation: those of a part would tell of the rest.

    Raises:
        Refused: the viewer's permission reaches a part alone.
    """
    if not viewer.reach(Permission.EQUALITY_REPORT).whole:
        raise Refused("equality report of a part")


def counts_so_far(viewer: Viewer) -> tuple[Counted, ...]:
    """Every count, the earliest first: a later one may be shown only beside those before it.

    Raises:
        Refused: the viewer may not see counts of the whole organisation.
    """
    check_may_report(viewer)
    found = db.session.scalars(select(EqualityCount).order_by(EqualityCount.as_at))
    return tuple(Counted(one.as_at, one.made_at, one.people, one.counts) for one in found)


def last_counted_on() -> date | None:
    """The day of the latest count, for actions."""
    return db.session.scalar(select(EqualityCount.as_at).order_by(EqualityCount.as_at.desc()).limit(1))
