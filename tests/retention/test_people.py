"""The people behind a figure: as many as the figure says, for those who may see individuals, and written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Person, ServiceLine
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.retention.reading import cells
from tests.retention.record import Trust, account

Browse = Callable[[UUID | None], Browser]
ASKED = "from=2022-01-01&to=2022-12-31&as_at=2025-11-14"


@pytest.mark.parametrize(
    ("group", "number", "heading"),
    [
        ("group=recruited", 19, "People recruited"),
        ("group=here&year=2&tier=in_trust", 18, "People in the organisation 2 years after they started"),
        ("group=here&year=3&tier=in_peer_service", 14, "People in the peer service 3 years after they started"),
        ("group=away&year=3&tier=in_le_role", 4, "People not in a lived experience role 3 years after they started"),
        ("group=not_yet_due&year=4", 19, "People for whom the day 4 years after they started has not come"),
        ("group=left", 4, "People who have left the organisation"),
        ("group=here&year=3&tier=in_trust&setting=community", 3, "People in the organisation 3 years"),
    ],
)
def test_there_are_as_many_people_as_the_figure_says(
    browse: Browse, wrenmoor: Trust, group: str, number: int, heading: str
) -> None:
    page = browse(wrenmoor.hattie).get(f"/retention/people?{ASKED}&{group}")
    assert page.heading.startswith(heading)
    assert len(cells(page, "People")) == number
    assert f"{number} in all" in page.text


@pytest.mark.parametrize("group", ["group=expected", "group=unconfirmed&year=1"])
def test_nobody_behind_a_figure(browse: Browse, wrenmoor: Trust, group: str) -> None:
    assert "Nobody is behind this figure." in browse(wrenmoor.hattie).get(f"/retention/people?{ASKED}&{group}").text


def test_every_link_of_the_page_leads_to_as_many_people(browse: Browse, wrenmoor: Trust) -> None:
    hattie = browse(wrenmoor.hattie)
    links = [link for link in hattie.get(f"/retention?{ASKED}").all("a") if "/retention/people" in link.attrs["href"]]
    assert len(links) > 15
    for link in links:
        page = hattie.get(link.attrs["href"])
        number = link.to_text().split()[0]
        summary = page.all(".peerhub-count")[0].to_text()
        assert summary.split(" of ")[-1].split(" in all")[0] == number, link.attrs["href"]


def test_who_looked_is_written_down_and_nobody_named(app: Flask, browse: Browse, wrenmoor: Trust) -> None:
    browse(wrenmoor.hattie).get(f"/retention/people?{ASKED}&group=left")
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.is_read)).one()
        assert (entry.action, entry.user_id) == ("read people behind a retention figure", wrenmoor.hattie)
        assert entry.facts == {"figure": "left", "people": 4}


@pytest.mark.parametrize("group", ["group=nonsense", "year=0", "year=11", "year=x", "tier=moon", "year=%C2%B2"])
def test_a_figure_that_is_none_is_not_found(app: Flask, browse: Browse, wrenmoor: Trust, group: str) -> None:
    browse(wrenmoor.hattie).get(f"/retention/people?{ASKED}&{group}", status=404)
    with app.app_context():
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.is_read)).all() == []


def test_the_list_sorts_and_leaves_as_a_file(browse: Browse, wrenmoor: Trust) -> None:
    hattie = browse(wrenmoor.hattie)
    names = [line[0] for line in cells(hattie.get(f"/retention/people?{ASKED}&sort=-name"), "People")]
    assert names == sorted(names, reverse=True)
    left = cells(hattie.get(f"/retention/people?{ASKED}&group=left&sort=left_on"), "People")
    assert all(line[-2] != "–" for line in left)
    for key in ("staff_number", "setting", "service_line", "team", "reason", "destination"):
        hattie.get(f"/retention/people?{ASKED}&sort={key}")
    rows = hattie.client.get(f"/retention/people?{ASKED}&group=left&format=csv").text.splitlines()
    assert len(rows) == 5
    assert "Why they left" in rows[0]
    assert hattie.client.get(f"/retention/people?{ASKED}&format=xlsx").data[:2] == b"PK"


def test_names_lead_to_records_for_those_who_may_open_them_all(app: Flask, browse: Browse, wrenmoor: Trust) -> None:
    with app.app_context(), scope.within(wrenmoor.key):
        line = db.session.scalars(select(ServiceLine).where(ServiceLine.name.contains("wards"))).first()
        lena = account(wrenmoor.key, "Lena", Role.HR, Breadth.SERVICE_LINE, line.id)
        db.session.commit()
    assert browse(wrenmoor.hattie).get(f"/retention/people?{ASKED}").all("td a")
    assert not browse(lena).get(f"/retention/people?{ASKED}").all("td a")


def test_an_erased_person_is_counted_and_not_named(app: Flask, browse: Browse, wrenmoor: Trust) -> None:
    with app.app_context(), scope.within(wrenmoor.key):
        everybody = list(db.session.scalars(select(Person)))
        for person in everybody:
            person.erased_on = date(2025, 11, 1)
        db.session.commit()
    page = browse(wrenmoor.hattie).get(f"/retention/people?{ASKED}")
    assert {line[0] for line in cells(page, "People")} == {"Erased"}
    assert "19 in all" in page.text


def test_who_may_not_see_individuals_sees_nobody(browse: Browse, wrenmoor: Trust, world: World) -> None:
    browse(wrenmoor.edith).get(f"/retention/people?{ASKED}", status=403)
    browse(world.priya).get(f"/retention/people?{ASKED}", status=403)
    theirs = browse(world.stig).get(f"/retention/people?{ASKED}")
    assert [line[0] for line in cells(theirs, "People")] == ["Vera Stranger"]
