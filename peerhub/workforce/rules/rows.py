"""A row of a staff-record file as a spell, with what is wrong with it in words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from peerhub.workforce.rules.cells import FULL_TIME, read_flag, read_word, read_wte, text_of
from peerhub.workforce.rules.columns import COLUMNS, Column, Problem
from peerhub.workforce.rules.dates import Cell, Unusable, read_date, read_end_date
from peerhub.workforce.rules.vocabulary import recognise
from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting, Word

Value = TypeVar("Value")
Kind = TypeVar("Kind", bound=Word)

_LONGEST: Mapping[Column, int] = {
    Column.STAFF_NUMBER: 40,
    Column.FIRST_NAME: 100,
    Column.LAST_NAME: 100,
    Column.PREFERRED_NAME: 100,
    Column.EMAIL: 254,
    Column.EMPLOYER: 200,
    Column.SERVICE_LINE: 120,
    Column.TEAM: 120,
    Column.POST_NUMBER: 40,
    Column.POSITION_TITLE: 160,
    Column.DESTINATION: 160,
    Column.CAMPAIGN: 120,
}
"""The longest text each column keeps."""

_MISSING: Mapping[Column, str] = {
    Column.STAFF_NUMBER: "There is no staff number. Add it, so that we know whose row this is.",
    Column.FIRST_NAME: "There is no first name. Add it.",
    Column.LAST_NAME: "There is no last name. Add it.",
    Column.SERVICE_LINE: "There is no service line. Add the one this post belongs to.",
    Column.SETTING: "There is no setting. Add one: community, inpatient, crisis, secure or justice.",
    Column.TEAM: "There is no team. Add the ward or team this post belongs to.",
    Column.POSITION_TITLE: "There is no position title. Add the title of the post.",
    Column.START_DATE: "There is no start date. Add the day the person started in this post.",
}

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellRow:
    """A person in a post from a date to a date, as one row of the file.

    `end_date` is the last day worked, None while current. `post_number` is "" where the row has none: it is then a post
    of its own, never merged with another by its title.
    """

    line: int
    staff_number: str
    first_name: str
    last_name: str
    preferred_name: str = ""
    email: str = ""
    employer: str = ""
    service_line: str
    setting: Setting
    team: str
    post_number: str = ""
    position_title: str
    role_kind: RoleKind
    band: Band | None = None
    wte: Decimal = FULL_TIME
    lived_experience_role: bool
    peer_service: bool
    contract: Contract = Contract.PERMANENT
    start_date: date
    end_date: date | None = None
    leaving_reason: LeavingReason | None = None
    destination: str = ""
    campaign: str = ""


def cells_of(row: SpellRow) -> list[object]:
    """The cells of a spell in the order of COLUMNS, as codes, dates, numbers and booleans; read_row undoes it."""
    return [getattr(row, column.value) for column in COLUMNS]


def read_row(line: int, cells: Mapping[Column, Cell]) -> tuple[SpellRow | None, tuple[Problem, ...]]:
    """The spell in a row of the file, or None with every problem found in it.

    A blank WTE is 1, a blank contract permanent, a blank role kind what the title says where it says one of ours.
    """
    reader = _Reader(line, cells)
    start = reader.needed(Column.START_DATE, read_date)
    end = reader.read(Column.END_DATE, read_end_date)
    lived_experience = bool(reader.read(Column.LIVED_EXPERIENCE_ROLE, read_flag))
    peer_service = bool(reader.read(Column.PEER_SERVICE, read_flag))
    title = reader.needed_text(Column.POSITION_TITLE)
    kind = reader.word(Column.ROLE_KIND, RoleKind) or recognise(RoleKind, title) or RoleKind.OTHER
    setting = reader.word(Column.SETTING, Setting, needed=True)
    if peer_service and not lived_experience and not reader.told(Column.LIVED_EXPERIENCE_ROLE):
        reader.tell(
            Column.LIVED_EXPERIENCE_ROLE,
            "A post in the peer service is always a lived experience role. Write yes here, or no under peer_service.",
        )
    found = _texts(reader)
    band = reader.word(Column.BAND, Band)
    wte = reader.read(Column.WTE, read_wte) or FULL_TIME
    contract = reader.word(Column.CONTRACT, Contract) or Contract.PERMANENT
    leaving_reason = reader.word(Column.LEAVING_REASON, LeavingReason)
    _check_end(reader, start, end, leaving_reason)
    if reader.problems or start is None or setting is None:
        return None, tuple(sorted(reader.problems, key=lambda problem: COLUMNS.index(Column(problem.column))))
    row = SpellRow(
        line=line,
        setting=setting,
        position_title=title,
        role_kind=kind,
        band=band,
        wte=wte,
        lived_experience_role=lived_experience,
        peer_service=peer_service,
        contract=contract,
        start_date=start,
        end_date=end,
        leaving_reason=leaving_reason,
        **found,
    )
    return row, ()


def _check_end(reader: "_Reader", start: date | None, end: date | None, reason: LeavingReason | None) -> None:
    """An end date is not before the start, and a reason for leaving comes with one."""
    if start and end and end < start:
        reader.tell(
            Column.END_DATE, f"The end date {end:%d/%m/%Y} is before the start date {start:%d/%m/%Y}. Check both."
        )
    if reason and not end and not reader.told(Column.END_DATE):
        reader.tell(
            Column.END_DATE, "There is a reason for leaving and no end date. Add the last day, or take the reason out."
        )


def _texts(reader: "_Reader") -> dict[str, str]:
    """The free words of a row, by the names of their columns."""
    return {
        "staff_number": reader.needed_text(Column.STAFF_NUMBER),
        "first_name": reader.needed_text(Column.FIRST_NAME),
        "last_name": reader.needed_text(Column.LAST_NAME),
        "preferred_name": reader.text(Column.PREFERRED_NAME),
        "email": reader.email(),
        "employer": reader.text(Column.EMPLOYER),
        "service_line": reader.needed_text(Column.SERVICE_LINE),
        "team": reader.needed_text(Column.TEAM),
        "post_number": reader.text(Column.POST_NUMBER),
        "destination": reader.text(Column.DESTINATION),
        "campaign": reader.text(Column.CAMPAIGN),
    }


class _Reader:
    """Reads the cells of one row and keeps what is wrong with them."""

    def __init__(self, line: int, cells: Mapping[Column, Cell]) -> None:
        self.line = line
        self.cells = cells
        self.problems: list[Problem] = []

    def tell(self, column: Column, message: str) -> None:
        self.problems.append(Problem(self.line, column, message))

    def told(self, column: Column) -> bool:
        return any(problem.column == column for problem in self.problems)

    def read(self, column: Column, read: Callable[[Cell], Value]) -> Value | None:
        try:
            return read(self.cells.get(column))
        except Unusable as unusable:
            self.tell(column, str(unusable))
            return None

    def needed(self, column: Column, read: Callable[[Cell], Value | None]) -> Value | None:
        found = self.read(column, read)
        if found is None and not self.told(column):
            self.tell(column, _MISSING[column])
        return found

    def word(self, column: Column, kind: type[Kind], *, needed: bool = False) -> Kind | None:
        def read(cell: Cell) -> Kind | None:
            return read_word(kind, cell)

        return self.needed(column, read) if needed else self.read(column, read)

    def text(self, column: Column) -> str:
        text = text_of(self.cells.get(column))
        longest = _LONGEST[column]
        if len(text) > longest:
            self.tell(column, f"This has {len(text)} characters, more than the {longest} we can keep. Shorten it.")
        return text

    def needed_text(self, column: Column) -> str:
        text = self.text(column)
        if not text:
            self.tell(column, _MISSING[column])
        return text

    def email(self) -> str:
        text = self.text(Column.EMAIL)
        if text and not _EMAIL.fullmatch(text):
            self.tell(Column.EMAIL, f"'{text}' is not an email address. Correct it or leave it blank.")
        return text
