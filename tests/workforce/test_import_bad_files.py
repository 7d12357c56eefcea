"""What bad files get: a clear message with line and column, nothing half-written, nothing lost."""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select

from peerhub.core import scope
from peerhub.core.database import Base, db
from peerhub.workforce.models import Person, StaffImport
from peerhub.workforce.rules.columns import COLUMNS
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.workforce.records import USUAL, file_of
from tests.workforce.test_import_pages import MATCHED, address, check, load, seen_version, summary, upload

Browse = Callable[[UUID | None], Browser]
MAY_DIFFER = {"audit_entry", "staff_import", "import_line"}
HEADINGS = [column.value for column in COLUMNS]


@pytest.fixture
def hugo(browse: Browse, world: World) -> Browser:
    """HR at work."""
    return browse(world.hugo)


def record(app: Flask) -> dict[str, list[str]]:
    """Every row of the staff record and whatever hangs on it."""
    with app.app_context():
        tables = [table for table in Base.metadata.sorted_tables if table.name not in MAY_DIFFER]
        return {table.name: sorted(map(repr, db.session.execute(select(table)).all())) for table in tables}


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "hello")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "The file is empty"),
        (b" \r\n \r\n", "a.csv", "The file is empty"),
        (b",,,\r\n,,,\r\n", "a.csv", "no headings"),
        (
            b"%PDF-1.7 and so on",
            "a.csv",
            "a PDF, not a table we can read. Ask whoever sent it for the export as CSV",
        ),
        (b"\x89PNG\r\n\x1a\n", "a.xlsx", "This is a picture, not a table we can read. Ask whoever sent it"),
        (b"\x1f\x8b and so on", "a.csv", "This is a compressed file, not a table we can read. Unpack it"),
        (b"{\\rtf1", "a.csv", "This is a word-processor document, not a table we can read. Copy its table"),
        (zipped("word/document.xml"), "a.xlsx", "This is a Word document, not an Excel workbook. Copy its table"),
        (
            zipped("content.xml"),
            "a.ods",
            "an OpenDocument file, not an Excel workbook. Open it where it was made",
        ),
        (
            zipped("xl/workbook.bin"),
            "a.xlsb",
            "an Excel binary workbook (.xlsb), not an Excel workbook. Open it in",
        ),
        (zipped("notes.txt"), "a.csv", "This is a compressed folder, not an Excel workbook. Unpack it"),
        (workbook(HEADINGS), "a.csv", "the file is an Excel workbook. End its name in .xlsx"),
        (
            file_of({}),
            "a.xlsx",
            "If it holds text with commas, end its name in .csv",
        ),
        (b"\xd0\xcf\x11\xe0 old", "a.xls", "not a table we can read. Open it in Excel, take the password off"),
        (b"<!doctype html><p>Sign in</p>", "a.csv", "you may have been signed out: sign in and take the export again"),
        (workbook(), "a.xlsx", "Every sheet of this workbook is empty"),
        (workbook(HEADINGS)[:-200], "a.xlsx", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_beside_the_field(
    hugo: Browser, app: Flask, content: bytes, name: str, words: str
) -> None:
    before = record(app)
    page = upload(hugo, content, name, status=422)
    assert words in page.errors[0]
    assert record(app) == before


def test_no_file_chosen_is_told(hugo: Browser) -> None:
    assert hugo.post("/staff-record/upload", {}, status=422).errors == ["Choose the file to load"]


@pytest.mark.parametrize(("megabytes", "status"), [(10.5, 422), (50, 413)])
def test_a_file_that_is_too_large_is_refused_kindly(hugo: Browser, app: Flask, megabytes: float, status: int) -> None:
    before = record(app)
    edge = "----edge"
    part = f'--{edge}\r\nContent-Disposition: form-data; name="'
    body = f'{part}csrf_token"\r\n\r\n{hugo.token()}\r\n{part}file"; filename="a.csv"\r\n\r\n'.encode()
    body += file_of({}) + b"x" * int(megabytes * 2**20) + f"\r\n--{edge}--\r\n".encode()
    answer = hugo.client.post("/staff-record/upload", data=body, content_type=f"multipart/form-data; boundary={edge}")
    assert answer.status_code == status
    assert ("The file is larger than 10 MB" if status == 422 else "That file is too large") in answer.text
    assert record(app) == before


@pytest.mark.parametrize(
    ("encode", "name"),
    [
        (lambda text: text.encode("cp1252"), "Windows"),
        (lambda text: codecs.BOM_UTF8 + text.encode(), "UTF-8 with BOM"),
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (lambda text: text.replace(",", ";").encode(), "semicolons"),
        (lambda text: text.replace(",", "\t").encode(), "tabs"),
    ],
)
def test_odd_encodings_and_separators_are_read(
    hugo: Browser, app: Flask, world: World, encode: Callable[[str], bytes], name: str
) -> None:
    content = encode(file_of({"last_name": "Müller-Łuk" if name != "Windows" else "Müller"}).decode())
    columns = upload(hugo, content)
    matched = {f"at_{heading}": str(place) for place, heading in enumerate(HEADINGS)}
    checked = hugo.post(f"{address(columns)}/columns", {"version": seen_version(columns)} | matched)
    assert summary(checked)["New"] == "1 period in post"
    load(hugo, checked)
    with app.app_context():
        scope.enter(world.trust)
        [found] = db.session.scalars(select(Person.last_name).where(Person.staff_number == "20001"))
        assert found.startswith("Müller")


@pytest.mark.parametrize("day", ["2024-04-01", "01/04/2024", "1-Apr-24", "1 April 2024", "45383"])
def test_dates_in_every_way_of_writing_them_are_read(hugo: Browser, day: str) -> None:
    assert summary(check(hugo, {"start_date": day}))["New"] == "1 period in post"


def test_an_excel_workbook_with_real_dates_is_loaded(hugo: Browser, app: Flask, world: World) -> None:
    from datetime import date

    cells: dict[str, object] = USUAL | {"start_date": date(2024, 4, 1), "staff_number": 20001, "wte": 0.6}
    columns = upload(hugo, workbook(HEADINGS, [cells.get(heading) for heading in HEADINGS]), "spells.xlsx")
    matched = {f"at_{heading}": str(place) for place, heading in enumerate(HEADINGS)}
    page = load(hugo, hugo.post(f"{address(columns)}/columns", {"version": seen_version(columns)} | matched))
    assert summary(page)["New"] == "1 period in post"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"start_date": "31/02/2024"}, "start_date", "is not a day that exists"),
        ({"start_date": "soon"}, "start_date", "is not a date we can read"),
        ({"start_date": ""}, "start_date", "There is no start date"),
        ({"end_date": "2024-03-31"}, "end_date", "is before the start date"),
        ({"wte": "1.2"}, "wte", "more than full time"),
        ({"wte": "-0.5"}, "wte", "no time at all"),
        ({"staff_number": ""}, "staff_number", "There is no staff number"),
        ({"first_name": "=cmd|' /C calc'!A0"}, "first_name", "may run as a formula"),
        ({"last_name": "+44"}, "last_name", "may run as a formula"),
        ({"team": "@SUM(A1)"}, "team", "may run as a formula"),
        ({"start_date": "=NOW()"}, "start_date", "may run as a formula"),
        ({"setting": "moon"}, "setting", "We do not know 'moon'"),
        ({"team": "Larch ward"}, "team", "has no team called Larch ward"),
    ],
)
def test_a_bad_cell_is_told_with_its_line_and_column(
    hugo: Browser, app: Flask, row: dict[str, str], column: str, words: str
) -> None:
    before = record(app)
    page = check(hugo, {"staff_number": "20009", "post_number": "P9", "first_name": "Good"}, row)
    cells = [" ".join(cell.to_text().split()) for cell in page.all("tbody td")]
    assert cells[0].endswith("3")
    assert cells[1].endswith(column)
    assert words in cells[2]
    assert record(app) == before


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0", " =1+1", "+44", "'@SUM(1)"])
def test_a_formula_is_refused_again_when_our_own_file_of_refused_rows_comes_back(
    hugo: Browser, app: Flask, name: str
) -> None:
    before = record(app)
    page = check(hugo, {"last_name": name})
    for _ in range(2):
        assert summary(page)["Cannot be loaded"] == "1 row"
        assert "may run as a formula" in page.text
        back = hugo.get(f"{address(page)}/refused").response.get_data()
        page = upload(hugo, back)
        page = hugo.post(f"{address(page)}/columns", {"version": seen_version(page)} | MATCHED)
    assert record(app) == before


