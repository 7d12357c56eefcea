"""Lists: sorted, filtered and paged by their address, cards on a phone, and away as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl import load_workbook

from peerhub.core.time import today
from tests.fixtures.pages import Browser, Page

Visit = Callable[[], Browser]
FORMULA = '=HYPERLINK("http://evil.example")'


def names(page: Page) -> list[str]:
    return [link.to_text().strip() for link in page.all("tbody td:first-child a")]


def test_a_list_says_how_it_is_sorted_and_turns_round(visit: Visit) -> None:
    page = visit().get("/workshop/list")
    headings = page.all("thead th")
    assert [heading.attrs.get("aria-sort") for heading in headings] == ["descending", None, None, None, None]
    assert headings[0].query("a")[0].attrs["href"] == "/workshop/list?sort=name"
    assert headings[1].query("a")[0].attrs["href"] == "/workshop/list?sort=picked"
    assert headings[4].query("a") == []
    assert names(page)[0] == "Fruit 119"
    turned = visit().get("/workshop/list?sort=name")
    assert turned.all("thead th")[0].attrs["aria-sort"] == "ascending"
    assert turned.all("thead th a")[0].attrs["href"] == "/workshop/list?sort=-name"
    assert names(turned)[2] == "Fruit 002"


def test_each_cell_carries_its_heading_for_a_phone(visit: Visit) -> None:
    page = visit().get("/workshop/list?sort=name&q=002")
    shown = [heading.to_text().strip() for heading in page.all("tbody .nhsuk-table-responsive__heading")]
    assert shown == ["Name", "Picked", "Weight", "Ripe", "Only on the page"]
    assert [cell.to_text().split(maxsplit=1)[1].strip() for cell in page.all("tbody td")[1:4]] == [
        "Fri 3 January 2025",
        "0.5",
        "Yes",
    ]
    assert page.all("tbody td strong.nhsuk-tag--green")
    assert "nhsuk-table__cell--numeric" in page.all("tbody td")[2].attrs["class"]


def test_a_list_is_paged_and_says_where_one_is(visit: Visit) -> None:
    first = visit().get("/workshop/list?sort=name&q=fruit")
    assert "1 to 50 of 118" in first.text
    assert [link.attrs["href"] for link in first.all(".nhsuk-pagination a")] == [
        "/workshop/list?q=fruit&sort=name&page=2"
    ]
    last = visit().get("/workshop/list?sort=name&q=fruit&page=3")
    assert "101 to 118 of 118" in last.text
    assert len(names(last)) == 18
    middle = visit().get("/workshop/list?q=fruit&page=2")
    assert [link.attrs["href"][-6:] for link in middle.all(".nhsuk-pagination a")] == ["page=1", "page=3"]


def test_the_filter_stays_when_the_order_changes_and_the_page_does_not(visit: Visit) -> None:
    page = visit().get("/workshop/list?q=fruit+1&page=1")
    hrefs = [link.attrs["href"] for link in page.all("thead a")]
    assert all("q=fruit+1" in href and "page=" not in href for href in hrefs)
    assert len(names(page)) == 20


@pytest.mark.parametrize(
    "nonsense",
    ["sort=weightless", "sort=--name", "page=0", "page=-2", "page=x", "page=1e9", "page=²", "format=pdf", "sort="],
)
def test_nonsense_in_the_address_is_passed_over(nonsense: str, visit: Visit) -> None:
    page = visit().get(f"/workshop/list?{nonsense}")
    assert names(page)[0] == "Fruit 119"


@pytest.mark.parametrize("number", [4, 999999])
def test_past_the_last_page_one_is_led_back(number: int, visit: Visit) -> None:
    page = visit().get(f"/workshop/list?page={number}")
    assert f"This list has no page {number}" in page.text
    back = page.all("main p a")[0].attrs["href"]
    assert len(names(visit().get(back))) == 20


def test_an_empty_list_says_so_and_has_no_file(visit: Visit) -> None:
    page = visit().get("/workshop/list?q=nothing-is-called-so")
    assert "No fruit yet." in page.text
    assert page.all("table") == []
    assert "Download" not in page.text


def test_a_csv_has_every_row_in_the_same_order_and_runs_nothing(visit: Visit) -> None:
    page = visit().get("/workshop/list?sort=name")
    href = next(link.attrs["href"] for link in page.all("main a") if link.to_text() == "CSV")
    answer = visit().client.get(href)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="fruits-')
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 121
    assert rows[0] == ["Name", "Picked", "Weight", "Ripe"]
    by_name = {row[0]: row[1:] for row in rows[1:]}
    assert by_name[f"'{FORMULA}"] == ["", "-1.5", "yes"]
    assert by_name["Fruit 003"] == ["2025-01-04", "0.75", "no"]
    assert [row[0] for row in rows[3:5]] == ["Fruit 002", "Fruit 003"]


def test_a_workbook_has_real_dates_and_numbers_and_no_formula(visit: Visit) -> None:
    answer = visit().client.get("/workshop/list?format=xlsx&sort=name&q=0")
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    fruit = rows["Fruit 003"]
    assert fruit[1].value == datetime(2025, 1, 4)  # noqa: DTZ001 - how openpyxl reads a day
    assert (fruit[1].is_date, fruit[2].value, fruit[2].data_type) == (True, 0.75, "n")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_the_formula_is_text_in_a_workbook_too(visit: Visit) -> None:
    answer = visit().client.get("/workshop/list?format=xlsx&q=hyperlink")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cell = sheet["A2"]
    assert (cell.value, cell.data_type, sheet["C2"].value) == (f"'{FORMULA}", "s", -1.5)


def test_the_name_of_a_file_has_the_day_it_was_made(visit: Visit) -> None:
    answer = visit().client.get("/workshop/list?format=csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="fruits-{today():%Y-%m-%d}.csv"'
