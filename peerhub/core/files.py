"""Tables that people upload and download: CSV and Excel, read with care and written without formulas."""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from peerhub.core.formulas import Cell, neutralise, restore

Wanted = Callable[[tuple[str, ...]], Sequence[int]]
"""Given the headings of a file, the places of the columns to keep."""

UPLOAD_LIMIT = 10 * 2**20
"""Bytes of an uploaded table."""
_UNPACKED_LIMIT = 200 * 2**20
_PART_LIMIT = 2_000
_ROW_LIMIT = 500_000
_SHEET_LIMIT = 2**20
"""The rows that Excel itself has; a workbook that names one further down was not made by it."""
_FAR_LIMIT = 5_000_000
"""Cells beyond the last column we read, in all rows together."""
_FAULT_LIMIT = 10_000
_COLUMN_LIMIT = 200
_CELL_LIMIT = 32_767
"""The longest text Excel itself keeps in a cell."""

_NOT_IN_EXCEL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters that a workbook cannot hold."""

_SAVE_AS = "Open it in Excel and save it as CSV UTF-8 or as an Excel workbook (.xlsx), then choose it again."
_ASK_AGAIN = "Ask whoever sent it for the export as CSV or as an Excel workbook (.xlsx)."
_UNPACK = "Unpack it, then choose the CSV file or Excel workbook that is in it."
_COPY_OUT = (
    "Copy its table into a new Excel workbook and choose that, or ask whoever sent it for the export as CSV or Excel."
)
_BINARY_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        "an Excel file from before 2007, or one with a password",
        "Open it in Excel, take the password off if it has one, and save it as an Excel workbook (.xlsx).",
    ),
    (b"%PDF", "a PDF", _ASK_AGAIN),
    (b"\x89PNG", "a picture", _ASK_AGAIN),
    (b"\xff\xd8\xff", "a picture", _ASK_AGAIN),
    (b"GIF8", "a picture", _ASK_AGAIN),
    (b"\x1f\x8b", "a compressed file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file", _UNPACK),
    (b"Rar!", "a compressed file", _UNPACK),
    (b"{\\rtf", "a word-processor document", _COPY_OUT),
)
"""How files of other kinds begin, what each is, and what to do with it."""
_ARCHIVE_KINDS: tuple[tuple[str, str, str], ...] = (
    ("xl/workbook.bin", "an Excel binary workbook (.xlsb)", _SAVE_AS),
    ("word/document.xml", "a Word document", _COPY_OUT),
    ("ppt/presentation.xml", "a PowerPoint presentation", _COPY_OUT),
    ("content.xml", "an OpenDocument file", "Open it where it was made and save it as an Excel workbook (.xlsx)."),
    ("", "a compressed folder", _UNPACK),
)
"""Parts that tell what an archive is, what it then is, and what to do with it; the last is any other."""
_DAMAGE = (
    OSError, LookupError, ValueError, TypeError, AttributeError, SyntaxError, EOFError, RuntimeError, zlib.error,
)  # fmt: skip
"""What openpyxl, its XML parser (SyntaxError) and zipfile (RuntimeError) raise over a workbook that is damaged."""

_TEXT_NAMES = frozenset({".csv", ".tsv", ".txt"})
_WORKBOOK_NAMES = frozenset({".xlsx"})
_ALL_UNEVEN = (
    f"More than {_FAULT_LIMIT:,} rows do not line up with the headings, so the headings may stand on another row, "
    "or something else separates the cells. Put that right and choose the file again."
)


class FileProblem(Exception):
    """A file that cannot be used; its message is for the person who chose it."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row left out because its cells do not line up with the headings."""

    line: int
    message: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table read from a file. Row i of `rows` stood on line `lines[i]`; each row is as long as `headings`.

    `heading_line` is the line of the headings. `kind` is "CSV" or "Excel"; `detail` its encoding or its sheet.
    `faults` are the rows left out.
    """

    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    lines: Sequence[int]
    heading_line: int
    kind: str
    detail: str
    faults: tuple[RowFault, ...]


def read_table(
    source: BinaryIO | Path,
    filename: str,
    limit_bytes: int = UPLOAD_LIMIT,
    wanted: Wanted | None = None,
) -> Table:
    """Read the first table of a CSV or Excel file, decided by what is in it and checked against its name.

    CSV may be UTF-8 with or without a byte order mark, UTF-16 or Windows-1252, with comma, semicolon or tab. Blank
    rows are passed over. Cells are as they stand: trimming and `restore` are left to the caller, who may wish to refuse
    formulas first. `wanted`, given all headings, names the places of the columns to keep, which spares memory.
    Raises FileProblem with words for the person.
    """
    content = _read_at_most(source, limit_bytes)
    suffix = Path(filename).suffix.lower()
    if not content.strip(b"\0 \t\r\n"):
        raise FileProblem("The file is empty. Check that you chose the right one.")
    for magic, kind, what_to_do in _BINARY_KINDS:
        if content.startswith(magic):
            raise FileProblem(f"This is {kind}, not a table we can read. {what_to_do}")
    if content.startswith(b"PK\x03\x04"):
        _check_archive(content)
        if suffix in _TEXT_NAMES:
            said = f"The name ends in {suffix}, but the file is an Excel workbook."
            raise FileProblem(f"{said} End its name in .xlsx instead, then choose it again.")
        return _read_workbook(content, wanted)
    if suffix in _WORKBOOK_NAMES:
        said = f"The name ends in {suffix}, but the file is not an Excel workbook."
        raise FileProblem(f"{said} If it holds text with commas, end its name in .csv; if not: {_ASK_AGAIN}")
    return _read_csv(content, wanted)


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8 with a byte order mark, so that Excel reads it right; dates as 2022-04-01, nothing runs."""
    target = io.StringIO(newline="")
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow([neutralise(heading) for heading in headings])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return target.getvalue().encode()


