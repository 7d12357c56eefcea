"""An organisation large enough to measure with: 2,000 people over ten years, the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from uuid_utils.compat import uuid7

from peerhub.access.models import Organisation, OrganisationKind, RoleGrant, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import count_anew, db
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting

FIRST, LAST = date(2016, 1, 1), date(2026, 11, 1)
PEOPLE, LINES, TEAMS = 2_000, 10, 60
REASONS = [LeavingReason.PROMOTION, LeavingReason.OTHER_NHS, LeavingReason.HEALTH, LeavingReason.RELOCATION]


def settle(people: int = PEOPLE) -> tuple[UUID, UUID]:
    """Fill an empty database; gives the keys of the organisation and of its head of peer work's account."""
    made = Organisation(name="Crowded Trust", kind=OrganisationKind.NHS_TRUST)
    db.session.add(made)
    db.session.flush()
    head = User(organisation_id=made.id, email="head@example.org", name="Head Crowd", session_key="session-of-head")
    db.session.add(head)
    db.session.flush()
    db.session.add(
        RoleGrant(
            user_id=head.id,
            organisation_id=made.id,
            role=Role.HEAD_OF_PEER_WORK,
            breadth=Breadth.ORGANISATION,
            starts=FIRST,
        )
    )
    scope.enter(made.id)
    with scope.within(made.id):
        _fill(made.id, people, random.Random(20261124))
    count_anew()
    db.session.commit()
    return made.id, head.id


def _fill(organisation: UUID, people: int, dice: random.Random) -> None:
    settings = list(Setting)
    lines = [_row(organisation, name=f"Service line {n}", setting=settings[n % len(settings)]) for n in range(LINES)]
    teams = [
        _row(organisation, name=f"Team {n}", service_line_id=lines[n % LINES]["id"], site="", manager_name="")
        for n in range(TEAMS)
    ]
    persons = [
        _row(organisation, first_name=f"First{n}", last_name=f"Last{n}", staff_number=f"{n:06}") for n in range(people)
    ]
    posts: list[dict[str, Any]] = []
    spells = [spell for person in persons for spell in _career(organisation, person["id"], teams, posts, dice)]
    for model, rows in ((ServiceLine, lines), (Team, teams), (Person, persons), (Post, posts), (Spell, spells)):
        db.session.execute(insert(model), rows)


def _row(organisation: UUID, **values: Any) -> dict[str, Any]:
    return {"id": uuid7(), "organisation_id": organisation, **values}


def _career(
    organisation: UUID, person: UUID, teams: list[dict[str, Any]], posts: list[dict[str, Any]], dice: random.Random
) -> Iterator[dict[str, Any]]:
    """One to three spells, each in a post of its own; about a third of the people have left."""
    starts = FIRST + timedelta(dice.randrange((LAST - FIRST).days))
    for number in range(dice.choice((1, 1, 2, 2, 3))):
        length = timedelta(dice.randrange(200, 1600))
        ends = starts + length
        is_over = ends < LAST
        in_service = number == 0 or dice.random() < 0.8
        post = _row(
            organisation,
            team_id=dice.choice(teams)["id"],
            number=f"N{len(posts):05}",
            title="Peer support worker" if in_service else "Patient safety partner",
            role_kind=RoleKind.PEER_SUPPORT_WORKER if in_service else RoleKind.LIVED_EXPERIENCE_LEADERSHIP,
            band=Band.B3,
            lived_experience=True,
            peer_service=in_service,
            opens=starts,
            closes=None,
        )
        posts.append(post)
        yield _row(
            organisation,
            person_id=person,
            post_id=post["id"],
            starts=starts,
            ends=ends if is_over else None,
            wte=Decimal(dice.choice(("0.4", "0.6", "0.8", "1"))),
            contract=Contract.PERMANENT,
            leaving_reason=dice.choice(REASONS) if is_over else None,
        )
        if not is_over:
            return
        starts = ends + timedelta(1)
