"""Retention as an executive gets it, who may not see individuals: on the page, in files, in charts, in publications."""

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

from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.retention.rules.releasing import Detail
from peerhub.workforce.models import ServiceLine
from tests.fixtures.pages import Browser, Page
from tests.retention.reading import cells
from tests.retention.record import Trust, account, found, row

Browse = Callable[[UUID | None], Browser]
YEARS = range(2018, 2026)
TIERS = ("In the organisation", "In a lived experience role", "In the peer service")


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel("2026-11-24 10:00:00+00:00", tick=False):
        yield


def page_of(browser: Browser, year: int) -> Page:
    return browser.get(f"/retention?from={year}-01-01&to={year}-12-31")


def test_the_published_cohort_shows_no_tier_that_would_give_another_away(browse: Browse, wrenmoor: Trust) -> None:
    page = page_of(browse(wrenmoor.edith), 2022)
    shown = {(line[0], line[1]): line[2:] for line in cells(page, "Still here after each year")}
    assert shown["1 year", "In the organisation"][:3] == ["19", "19", "100%"]
    for tier in TIERS:
        assert shown["2 years", tier] == ["not shown", "19", "not shown", "–", "0"]
    assert [shown["3 years", tier][0] for tier in TIERS] == ["not shown", "not shown", "14"]
    assert shown["3 years", "In the peer service"][2] == "74%"
    assert "Community: fewer than 5" in page.text
    assert "Inpatient: not shown" in page.text
    assert "As at Wed 31 December 2025. It rests on 19 people." in page.text
    assert "Small numbers are not shown, so that nobody can be picked out." in page.text
    whole = {(line[0], line[1]): line[2:] for line in cells(page, "Everyone, after each year")}
    assert [whole["3 years", tier][2] for tier in TIERS] == ["not shown", "not shown", "73%"]


def test_a_withheld_number_of_leavers_is_said_in_a_sentence(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.edith).get("/retention?from=2022-01-01&to=2022-12-31")
    assert "How many of the 19 recruited had left the organisation by" in page.text
    assert "not shown of the" not in page.text


def test_nothing_leads_to_people_or_to_smaller_groups(browse: Browse, wrenmoor: Trust) -> None:
    edith = browse(wrenmoor.edith)
    page = page_of(edith, 2022)
    assert "/retention/people" not in page.response.text
    assert "Choose other dates" not in page.text
    assert "Publish these figures" not in page.text
    edith.get("/retention/people", status=403)
    for narrowing in ("setting=inpatient", "team=Alder", "band=3", "campaign=x", "employer=x", "compare=setting"):
        refused = edith.get(f"/retention?from=2022-01-01&to=2022-12-31&{narrowing}", status=403)
        assert "Smaller groups could point at one person" in refused.text
        for address in ("/retention?format=csv&", "/retention?format=xlsx&", "/retention/charts/tiers.svg?"):
            assert edith.client.get(f"{address}{narrowing}").status_code == 403


@pytest.mark.parametrize("asked", ["from=2022-03-07&to=2022-03-07", "as_at=2024-05-01", "years=7", "as_at=2026-11-24"])
def test_days_that_would_pick_somebody_out_are_answered_with_whole_years(
    browse: Browse, wrenmoor: Trust, asked: str
) -> None:
    page = browse(wrenmoor.edith).get(f"/retention?{asked}")
    assert "Recruited in 2022" in page.text
    assert "As at Wed 31 December 2025" in page.text
    assert {line[0] for line in cells(page, "Still here after each year")} == {"1 year", "2 years", "3 years"}


def test_recruits_of_a_year_are_shown_once_it_is_over(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.edith).get("/retention?from=2026-01-01", status=403)
    assert "once that year is over" in page.text


