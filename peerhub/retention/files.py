"""Retention straight from a staff-record file, with no database: only the columns the figures rest on are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from peerhub.core.files import FileProblem, Table, read_table
from peerhub.core.formulas import restore
from peerhub.retention.rules.facts import (
    NOT_RECORDED,
    STILL_OPEN,
    Coded,
    Mask,
    Numbers,
    SpellFacts,
    coded,
    day_number,
    one_word,
)
from peerhub.workforce.rules.cells import read_flag, read_word, read_wte, text_of
from peerhub.workforce.rules.column_match import match_headings
from peerhub.workforce.rules.columns import REQUIRED_FOR_RETENTION, Column, Problem
from peerhub.workforce.rules.dates import Cell, Unusable, read_date, read_end_date
from peerhub.workforce.rules.vocabulary import recognise
from peerhub.workforce.rules.words import Contract, LeavingReason, Setting

Reading = TypeVar("Reading")

FILE_LIMIT = 45 * 2**20
"""Bytes of a file read from the command line: room for 150,000 rows of every column."""


class HeadingsUnclear(FileProblem):
    """Columns that are not found in a file, or found twice; its message names each."""


def facts_from_file(
    path: Path, named: Mapping[Column, str] | None = None, given: Mapping[Column, str] | None = None
) -> SpellFacts:
    """The facts in a CSV or Excel file in the columns of the staff record.

    Needs staff_number, lived_experience_role, peer_service, start_date and end_date; setting, contract, wte and
    leaving_reason are read where they are there. Rows with something wrong in those are left out and stand in
    `refused`, by line. Other columns are not read, so cohorts from a file can be narrowed by setting alone.
    Raises FileProblem with words for the person when the file or its headings cannot be used.

    Args:
        named: the headings of columns that are not found by themselves.
        given: what every row has though the file does not say it.
    """
    places: dict[Column, int] = {}

    def to_read(headings: tuple[str, ...]) -> list[int]:
        match = match_headings(headings, REQUIRED_FOR_RETENTION, named=named, given=given)
        unclear = [problem.message for problem in match.problems if problem.column in {*_READ, *(named or {})}]
        if unclear:
            raise HeadingsUnclear("\n".join(unclear))
        read = {column: place for column, place in match.positions.items() if column in _READ}
        kept = sorted(set(read.values()))
        places.update({column: kept.index(place) for column, place in read.items()})
        return kept

    table = read_table(path, path.name, FILE_LIMIT, wanted=to_read)
    return _facts(_Rows(table, places, given or {}))


def _facts(rows: "_Rows") -> SpellFacts:
    person = rows.words(Column.STAFF_NUMBER, _staff_number)
    start = rows.numbers(Column.START_DATE, _start)
    end = rows.numbers(Column.END_DATE, _end)
    rows.refuse(end < start, Column.END_DATE, "The end date is before the start date. Check both days.")
    lived_experience = rows.numbers(Column.LIVED_EXPERIENCE_ROLE, read_flag)
    peer_service = rows.numbers(Column.PEER_SERVICE, read_flag)
    wte = rows.numbers(Column.WTE, _wte)
    contract = rows.words(Column.CONTRACT, _contract)
    setting = rows.words(Column.SETTING, _setting)
    leaving_reason = rows.words(Column.LEAVING_REASON, _leaving_reason)
    kept = ~rows.refused
    blank = one_word("", int(np.count_nonzero(kept)))
    people = person.only(kept)
    return SpellFacts(
        people=people.labels,
        person=people.codes,
        start=start[kept].astype(np.int64),
        end=end[kept].astype(np.int64),
        lived_experience=lived_experience[kept].astype(bool),
        peer_service=peer_service[kept].astype(bool),
        wte=wte[kept],
        contract=contract.only(kept),
        setting=setting.only(kept),
        service_line=blank,
        team=blank,
        employer=blank,
        band=blank,
        campaign=blank,
        leaving_reason=leaving_reason.only(kept),
        destination=blank,
        refused=rows.problems(),
    )


_READ = frozenset(
    {*REQUIRED_FOR_RETENTION, Column.WTE, Column.CONTRACT, Column.SETTING, Column.LEAVING_REASON},
)


@dataclass(slots=True)
class _Rows:
    """The rows of a table, read column by column; each distinct value is read once."""

    table: Table
    positions: Mapping[Column, int]
    given: Mapping[Column, str]
    refused: Mask = field(init=False)
    _found: list[Problem] = field(init=False)

    def __post_init__(self) -> None:
        self.refused = np.zeros(len(self.table.rows), dtype=bool)
        self._found = [Problem(fault.line, "", fault.message) for fault in self.table.faults]

    def words(self, column: Column, read: Callable[[Cell], str]) -> Coded:
        """A column of words, those that read the same under one code; nothing where it cannot be read."""
        codes, readings = self._readings(column, read)
        words = coded(["" if word is None else word for word in readings])
        return Coded(words.codes[codes], words.labels)

    def numbers(self, column: Column, read: Callable[[Cell], float]) -> NDArray[np.float64]:
        """A column of numbers; not a number where it cannot be read."""
        codes, readings = self._readings(column, read)
        return np.array([np.nan if number is None else number for number in readings], dtype=np.float64)[codes]

    def refuse(self, rows: Mask, column: Column, message: str) -> None:
        """Leave rows out, each with the words why."""
        self._refuse(dict.fromkeys(np.flatnonzero(rows).tolist(), message), column)

    def _refuse(self, messages: Mapping[int, str], column: Column) -> None:
        self._found += [Problem(self.table.lines[row], column, message) for row, message in messages.items()]
        self.refused[list(messages)] = True

    def _readings(self, column: Column, read: Callable[[Cell], Reading]) -> tuple[Numbers, list[Reading | None]]:
        """For each row the place of its reading; None stands for what could not be read, and its rows are refused."""
        place = self.positions.get(column)
        if place is None:
            return np.zeros(len(self.table.rows), dtype=np.int64), [read(self.given.get(column))]
        distinct: dict[Cell, int] = {}
        codes = np.array([distinct.setdefault(row[place], len(distinct)) for row in self.table.rows], dtype=np.int64)
        readings: list[Reading | None] = []
        unusable: dict[int, str] = {}
        for code, cell in enumerate(distinct):
            try:
                readings.append(read(restore(cell)))
            except Unusable as refusal:
                readings.append(None)
                unusable[code] = str(refusal)
        if unusable:
            self._refuse({row: unusable[code] for row, code in enumerate(codes.tolist()) if code in unusable}, column)
        return codes, readings

    def problems(self) -> tuple[Problem, ...]:
        """What was wrong, in the order of the file."""
        return tuple(sorted(self._found))


def _staff_number(cell: Cell) -> str:
    text = text_of(cell)
    if not text:
        raise Unusable("There is no staff number. Add it, so that we know whose row this is.")
    return text


def _start(cell: Cell) -> int:
    day = read_date(cell)
    if day is None:
        raise Unusable("There is no start date. Add the day the person started in this post.")
    return day_number(day)


def _end(cell: Cell) -> int:
    day = read_end_date(cell)
    return STILL_OPEN if day is None else day_number(day)


def _wte(cell: Cell) -> float:
    return float(read_wte(cell))


def _contract(cell: Cell) -> str:
    return read_word(Contract, cell) or Contract.PERMANENT


def _setting(cell: Cell) -> str:
    return read_word(Setting, cell) or NOT_RECORDED


def _leaving_reason(cell: Cell) -> str:
    """Only "has not worked" changes a figure, so a reason in other words is kept as other and refuses no row."""
    text = text_of(cell)
    return (recognise(LeavingReason, text) or LeavingReason.OTHER) if text else ""
