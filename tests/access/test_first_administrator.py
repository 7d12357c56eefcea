"""The first administrator: a link printed once, for 24 hours, and no password that anybody knows beforehand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.access.actions.organisations import first_administrator
from peerhub.access.models import Organisation, User
from peerhub.access.permissions import Role
from peerhub.access.rules import OrganisationKind
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from tests.access.desk import OTHER_PASSWORD, PASSWORD, Desk, sign_in
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)
NEW = "first@example.org"


def made(app: Flask, organisation: str = "Westvale Trust", email: str = NEW, kind: str = "nhs_trust") -> str:
    with app.app_context():
        path = first_administrator(organisation, OrganisationKind(kind), email, "Fay First")
        db.session.commit()
    return path


def test_the_link_makes_an_administrator_of_a_new_organisation(app: Flask, browse: Browse, desk: Desk) -> None:
    path = made(app)
    assert path.startswith("/link/")
    assert desk.user_at(NEW) is None, "there is no account, so there is no password to guess"
    assert desk.messages(NEW) == [], "the link is printed, and sent nowhere"
    theirs = browse(None)
    assert "Westvale Trust invites you" in theirs.get(path).text
    theirs.post("/link", {"name": "Fay First", "new_password": PASSWORD})
    assert theirs.get("/users").heading == "Users"
    user = desk.user_at(NEW)
    assert user is not None
    assert [(role.role, role.ends) for role in desk.roles(user.id)] == [(Role.SYSTEM_ADMINISTRATOR, None)]
    assert desk.organisation(user.organisation_id).name == "Westvale Trust"
    assert desk.audited("organisation added")[-1].organisation_id == user.organisation_id
    browse(None).get(path, status=410)


def test_the_link_works_for_a_day(app: Flask, browse: Browse) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        path = made(app)
        clock.move_to(NOON + timedelta(hours=23, minutes=59))
        assert browse(None).get(path).heading == "Your invitation"
        clock.move_to(NOON + timedelta(hours=24))
        browse(None).get(path, status=410)


def test_asked_again_the_link_before_ends_and_no_organisation_is_added(app: Flask, browse: Browse) -> None:
    first = made(app)
    second = made(app)
    browse(None).get(first, status=410)
    browse(None).get(second)
    with app.app_context():
        found = db.session.scalars(select(Organisation).where(Organisation.name == "Westvale Trust")).all()
    assert len(found) == 1


def test_whoever_runs_the_server_lets_an_administrator_in_again(
    app: Flask, browse: Browse, world: World, desk: Desk
) -> None:
    desk.give_password(world.ada)
    desk.change(User, world.ada, is_active=False)
    path = made(app, "Northmoor Mental Health Trust", "ada@example.org")
    theirs = browse(None)
    assert theirs.get(path).heading == "Choose a new password"
    theirs.post("/link", {"new_password": OTHER_PASSWORD})
    assert sign_in(browse(None), "ada@example.org", OTHER_PASSWORD).heading.startswith("Today")
    assert len(desk.roles(world.ada)) == 1, "the role is held already"


def test_an_account_without_the_role_gets_it(app: Flask, world: World, desk: Desk) -> None:
    made(app, "Northmoor Mental Health Trust", "hana@example.org")
    assert Role.SYSTEM_ADMINISTRATOR in {role.role for role in desk.roles(world.hana)}


def test_the_national_programme_is_made_here_alone(app: Flask, browse: Browse, desk: Desk) -> None:
    path = made(app, "Second programme", kind="programme")
    theirs = browse(None)
    theirs.get(path)
    theirs.post("/link", {"name": "Fay First", "new_password": PASSWORD})
    user = desk.user_at(NEW)
    assert user is not None
    offered = theirs.get(f"/users/{user.id}/roles/give").all("select[name=role] option")
    assert "programme_lead" in {option.attrs["value"] for option in offered}


@pytest.mark.parametrize(
    ("organisation", "kind", "email", "name", "field"),
    [
        ("", "nhs_trust", NEW, "Fay", "organisation"),
        ("Westvale", "nhs_trust", "not an address", "Fay", "email"),
        ("Westvale", "nhs_trust", NEW, "  ", "name"),
        ("Northmoor Mental Health Trust", "vcse", NEW, "Fay", "kind"),
    ],
)
def test_what_is_wrong_is_told(
    organisation: str, kind: str, email: str, name: str, field: str, app: Flask, world: World
) -> None:
    with app.app_context():
        with pytest.raises(DomainError) as refused:
            first_administrator(organisation, OrganisationKind(kind), email, name)
        assert refused.value.field == field
