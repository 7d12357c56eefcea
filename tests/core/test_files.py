"""Uploaded tables: what is read, what is refused in words, and that nothing we write can run as a formula."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from peerhub.core.files import (
    FileProblem,
    Table,
    read_table,
    write_csv,
    write_xlsx,
)
from peerhub.core.formulas import begins_like_formula, formula_sign, neutralise, restore

HELLO = "name,town\nZoë,Ely\n"


def read(content: bytes, name: str = "list.csv", **more: object) -> Table:
    return read_table(io.BytesIO(content), name, **more)


def archive(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return target.getvalue()


def workbook(*rows: list[object], **sheets: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title, extra in sheets.items():
        page = book.create_sheet(title)
        for row in extra:
            page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_every_usual_encoding_is_read(encoding):
    table = read(HELLO.encode(encoding))
    assert (table.headings, list(table.rows)) == (("name", "town"), [["Zoë", "Ely"]])


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_comma_semicolon_and_tab_part_cells(sign):
    content = f'"a, b; c"{sign}d\n1{sign}"2{sign}3"\n'.encode()
    table = read(content)
    assert table.headings == ("a, b; c", "d")
    assert list(table.rows) == [["1", f"2{sign}3"]]


def test_lines_are_counted_as_a_person_sees_them():
    table = read(b'\r\nname,note\r\na,"two\r\nlines"\r\n\r\n,\r\nb,x\r\n')
    assert table.heading_line == 2
    assert list(zip(table.lines, table.rows, strict=True)) == [(3, ["a", "two\r\nlines"]), (7, ["b", "x"])]


def test_the_separator_line_excel_writes_is_no_row():
    table = read(b"sep=;\r\nname;town\r\nAnn;Ely\r\n")
    assert (table.headings, table.lines) == (("name", "town"), [3])


def test_uneven_rows_are_left_out_and_told():
    table = read(b"a,b\n1,2\n1\n1,2,3\n1,2,,\n")
    assert list(table.rows) == [["1", "2"], ["1", "2"]]
    assert [(fault.line, fault.cells) for fault in table.faults] == [(3, ("1",)), (4, ("1", "2", "3"))]
    assert "1 cells, fewer than the 2 headings" in table.faults[0].message


def test_a_workbook_gives_dates_and_numbers_as_they_are():
    table = read(workbook(["a", "b", "c"], [date(2022, 4, 1), 0.6, "x"], [], [None, None], ["y"]), "list.xlsx")
    assert list(table.rows) == [[datetime(2022, 4, 1), 0.6, "x"], ["y", None, None]]  # noqa: DTZ001 as Excel holds it
    assert (table.lines, table.kind) == ([2, 5], "Excel")


def test_the_first_sheet_with_anything_in_it_is_read():
    table = read(workbook(Staff=[["a"], ["1"]], Other=[["b"]]), "list.xlsx")
    assert (table.detail, table.headings) == ("Staff", ("a",))


def test_a_formula_in_a_workbook_comes_as_its_text_to_be_refused():
    table = read(workbook(["a"], ["=HYPERLINK(1)"]), "list.xlsx")
    assert list(table.rows) == [["=HYPERLINK(1)"]]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "list.csv", "empty"),
        (b"\r\n \r\n", "list.csv", "empty"),
        (workbook(["a"]), "list.csv", "ends in .csv, but"),
        (HELLO.encode(), "list.xlsx", "not an Excel workbook"),
        (b"%PDF-1.7 ...", "list.csv", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "list.xls", "before 2007"),
        (b"\x89PNG\r\n\x1a\n...", "list.csv", "a picture"),
        (b"name,town\nA\x00nn,Ely\n", "list.csv", "does not look like a table"),
        (b"\x81\x8d\x8f\x90\x9d\xff", "list.csv", "does not look like a table"),
        (b"<!DOCTYPE html><html></html>", "list.csv", "a web page"),
        (b'name,town\nAnn,"Ely\nBob,Ely\n', "list.csv", "Line 2 .* quotation mark"),
        (b"name\n" + b"x" * 200_000, "list.csv", "very long cell"),
        (archive(word__document_xml=b"<w/>"), "list.xlsx", "not an Excel workbook"),
        (archive(xl__workbook_xml=b"<not xml"), "list.xlsx", "damaged"),
        (workbook(["a"])[:-200], "list.xlsx", "damaged"),
        (workbook(), "list.xlsx", "Every sheet"),
        (b",".join(b"h%d" % i for i in range(300)), "list.csv", "more than 200 columns"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(content, name, words):
    with pytest.raises(FileProblem, match=words):
        read(content, name)


def test_a_large_file_is_refused_before_it_is_read():
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 11 * 2**20
            Endless.taken += size
            return b"x" * size

    with pytest.raises(FileProblem, match="larger than 10 MB"):
        read_table(Endless(), "list.csv")
    assert Endless.taken <= 11 * 2**20


def test_a_zip_bomb_is_not_opened():
    bomb = archive(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"\0" * (201 * 2**20))
    assert len(bomb) < 2**20
    with pytest.raises(FileProblem, match="unpacks to far more"):
        read(bomb, "list.xlsx")


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)


def sheet_of(rows: str) -> bytes:
    """A workbook whose only sheet holds these rows, as no program would write them."""
    source, target = io.BytesIO(workbook(["a", "b"])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, SHEET % rows if part.filename == "xl/worksheets/sheet1.xml" else content)
    return target.getvalue()


TOP = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'


@pytest.mark.parametrize(
    "rows",
    [
        TOP + '<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>',
        '<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>',
        TOP + "".join(f'<row r="{line}"><c r="XFD{line}"><v>1</v></c></row>' for line in range(2, 2000)),
    ],
)
def test_cells_so_far_away_that_only_the_gap_is_large_are_refused_at_once(rows):
    with pytest.raises(FileProblem, match="further down or to the right than a staff list"):
        read(sheet_of(rows), "list.xlsx")


def test_a_file_whose_rows_all_miss_the_headings_is_refused_before_it_fills_the_memory():
    with pytest.raises(FileProblem, match="More than 10,000 rows do not line up with the headings"):
        read(b"a,b,c\n" + b"x\n" * 10_001)
    assert len(read(b"a,b,c\n" + b"x\n" * 10_000).faults) == 10_000


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a.txt", "a"]))
def test_no_bytes_whatever_do_anything_but_read_or_be_refused(content, name):
    with suppress(FileProblem):
        table = read(content, name)
        assert all(len(row) == len(table.headings) for row in table.rows)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused(place, byte):
    content = bytearray(workbook(["a", "b"], [1, "x"]))
    content[place % len(content)] = byte
    with suppress(FileProblem):
        read(bytes(content), "list.xlsx")


DANGEROUS = ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(1)", "\t=1", "'=1", "''+x", "-"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_could_run_gets_an_apostrophe_that_comes_off_again(text):
    assert neutralise(text) == "'" + text
    assert restore("'" + text) == text


@pytest.mark.parametrize("text", [text for text in DANGEROUS if text not in {"''+x", "-"}])
@pytest.mark.parametrize("around", ["%s", "'%s", " %s", "\u00a0'%s "])
def test_what_a_spreadsheet_could_run_is_known_whatever_stands_around_it(text, around):
    cell = around % text
    if "''" not in cell:
        assert formula_sign(cell) in {"'='", "'+'", "'-'", "'@'", "a tab"}


@pytest.mark.parametrize("cell", ["''=1", "-", " - ", "O'Neil", "'tis", "a=b", "", "'", -0.5, None, True])
def test_what_could_never_run_is_no_formula(cell):
    assert formula_sign(cell) is None


@pytest.mark.parametrize("cell", ["O'Neil", "'tis", "a=b", "1-2", "", "'", -0.5, date(2022, 4, 1), None, True])
def test_what_is_harmless_stays_as_it_is(cell):
    assert neutralise(cell) == cell
    assert not begins_like_formula(cell)


@settings(deadline=None)
@given(st.text())
def test_neutralising_is_undone_exactly(text):
    assert restore(neutralise(text)) == text
    assert not begins_like_formula(neutralise(text))


def test_csv_is_for_excel_and_holds_nothing_that_runs():
    content = write_csv(["name", "day", "ok", "n"], [["=1+1", date(2022, 4, 1), True, -0.5], ["Zoë", None, False, 2]])
    assert content.decode("utf-8-sig") == "name,day,ok,n\r\n'=1+1,2022-04-01,yes,-0.5\r\nZoë,,no,2\r\n"
    assert content.startswith(b"\xef\xbb\xbf")


def test_excel_gets_real_dates_and_numbers_and_no_formula():
    content = write_xlsx(["name", "day", "n"], [["=1+1", date(2022, 4, 1), 0.5], ["a\x07b", None, -2]], "Staff: 1/2")
    page = load_workbook(io.BytesIO(content)).active
    assert page.freeze_panes == "A2"
    assert [[cell.data_type for cell in row] for row in page.iter_rows(min_row=2)] == [["s", "d", "n"], ["s", "n", "n"]]
    assert page["A2"].value == "'=1+1"
    assert page["B2"].value == datetime(2022, 4, 1)  # noqa: DTZ001 as Excel holds it
    assert (page["A3"].value, page["C3"].value) == ("ab", -2)


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(texts.filter(str.strip), texts), max_size=5), st.sampled_from(["csv", "xlsx"]))
def test_what_is_written_is_read_back(rows, kind):
    write = write_csv if kind == "csv" else write_xlsx
    table = read(write(["one", "two"], rows), f"list.{kind}")
    assert [[restore(cell) or "" for cell in row] for row in table.rows] == [list(row) for row in rows]
