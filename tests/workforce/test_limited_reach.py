"""Somebody of HR who looks after one team: the same pages, no further than that team."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import RoleGrant, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core.database import db
from peerhub.workforce.models import Person, Spell
from peerhub.workforce.rules.words import LeavingReason
from tests.fixtures.people import World
from tests.workforce.looking import Browse, links, rows, sent, typed, write

TODAY = date(2026, 3, 2)
LEFT = {"leaving_reason": "other", "version": "1"}


@pytest.fixture(autouse=True)
def frozen() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def wanda(app: Flask, world: World) -> UUID:
    """HR for Willow ward alone."""

    def make() -> User:
        user = User(
            organisation_id=world.trust, email="wanda@example.org", name="Wanda Test", session_key="session-of-Wanda"
        )
        db.session.add(user)
        db.session.flush()
        db.session.add(
            RoleGrant(
                user_id=user.id, organisation_id=world.trust, role=Role.HR, breadth=Breadth.TEAM,
                place_id=world.willow, starts=date(2022, 1, 1),
            )
        )  # fmt: skip
        return user

    key = write(app, world.trust, make)
    assert isinstance(key, UUID)
    return key


def test_what_is_of_another_team_is_not_there(app: Flask, browse: Browse, world: World, wanda: UUID) -> None:
    browser = browse(wanda)
    for name in ("end", "move", "correct", "delete", "away"):
        browser.get(f"/spells/{world.tom_spell}/{name}", status=404)
        browser.post(f"/spells/{world.tom_spell}/{name}", LEFT | typed(ends=date(2026, 2, 27)), status=404)
    for address in (f"/away/{world.tom_break}", f"/away/{world.tom_break}/delete"):
        browser.get(address, status=404)
        browser.post(address, {"version": "1"}, status=404)
    for name in ("", "/edit", "/history", "/account", "/posts/start"):
        browser.get(f"/people/{world.tom_person}{name}", status=404)
    browser.post(f"/people/{world.tom_person}/confirm", status=404)
    assert rows(app, world.trust, select(Spell.ends).where(Spell.id == world.tom_spell)) == [(None,)]


def test_people_of_the_team_are_looked_after_within_it(app: Flask, browse: Browse, world: World, wanda: UUID) -> None:
    browser = browse(wanda)
    found = links(browser.get(f"/people/{world.priya_person}"))
    assert "Start in another post" in found
    assert "Merge with another record" not in found
    assert "Erase this record" not in found
    page = browser.get(f"/people/{world.priya_person}/posts/start")
    assert [option.to_text() for option in page.all("#post_id option")] == [
        "Choose one",
        "Willow ward: Peer support worker (P003), 1 WTE",
    ]
    page = browser.post(f"/spells/{world.priya_spell}/end", LEFT | typed(ends=date(2026, 2, 27)))
    assert page.heading == "People", "who has left is no longer theirs to see"
    assert rows(app, world.trust, select(Spell.ends).where(Spell.id == world.priya_spell)) == [(date(2026, 2, 27),)]
    browser.get(f"/people/{world.priya_person}", status=404)
    browser.get(f"/spells/{world.priya_spell}/correct", status=404)


def test_a_spell_that_is_over_is_not_theirs_even_in_the_team(
    app: Flask, browse: Browse, world: World, wanda: UUID
) -> None:
    over = {"starts": date(2022, 1, 3), "ends": date(2022, 2, 28), "leaving_reason": LeavingReason.HEALTH}
    key = write(app, world.trust, lambda: Spell(person_id=world.priya_person, post_id=world.vacant_post, **over))
    browse(wanda).get(f"/spells/{key}/correct", status=404)
    assert "Health" not in browse(wanda).get(f"/people/{world.priya_person}").text.replace("Mental Health Trust", "")
    browse(world.hugo).get(f"/spells/{key}/correct")


def test_records_are_merged_and_erased_by_those_who_see_all(
    app: Flask, browse: Browse, world: World, wanda: UUID
) -> None:
    browser = browse(wanda)
    addresses = (
        f"/people/{world.priya_person}/merge",
        f"/people/{world.priya_person}/merge/{world.tom_person}",
        f"/people/{world.priya_person}/erase",
        f"/merges/{world.tom_merge}/undo",
    )
    for address in addresses:
        browser.get(address, status=403)
        browser.post(address, {"version": "1", "typed": "Rahman", "q": "tom"}, status=403)
    assert rows(app, world.trust, select(Person.merged_into_id).where(Person.id == world.tom_person)) == [(None,)]


def test_a_person_is_added_in_a_post_of_the_team(app: Flask, browse: Browse, world: World, wanda: UUID) -> None:
    browser = browse(wanda)
    values = {"first_name": "Ana", "last_name": "Bell", "post_id": ""} | typed(starts=None)
    page = browser.post("/people/add", values, status=422)
    assert page.errors == [
        "Choose the post they start in: you look after some teams, and a person without a post is in none"
    ]
    assert sent(page)["first_name"] == "Ana"
    in_post = {"post_id": str(world.vacant_post), "contract": "permanent"} | typed(starts=date(2026, 4, 1))
    taken = browser.post("/people/add", values | in_post | {"staff_number": "10002"}, status=422)
    assert taken.errors == ["Somebody else already has this staff number"]
    assert "Okafor" not in taken.text, "somebody of another team"
    page = browser.post("/people/add", values | in_post)
    assert page.heading == "Ana Bell"


def test_the_history_tells_of_the_team_s_posts_alone(app: Flask, browse: Browse, world: World, wanda: UUID) -> None:
    hugo = browse(world.hugo)
    hugo.post(f"/people/{world.tom_person}/posts/start", {
        "post_id": str(world.vacant_post), "contract": "permanent", **typed(starts=date(2026, 3, 2)),
    })  # fmt: skip
    hugo.post(f"/spells/{world.tom_spell}/end", LEFT | typed(ends=date(2026, 5, 1)))
    entries = [
        row.query("td")[2].to_text() for row in browse(wanda).get(f"/people/{world.tom_person}/history").all("tbody tr")
    ]
    assert [entry.strip().removeprefix("What ") for entry in entries] == ["Started in a post"]


def test_today_tells_of_the_team_alone(app: Flask, browse: Browse, world: World, wanda: UUID) -> None:
    def leave_out() -> None:
        for key in (world.priya_person, world.tom_person):
            db.session.get_one(Person, key).unconfirmed_since = date(2026, 2, 1)

    write(app, world.trust, leave_out)
    assert "Find out whether 1 person whom the staff record leaves out has left" in browse(wanda).get("/").text
    assert "Find out whether 2 people whom the staff record leaves out have left" in browse(world.hugo).get("/").text
