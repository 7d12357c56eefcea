"""Recruitment by year as people get it: the page, the file, and the published years of the demonstration."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, update

from peerhub.access.models import AuditEntry
from peerhub.access.permissions import Role
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.recruitment import actions
from peerhub.recruitment.models import Campaign
from tests.demo.test_build import browser
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
TOTALS = {"name": "Peers in crisis teams 2024", "year": "2024", "service": "Crisis", "applications": "50", "roles": "4"}


def kept(app: Flask, world: World) -> list[tuple[str, int, int]]:
    with app.app_context():
        scope.enter(world.trust)
        rows = db.session.scalars(select(Campaign).order_by(Campaign.year)).all()
        return [(row.name, row.applications, row.roles) for row in rows]


def test_the_published_years_on_the_page(demonstration: Flask) -> None:
    page = browser(demonstration, Role.EXECUTIVE).get("/recruitment")
    rows = [[" ".join(cell.to_text().split()) for cell in row.query("td")] for row in page.all("tbody tr")]
    told = [(row[0], row[3], row[4], row[5], row[6]) for row in rows]
    assert told == [
        ("Year 2018", "Applications 217", "Roles 6", "Applications for each role 36.2", "Led by lived experience Yes"),
        ("Year 2021", "Applications 120", "Roles 12", "Applications for each role 10.0", "Led by lived experience Yes"),
        ("Year 2025", "Applications 236", "Roles 6", "Applications for each role 39.3", "Led by lived experience Yes"),
    ]


def test_the_published_years_in_the_files(demonstration: Flask) -> None:
    hr = browser(demonstration, Role.HR).client
    text = hr.get("/recruitment?format=csv").get_data(as_text=True).removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(line["Year"], line["Applications"], line["Roles"]) for line in lines] == [
        ("2018", "217", "6"),
        ("2021", "120", "12"),
        ("2025", "236", "6"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(hr.get("/recruitment?format=xlsx").data)).active
    assert sheet is not None
    assert [sheet["D2"].value, sheet["E2"].value, sheet["F2"].value] == [217, 6, 36.2]


def test_each_campaign_leads_to_who_is_still_here(demonstration: Flask) -> None:
    hr = browser(demonstration, Role.HR)
    page = hr.get("/recruitment")
    links = [link.attrs["href"] for link in page.all("tbody a") if link.to_text().strip() == "Retention"]
    recruited = [hr.get(link).all(".peerhub-big")[0].to_text().split()[0] for link in links]
    assert recruited == ["6", "12", "6"], "as many people came by each campaign as it offered roles"
    executive = browser(demonstration, Role.EXECUTIVE).get("/recruitment")
    assert executive.all("tbody a") == []


def test_hr_adds_a_campaign_and_puts_it_right(app: Flask, world: World, browse: Browse) -> None:
    hugo = browse(world.hugo)
    page = hugo.post("/recruitment/add", TOTALS)
    assert "Saved." in page.text
    assert kept(app, world)[-1] == ("Peers in crisis teams 2024", 50, 4)
    edit = hugo.get(f"/recruitment/{world.campaign}")
    version = edit.all('input[name="version"]')[0].attrs["value"]
    changed = TOTALS | {"name": "Peers on wards 2022", "year": "2022", "applications": "41", "version": version}
    hugo.post(f"/recruitment/{world.campaign}", changed)
    assert kept(app, world)[0] == ("Peers on wards 2022", 41, 4)
    with app.app_context():
        done = set(db.session.scalars(select(AuditEntry.action)))
    assert {"campaign added", "campaign changed"} <= done


def test_two_people_save_one_campaign(app: Flask, world: World, browse: Browse) -> None:
    hugo, hana = browse(world.hugo), browse(world.hana)
    sent = TOTALS | {"version": "1"}
    hugo.post(f"/recruitment/{world.campaign}", sent)
    page = hana.post(f"/recruitment/{world.campaign}", sent | {"applications": "7"}, status=409)
    assert "Somebody else saved this while you were writing" in page.text
    assert kept(app, world)[-1][1] == 50, "the second is shown both versions and has saved nothing yet"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Enter the name of the campaign"),
        ({"name": "Peers on wards 2022"}, "There is already a campaign with this name"),
        ({"year": "1066"}, "Year must be a whole number from 1990 to 2100"),
        ({"applications": "-1"}, "Applications must be a whole number from 0 to 100,000"),
        ({"applications": "many"}, "Applications must be a whole number from 0 to 100,000"),
        ({"roles": ""}, "Roles must be a whole number from 0 to 10,000"),
        ({"roles": "٣"}, "Roles must be a whole number from 0 to 10,000"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    wrong: dict[str, str], told: str, app: Flask, world: World, browse: Browse
) -> None:
    before = kept(app, world)
    page = browse(world.hugo).post("/recruitment/add", TOTALS | wrong, status=422)
    assert told in page.errors
    assert kept(app, world) == before


def test_a_campaign_without_roles_has_no_rate(app: Flask, world: World, browse: Browse) -> None:
    hugo = browse(world.hugo)
    hugo.post("/recruitment/add", TOTALS | {"roles": "0"})
    assert hugo.get("/recruitment?sort=-per_role").status == 200


def test_the_chart_says_what_it_shows_and_the_page_the_sum(demonstration: Flask) -> None:
    executive = browser(demonstration, Role.EXECUTIVE)
    page = executive.get("/recruitment?sort=-year")
    assert "573 applications for 24 roles in 3 campaigns: 23.9 for each role." in page.text
    (picture,) = page.all("figure img")
    told = "2018: Community, 36.2; 2021: Inpatient, 10.0; 2025: Secure inpatient, 39.3."
    assert picture.attrs["alt"] == f"Applications for each role. {told}"
    for shape in ("wide", "narrow"):
        drawn = executive.client.get(f"{picture.attrs['src']}?shape={shape}")
        assert f">{told}</desc>" in drawn.text
    kept_picture = executive.client.get("/recruitment/applications-for-each-role.png?download=1")
    assert kept_picture.data.startswith(b"\x89PNG")


def test_without_a_role_there_is_no_chart(app: Flask, world: World, browse: Browse) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.execute(update(Campaign).values(roles=0))
        db.session.commit()
    page = browse(world.ellen).get("/recruitment")
    assert page.all("figure img") == []
    assert browse(world.ellen).client.get("/recruitment/applications-for-each-role.svg").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_campaigns(
    app: Flask, world: World, browse: Browse, count_queries: Callable[[], int]
) -> None:
    hana = browse(world.hana)
    count_queries()
    hana.get("/recruitment")
    few = count_queries()
    with app.app_context():
        scope.enter(world.trust)
        for number in range(20):
            actions.add_campaign(f"Campaign {number}", 2000 + number, "Crisis", applications=9, roles=2)
        db.session.commit()
    count_queries()
    hana.get("/recruitment")
    assert count_queries() == few