def write_xlsx(headings: Sequence[str], rows: Iterable[Sequence[object]], sheet: str = "Table") -> bytes:
    """An Excel workbook of one sheet: real dates and numbers, text that stays text, headings bold and in view."""
    from openpyxl import Workbook  # noqa: PLC0415 loaded only by those who export or import Excel
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 as above
    from openpyxl.styles import Font  # noqa: PLC0415 as above

    book = Workbook(write_only=True)
    page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet)[:31])
    page.freeze_panes = "A2"
    bold = Font(bold=True)

    def cell(value: object) -> Any:
        made = WriteOnlyCell(page, _excel_value(value))
        if isinstance(made.value, str):
            made.data_type = "s"
        elif isinstance(made.value, datetime):
            made.number_format = "dd/mm/yyyy hh:mm"
        elif isinstance(made.value, date):
            made.number_format = "dd/mm/yyyy"
        return made

    top = [cell(heading) for heading in headings]
    for heading in top:
        heading.font = bold
    page.append(top)
    for row in rows:
        page.append([cell(value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _csv_cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return neutralise(str(value))
    return value


def _excel_value(value: object) -> Any:
    """What Excel keeps: dates and numbers as themselves, yes and no in words, anything else as safe text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat(sep=" ", timespec="minutes")
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    return _NOT_IN_EXCEL.sub("", str(neutralise(str(value))))[:_CELL_LIMIT]


def _read_at_most(source: BinaryIO | Path, limit: int) -> bytes:
    if isinstance(source, Path):
        try:
            with source.open("rb") as stream:
                return _read_at_most(stream, limit)
        except OSError as error:
            raise FileProblem(f"The file {source.name} could not be opened: {error.strerror}.") from error
    content = source.read(limit + 1)
    if len(content) > limit:
        size = f"{limit / 2**20:.0f} MB"
        raise FileProblem(f"The file is larger than {size}, the most we can read at once. Split it into smaller files.")
    return content


# --- CSV -----------------------------------------------------------------------------------------------------------


def _read_csv(content: bytes, wanted: Wanted | None) -> Table:
    text, encoding = _decode(content)
    if re.match(r"\s*<(!doctype|html|\?xml)", text[:200], re.IGNORECASE):
        raise FileProblem(
            "This is a web page, not a table, whatever its name says. If Excel shows it as a table, save it there as "
            "an Excel workbook (.xlsx). If not, you may have been signed out: sign in and take the export again."
        )
    text, skipped = _without_separator_line(text)
    return _collect(_csv_rows(text, skipped), wanted, "CSV", encoding)


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif content[1:200:2].count(0) > 50 or (len(content) < 200 and content[1::2].count(0) * 3 > len(content)):
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding
    raise FileProblem(f"This does not look like a table of text. {_ASK_AGAIN}")


def _without_separator_line(text: str) -> tuple[str, int]:
    """Excel's own first line `sep=;` says the delimiter and is no row."""
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"\"?sep=[,;\t]\"?\r?", first, re.IGNORECASE):
        return rest, 1
    return text, 0


def _delimiter(text: str) -> str:
    """The delimiter that splits the heading line most, quoted parts left aside; comma when none does."""
    heading = next((line for line in text[: 2**16].splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", heading)
    return max(",;\t", key=bare.count)


def _csv_rows(text: str, skipped: int) -> Iterator[tuple[int, list[Any]]]:
    """Each row with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = skipped + 1
    try:
        for row in reader:
            yield line, row
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        what = "a very long cell" if "limit" in str(error) else "a quotation mark out of place or never closed"
        raise FileProblem(f"Line {line} could not be read: it has {what}. Put it right and try again.") from error


# --- Excel ---------------------------------------------------------------------------------------------------------


def _read_workbook(content: bytes, wanted: Wanted | None) -> Table:
    """The first sheet with anything in it. Formulas come as their text, for the caller to refuse."""
    from openpyxl import load_workbook  # noqa: PLC0415 loaded only by those who export or import Excel
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 as above

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # a file may give a size that is not so
            table = _collect(_sheet_rows(sheet.iter_rows(values_only=True)), wanted, "Excel", sheet.title)
            if table.headings:
                return table
    except (InvalidFileException, zipfile.BadZipFile, *_DAMAGE) as error:
        raise FileProblem(f"This Excel workbook is damaged and could not be read. {_SAVE_AS}") from error
    raise FileProblem("Every sheet of this workbook is empty. Check that you chose the right one.")


def _check_archive(content: bytes) -> None:
    """Refuse an archive that is no workbook, or that unpacks to far more than it seems (a zip bomb)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FileProblem(f"This file is damaged and could not be opened. {_SAVE_AS}") from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        kind, what_to_do = next((kind, do) for part, kind, do in _ARCHIVE_KINDS if part in names | {""})
        raise FileProblem(f"This is {kind}, not an Excel workbook. {what_to_do}")
    if len(parts) > _PART_LIMIT or sum(part.file_size for part in parts) > _UNPACKED_LIMIT:
        raise FileProblem("This workbook unpacks to far more than a staff list holds, so it was not opened.")
    if "xl/vbaProject.bin" in names:
        raise FileProblem(f"This workbook holds macros, so it was not opened. {_SAVE_AS}")


def _sheet_rows(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[Cell]]]:
    far = 0
    for line, row in enumerate(rows, start=1):
        far += max(0, len(row) - _COLUMN_LIMIT)
        if line > _SHEET_LIMIT or far > _FAR_LIMIT:
            raise FileProblem(f"This workbook has cells further down or to the right than a staff list. {_SAVE_AS}")
        cells = [_excel_cell(value) for value in row[: _COLUMN_LIMIT + 1]]
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if cells:
            yield line, cells


def _excel_cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float | date):
        return value
    return str(value)


# --- Both ----------------------------------------------------------------------------------------------------------


def _collect(numbered: Iterator[tuple[int, list[Any]]], wanted: Wanted | None, kind: str, detail: str) -> Table:
    """Headings from the first row with anything in it, then every row that lines up with them."""
    heading_line, first = next(((line, row) for line, row in numbered if not _blank(row)), (1, []))
    headings = tuple(_heading(cell) for cell in first)
    width = len(headings)
    if width > _COLUMN_LIMIT:
        raise FileProblem(f"The file has more than {_COLUMN_LIMIT} columns. Keep only those that are needed.")
    places = range(width) if wanted is None else wanted(headings)
    rows: list[Sequence[Cell]] = []
    lines: list[int] = []
    faults: list[RowFault] = []
    for line, row in numbered:
        if not (row and row[0]) and _blank(row):
            continue
        if len(row) != width and not _lined_up(row, width, pad=kind == "Excel"):
            faults.append(RowFault(line, _uneven(len(row), width), tuple(row)))
            if len(faults) > _FAULT_LIMIT:
                raise FileProblem(_ALL_UNEVEN)
            continue
        rows.append(row if wanted is None else [row[place] for place in places])
        lines.append(line)
        if len(rows) > _ROW_LIMIT:
            raise FileProblem(f"The file has more than {_ROW_LIMIT:,} rows. Split it into smaller files.")
    return Table(tuple(headings[place] for place in places), rows, lines, heading_line, kind, detail, tuple(faults))


def _blank(cells: Sequence[Cell]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _lined_up(row: list[Cell], width: int, *, pad: bool) -> bool:
    """Bring a row to the width of the headings where that loses nothing; False where it cannot be."""
    if len(row) > width and _blank(row[width:]):
        del row[width:]
    elif len(row) < width and pad:
        row.extend([None] * (width - len(row)))
    return len(row) == width


def _heading(cell: Cell) -> str:
    text = restore(cell)
    return "" if text is None else str(text).strip()


def _uneven(cells: int, headings: int) -> str:
    compared = "fewer" if cells < headings else "more"
    return (
        f"This row has {cells} cells, {compared} than the {headings} headings. "
        "A comma inside a cell needs quotation marks around the whole cell."
    )
