"""Service lines and teams as people get them: lists, pages, forms, and who may do what."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Champion, Post, ServiceLine, Team
from peerhub.workforce.rules.words import Contract, Setting
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.workforce.rows import add_post, add_spell, held, make_hr_of_team

Browse = Callable[[UUID | None], Browser]
TEAM = {"name": "Willow ward", "site": "", "is_ward": "y", "beds": "", "manager_name": ""}


def actions_on(app: Flask, key: UUID) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == key)))


def test_the_list_counts_filled_and_vacant_posts(browse: Browse, world: World) -> None:
    page = browse(world.hana).get("/teams?format=csv")
    rows = {row["Team"]: row for row in csv.DictReader(io.StringIO(page.response.text.removeprefix("\ufeff")))}
    assert [rows["Willow ward"][name] for name in ("Posts", "Filled", "Vacant", "Ward")] == ["2", "1", "1", "yes"]
    assert [rows["Harbour team"][name] for name in ("Posts", "Filled", "Vacant", "Ward")] == ["1", "1", "0", "no"]
    assert browse(world.hana).get("/teams?format=xlsx").response.mimetype.endswith("sheet")


def test_a_bank_worker_fills_no_post(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        add_spell(world.vacant_post, date(2024, 1, 1), contract=Contract.BANK)
        own = add_post(world.willow)
        add_spell(own, date(2024, 1, 1), contract=Contract.PERMANENT)
        covered = add_post(world.willow, number="P9", closes=date(2023, 12, 31))
        later = add_post(world.willow, number="P9", opens=date(2024, 1, 1), title="Senior peer support worker")
        add_spell(covered, date(2022, 1, 1), date(2023, 12, 31))
        add_spell(later, date(2024, 2, 1), contract=Contract.BANK)
        db.session.commit()
    rows = [row for row in browse(world.hana).get("/teams").all("tbody tr") if "Willow" in row.to_text()]
    cells = [" ".join(cell.to_text().split()) for cell in rows[0].query("td")]
    assert cells[-3:] == ["Posts 3", "Filled 2", "Vacant 1"], "bank only: no post; a post of old that bank covers: one"
    page = browse(world.hana).get(f"/teams/{world.willow}")
    assert "2 filled, 1 vacant" in page.text
    assert "Bank work only" in page.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Harbour team", "Willow ward"]),
        ("?sort=-name", ["Willow ward", "Harbour team"]),
        ("?sort=-vacant", ["Willow ward", "Harbour team"]),
        ("?ward=yes", ["Willow ward"]),
        ("?ward=no", ["Harbour team"]),
        ("?setting=community", ["Harbour team"]),
        ("?show=closed", []),
        ("?service_line=nonsense", []),
        ("?sort=nonsense&page=0&setting=", ["Harbour team", "Willow ward"]),
    ],
)
def test_the_list_is_narrowed_and_sorted_by_its_address(
    browse: Browse, world: World, asked: str, found: list[str]
) -> None:
    page = browse(world.hugo).get(f"/teams{asked}")
    assert [link.to_text().strip() for link in page.all("td:first-child a")] == found


def test_a_team_manager_sees_their_own_team_alone(browse: Browse, world: World) -> None:
    page = browse(world.moses).get("/teams")
    assert "Willow ward" in page.text
    assert "Harbour team" not in page.text
    assert "Add a team" not in page.text
    assert "Perinatal" not in browse(world.moses).get("/service-lines").text
    browse(world.moses).get(f"/teams/{world.harbour}", status=404)
    browse(world.moses).get(f"/service-lines/{world.harbour_line}", status=404)


def test_a_team_page_says_who_is_coming_and_to_some_who_was_here(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        post = add_post(world.willow)
        add_spell(post, date(2022, 2, 1), date(2022, 3, 1), name="Bygone")
        add_spell(post, date(2099, 1, 1), name="Futura")
        db.session.commit()
    head = browse(world.hana).get(f"/teams/{world.willow}")
    assert all(name in head.text for name in ("Priya Rahman", "Bygone Person", "Futura Person", "Charlie Champion"))
    manager = browse(world.moses).get(f"/teams/{world.willow}")
    assert "Futura Person" in manager.text
    assert "Bygone" not in manager.text
    assert "Change this team" not in [link.to_text().strip() for link in manager.all("main a")]


def test_add_a_service_line_and_a_team(app: Flask, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    page = hana.post("/service-lines/add", {"name": "  Crisis house ", "setting": "crisis"})
    assert page.heading.endswith("Crisis house")
    assert "Its teams come next" in page.text
    with app.app_context():
        scope.enter(world.trust)
        line = db.session.scalars(select(ServiceLine).where(ServiceLine.name == "Crisis house")).one()
        assert line.setting is Setting.CRISIS
        key = line.id
    page = hana.post("/teams/add", {"name": "Lantern", "service_line_id": str(key), "beds": "6", "is_ward": "y"})
    assert page.heading.endswith("Lantern")
    assert "Crisis house (Crisis)" in page.text
    assert actions_on(app, key) == ["service line added"]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": ""}, "Enter the name of the team"),
        ({"name": "x" * 121}, "Name must be 120 characters or fewer"),
        ({"beds": "many"}, "Beds must be a whole number from 0 to 999"),
        ({"beds": "-1"}, "Beds must be a whole number from 0 to 999"),
        ({"beds": "5", "is_ward": ""}, "Only a ward has beds. Tick that this is a ward, or leave beds empty"),
        ({"service_line_id": ""}, "Choose the service line"),
        ({"service_line_id": "00000000-0000-0000-0000-000000000000"}, "Choose one from the list"),
        ({"name": "Willow ward"}, "This service line already has a team with this name"),
    ],
)
def test_a_team_that_may_not_be(app: Flask, browse: Browse, world: World, values: dict[str, str], error: str) -> None:
    sent = TEAM | {"name": "New ward", "service_line_id": str(world.willow_line)} | values
    page = browse(world.hana).post("/teams/add", {key: value for key, value in sent.items() if value}, status=422)
    assert page.errors == [error]
    assert page.all("title")[0].to_text().startswith("Error: ")
    with app.app_context():
        scope.enter(world.trust)
        assert len(db.session.scalars(select(Team)).all()) == 2


def test_another_trusts_service_line_is_never_offered_nor_taken(app: Flask, browse: Browse, world: World) -> None:
    sent = TEAM | {"name": "Sly ward", "service_line_id": str(world.rook_line)}
    page = browse(world.hana).post("/teams/add", sent, status=422)
    assert page.errors == ["Choose one from the list"]
    assert str(world.rook_line) not in page.response.text


def test_two_people_who_save_a_team_see_both_versions(app: Flask, browse: Browse, world: World) -> None:
    address, line = f"/teams/{world.willow}/edit", str(world.willow_line)
    first, second = browse(world.hana), browse(world.hugo)
    opened = second.get(address).all("input[name=version]")[0].attrs["value"]
    first.post(address, TEAM | {"version": opened, "service_line_id": line, "manager_name": "Mo Salah", "beds": "18"})
    typed = TEAM | {"version": opened, "service_line_id": line, "manager_name": "Mo Farah", "beds": "18"}
    page = second.post(address, typed, status=409)
    told = page.all("#both-versions")[0].to_text()
    assert "Mo Salah" in told
    assert "Mo Farah" in told
    assert held(app, world.trust, Team, world.willow).manager_name == "Mo Salah"
    again = page.all("input[name=version]")[0].attrs["value"]
    second.post(address, typed | {"version": again})
    assert held(app, world.trust, Team, world.willow).manager_name == "Mo Farah"
    assert actions_on(app, world.willow).count("team changed") == 2


def test_two_people_who_save_a_service_line_see_both_versions(app: Flask, browse: Browse, world: World) -> None:
    address = f"/service-lines/{world.willow_line}/edit"
    hana = browse(world.hana)
    hana.post(address, {"version": "1", "name": "Acute wards", "setting": "inpatient"})
    page = hana.post(address, {"version": "1", "name": "Wards", "setting": "secure"}, status=409)
    told = page.all("#both-versions")[0].to_text()
    assert all(word in told for word in ("Acute wards", "Inpatient", "Secure"))
    assert held(app, world.trust, ServiceLine, world.willow_line).setting is Setting.INPATIENT


def test_a_role_for_one_team_reaches_no_further(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        make_hr_of_team(world, world.priya, world.harbour)
        db.session.commit()
    priya = browse(world.priya)
    kept = {"version": "1", "name": "Harbour team", "manager_name": "Mo", "service_line_id": str(world.harbour_line)}
    priya.post(f"/teams/{world.harbour}/edit", kept)
    assert held(app, world.trust, Team, world.harbour).manager_name == "Mo"
    moved = kept | {"version": "2", "service_line_id": str(world.willow_line)}
    assert priya.post(f"/teams/{world.harbour}/edit", moved, status=422).errors == ["Choose one from the list"]
    new = {"name": "Another", "service_line_id": str(world.harbour_line)}
    assert priya.post("/teams/add", new, status=422).errors == ["Choose one from the list"]
    priya.post("/service-lines/add", {"name": "Mine", "setting": "crisis"}, status=403)
    for address in (f"/teams/{world.willow}/edit", f"/service-lines/{world.harbour_line}/edit"):
        priya.post(address, {"version": "1", "name": "Taken"}, status=404)
    assert held(app, world.trust, Team, world.harbour).service_line_id == world.harbour_line
    assert held(app, world.trust, ServiceLine, world.harbour_line).name == "Perinatal"


def test_a_service_line_name_is_taken_once(browse: Browse, world: World) -> None:
    page = browse(world.hana).post("/service-lines/add", {"name": "Perinatal", "setting": "community"}, status=422)
    assert page.errors == ["There is already a service line with this name"]
    page = browse(world.hana).post("/service-lines/add", {"name": "", "setting": "elsewhere"}, status=422)
    assert page.errors == ["Enter the name of the service line", "Choose the setting"]


def test_a_team_with_people_does_not_close(app: Flask, browse: Browse, world: World) -> None:
    day = {"closed_on-day": "1", "closed_on-month": "6", "closed_on-year": "2026", "version": "1"}
    page = browse(world.hana).post(f"/teams/{world.willow}/close", day, status=422)
    assert page.errors == ["1 person works in this team after that day. End or move them first"]
    assert held(app, world.trust, Team, world.willow).closed_on is None


def test_close_a_team_and_its_line_and_open_them_again(app: Flask, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    with app.app_context():
        scope.enter(world.trust)
        line = ServiceLine(name="Pilot", setting=Setting.JUSTICE)
        db.session.add(line)
        db.session.flush()
        team = Team(service_line_id=line.id, name="Pilot team")
        db.session.add(team)
        db.session.flush()
        post = add_post(team.id)
        line_id, team_id = line.id, team.id
        db.session.commit()
    day = {"closed_on-day": "31", "closed_on-month": "mar", "closed_on-year": "2024", "version": "1"}
    page = hana.post(f"/service-lines/{line_id}/close", day, status=422)
    assert page.errors == ["Close its teams first"]
    page = hana.post(f"/teams/{team_id}/close", day)
    assert "is open until Sun 31 March 2024" in page.text
    assert held(app, world.trust, Post, post).closes == date(2024, 3, 31)
    hana.post(f"/service-lines/{line_id}/close", day)
    assert "Closed" in hana.get(f"/service-lines/{line_id}").text
    assert "Pilot team" not in hana.get("/teams").text
    assert "Pilot team" in hana.get("/teams?show=closed").text
    refused = hana.post(f"/teams/{team_id}/reopen", status=400)
    assert "This service line has closed" in refused.text
    hana.post(f"/service-lines/{line_id}/reopen")
    hana.post(f"/teams/{team_id}/reopen")
    assert held(app, world.trust, Team, team_id).closed_on is None
    assert held(app, world.trust, Post, post).closes == date(2024, 3, 31), "each post is opened again on its own"


def test_a_champion_is_named_and_ended(app: Flask, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    sent = {"name": "Nell Named", "starts-day": "2", "starts-month": "1", "starts-year": "2025"}
    page = hana.post(f"/teams/{world.harbour}/champions/add", sent)
    assert "Nell Named" in page.text
    with app.app_context():
        scope.enter(world.trust)
        key = db.session.scalars(select(Champion.id).where(Champion.name == "Nell Named")).one()
    end = {"ends-day": "1", "ends-month": "1", "ends-year": "2025"}
    page = hana.post(f"/champions/{key}/end", end, status=422)
    assert page.errors == ["The last day must be the first day or later"]
    hana.post(f"/champions/{key}/end", end | {"ends-day": "28"})
    assert held(app, world.trust, Champion, key).ends == date(2025, 1, 28)
    assert "champion ended" in actions_on(app, key)


def test_a_team_of_a_trust_without_any_says_how_to_begin(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.programme)
        db.session.commit()
    page = browse(world.hana).get("/teams?show=closed")
    assert "No team matches" in page.text


def test_lists_and_pages_ask_the_same_number_of_questions_whatever_the_rows(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    addresses = ("/teams", "/service-lines", f"/teams/{world.willow}", f"/service-lines/{world.willow_line}")
    hana = browse(world.hana)
    before = {}
    for address in addresses:
        count_queries()
        hana.get(address)
        before[address] = count_queries()
    with app.app_context():
        scope.enter(world.trust)
        for number in range(12):
            post = add_post(world.willow, number=f"X{number}")
            add_spell(post, date(2023, 1, 1), date(2023, 6, 1))
            add_spell(post, date(2024, 1, 1))
            db.session.add(Team(service_line_id=world.willow_line, name=f"Team {number}"))
            db.session.add(ServiceLine(name=f"Line {number}", setting=Setting.SECURE))
        db.session.commit()
    count_queries()
    for address in addresses:
        hana.get(address)
        assert count_queries() == before[address], address
