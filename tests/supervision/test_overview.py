"""Caseload, a person's supervision, who has nobody, the whole service: who sees what, and that it is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.supervision.models import SupervisionAgreement, SupervisionCover
from peerhub.supervision.queries.service import month_ends
from peerhub.supervision.rules.words import SupervisionKind
from peerhub.workforce.models import Break, Spell
from peerhub.workforce.rules.words import BreakKind
from tests.fixtures.factories import TeamFactory, more_people
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.supervision.making import Pair, agree, hold, miss, supervisor

Browse = Callable[[UUID | None], Browser]
TODAY = date(2025, 6, 2)


@pytest.fixture(autouse=True)
def _second_of_june() -> Iterator[None]:
    with time_machine.travel("2025-06-02 15:00:00+01:00", tick=False):
        yield


@pytest.fixture
def year(app: Flask, world: World, sam: Pair) -> Pair:
    """Sessions of the spring, one of them missed; wellbeing said each time."""
    with app.app_context():
        scope.enter(world.trust)
        for when, said in ((date(2025, 2, 3), "4"), (date(2025, 3, 3), "3"), (date(2025, 4, 28), "2")):
            hold(sam.agreement, when, themes=("wellbeing", "boundaries"), wellbeing=said)
        miss(sam.agreement, date(2025, 3, 31), "service_pressure")
        db.session.commit()
    return sam


def needs(page: Page) -> list[str]:
    return [" ".join(item.to_text().split()) for item in page.all(".nhsuk-list--border li")]


def test_the_caseload_says_who_is_due_since_when_and_how_they_were(browse: Browse, world: World, year: Pair) -> None:
    page = browse(world.sam).get("/supervision")
    (row,) = page.all("tbody tr")
    text = " ".join(row.to_text().split())
    assert "Priya Rahman" in text
    assert "28 Apr 2025" in text
    assert "26 May 2025, 7 days late" in text
    assert "Overdue" in text
    assert "4, 3, 2" in text
    assert "You look after 1 person" in page.text
    assert "See Priya Rahman for peer supervision 7 days late" in needs(browse(world.sam).get("/"))


def test_whoever_covers_sees_who_is_due_and_not_how_they_were(
    app: Flask, browse: Browse, world: World, year: Pair
) -> None:
    with app.app_context():
        scope.enter(world.trust)
        hana = supervisor(world, world.hana, "Hana", "Hale", "20002")
        db.session.add(SupervisionCover(agreement_id=year.agreement, cover_id=hana, starts=TODAY))
        db.session.commit()
    page = browse(world.hana).get("/supervision")
    assert "you stand in for Sam Sterling" in page.text
    assert "4, 3, 2" not in page.text


def test_an_account_without_a_record_is_told_so(browse: Browse, world: World) -> None:
    assert "not linked to a person" in browse(world.moses).get("/supervision").text
    assert "not linked to your record" in browse(world.sam).get("/my-supervision").text


def test_too_many_for_the_hours_is_said(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.scalars(select(Spell).where(Spell.person_id == sam.sam)).one().wte = 0.1  # type: ignore[assignment]  # a number will do
        agree(sam.sam, world.tom_person)
        db.session.commit()
    assert "That is more than the 1 that your hours allow for" in browse(world.sam).get("/supervision").text


def test_a_persons_kinds_stand_side_by_side(app: Flask, browse: Browse, world: World, year: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        hold(agree(world.tom_person, world.priya_person, kind=SupervisionKind.MANAGEMENT, every_weeks=6), TODAY)
        db.session.commit()
    page = browse(world.priya).get("/my-supervision")
    headings = [" ".join(one.to_text().split()) for one in page.all("section h2")]
    assert headings == ["Peer supervision", "Management supervision", "Reflective practice"]
    assert "With Sam Sterling, every 4 weeks" in page.text
    assert "With Tom Okafor, every 6 weeks" in page.text
    theirs = browse(world.sam).get(f"/people/{world.priya_person}/supervision")
    assert "With Tom Okafor, every 6 weeks" in theirs.text, "whoever arranges within reach sees that there is one"
    assert len(theirs.all(".nhsuk-list--border li")) == 4, "and the sessions of their own alone"


def test_the_persons_page_has_the_facts(browse: Browse, world: World, year: Pair) -> None:
    page = browse(world.hana).get(f"/people/{world.priya_person}")
    assert "Peer supervision: with Sam Sterling" in page.text
    assert "7 days late" in page.text
    hidden = browse(world.moses).get(f"/people/{world.priya_person}")
    assert "Sam Sterling" not in hidden.text


def test_the_manager_of_the_team_sees_no_peer_supervision(browse: Browse, world: World, year: Pair) -> None:
    answer = browse(world.moses).client.get(f"/people/{world.priya_person}/supervision")
    assert answer.status_code == 404
    assert browse(world.moses).client.get("/supervision/service").status_code == 403


def test_the_service_is_counted_by_team_supervisor_and_month(browse: Browse, world: World, year: Pair) -> None:
    page = browse(world.hana).get("/supervision/service")
    assert "Supervision on time: 0% (0 of 3)" in page.text
    assert "Willow ward" in page.text
    assert "Sam Sterling" in page.text
    assert "3 sessions were held and 1 missed" in page.text
    assert "Service pressure 1" in page.text.replace("Sessions ", "").replace("Reason ", "")
    assert "Boundaries" in page.text
    rows = {
        " ".join(row.to_text().split()).split(" Peers")[0].removeprefix("Day "): " ".join(row.to_text().split())
        for row in page.all("table")[-3].query("tbody tr")
    }
    assert "33% (1 of 3)" in rows["31 Mar 2025"], rows
    assert "0% (0 of 3)" in rows["30 Apr 2025"] or "33%" in rows["30 Apr 2025"]


def test_hr_sees_dates_and_neither_reasons_nor_themes(browse: Browse, world: World, year: Pair) -> None:
    page = browse(world.hugo).get("/supervision/service")
    assert "3 sessions were held and 1 missed" in page.text
    assert "Service pressure" not in page.text
    assert "Boundaries" not in page.text


@pytest.mark.parametrize("who", ["sam", "moses", "priya", "ellen", "ada", "stig"])
def test_the_service_is_for_those_who_oversee_it(who: str, browse: Browse, world: World) -> None:
    answer = browse(getattr(world, who)).client.get("/supervision/service")
    assert answer.status_code == (200 if who == "stig" else 403)
    assert "Rahman" not in answer.text


def test_who_has_nobody_and_why(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    browser = browse(world.hana)
    page = browser.get("/supervision/unsupervised")
    assert "Tom Okafor" in page.text
    assert "Priya Rahman" not in page.text
    spell = select(Spell).where(Spell.person_id == sam.sam)
    with app.app_context():
        scope.enter(world.trust)
        away = Break(spell_id=db.session.scalars(spell).one().id, kind=BreakKind.LONG_SICKNESS, starts=date(2025, 5, 1))
        db.session.add(away)
        db.session.commit()
    assert "Their supervisor is away" in browser.get("/supervision/unsupervised").text
    with app.app_context():
        scope.enter(world.trust)
        db.session.get_one(SupervisionAgreement, sam.agreement).deputy_id = world.tom_person
        db.session.commit()
    assert "Their supervisor is away" not in browser.get("/supervision/unsupervised").text
    with app.app_context():
        scope.enter(world.trust)
        db.session.scalars(spell).one().ends = date(2025, 6, 1)
        db.session.commit()
    page = browser.get("/supervision/unsupervised")
    assert "Their supervisor has left" in page.text
    assert any("Find a supervisor for" in need for need in needs(browser.get("/")))


def test_somebody_on_long_leave_lacks_nobody(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.add(Break(spell_id=world.tom_spell, kind=BreakKind.MATERNITY, starts=date(2025, 5, 1)))
        db.session.commit()
    assert "Tom Okafor" not in browse(world.hana).get("/supervision/unsupervised").text


def test_a_supervisor_sees_the_gaps_of_their_teams_alone(browse: Browse, world: World, sam: Pair) -> None:
    page = browse(world.sam).get("/supervision/unsupervised")
    assert "Tom Okafor" not in page.text


@pytest.mark.parametrize(
    "address", ["/supervision", "/supervision/service", "/supervision/agreements", "/supervision/unsupervised", "/"]
)
def test_each_page_asks_the_database_as_often_whoever_there_is(
    address: str, app: Flask, browse: Browse, world: World, year: Pair, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.hana)

    def opened() -> int:
        browser.get(address)
        count_queries()
        browser.get(address)
        return count_queries()

    few = opened()
    with app.app_context():
        scope.enter(world.trust)
        more = [TeamFactory(service_line_id=world.willow_line).id for _ in range(3)]
        more_people(world.trust, [world.willow, *more], 12)
    with app.app_context():
        scope.enter(world.trust)
        for who in db.session.scalars(select(Spell.person_id).where(Spell.person_id != year.sam)).all()[-6:]:
            key = agree(year.sam, who)
            for month in (1, 2, 3):
                hold(key, date(2025, month, 20))
        db.session.commit()
    assert opened() == few


def test_the_months_end_with_today() -> None:
    ends = month_ends(date(2025, 6, 2))
    assert len(ends) == 13
    assert (ends[0], ends[-2], ends[-1]) == (date(2024, 6, 30), date(2025, 5, 31), date(2025, 6, 2))