def test_somebody_who_sees_a_part_and_no_individuals_gets_no_figures(
    app: Flask, browse: Browse, wrenmoor: Trust
) -> None:
    with app.app_context(), scope.within(wrenmoor.key):
        line = db.session.query(ServiceLine).first()
        eddie = account(wrenmoor.key, "Eddie", Role.EXECUTIVE, Breadth.SERVICE_LINE, line.id)
        db.session.commit()
    assert "Your role covers part of the organisation" in browse(eddie).get("/retention", status=403).text
    assert browse(eddie).client.get("/retention?format=csv").status_code == 403


def withheld(app: Flask, trust: Trust, year: int) -> set[str]:
    """The exact numbers of a year that an executive is not shown, as a file or a chart would write them."""
    from peerhub.access.models import User
    from peerhub.access.queries.accounts import viewer_of
    from peerhub.retention.queries.facts import load
    from peerhub.retention.queries.figures import exact_figures
    from peerhub.retention.queries.suppressed import released_by
    from peerhub.retention.rules.questions import Question, calendar_year

    with app.app_context():
        viewer = viewer_of(db.session.get_one(User, trust.hattie), None)
        scope.enter(trust.key)
        loaded = load(viewer)
        released = released_by(loaded, date(2025, 12, 31))
        exact = exact_figures(loaded, Question(*calendar_year(year), as_at=date(2025, 12, 31)))
    secret = set()
    for number, line in enumerate(exact.years, start=1):
        detail = released.rows.get((year, number), Detail.NOTHING)
        for place, part in enumerate(line.tiers.values()):
            if line.observed and not (detail >= Detail.TIERS or (place == 2 and detail)):
                secret.add(f"{part.one_decimal}")
    return secret - {"100.0", "0.0"}


def same(cell: object) -> object:
    """A cell of either file: a number, or its words."""
    try:
        return float(cell)  # type: ignore[arg-type]  # what is no number is refused
    except (TypeError, ValueError):
        return cell or ""


@pytest.mark.parametrize("year", YEARS)
def test_page_files_and_charts_say_the_same_and_no_withheld_number(
    app: Flask, browse: Browse, wrenmoor: Trust, year: int
) -> None:
    edith = browse(wrenmoor.edith)
    asked = f"from={year}-01-01&to={year}-12-31"
    page = page_of(edith, year)
    on_page = {(line[0], line[1]): line[2:5] for line in cells(page, "Still here after each year")}
    answer = edith.client.get(f"/retention?{asked}&format=csv")
    in_csv = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    sheet = load_workbook(io.BytesIO(edith.client.get(f"/retention?{asked}&format=xlsx").data)).active
    in_excel = [list(line) for line in sheet.iter_rows(min_row=2, values_only=True)]
    assert [[same(cell) for cell in line[:9]] for line in in_excel] == [
        [same(cell) for cell in list(line.values())[:9]] for line in in_csv
    ]
    for line in in_csv:
        if line["Part"] == "Still here" and line["Group"] in TIERS:
            after = f"{line['Years after starting']} year{'' if line['Years after starting'] == '1' else 's'}"
            said = on_page[after, line["Group"]]
            assert [line["Count"], line["Out of"]] == said[:2]
            assert bool(line["Percent"]) == said[2].endswith("%")
    svg = edith.client.get(f"/retention/charts/tiers.svg?{asked}").text
    for number in withheld(app, wrenmoor, year):
        assert number not in {line["Percent"] for line in in_csv if line["Part"] == "Still here"}
        assert f"{round(float(number))}%" not in re.sub(r"<[^>]*>", " ", svg) or f"{round(float(number))}%" in page.text
    numbers = [
        line["Count"]
        for line in in_csv
        if line["Part"] not in ("Movement: Whole time equivalent", "Survival") and line["Count"].isdecimal()
    ]
    assert [number for number in numbers if 0 < int(number) < 5] == []
    assert edith.client.get(f"/retention/charts/survival.svg?{asked}").status_code == 404, "each step is a last day"
    leavers = edith.client.get(f"/retention/charts/leavers.svg?{asked}")
    assert leavers.status_code == 404 or not re.search(r"<desc[^>]*>[^<]* [1-4][,.]", leavers.text)


