"""Today: the first page after signing in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from peerhub.access.permissions import Role
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.feature import Need
from peerhub.core.mail import OutboxMail
from peerhub.home.rules import most_urgent_first
from peerhub.workforce.models import Adjustment, WellnessPlan
from peerhub.workforce.rules.words import AdjustmentStatus as S
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
ACTIONS = {
    Role.HEAD_OF_PEER_WORK: {"View retention", "Add a person"},
    Role.HR: {"View retention", "Add a person"},
    Role.EXECUTIVE: {"View retention"},
    Role.PEER_WORKER: {"My record", "Ask for an adjustment"},
    Role.PEER_SUPERVISOR: {"My record", "Ask for an adjustment"},
}
"""What each role does from here, at the least."""
NEVER = {
    Role.PEER_WORKER: {"View retention", "Add a person"},
    Role.PEER_SUPERVISOR: {"View retention", "Add a person"},
    Role.TEAM_MANAGER: {"View retention", "Add a person"},
    Role.EXECUTIVE: {"Add a person"},
    Role.SYSTEM_ADMINISTRATOR: {"View retention", "Add a person"},
}


@pytest.fixture(autouse=True)
def nothing_to_send(app: Flask, world: World) -> None:
    """The invitation that waits in the outbox is gone: the administrator has nothing to do either."""
    with app.app_context():
        db.session.get_one(OutboxMail, world.message).sent_at = datetime(2025, 1, 2, tzinfo=UTC)
        db.session.commit()


def needs(page: Page) -> list[str]:
    """What waits, as it is read, from the top."""
    return [" ".join(item.to_text().split()) for item in page.all(".nhsuk-list--border li")]


def put(app: Flask, world: World, *rows: object) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.add_all(rows)
        db.session.commit()


def adjustment(world: World, status: S, **more: object) -> Adjustment:
    values: dict[str, object] = {
        "person_id": world.priya_person, "kind": "hours", "description": "Late start", "status": status,
        "asked_on": date(2025, 5, 1),
    }  # fmt: skip
    return Adjustment(**values | more)


@pytest.fixture(autouse=True)
def _second_of_june() -> object:
    with time_machine.travel("2025-06-02 10:00:00+01:00", tick=False):
        yield


def test_a_stranger_is_asked_to_sign_in(browse: Browse) -> None:
    answer = browse(None).client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_the_head_of_peer_work_sees_today(browse: Browse, world: World) -> None:
    page = browse(world.hana).get("/")
    assert page.heading.startswith("Today")
    assert "Mon 2 June 2025" in page.heading
    assert "Hana Test" in page.text


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_own_ways_on_and_may_go_them_all(role: Role, browse: Browse, world: World) -> None:
    browser = browse(world.accounts[role])
    found = browser.get("/").all("a.nhsuk-action-link__link, .nhsuk-action-link a, a.nhsuk-action-link")
    links = {" ".join(link.to_text().split()): link.attrs["href"] for link in found}
    assert ACTIONS.get(role, set()) <= links.keys()
    assert not NEVER.get(role, set()) & links.keys()
    for address in links.values():
        assert browser.client.get(address).status_code not in {403, 404}, address


@pytest.mark.parametrize("role", list(Role))
def test_with_nothing_waiting_the_page_says_what_will_be_here(role: Role, browse: Browse, world: World) -> None:
    assert "Nothing is waiting for you" in browse(world.accounts[role]).get("/").text


def test_what_is_late_comes_first_and_says_how_late(browse: Browse, app: Flask, world: World) -> None:
    put(
        app,
        world,
        adjustment(world, S.IN_PLACE, review_on=date(2025, 6, 1), agreed_by_id=world.hana),
        WellnessPlan(person_id=world.priya_person, account_id=world.priya, content="Tea", review_on=date(2025, 4, 2)),
    )
    assert needs(browse(world.priya).get("/")) == [
        "Look at your wellness plan again 61 days late",
        "Look at your adjustment again 1 day late",
    ]
    assert needs(browse(world.hana).get("/")) == ["Review an adjustment with Priya Rahman 1 day late"]


def test_a_review_comes_to_the_person_and_to_whoever_agreed_it_and_to_nobody_else(
    browse: Browse, app: Flask, world: World
) -> None:
    due = date(2025, 6, 2)
    put(app, world, adjustment(world, S.IN_PLACE, review_on=due, agreed_by_id=world.moses, with_manager=True))
    assert needs(browse(world.priya).get("/")) == ["Look at your adjustment again"]
    assert needs(browse(world.moses).get("/")) == ["Review an adjustment with Priya Rahman"]
    for account in (world.hana, world.hugo, world.sam, world.ada, world.stig):
        assert needs(browse(account).get("/")) == []


def test_what_was_asked_for_waits_for_those_who_may_answer(browse: Browse, app: Flask, world: World) -> None:
    put(app, world, adjustment(world, S.REQUESTED), adjustment(world, S.REQUESTED))
    assert needs(browse(world.hana).get("/")) == ["Answer Priya Rahman, who asked for 2 adjustments"]
    for account in (world.priya, world.moses, world.hugo, world.sam, world.ada, world.stig):
        assert needs(browse(account).get("/")) == []
    put(app, world, adjustment(world, S.REQUESTED, with_manager=True))
    assert needs(browse(world.moses).get("/")) == ["Answer Priya Rahman, who asked for an adjustment"]


@pytest.mark.parametrize("status", [S.ENDED, S.DECLINED])
def test_what_does_not_run_needs_nobody(status: S, browse: Browse, app: Flask, world: World) -> None:
    put(app, world, adjustment(world, status, review_on=date(2025, 6, 1), agreed_by_id=world.hana))
    assert needs(browse(world.priya).get("/")) == needs(browse(world.hana).get("/")) == []


def test_nothing_on_today_says_what_an_adjustment_is(browse: Browse, app: Flask, world: World) -> None:
    put(app, world, adjustment(world, S.REQUESTED))
    assert "Late start" not in browse(world.hana).get("/").text


def test_equally_late_is_in_the_order_of_words() -> None:
    waiting = [Need("b", "/"), Need("a", "/"), Need("c", "/", days=2), Need("d", "/", days=-1)]
    assert [need.text for need in most_urgent_first(waiting)] == ["c", "a", "b", "d"]


@pytest.mark.parametrize("account", ["hana", "priya", "moses", "hugo"])
def test_today_asks_the_database_as_often_whatever_waits(
    account: str, browse: Browse, app: Flask, world: World, count_queries: Callable[[], int]
) -> None:
    browser = browse(getattr(world, account))
    browser.get("/")
    count_queries()
    browser.get("/")
    few = count_queries()
    put(
        app,
        world,
        *[adjustment(world, S.IN_PLACE, review_on=date(2025, 6, 1), agreed_by_id=world.hana) for _ in range(12)],
        *[adjustment(world, S.REQUESTED, person_id=world.tom_person, with_manager=True) for _ in range(12)],
    )
    count_queries()
    browser.get("/")
    assert count_queries() == few