def test_one_number_with_two_names_and_one_post_held_twice_are_told(hugo: Browser) -> None:
    page = check(hugo, {}, {"first_name": "Bea", "post_number": "P2"}, {"staff_number": "20003", "first_name": "Cy"})
    assert "Staff number 20001 has another name in line 2" in page.text
    assert "Post P100 is also held on some of these days in line 2" in page.text


def test_a_row_with_a_comma_too_many_is_told_by_its_line(hugo: Browser) -> None:
    content = file_of({}, {"staff_number": "20002", "post_number": "P2", "campaign": "Spring"}).replace(
        b"20002,", b"20002,x,"
    )
    columns = upload(hugo, content)
    matched = {f"at_{heading}": str(place) for place, heading in enumerate(HEADINGS)}
    page = hugo.post(f"{address(columns)}/columns", {"version": seen_version(columns)} | matched)
    assert "This row has 23 cells, more than the 22 headings" in page.text
    back = hugo.get(f"{address(page)}/refused").response.get_data(as_text=True)
    assert "20002,x," in back, "nothing of the row is lost"


def test_a_quotation_mark_never_closed_is_told_and_the_file_is_kept(hugo: Browser) -> None:
    columns = upload(hugo, file_of({}).replace(b"Nwosu", b'"Nwosu'))
    matched = {f"at_{heading}": str(place) for place, heading in enumerate(HEADINGS)}
    page = hugo.post(f"{address(columns)}/columns", {"version": seen_version(columns)} | matched)
    assert "Line 2 could not be read" in page.text
    assert "Match the columns" in page.heading