def test_a_death_is_named_nowhere(app: Flask, browse: Browse) -> None:
    with app.app_context():
        trust = found([
            row("1", "2022-03-01", "2023-05-31", leaving_reason="death_in_service", destination="Died"),
            *(row(str(number), "2022-03-01") for number in range(2, 40)),
        ])  # fmt: skip
    for who in (trust.hattie, trust.edith):
        browser = browse(who)
        for address in ("/retention?from=2022-01-01", "/retention?from=2022-01-01&format=csv"):
            said = browser.client.get(address).text
            assert "Death" not in said
            assert "Died" not in said
        chart = browser.client.get("/retention/charts/leavers.svg?from=2022-01-01").text
        assert "Death" not in chart


def test_a_published_figure_shows_what_was_released_and_is_still_true(
    app: Flask, browse: Browse, wrenmoor: Trust
) -> None:
    hattie, edith = browse(wrenmoor.hattie), browse(wrenmoor.edith)

    def published(asked: str) -> str:
        return hattie.post(f"/retention/publish?{asked}", {"title": "Board"}).response.request.path

    at_year_end = edith.get(published("from=2022-01-01&to=2022-12-31&as_at=2025-12-31"))
    shown = {(line[0], line[1]): line[2:] for line in cells(at_year_end, "Still here after each year")}
    assert shown["1 year", "In the organisation"][:3] == ["19", "19", "100%"]
    assert shown["2 years", "In the peer service"][0] == "not shown"
    assert shown["3 years", "In the peer service"][:3] == ["14", "19", "74%"]
    whole = {(line[0], line[1]): line[2:] for line in cells(at_year_end, "Everyone who ever joined")}
    assert whole["3 years", "In the peer service"][2] == "73%"
    assert whole["3 years", "In the organisation"][0] == "not shown"
    assert "What today’s records say" not in at_year_end.text
    assert "Inpatient: not shown" in at_year_end.text

    in_november = edith.get(published("from=2022-01-01&to=2022-12-31&as_at=2025-11-14"))
    shown = {(line[0], line[1]): line[2:] for line in cells(in_november, "Still here after each year")}
    assert shown["3 years", "In the peer service"][:3] == ["14", "19", "74%"]
    whole = cells(in_november, "Everyone who ever joined")
    assert {line[2] for line in whole} == {"not shown"}, "beside the year's end it would tell of a few people"

    while_recruiting = edith.get(published("from=2022-01-01&to=2022-12-31&as_at=2022-04-01"))
    assert {line[2] for line in cells(while_recruiting, "Still here after each year")} == {"not shown"}
    assert "19" not in {element.to_text() for element in while_recruiting.all(".peerhub-big")}

    for narrowed in ("from=2022-01-01&to=2022-12-31&setting=community", "from=2022-03-01&to=2022-03-31"):
        address = published(f"{narrowed}&as_at=2025-12-31")
        assert "shown only to people who may see individual records" in edith.get(address).text
        assert len(edith.client.get(f"{address}?format=csv").text.splitlines()) == 1


def everywhere(browser: Browser, asked: str) -> str:
    """What page, print page, files, charts and their pictures say."""
    said = [browser.client.get(f"/retention?{asked}{kind}").text for kind in ("", "&print=1")]
    said.append(browser.client.get(f"/retention?{asked}&format=csv").text)
    sheet = load_workbook(io.BytesIO(browser.client.get(f"/retention?{asked}&format=xlsx").data)).active
    assert sheet is not None
    said += [str(cell) for line in sheet.iter_rows(values_only=True) for cell in line]
    said.append(browser.client.get(f"/retention/charts/leavers.svg?{asked}").text)
    return " ".join(said)


