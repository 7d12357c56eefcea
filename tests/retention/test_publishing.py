"""Published figures: kept as they were, shown beside what today's records say, revised once at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.retention.models import PublishedFigure
from peerhub.workforce.models import Person, Post, ServiceLine, Spell
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.retention.reading import cells, day_in
from tests.retention.record import Trust, account

Browse = Callable[[UUID | None], Browser]
ASKED = "from=2022-01-01&to=2022-12-31&as_at=2025-11-14"
TODAY = "2025-11-24 10:00:00+00:00"

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def november():
    with time_machine.travel(TODAY, tick=False):
        yield


def publish(browser: Browser, title: str = "Board report", asked: str = ASKED) -> str:
    """Publish, and give the address of the figure."""
    page = browser.post(f"/retention/publish?{asked}", {"title": title})
    return page.response.request.path


def kept(app: Flask) -> list[PublishedFigure]:
    with app.app_context(), scope.across("a test looks"):
        return list(db.session.scalars(select(PublishedFigure).order_by(PublishedFigure.made_at)))


def correct(app: Flask, trust: Trust) -> None:
    """A leaving date is put right: somebody of the 2022 cohort left a year before the third anniversary."""
    with app.app_context(), scope.within(trust.key):
        came = Spell.starts.between(date(2022, 1, 1), date(2022, 12, 31))
        earlier = select(Spell.person_id).where(Spell.starts < date(2022, 1, 1))
        spell = db.session.scalars(
            select(Spell)
            .join(Post)
            .where(Post.peer_service, came, Spell.ends.is_(None), Spell.person_id.not_in(earlier))
            .order_by(Spell.starts, Spell.id)
        ).first()
        spell.ends = date(2024, 1, 31)
        db.session.commit()


def test_figures_are_published_as_they_are(app: Flask, browse: Browse, wrenmoor: Trust) -> None:
    hattie = browse(wrenmoor.hattie)
    page = hattie.get(f"/retention/publish?{ASKED}")
    assert page.heading == "Publish these figures"
    assert "from Sat 1 January 2022 to Sat 31 December 2022, as at Fri 14 November 2025" in page.text
    page = hattie.post(f"/retention/publish?{ASKED}", {"title": "  Board report  "})
    assert "Published. These figures are kept as they are now." in page.text
    assert "Published Mon 24 November 2025, 10am, by Hattie" in page.text
    assert page.heading == "Board report Wrenmoor Trust"
    shown = {(line[0], line[1]): line[2:] for line in cells(page, "Still here after each year")}
    assert shown["3 years", "In the peer service"] == ["14", "19", "74%", "51 to 88%", "0"]
    assert "The same question gives the same counts today." in page.text
    (figure,) = kept(app)
    assert (figure.title, figure.as_at, figure.rules_version) == ("Board report", date(2025, 11, 14), "1")
    assert figure.organisation_id == wrenmoor.key
    assert figure.made_by_id == wrenmoor.hattie
    assert figure.counts["recruited"] == 19
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == figure.id)).one()
        assert (entry.action, entry.user_id) == ("retention figure published", wrenmoor.hattie)
        assert "Board" not in str(entry.facts)


def test_a_later_correction_is_a_revision_beside_the_figure_as_it_was(
    app: Flask, browse: Browse, wrenmoor: Trust
) -> None:
    hattie = browse(wrenmoor.hattie)
    address = publish(hattie)
    before = kept(app)[0].counts
    correct(app, wrenmoor)
    page = hattie.get(address)
    shown = {(line[0], line[1]): line[2:] for line in cells(page, "Still here after each year")}
    assert shown["3 years", "In the peer service"][0] == "14"
    changes = {line[0]: line[1:] for line in cells(page, "What has changed since")}
    assert changes["After 3 years: in the peer service"] == ["14", "13", "−1"]
    page = hattie.post(f"{address}/revise", {"title": "Board report, put right"})
    assert "Published. The earlier figures are kept beside this revision." in page.text
    assert "Revision 1" in page.text
    assert {(line[0], line[1]): line[2] for line in cells(page, "Still here")}["3 years", "In the peer service"] == "13"
    first, second = kept(app)
    assert first.counts == before
    assert (second.revises_id, second.parameters, second.as_at) == (first.id, first.parameters, first.as_at)
    old = hattie.get(address)
    assert "First version, revised since" in old.text
    assert "These figures were revised. See the revision" in old.text
    listed = cells(hattie.get("/retention/published"), "Published figures")
    assert [(line[0], line[-1]) for line in listed] == [
        ("Board report, put right", "Revision 1"),
        ("Board report", "First version, revised since"),
    ]


def test_a_figure_is_revised_once_and_only_where_something_changed(app: Flask, browse: Browse, wrenmoor: Trust) -> None:
    hattie = browse(wrenmoor.hattie)
    address = publish(hattie)
    assert "nothing to revise" in hattie.get(f"{address}/revise").text
    page = hattie.post(f"{address}/revise", {"title": "Again"}, status=422)
    assert page.errors == ["Today’s records give the same counts, so there is nothing to revise"]
    correct(app, wrenmoor)
    hattie.post(f"{address}/revise", {"title": "Put right"})
    page = hattie.post(f"{address}/revise", {"title": "Put right too"}, status=422)
    assert page.errors == ["Somebody has already published a revision of this figure. Look at that one first"]
    assert len(kept(app)) == 2


@pytest.mark.parametrize(
    ("title", "told"), [("  ", "Enter a title"), ("x" * 161, "Title must be 160 characters or fewer")]
)
def test_a_figure_has_a_title(app: Flask, browse: Browse, wrenmoor: Trust, title: str, told: str) -> None:
    page = browse(wrenmoor.hattie).post(f"/retention/publish?{ASKED}", {"title": title}, status=422)
    assert page.errors == [told]
    assert kept(app) == []


def test_an_address_that_makes_no_sense_publishes_nothing(app: Flask, browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).client.post("/retention/publish?from=2022-02-30")
    assert page.status_code in {302, 400}
    page = browse(wrenmoor.hattie).get("/retention/publish?from=2022-02-30", status=422)
    assert page.errors == ["First day must be a real date, such as 2022-01-31"]
    assert kept(app) == []


def test_only_those_of_the_whole_organisation_publish(app: Flask, browse: Browse, wrenmoor: Trust) -> None:
    with app.app_context(), scope.within(wrenmoor.key):
        line = db.session.scalars(select(ServiceLine)).first()
        lena = account(wrenmoor.key, "Lena", Role.HR, Breadth.SERVICE_LINE, line.id)
        db.session.commit()
    address = publish(browse(wrenmoor.hattie))
    browse(lena).get("/retention/publish", status=404)
    browse(lena).get("/retention/published", status=404)
    browse(lena).get(address, status=404)
    browse(lena).post(f"{address}/revise", {"title": "Mine"}, status=404)
    assert "Publish these figures" not in browse(lena).get("/retention").text
    browse(wrenmoor.edith).get("/retention/publish", status=403)
    browse(wrenmoor.edith).post(f"{address}/revise", {"title": "Mine"}, status=403)
    assert len(kept(app)) == 1


def test_another_organisation_sees_none_of_it(app: Flask, browse: Browse, wrenmoor: Trust, world: World) -> None:
    address = publish(browse(wrenmoor.hattie))
    stig = browse(world.stig)
    stig.get(address, status=404)
    stig.post(f"{address}/revise", {"title": "Mine"}, status=404)
    assert "Nothing has been published yet" in stig.get("/retention/published").text
    assert len(kept(app)) == 1


def test_erasing_a_person_changes_no_published_count(app: Flask, browse: Browse, wrenmoor: Trust) -> None:
    hattie = browse(wrenmoor.hattie)
    address = publish(hattie)
    with app.app_context(), scope.within(wrenmoor.key):
        for person in db.session.scalars(select(Person)):
            person.erased_on, person.first_name, person.last_name = date(2025, 11, 20), "", ""
        db.session.commit()
    assert "The same question gives the same counts today." in hattie.get(address).text


def test_a_published_figure_leaves_as_a_file(browse: Browse, wrenmoor: Trust) -> None:
    hattie = browse(wrenmoor.hattie)
    address = publish(hattie)
    rows = list(csv.DictReader(io.StringIO(hattie.client.get(f"{address}?format=csv").text.lstrip("\ufeff"))))
    third = next(row for row in rows if (row["Part"], row["Group"], row["Years after starting"]) == (
        "Still here", "In the peer service", "3"))  # fmt: skip
    assert (third["Count"], third["Out of"], third["Percent"]) == ("14", "19", "73.7")
    assert third["As at"] == "2025-11-14"
    sheet = load_workbook(io.BytesIO(hattie.client.get(f"{address}?format=xlsx").data)).active
    row = next(row for row in sheet.iter_rows(values_only=True) if row[:3] == ("Still here", "In the peer service", 3))
    assert row[3:6] == (14, 19, 73.7)
    assert day_in(row[-1]) == date(2025, 11, 14)
    listed = hattie.client.get("/retention/published?format=csv").text
    assert "Board report,2022-01-01,2022-12-31,,2025-11-14,2025-11-24,Hattie,First version" in listed


def test_the_list_asks_as_many_questions_of_the_database_whatever_its_length(
    app: Flask, browse: Browse, wrenmoor: Trust, count_queries: Callable[[], int]
) -> None:
    hattie = browse(wrenmoor.hattie)
    address = publish(hattie)

    def asked(page: str) -> int:
        count_queries()
        hattie.get(page)
        return count_queries()

    one = asked("/retention/published"), asked(address)
    for number in range(5):
        publish(hattie, f"Another {number}", ASKED.replace("2022", str(2016 + number)))
    assert (asked("/retention/published"), asked(address)) == one
    assert one[0] <= 8
    assert one[1] <= 14
