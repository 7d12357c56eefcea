"""The wellness plan: a person's own words, which nobody else opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Person, WellnessPlan
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
PLAN = {
    "content": "Tea first.\nThen people.", "shared_with": "Sam", "review_on-day": "2", "review_on-month": "12",
    "review_on-year": "2025",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _second_of_june() -> object:
    with time_machine.travel("2025-06-02 10:00:00+01:00", tick=False):
        yield


@pytest.fixture
def plan(app: Flask, world: World) -> Callable[[], WellnessPlan | None]:
    """What the database holds of Priya's plan."""

    def read() -> WellnessPlan | None:
        with app.app_context():
            scope.enter(world.trust)
            return db.session.scalar(select(WellnessPlan).where(WellnessPlan.person_id == world.priya_person))

    return read


def of(world: World, more: str = "") -> str:
    return f"/people/{world.priya_person}/wellness-plan{more}"


def test_a_peer_writes_reads_changes_and_deletes_her_plan(
    browse: Browse, world: World, plan: Callable[[], WellnessPlan]
) -> None:
    browser = browse(world.priya)
    assert "You have not written a plan yet" in browser.get(of(world)).text
    page = browser.post(of(world, "/edit"), PLAN | {"version": "0"})
    assert "Tea first." in page.text
    assert "Tue 2 December 2025" in page.text
    assert (plan().content, plan().review_on, plan().shared_with) == (PLAN["content"], date(2025, 12, 2), "Sam")
    browser.post(of(world, "/edit"), PLAN | {"version": "1", "content": "Coffee first."})
    assert plan().content == "Coffee first."
    page = browser.post(of(world, "/delete"))
    assert "no longer holds your plan" in page.text
    assert plan() is None


def test_the_page_says_whose_it_is_and_prints_without_its_buttons(browse: Browse, world: World) -> None:
    browser = browse(world.priya)
    browser.post(of(world, "/edit"), PLAN | {"version": "0"})
    page = browser.get(of(world))
    assert "only you can open it here" in page.text
    for button in page.all(".nhsuk-main-wrapper button, .nhsuk-main-wrapper .nhsuk-button"):
        above = button
        while above is not None and "peerhub-no-print" not in above.attrs.get("class", ""):
            above = above.parent
        assert above is not None


@pytest.mark.parametrize("account", ["hana", "sam"])
@pytest.mark.parametrize("more", ["", "/edit"])
def test_nobody_else_opens_it(account: str, more: str, browse: Browse, world: World) -> None:
    browse(world.priya).post(of(world, "/edit"), PLAN | {"version": "0"})
    browse(getattr(world, account)).get(of(world, more), status=404)


@pytest.mark.parametrize(("account", "status"), [("hana", 404), ("sam", 404), ("moses", 404), ("hugo", 404)])
def test_nobody_else_deletes_or_writes_it(
    account: str, status: int, browse: Browse, world: World, plan: Callable[[], WellnessPlan]
) -> None:
    browse(world.priya).post(of(world, "/edit"), PLAN | {"version": "0"})
    browse(getattr(world, account)).post(of(world, "/delete"), status=status)
    browse(getattr(world, account)).post(of(world, "/edit"), PLAN | {"version": "1", "content": "Mine"}, status=status)
    assert plan().content == PLAN["content"]


def test_somebody_with_a_record_of_their_own_opens_and_deletes_only_their_own(
    browse: Browse, app: Flask, world: World, plan: Callable[[], WellnessPlan]
) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.get_one(Person, world.tom_person).user_id = world.hana
        db.session.commit()
    browse(world.priya).post(of(world, "/edit"), PLAN | {"version": "0"})
    browser = browse(world.hana)
    browser.post(f"/people/{world.tom_person}/wellness-plan/edit", PLAN | {"version": "0", "content": "Mine"})
    for more in ("", "/edit"):
        browser.get(of(world, more), status=404)
    browser.post(of(world, "/delete"), status=404)
    assert plan().content == PLAN["content"]
    assert "Mine" in browser.get(f"/people/{world.tom_person}/wellness-plan").text


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"content": " "}, "Write something in your plan, or go back without saving"),
        ({"content": "x" * 10_001}, "Your plan must be 10,000 characters or fewer"),
        ({"review_on-month": "6"}, "The day to look at it again must be after today"),
        ({"review_on-day": "31", "review_on-month": "2"}, "must be a real date"),
    ],
)
def test_what_cannot_be_kept_is_said(
    changed: dict[str, str], message: str, browse: Browse, world: World, plan: Callable[[], WellnessPlan | None]
) -> None:
    page = browse(world.priya).post(of(world, "/edit"), PLAN | {"version": "0"} | changed, status=422)
    assert message in page.errors[0]
    assert plan() is None


def test_a_plan_whose_review_is_past_can_be_changed_without_a_new_date(
    browse: Browse, world: World, plan: Callable[[], WellnessPlan]
) -> None:
    browser = browse(world.priya)
    browser.post(of(world, "/edit"), PLAN | {"version": "0"})
    with time_machine.travel("2026-01-05 10:00:00+00:00", tick=False):
        browser = browse(world.priya)
        browser.post(of(world, "/edit"), PLAN | {"version": "1", "content": "Coffee first."})
    assert plan().content == "Coffee first."


def test_two_windows_show_both_versions(browse: Browse, world: World, plan: Callable[[], WellnessPlan]) -> None:
    browser = browse(world.priya)
    browser.post(of(world, "/edit"), PLAN | {"version": "0"})
    browser.post(of(world, "/edit"), PLAN | {"version": "1", "content": "Coffee first."})
    page = browser.post(of(world, "/edit"), PLAN | {"version": "1", "content": "Water first."}, status=409)
    assert "Coffee first." in page.text
    assert "Water first." in page.text
    assert plan().content == "Coffee first."


def test_the_audit_log_holds_no_word_of_it(browse: Browse, world: World, app: Flask) -> None:
    browse(world.priya).post(of(world, "/edit"), PLAN | {"version": "0"})
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "wellness plan saved")).one()
        assert entry.facts == {}
        assert entry.subject_id != world.priya_person