def test_headings_alone_load_nothing_and_say_so(hugo: Browser) -> None:
    page = check(hugo)
    assert "the file has headings and no rows" in page.text
    assert not page.all('form[action$="/load"]')


def test_a_repeated_column_is_chosen_by_hand(hugo: Browser) -> None:
    content = file_of({}).replace(b"campaign", b"start_date")
    columns = upload(hugo, content)
    assert "More than one column may be this one: 'start_date' and 'start_date'" in columns.text
    assert [option.to_text() for option in columns.all("#at_start_date option")][18:] == [
        "R: start_date", "S: end_date", "T: leaving_reason", "U: destination", "V: start_date",
    ]  # fmt: skip


def test_columns_that_the_file_does_not_have_are_refused(hugo: Browser) -> None:
    columns = upload(hugo, file_of({}))
    sent = {f"at_{heading}": str(place) for place, heading in enumerate(HEADINGS)} | {"at_start_date": "99"}
    page = hugo.post(f"{address(columns)}/columns", {"version": seen_version(columns)} | sent, status=422)
    assert page.errors == ["Choose the column that holds the start date."]


def test_a_name_that_would_be_markup_or_a_path_is_shown_as_it_is(hugo: Browser, app: Flask, world: World) -> None:
    page = upload(hugo, file_of({}), "../../etc/<script>alert(1)</script>.csv")
    assert "script>.csv" in page.text
    with app.app_context():
        scope.enter(world.trust)
        assert "/" not in "".join(db.session.scalars(select(StaffImport.filename)))


def test_a_problem_is_told_by_the_files_own_heading(hugo: Browser) -> None:
    content = file_of({"start_date": "never"}).replace(b"start_date", b"Actual Start Date")
    columns = upload(hugo, content)
    matched = {f"at_{heading}": str(place) for place, heading in enumerate(HEADINGS)}
    page = hugo.post(f"{address(columns)}/columns", {"version": seen_version(columns)} | matched)
    assert page.all("tbody td")[1].to_text().endswith("Actual Start Date")
    back = hugo.get(f"{address(page)}/refused").response.get_data(as_text=True)
    assert "Actual Start Date: 'never' is not a date we can read" in back


def test_a_heading_that_means_another_day_is_named(hugo: Browser) -> None:
    columns = upload(hugo, file_of({}).replace(b"start_date", b"Latest Start Date"))
    assert "'Latest Start Date' is the day the person joined the employer" in columns.text
    assert columns.all("#at_start_date option[selected]")[0].attrs["value"] == "", "it is not chosen for them"
