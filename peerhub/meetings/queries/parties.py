"""Who can be asked to a meeting, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from peerhub.access.models import RoleGrant, User
from peerhub.access.permissions import MATRIX, Permission, Role
from peerhub.access.rules import Viewer
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.meetings.models import Meeting, MeetingAction, MeetingParty, SeriesParty
from peerhub.meetings.rules.kinds import MeetingKind
from peerhub.meetings.rules.parties import Party
from peerhub.workforce.models import Person, Post, Spell, Team
from peerhub.workforce.queries.reach import listed, people_within

SOMEBODY = "Somebody"


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who can be asked.

    Attributes:
        is_of_place: they work where the meeting is for.
        is_colleague: they have a part to play beside the peers': they lead, manage or support.
    """

    party: Party
    name: str
    is_of_place: bool
    is_colleague: bool = False


def party_in(row: MeetingParty | SeriesParty | MeetingAction) -> Party | None:
    """Whom a row names; None for a guest."""
    if row.person_id is None and row.user_id is None:
        return None
    return Party(row.person_id, row.user_id)


def parties_in(meeting: Meeting) -> list[Party]:
    """Who is in a meeting, guests left out."""
    return [party for row in meeting.parties if (party := party_in(row)) is not None]


def own_party(viewer: Viewer) -> Party:
    """The viewer as a party: their person record where their account is linked to one. One statement."""
    own = db.session.scalar(select(Person.id).where(Person.user_id == viewer.user_id, listed()))
    return Party(person_id=own) if own else Party(user_id=viewer.user_id)


def party_of_user(user_id: UUID) -> Party:
    """The party whose account this is. One statement."""
    own = db.session.scalar(select(Person.id).where(Person.user_id == user_id, listed()))
    return Party(person_id=own) if own else Party(user_id=user_id)


def names_of(parties: Iterable[Party | None]) -> dict[Party, str]:
    """What each is called; an erased person is "Name erased". Two statements at most."""
    wanted = {party for party in parties if party is not None}
    found = dict.fromkeys(wanted, SOMEBODY)
    persons = [party.person_id for party in wanted if party.person_id]
    users = [party.user_id for party in wanted if party.user_id]
    if persons:
        for person in db.session.scalars(select(Person).where(Person.id.in_(persons))):
            found[Party(person_id=person.id)] = person.known_as
    if users:
        for key, name in db.session.execute(select(User.id, User.name).where(User.id.in_(users))):
            found[Party(user_id=key)] = name
    return found


def choices(
    viewer: Viewer, kind: MeetingKind, team_id: UUID | None = None, service_line_id: UUID | None = None
) -> list[Choice]:
    """Who can be asked to a meeting of a kind: people within reach, colleagues with a part to play, and oneself.

    Those who work in the team or service line come first, each group by name. Four statements.
    """
    day, own = today(), own_party(viewer)
    of_place = _working_in(team_id, service_line_id, day)
    found: dict[Party, Choice] = {}
    named = select(Person.id, Person.preferred_name, Person.first_name, Person.last_name)
    for key, preferred, first, last in db.session.execute(named.where(listed(), _reached(viewer, kind, day))):
        party = Party(person_id=key)
        found[party] = Choice(party, f"{preferred or first} {last}".strip(), key in of_place)
    for user_id, name, person_id in _colleagues(day):
        party = Party(person_id=person_id) if person_id else Party(user_id=user_id)
        known = found.get(party)
        found[party] = Choice(party, known.name if known else name, person_id in of_place, is_colleague=True)
    found.setdefault(own, Choice(own, viewer.name, is_of_place=False, is_colleague=True))
    return sorted(found.values(), key=_place_first)


def _place_first(choice: Choice) -> tuple[bool, str, str]:
    return not choice.is_of_place, choice.name.casefold(), choice.party.code


def load_choices(viewer: Viewer, kind: MeetingKind, wanted: Iterable[Party]) -> list[Party]:
    """The same parties, each of them somebody this viewer can ask.

    Raises:
        NotFound: one of them is nobody such.
    """
    asked = list(wanted)
    allowed = {choice.party for choice in choices(viewer, kind)} if asked else set()
    if not set(asked) <= allowed:
        raise NotFound
    return asked


def _reached(viewer: Viewer, kind: MeetingKind, day: date) -> ColumnElement[bool]:
    """People who are or will be in a post within reach of a permission that arranges this kind."""
    held = [permission for permission in kind.arranges if viewer.may(permission)]
    works = (
        select(Spell.id)
        .where(Spell.person_id == Person.id, or_(Spell.ends.is_(None), Spell.ends >= day))
        .correlate(Person)
        .exists()
    )
    within = [people_within(viewer.reach(permission), day) for permission in held]
    return and_(works, or_(*within)) if within else Person.id.is_(None)


def _working_in(team_id: UUID | None, service_line_id: UUID | None, day: date) -> set[UUID | None]:
    if team_id is None and service_line_id is None:
        return set()
    place = Team.id == team_id if team_id else Team.service_line_id == service_line_id
    return set(
        db.session.scalars(
            select(Spell.person_id)
            .join(Post, Spell.post_id == Post.id)
            .join(Team, Post.team_id == Team.id)
            .where(place, Spell.starts <= day, or_(Spell.ends.is_(None), Spell.ends >= day))
        )
    )


COLLEAGUES = [role for role in Role if role is not Role.PEER_WORKER and Permission.MEETINGS_OWN in MATRIX[role]]
"""Roles whose holders anybody who arranges may ask: they lead, manage or support, and their names are no secret."""


def _colleagues(day: date) -> list[tuple[UUID, str, UUID | None]]:
    """Active accounts that hold such a role here today: key, name, and the key of their person record."""
    holds = (
        select(RoleGrant.id)
        .where(
            RoleGrant.user_id == User.id,
            RoleGrant.organisation_id == scope.current(),
            RoleGrant.role.in_(COLLEAGUES),
            RoleGrant.starts <= day,
            or_(RoleGrant.ends.is_(None), RoleGrant.ends >= day),
        )
        .exists()
    )
    rows = db.session.execute(
        select(User.id, User.name, Person.id)
        .outerjoin(Person, and_(Person.user_id == User.id, listed()))
        .where(User.is_active, holds)
        .order_by(func.lower(User.name), User.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
