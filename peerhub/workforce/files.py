"""Staff-record files: read into spells with every problem told by line and column, and written so they read back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from peerhub.core.files import UPLOAD_LIMIT, FileProblem, Table, read_table, write_csv, write_xlsx
from peerhub.core.formulas import formula_sign, restore
from peerhub.workforce.rules.cells import text_of
from peerhub.workforce.rules.column_match import HeadingMatch, match_chosen, match_headings
from peerhub.workforce.rules.columns import COLUMNS, REASON, TEXT_COLUMNS, Column, Problem
from peerhub.workforce.rules.dates import Cell
from peerhub.workforce.rules.filling import Known, fill
from peerhub.workforce.rules.rows import SpellRow, cells_of, read_row
from peerhub.workforce.rules.spells import check_spells


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is to be read.

    Attributes:
        matching: where each column stands, when somebody has looked at that; else they are found by their headings.
        named: the headings of some columns, where they are found by their headings.
        given: what is not read from the file: the same for every row, or ``filling.WORK_OUT``.
        known: what that is worked out from.
    """

    matching: Mapping[Column, int] | None = None
    named: Mapping[Column, str] = field(default_factory=dict)
    given: Mapping[Column, str] = field(default_factory=dict)
    known: Known = field(default_factory=Known)

    def match(self, headings: Sequence[str], line: int) -> HeadingMatch:
        """Where the columns stand in a file with these headings."""
        if self.matching is None:
            return match_headings(headings, line=line, named=self.named, given=self.given)
        return match_chosen(headings, self.matching, line=line, given=self.given)


BY_HEADINGS = Reading()


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """A staff-record file as read: the good rows, and the problems of the others and of the headings.

    `headings_usable` is False when a column is missing or claimed twice; there are then no rows. `match` says where
    each column was found and which headings were left unread.
    """

    table: Table
    rows: tuple[SpellRow, ...]
    problems: tuple[Problem, ...]
    headings_usable: bool
    match: HeadingMatch

    @property
    def count(self) -> int:
        """How many rows the file has, good or not."""
        return len(self.table.rows) + len(self.table.faults)

    @property
    def columns(self) -> frozenset[Column]:
        """Our columns that the file has, or that are given for every row of it."""
        return frozenset({*self.match.positions, *self.match.given})

    def in_its_words(self, problems: Iterable[Problem]) -> list[Problem]:
        """The same problems, each column called what the file calls it."""
        said = {column.value: self.table.headings[place] for column, place in self.match.positions.items()}
        return [replace(problem, column=said.get(problem.column, problem.column)) for problem in problems]

    @property
    def staff_numbers(self) -> frozenset[str]:
        """The staff numbers of all rows, good or not."""
        place = self.match.positions.get(Column.STAFF_NUMBER)
        return frozenset() if place is None else frozenset(text_of(restore(row[place])) for row in self.table.rows)


class _Found(Exception):
    """The headings of a file, which is read no further."""

    def __init__(self, headings: tuple[str, ...]) -> None:
        super().__init__()
        self.headings = headings


def read_headings(source: BinaryIO | Path, filename: str, limit_bytes: int = UPLOAD_LIMIT) -> tuple[str, ...]:
    """The headings of a file, quickly. Raises FileProblem with words for the person when it cannot be read."""

    def stop(headings: tuple[str, ...]) -> tuple[int, ...]:
        if any(headings):
            raise _Found(headings)
        return ()

    try:
        read_table(source, filename, limit_bytes, wanted=stop)
    except _Found as found:
        return found.headings
    raise FileProblem("The file has no headings. Its first row must name the columns.")