def test_nobody_reads_why_a_single_leaver_left_nor_where_they_went(app: Flask, browse: Browse) -> None:
    stay = [row(str(number), "2020-03-01") for number in range(20)]
    left = row("90", "2020-03-01", "2021-05-31", leaving_reason="role_not_as_expected", destination="Retail")
    with app.app_context():
        trust = found([*stay, left])
    asked = "from=2020-01-01"
    for words in ("Role not as expected", "Retail"):
        assert words in everywhere(browse(trust.hattie), asked)
        assert words not in everywhere(browse(trust.edith), asked)
    assert "How many of the 21 recruited had left" in browse(trust.edith).get(f"/retention?{asked}").text


def test_reasons_are_told_of_enough_people_alone_and_destinations_never(app: Flask, browse: Browse) -> None:
    why = ["health"] * 6 + ["education"] * 5 + ["caring"] * 3 + ["dismissal"] * 2
    left = [
        row(f"9{place}", "2020-03-01", "2021-05-31", leaving_reason=reason, destination="Northmoor College")
        for place, reason in enumerate(why)
    ]
    with app.app_context():
        trust = found([*(row(str(number), "2020-03-01") for number in range(20)), *left])
    edith, asked = browse(trust.edith), "from=2020-01-01"
    page = edith.get(f"/retention?{asked}")
    assert cells(page, "By reason") == [["Education", "5"], ["Health", "6"], ["Other reasons", "5"]]
    assert "16 of the 36 recruited had left the organisation by Sun 31 December 2023." in page.text
    said = everywhere(edith, asked)
    for words in ("Caring", "Dismissal", "Northmoor College", "By where they went"):
        assert words not in said
    in_csv = edith.client.get(f"/retention?{asked}&format=csv").text
    assert '"Left, by reason",Other reasons,,5,16' in in_csv
    assert "destination" not in in_csv


def test_two_years_pages_do_not_tell_who_left_on_the_last_day(app: Flask, browse: Browse) -> None:
    with app.app_context():
        trust = found([
            *(row(str(number), "2019-03-01") for number in range(13)),
            row("90", "2019-03-01", "2020-12-31", leaving_reason="caring"),
        ])  # fmt: skip

    def people(who: UUID, year: int) -> list[str]:
        return cells(page_of(browse(who), year), "Stability and leavers")[0]

    assert (people(trust.hattie, 2020)[2], people(trust.hattie, 2021)[1]) == ("14", "13")
    assert (people(trust.edith, 2020)[2], people(trust.edith, 2021)[1]) == ("not shown", "not shown")


@pytest.mark.parametrize(
    "changed", [{"small_number": "2"}, {"small_number": "9"}, {"least_denominator": "1"}, {"gap_days": "90"}]
)
def test_settings_changed_in_the_year_change_no_figure_until_the_next(
    app: Flask, browse: Browse, wrenmoor: Trust, changed: dict[str, str]
) -> None:
    with app.app_context():
        ada = account(wrenmoor.key, "Adam", Role.SYSTEM_ADMINISTRATOR)
        db.session.commit()
    as_it_is = {
        "name": "Wrenmoor Trust", "ods_code": "", "kind": "nhs_trust", "support_offer": "none", "role_target": "100",
        "small_number": "5", "least_denominator": "10", "gap_days": "14", "version": "1",
    }  # fmt: skip
    edith = browse(wrenmoor.edith)

    def read() -> list[str]:
        return [edith.client.get(f"/retention?from={year}-01-01&format=csv").text for year in YEARS]

    before = read()
    page = browse(ada).post("/organisation", as_it_is | changed)
    assert "until the next year’s figures" in browse(ada).get("/organisation").text
    assert "The settings are up to date" in page.text
    assert read() == before
    assert "fewer than 5" in " ".join(before)
    if "small_number" in changed:
        with time_machine.travel("2027-01-04 10:00:00+00:00", tick=False):
            assert "fewer than 5" not in edith.client.get("/retention?from=2022-01-01&format=csv").text
