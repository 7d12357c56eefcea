"""The establishment page: what each role sees of posts, filled and vacant, on a day and over time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from peerhub.access.models import Organisation, RoleGrant
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Person, ServiceLine, Team
from peerhub.workforce.rules.words import Contract, Setting
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.workforce.rows import add_post, add_spell

Browse = Callable[[UUID | None], Browser]
MIDDAY = "2026-06-15 12:00:00+00:00"


@pytest.fixture(autouse=True)
def _midsummer() -> object:
    with time_machine.travel(MIDDAY, tick=False):
        yield


def cells(page: Page, caption: str) -> dict[str, list[str]]:
    """The rows of a table by their first cell."""
    table = next(table for table in page.all("table") if table.query("caption")[0].to_text().strip() == caption)
    for hidden in table.query(".nhsuk-table-responsive__heading"):
        hidden.parent.remove_child(hidden)
    lines = [[" ".join(cell.to_text().split()) for cell in row.query("td")] for row in table.query("tbody tr")]
    return {line[0]: line[1:] for line in lines}


def fill(app: Flask, world: World) -> None:
    """Six posts more on Willow ward, five of them filled since 2023, and one post outside the peer service."""
    with app.app_context():
        scope.enter(world.trust)
        for number in range(6):
            post = add_post(world.willow, number=f"W{number}", opens=date(2023, 1, 1))
            if number:
                add_spell(post, date(2023, 2, 1), name=f"Peer{number}")
        add_post(world.willow, title="Patient safety partner", peer_service=False)
        add_spell(add_post(world.willow, opens=date(2023, 1, 1)), date(2023, 2, 1), contract=Contract.BANK)
        db.session.commit()


def test_the_head_sees_every_number(app: Flask, browse: Browse, world: World) -> None:
    fill(app, world)
    page = browse(world.hana).get("/establishment")
    rows = cells(page, "By service line")
    assert rows["Adult acute wards"] == ["Inpatient", "8", "6", "2", "8", "6", "6"]
    assert rows["Perinatal"] == ["Community", "1", "1", "0", "1", "1", "1"]
    assert rows["All together"] == ["", "9", "7", "2", "9", "7", "7"]
    assert "7 of 100 roles aimed at are filled: 7%." in page.text
    assert page.all("progress")[0].attrs["max"] == "100"
    history = cells(page, "Posts of the peer service over time")
    assert history["1 Jan 2025"] == ["9", "7", "2", "7"]
    assert list(history)[-1] == "15 Jun 2026"


def test_a_day_and_a_history_are_chosen_by_the_address(app: Flask, browse: Browse, world: World) -> None:
    fill(app, world)
    page = browse(world.hugo).get("/establishment?on=2023-01-15&since=2022-01-01&every=month")
    assert cells(page, "By service line")["Adult acute wards"][1:4] == ["8", "1", "7"]
    history = cells(page, "Posts of the peer service over time")
    assert history["1 Feb 2022"] == ["3", "0", "3", "0"]
    assert history["1 Apr 2022"] == ["3", "1", "2", "1"]
    assert len(history) == 14
    assert "as at Sun 15 January 2023" in page.text


def test_a_person_in_two_posts_is_one_head(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        add_spell(world.vacant_post, date(2024, 1, 1), person_id=world.tom_person)
        db.session.commit()
    rows = cells(browse(world.hana).get("/establishment"), "By service line")
    assert [*rows["All together"][1:3], rows["All together"][5]] == ["3", "3", "2"]


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("?on=yesterday", "Day must be a real date, such as 2025-11-14"),
        ("?on=2026-02-30", "Day must be a real date, such as 2025-11-14"),
        ("?on=1066-10-14", "Day must be between 1 January 1990 and 16 June 2028"),
        ("?on=2990-10-14", "Day must be between 1 January 1990 and 16 June 2028"),
        ("?since=2027-01-01", "History must begin on or before the day, and at most 15 years before it"),
        ("?on=0001-01-01&since=2020-01-01", "Day must be between 1 January 1990 and 16 June 2028"),
        ("?since=1990-01-01", "History must begin on or before the day, and at most 15 years before it"),
    ],
)
def test_a_day_that_makes_no_sense_is_told(browse: Browse, world: World, address: str, error: str) -> None:
    page = browse(world.hana).get(f"/establishment{address}", status=422)
    assert page.errors == [error]
    assert cells(page, "By service line")["All together"][1] == "3", "today is shown meanwhile"


def test_an_executive_sees_no_small_count(app: Flask, browse: Browse, world: World) -> None:
    fill(app, world)
    page = browse(world.ellen).get("/establishment")
    assert "as at Wed 1 April 2026" in page.text
    rows = cells(page, "By service line")
    assert rows["Adult acute wards, Perinatal"] == ["Inpatient, Community", "9", "7", "2", "9"]
    assert rows["All together"] == ["", "9", "7", "2", "9"]
    assert "7 of 100 roles" in page.text
    history = cells(browse(world.ellen).get("/establishment?since=2022-01-01"), "Posts of the peer service over time")
    assert list(history) == ["1 Jan 2022", "1 Jan 2023", "1 Jan 2024", "1 Jan 2025", "1 Jan 2026", "1 Apr 2026"]
    assert history["1 Jan 2023"] == ["9", "not shown", "not shown"], "one person was there"
    assert history["1 Jan 2024"] == ["9", "7", "2"]
    assert not any(name in page.text for name in ("Priya", "Rahman", "Okafor"))


@pytest.mark.parametrize("every", ["month", "quarter", "year"])
@pytest.mark.parametrize("asked", ["on=2024-02-01", "on=2024-03-01", "on=2024-11-30"])
def test_an_executive_does_not_see_who_came_or_went_from_month_to_month(
    every: str, asked: str, app: Flask, browse: Browse, world: World
) -> None:
    fill(app, world)
    ellen = browse(world.ellen)
    page = ellen.get(f"/establishment?{asked}&since=2022-01-01&every={every}")
    assert "as at Mon 1 January 2024" in page.text
    assert page.all("input[name=every]") == []
    lines = csv.DictReader(io.StringIO(page_csv(ellen, f"{asked}&since=2022-01-01&every={every}")))
    assert {line["Day"] for line in lines} == {"2022-01-01", "2023-01-01", "2024-01-01"}
    assert "as at Wed 1 April 2026" in ellen.get("/establishment?on=2027-03-01").text, "no day still to come"


def page_csv(browser: Browser, asked: str) -> str:
    return browser.client.get(f"/establishment?{asked}&format=csv").text.removeprefix("\ufeff")


def test_an_executive_of_a_small_service_sees_posts_alone(browse: Browse, world: World) -> None:
    page = browse(world.ellen).get("/establishment")
    assert "Fewer than 5 of them are filled." in page.text
    assert "roles aimed at" not in page.text
    assert cells(page, "By service line") == {
        "Adult acute wards, Perinatal": ["Inpatient, Community", "3", "not shown", "not shown", "3"],
        "All together": ["", "3", "not shown", "not shown", "3"],
    }
    lines = browse(world.ellen).get("/establishment?format=csv").response.text
    assert ",2," not in lines
    assert "People" not in lines


def test_the_organisation_sets_target_and_small_number(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        trust = db.session.get_one(Organisation, world.trust)
        trust.role_target, trust.small_number = 2, 2
        db.session.commit()
    assert "2 of 2 roles aimed at are filled: 100%." in browse(world.hana).get("/establishment").text
    assert "2 of 2 roles" in browse(world.ellen).get("/establishment").text


def test_a_team_manager_sees_their_own_team(app: Flask, browse: Browse, world: World) -> None:
    page = browse(world.moses).get("/establishment")
    rows = cells(page, "By service line")
    assert rows["All together"][:4] == ["", "2", "1", "1"]
    assert "Perinatal" not in page.text
    assert "roles aimed at" not in page.text


def test_an_executive_of_a_team_does_not_see_its_people(app: Flask, browse: Browse, world: World) -> None:
    """A supervisor of Willow who is an executive of Harbour sees numbers of people in neither."""
    with app.app_context():
        db.session.add(
            RoleGrant(
                user_id=world.sam, organisation_id=world.trust, role=Role.EXECUTIVE, breadth=Breadth.TEAM,
                place_id=world.harbour, starts=date(2022, 1, 1),
            )
        )  # fmt: skip
        db.session.commit()
    page = browse(world.sam).get("/establishment")
    assert "Fewer than 5" in page.text


def test_the_file_holds_lines_and_history(app: Flask, browse: Browse, world: World) -> None:
    fill(app, world)
    page = browse(world.hana).get("/establishment?format=csv&on=2026-06-15&since=2026-01-01&every=quarter")
    rows = list(csv.DictReader(io.StringIO(page.response.text.removeprefix("\ufeff"))))
    assert [(row["Day"], row["Service line"], row["Filled"], row["People"]) for row in rows] == [
        ("2026-06-15", "Adult acute wards", "6", "6"),
        ("2026-06-15", "Perinatal", "1", "1"),
        ("2026-01-01", "All service lines", "7", "7"),
        ("2026-04-01", "All service lines", "7", "7"),
        ("2026-06-15", "All service lines", "7", "7"),
    ]
    assert browse(world.hana).get("/establishment?format=xlsx").response.mimetype.endswith("sheet")


def test_the_chart_says_what_it_shows(app: Flask, browse: Browse, world: World) -> None:
    fill(app, world)
    hana = browse(world.hana)
    image = hana.get("/establishment?since=2022-01-01").all("figure img")[0]
    assert "on Mon 15 June 2026 9, 7 of them filled. The target is 100." in image.attrs["alt"]
    drawn = hana.client.get(image.attrs["src"])
    assert drawn.mimetype == "image/svg+xml"
    assert "Target: 100" in drawn.text
    assert hana.client.get("/establishment/chart.png?shape=narrow").data.startswith(b"\x89PNG")
    assert hana.client.get("/establishment/chart.svg?on=2026-06-15&since=2026-06-15").status_code == 404
    veiled = browse(world.ellen).client.get("/establishment/chart.svg?since=2022-04-01")
    assert "with too few filled to show" in veiled.text


def test_the_page_asks_the_same_number_of_questions_whatever_the_rows(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    hana = browse(world.hana)
    count_queries()
    hana.get("/establishment")
    before = count_queries()
    fill(app, world)
    with app.app_context():
        scope.enter(world.trust)
        for number in range(9):
            line = ServiceLine(name=f"Line {number}", setting=Setting.CRISIS)
            db.session.add(line)
            db.session.flush()
            team = Team(service_line_id=line.id, name="Team")
            db.session.add(team)
            db.session.flush()
            add_spell(add_post(team.id), date(2023, 1, number + 1))
        assert db.session.query(Person).count() > 10
        db.session.commit()
    count_queries()
    hana.get("/establishment?since=2022-01-01&every=month")
    assert count_queries() == before