def read_staff_record(
    source: BinaryIO | Path,
    filename: str,
    limit_bytes: int = UPLOAD_LIMIT,
    reading: Reading = BY_HEADINGS,
) -> StaffRecord:
    """Read a CSV or Excel file in our columns or a staff-record export's.

    A row with any problem, of its own or with another row, is not among the good rows. Raises FileProblem with words
    for the person when the file itself cannot be read.
    """
    table = read_table(source, filename, limit_bytes)
    match = reading.match(table.headings, table.heading_line)
    if match.problems:
        return StaffRecord(table, (), match.problems, headings_usable=False, match=match)
    problems = [Problem(fault.line, "", fault.message) for fault in table.faults]
    rows: list[SpellRow] = []
    for line, cells in zip(table.lines, table.rows, strict=True):
        row, found = _read(line, {column: cells[place] for column, place in match.positions.items()}, reading)
        problems += found
        if row:
            rows.append(row)
    problems += check_spells(rows)
    refused = {problem.line for problem in problems}
    good = tuple(row for row in rows if row.line not in refused)
    return StaffRecord(table, good, tuple(sorted(problems)), headings_usable=True, match=match)


def _read(line: int, cells: Mapping[Column, Cell], reading: Reading) -> tuple[SpellRow | None, list[Problem]]:
    first = [_formula(line, column, sign) for column, cell in cells.items() if (sign := _sign(column, cell))]
    plain = {column: restore(cell) for column, cell in cells.items()}
    if reading.given:
        plain, unclear = fill(line, plain, reading.given, reading.known)
        first += unclear
    row, problems = read_row(line, plain)
    told = {problem.column for problem in first}
    return None if first else row, first + [problem for problem in problems if problem.column not in told]


def _sign(column: Column, cell: Cell) -> str | None:
    """The sign of words that a spreadsheet would run; in columns of numbers and dates all but = have their own message.

    The apostrophe that our own files put in front does not make them welcome: nothing PeerHub holds begins so.
    """
    sign = formula_sign(cell)
    return sign if column in TEXT_COLUMNS or sign == "'='" else None


def _formula(line: int, column: Column, sign: str) -> Problem:
    message = (
        f"This begins with {sign}, which a spreadsheet may run as a formula. Take it out, or write the value itself."
    )
    return Problem(line, column, message)


def write_staff_record(rows: Iterable[SpellRow], kind: str) -> bytes:
    """Spells as a file in our columns; `kind` is "csv" or "xlsx". Reading it again gives the same spells."""
    cells = (cells_of(row) for row in rows)
    headings = [column.value for column in COLUMNS]
    return write_xlsx(headings, cells, "Spells") if kind == "xlsx" else write_csv(headings, cells)


def write_refused(table: Table, problems: Iterable[Problem], kind: str) -> bytes:
    """The refused rows as they came, with a column of reasons, to be put right and chosen again."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        words = f"{problem.column}: {problem.message}" if problem.column else problem.message
        reasons.setdefault(problem.line, []).append(words)
    refused = [row for row in zip(table.lines, table.rows, strict=True) if row[0] in reasons]
    refused += [(fault.line, fault.cells) for fault in table.faults if fault.line in reasons]
    headings = _without_reason(table)
    rows = [
        _with_reason(cells, len(headings), len(table.headings), reasons[line])
        for line, cells in sorted(refused, key=itemgetter(0))
    ]
    whole = [*headings, REASON]
    return write_xlsx(whole, rows, "Refused rows") if kind == "xlsx" else write_csv(whole, rows)


def _without_reason(table: Table) -> tuple[str, ...]:
    """The headings without the reasons of an earlier time, which end a file of refused rows that comes back."""
    return table.headings[:-1] if table.headings[-1:] == (REASON,) else table.headings


def _with_reason(cells: Sequence[Cell], width: int, whole: int, reasons: Sequence[str]) -> list[Cell]:
    """Cells beyond the headings stand behind the reason, so that nothing is lost; earlier reasons are replaced."""
    plain = [restore(cell) for cell in cells]
    plain += [None] * (whole - len(plain))
    return [*plain[:width], " ".join(reasons), *plain[whole:]]
