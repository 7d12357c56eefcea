"""The retention page as people get it: the published table, filters, edge cases, files, the page to print."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, update

from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Break, Person, ServiceLine, Spell, Team
from peerhub.workforce.rules.words import BreakKind
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.retention.reading import cells, day_in
from tests.retention.record import Trust, account, found, join, row

Browse = Callable[[UUID | None], Browser]
ASKED = "from=2022-01-01&to=2022-12-31&as_at=2025-11-14"
PUBLISHED = f"/retention?{ASKED}"


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel("2026-11-24 10:00:00+00:00", tick=False):
        yield


def anniversaries(page: Page) -> dict[tuple[str, str], list[str]]:
    return {(line[0], line[1]): line[2:] for line in cells(page, "Still here after each year")}


def a_trust(app: Flask, *rows: dict[str, str]) -> Trust:
    with app.app_context():
        return found(rows)


def test_the_published_table(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(PUBLISHED)
    shown = anniversaries(page)
    assert shown["1 year", "In a lived experience role"][:3] == ["19", "19", "100%"]
    assert shown["2 years", "In the organisation"] == ["18", "19", "95%", "75 to 99%", "0"]
    assert shown["2 years", "In a lived experience role"][:3] == ["17", "19", "89%"]
    assert shown["2 years", "In the peer service"][:3] == ["16", "19", "84%"]
    assert shown["3 years", "In the organisation"] == ["16", "19", "84%", "62 to 94%", "0"]
    assert shown["3 years", "In a lived experience role"][:3] == ["15", "19", "79%"]
    assert shown["3 years", "In the peer service"] == ["14", "19", "74%", "51 to 88%", "0"]
    assert "Inpatient: 16" in page.text
    assert "Community: 3" in page.text
    assert "As at Fri 14 November 2025. It rests on 19 people." in page.text
    whole = {(line[0], line[1]): line[2:] for line in cells(page, "Everyone, after each year")}
    assert whole["3 years", "In the peer service"][2] == "73%"


def test_the_page_says_what_each_figure_rests_on(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(f"{PUBLISHED}&compare=setting")
    parts = page.text.count("As at Fri 14 November 2025.")
    assert parts == page.text.count("It rests on") == 7
    assert "compliance" not in page.response.text.lower()


def test_a_first_visit_shows_the_latest_year_whose_three_anniversaries_have_come(
    browse: Browse, wrenmoor: Trust
) -> None:
    page = browse(wrenmoor.hattie).get("/retention")
    assert "Recruited in 2022" in page.text
    assert "As at Tue 24 November 2026" in page.text
    years = [link.to_text().strip() for link in page.all("nav[aria-label='Recruitment years'] li")]
    assert years == [str(year) for year in range(2018, 2027)]


@pytest.mark.parametrize(
    ("narrowing", "recruited", "said"),
    [
        ("setting=community", 3, "Only: Community."),
        ("setting=inpatient", 16, "Only: Inpatient."),
        ("band=3&setting=inpatient", None, "Only: Inpatient, Band 3."),
        ("team=Nowhere", 0, "Only: Nowhere."),
    ],
)
def test_a_cohort_is_narrowed(
    browse: Browse, wrenmoor: Trust, narrowing: str, recruited: int | None, said: str
) -> None:
    page = browse(wrenmoor.hattie).get(f"{PUBLISHED}&{narrowing}")
    assert said in page.text
    if recruited is not None:
        assert page.all(".peerhub-big")[0].to_text().split()[0] == str(recruited)
    whole = {(line[0], line[1]): line[2:] for line in cells(page, "Everyone, after each year")}
    assert whole["3 years", "In the peer service"][2] == "73%", "the whole service stays whole"
    for name, word in (pair.split("=") for pair in narrowing.split("&")):
        chosen = page.all(f"select[name='{name}'] option[selected]")
        assert [option.attrs["value"] for option in chosen] == [word]


def test_a_cohort_is_narrowed_by_service_line_team_employer_band_and_campaign(app: Flask, browse: Browse) -> None:
    trust = a_trust(
        app,
        row("1", "2022-04-01", campaign="Spring", employer="Northfold Mind", band="4"),
        row("2", "2022-05-01", team="Beech ward", service_line="Other wards"),
    )
    for narrowing in (
        "campaign=Spring", "employer=Northfold+Mind", "band=4", "team=Alder+ward", "service_line=Acute+wards",
    ):  # fmt: skip
        page = browse(trust.hattie).get(f"{PUBLISHED}&{narrowing}")
        assert page.all(".peerhub-big")[0].to_text().split()[0] == "1", narrowing


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("from=2022-02-30", "First day must be a real date, such as 2022-01-31"),
        ("from=yesterday", "First day must be a real date, such as 2022-01-31"),
        ("to=0022-02-03", "Last day must have a year from 1950 to 2100"),
        ("as_at=2026-11-25", "As at must be today or earlier"),
        ("from=2022-12-31&to=2022-01-01", "The last day must be the first day or later"),
        ("years=0", "Years must be whole numbers from 1 to 10, such as 1, 2, 3"),
        ("years=11", "Years must be whole numbers from 1 to 10, such as 1, 2, 3"),
        ("years=two", "Years must be whole numbers from 1 to 10, such as 1, 2, 3"),
        ("years=1.5", "Years must be whole numbers from 1 to 10, such as 1, 2, 3"),
        ("years=-1", "Years must be whole numbers from 1 to 10, such as 1, 2, 3"),
        ("years=%C2%B2", "Years must be whole numbers from 1 to 10, such as 1, 2, 3"),
    ],
)
def test_an_address_that_makes_no_sense_is_said_kindly(browse: Browse, wrenmoor: Trust, asked: str, told: str) -> None:
    page = browse(wrenmoor.hattie).get(f"/retention?{asked}", status=422)
    assert page.errors == [told]
    assert page.all("title")[0].to_text().startswith("Error: ")
    field = page.all(".nhsuk-error-summary__list a")[0].attrs["href"].removeprefix("#filter-")
    typed = dict(pair.split("=") for pair in asked.split("&"))[field]
    kept = page.all(f"#filter-{field}")[0].attrs["value"]
    assert kept == typed or "%" in typed, "what was typed is kept"
    assert "Recruited in 2022" in page.text, "the usual stands in its place"


def test_what_nobody_can_compare_by_is_passed_over(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(f"{PUBLISHED}&compare=name")
    assert "Two groups compared" not in page.text


def test_any_years_up_to_ten(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(f"{PUBLISHED}&years=10,+1,1,4")
    assert list(dict.fromkeys(line[0] for line in anniversaries(page))) == ["1 year", "4 years", "10 years"]
    assert anniversaries(page)["4 years", "In the peer service"] == ["0", "0", "no data", "–", "19"]
    survival = cells(page, "Estimated share still there")
    assert ["In the peer service", "10 years", "not reached", "–", "0"] in survival


def test_an_empty_cohort_says_what_will_be_here(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get("/retention?from=2001-01-01&to=2001-12-31")
    assert "Nobody joined the peer service between these days." in page.text
    assert "There is nobody to count." in page.text
    assert "cannot be worked out" in " ".join(cell.to_text() for cell in page.all("td")), "nobody was here at the start"
    assert "not shown" not in page.text
    captions = [caption.to_text() for caption in page.all("caption")]
    assert captions == ["Everyone, after each year", "Stability and leavers"], "no table of noughts"


def test_an_empty_group_is_told_to_look_wider(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(f"{PUBLISHED}&band=9")
    assert "Only: Band 9." in page.text
    assert "Choose other days, or look at everyone" in page.text
    assert "are loaded" not in page.text
    offered = [option.to_text().strip() for option in page.all("#filter-band option")]
    assert "Band 3" in offered
    assert not {"3", "9", "non_afc"} & set(offered)


def test_a_page_to_print_has_how_it_is_counted_open(browse: Browse, wrenmoor: Trust) -> None:
    assert not browse(wrenmoor.hattie).get("/retention").all("#still-here + details[open]")
    assert browse(wrenmoor.hattie).get("/retention?print=1").all("#still-here + details[open]")


def test_an_organisation_without_anybody_says_how_to_begin(app: Flask, browse: Browse) -> None:
    trust = a_trust(app)
    for who in (trust.hattie, trust.edith):
        page = browse(who).get("/retention")
        assert "Nobody joined the peer service between these days." in page.text


def test_a_cohort_of_one(app: Flask, browse: Browse) -> None:
    trust = a_trust(app, row("1", "2022-04-01"))
    page = browse(trust.hattie).get(PUBLISHED)
    assert anniversaries(page)["3 years", "In the peer service"] == ["1", "1", "100%", "21 to 100%", "0"]
    assert "It rests on 1 person." in page.text
    hidden = browse(trust.edith).get("/retention?from=2022-01-01")
    assert hidden.all(".peerhub-big")[0].to_text().strip() == "fewer than 5"
    assert {line[2] for line in cells(hidden, "Still here after each year")} == {"not shown"}


def test_people_still_to_start_are_expected_and_people_whose_day_has_not_come_are_not_due(
    app: Flask, browse: Browse
) -> None:
    trust = a_trust(app, row("1", "2025-03-01"), row("2", "2026-06-01"), row("3", "2026-12-07"))
    page = browse(trust.hattie).get("/retention?from=2025-01-01&to=2026-12-31")
    assert "1 more expected to start after Tue 24 November 2026." in page.text
    assert anniversaries(page)["1 year", "In the organisation"] == ["1", "1", "100%", "21 to 100%", "1"]
    assert anniversaries(page)["2 years", "In the organisation"] == ["0", "0", "no data", "–", "2"]


def test_a_break_and_somebody_unconfirmed(app: Flask, browse: Browse) -> None:
    trust = a_trust(app, *(row(str(number), "2022-04-01") for number in range(1, 5)))
    with app.app_context(), scope.within(trust.key):
        spell = db.session.scalars(select(Spell).where(Spell.person_id == trust.people["1"])).one()
        db.session.add(Break(spell_id=spell.id, kind=BreakKind.CAREER_BREAK, starts=date(2023, 1, 1)))
        db.session.execute(update(Person).where(Person.staff_number == "2").values(unconfirmed_since=date(2024, 1, 1)))
        db.session.commit()
    page = browse(trust.hattie).get(PUBLISHED)
    assert anniversaries(page)["1 year", "In active service"][:3] == ["3", "4", "75%"]
    assert anniversaries(page)["2 years", "In the organisation"][0] == "4"
    assert "After 2 years: 1 person counted as here but missing from the latest load" in page.text
    assert "If all of them have left: in the organisation 3, in a lived experience role 3" in page.text
    assert "If none has: in the organisation 4" in page.text
    people = browse(trust.hattie).get(f"/retention/people?{ASKED}&group=unconfirmed&year=2")
    assert [line[0] for line in cells(people, "People")] == ["Person 2"]
    hidden = browse(trust.edith).get("/retention?from=2022-01-01")
    assert "missing from the latest load" not in hidden.text, "it follows every load, and not the year's end"
    assert "Not confirmed" not in browse(trust.edith).client.get("/retention?from=2022-01-01&format=csv").text
    assert "If all of them have left" not in hidden.text


def test_two_groups_are_compared(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(f"{PUBLISHED}&compare=setting")
    assert {line[0] for line in cells(page, "Estimated share still in the peer service")} == {"Community", "Inpatient"}
    (shown,) = re.findall(r"Log-rank test: p = (0\.\d{3})\.", page.text)
    file = browse(wrenmoor.hattie).client.get(f"{PUBLISHED}&compare=setting&format=csv").text
    (exact,) = re.findall(r'"Log-rank test, p",[^,]*,,([\d.]+),', file)
    assert f"{float(exact):.3f}" == shown
    assert "A difference of this size could well be chance." in page.text
    alone = browse(wrenmoor.hattie).get(f"{PUBLISHED}&compare=setting&setting=community")
    assert "There is only one group here" in alone.text


def test_stability_and_leavers_by_people_and_by_wte(app: Flask, browse: Browse) -> None:
    trust = a_trust(
        app,
        row("1", "2020-04-01", wte="0.6"),
        row("2", "2020-04-01", "2022-06-30", wte="0.4", leaving_reason="health", destination="Charity"),
        row("3", "2022-05-01"),
    )
    page = browse(trust.hattie).get(f"{PUBLISHED}&setting=inpatient")
    assert cells(page, "Stability and leavers") == [
        ["People", "2", "2", "1", "1", "50%", "50%"],
        ["Whole time equivalent", "1", "1.6", "0.6", "0.4", "60%", "31%"],
    ]
    assert "The whole peer service, whatever group you chose above, from Sat 1 January 2022" in page.text
    earlier = browse(trust.hattie).get("/retention?from=2020-01-01&to=2020-12-31")
    assert cells(earlier, "By reason") == [["Health", "1"]]
    assert cells(earlier, "By where they went") == [["Charity", "1"]]
    assert "1 of the 2 recruited had left the organisation" in earlier.text.replace("1 people of", "1 of")


def test_the_page_to_print_has_every_number_open_and_nothing_to_click(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(f"{PUBLISHED}&print=1")
    assert not page.all("form[action='/retention']")
    assert "Take these figures with you" not in page.text
    assert all(
        "open" in details.attrs for details in page.all("details") if "numbers of this chart" in details.to_text()
    )
    assert anniversaries(page)["3 years", "In the peer service"][2] == "74%"


def test_the_figures_leave_as_csv_and_excel_with_numbers_and_days(browse: Browse, wrenmoor: Trust) -> None:
    hattie = browse(wrenmoor.hattie)
    answer = hattie.client.get(f"{PUBLISHED}&format=csv&compare=setting")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="retention-2026-11-24.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    third = [line for line in rows if line["Part"] == "Still here" and line["Years after starting"] == "3"]
    assert [(line["Count"], line["Out of"], line["Percent"]) for line in third] == [
        ("16", "19", "84.2"), ("15", "19", "78.9"), ("14", "19", "73.7"), ("16", "19", "84.2"),
    ]  # fmt: skip
    assert (third[0]["Interval low"], third[0]["Interval high"]) == ("62.4", "94.5")
    assert {line["As at"] for line in rows} == {"2025-11-14"}
    parts = {line["Part"] for line in rows}
    assert parts >= {"Recruited", "Whole service", "Survival", "Log-rank test, p", "Left, by reason"}
    sheet = load_workbook(io.BytesIO(hattie.client.get(f"{PUBLISHED}&format=xlsx&compare=setting").data)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert len(lines) == len(rows) + 1
    line = next(line for line in lines if line[:3] == ("Still here", "In the peer service", 3))
    assert line[3:9] == (14, 19, 73.7, 51.2, 88.2, 0)
    assert [day_in(cell) for cell in line[9:]] == [date(2022, 1, 1), date(2022, 12, 31), date(2025, 11, 14)]


def test_somebody_of_one_service_line_sees_those_who_started_there(app: Flask, browse: Browse) -> None:
    trust = a_trust(
        app,
        row("1", "2022-04-01", "2022-12-31"),
        row("1", "2023-01-01", service_line="Perinatal", team="Harbour", setting="community", post_number="H1"),
        row("2", "2022-04-01", service_line="Perinatal", team="Harbour", setting="community"),
    )
    with app.app_context(), scope.within(trust.key):
        line = db.session.scalars(select(ServiceLine).where(ServiceLine.name == "Acute wards")).one()
        team = db.session.scalars(select(Team).where(Team.name == "Harbour")).one()
        lena = account(trust.key, "Lena", Role.HR, Breadth.SERVICE_LINE, line.id)
        tess = account(trust.key, "Tess", Role.HR, Breadth.TEAM, team.id)
        db.session.commit()
    page = browse(lena).get(PUBLISHED)
    assert "You see people who started in your service lines and teams." in page.text
    assert anniversaries(page)["1 year", "In the peer service"][:2] == ["1", "1"], "moved elsewhere and still counts"
    assert "Stability and leavers" not in page.text
    assert "Perinatal" not in page.text
    assert browse(tess).get(PUBLISHED).all(".peerhub-big")[0].to_text().split()[0] == "1"


def test_another_organisation_sees_none_of_it(browse: Browse, wrenmoor: Trust, world: World) -> None:
    page = browse(world.stig).get(PUBLISHED)
    assert page.all(".peerhub-big")[0].to_text().split()[0] == "1", "their own"
    assert "Wrenmoor" not in page.text


def test_the_page_asks_as_many_questions_of_the_database_whatever_the_rows(
    app: Flask, browse: Browse, count_queries: Callable[[], int]
) -> None:
    trust = a_trust(app, row("1", "2022-04-01"))
    addresses = (
        PUBLISHED,
        f"{PUBLISHED}&format=csv",
        f"/retention/people?{ASKED}",
        f"/retention/charts/tiers.svg?{ASKED}",
    )

    def asked(who: UUID) -> list[int]:
        numbers = []
        for address in addresses:
            count_queries()
            browse(who).client.get(address)
            numbers.append(count_queries())
        return numbers

    few = asked(trust.hattie), asked(trust.edith)
    with app.app_context():
        join(trust, [row(str(n), f"2022-0{1 + n % 9}-01", service_line="New", team=f"W{n % 9}") for n in range(10, 70)])
    assert (asked(trust.hattie), asked(trust.edith)) == few
    assert max(few[0]) <= 14
