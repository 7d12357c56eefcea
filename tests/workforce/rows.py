"""Rows for tests about places and posts: more of them, and what the database holds."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask

from peerhub.access.models import RoleGrant
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Person, Post, Spell
from peerhub.workforce.rules.words import RoleKind
from tests.fixtures.people import World


def held(app: Flask, trust: UUID, kind: type[Any], key: UUID) -> Any:
    """A row as the database holds it."""
    with app.app_context():
        scope.enter(trust)
        row = db.session.get(kind, key)
        db.session.expunge_all()
        return row


def make_hr_of_team(world: World, user: UUID, team: UUID) -> None:
    """Give somebody HR's role for one team, inside the application."""
    db.session.add(
        RoleGrant(
            user_id=user, organisation_id=world.trust, role=Role.HR, breadth=Breadth.TEAM, place_id=team,
            starts=date(2022, 1, 1),
        )
    )  # fmt: skip


def add_post(team: UUID, **more: Any) -> UUID:
    """A post of the peer service in a team, inside the application."""
    made = Post(
        **{
            "team_id": team, "title": "Peer support worker", "role_kind": RoleKind.PEER_SUPPORT_WORKER,
            "lived_experience": True, "peer_service": True, "opens": date(2022, 1, 1),
        } | more
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made.id


def add_spell(post: UUID, starts: date, ends: date | None = None, name: str = "Extra", **more: Any) -> UUID:
    """A person of their own in a post, inside the application."""
    person = Person(first_name=name, last_name="Person")
    db.session.add(person)
    db.session.flush()
    made = Spell(**{"person_id": person.id, "post_id": post, "starts": starts, "ends": ends} | more)
    db.session.add(made)
    db.session.flush()
    return made.id
