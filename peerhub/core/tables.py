"""Lists that sort, filter and page by their address, and leave as CSV or Excel with the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import Response, request

from peerhub.core.files import write_csv, write_xlsx
from peerhub.core.time import long_date, today

Item = TypeVar("Item")
ROWS_A_PAGE = 50
MOST_ROWS_A_PAGE = 200
SHORT_DATE = len("31 Dec 2025")
NOT_KEPT = frozenset({"page", "sort", "format"})


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """A column of a list.

    Attributes:
        key: its name in addresses and exports.
        heading: its words on the page and in the file.
        value: what a row holds there: text, a date, a number or None.
        show: how the page says it, where that differs from the value.
        href: where it leads, if anywhere.
        tag: the NHS.UK tag colour for the value, where it is a status.
        is_number: aligned right, a number in Excel.
        is_whole: breaks over no line, as no short date does either.
        is_sorted: whether the list can be put in its order.
    """

    key: str
    heading: str
    value: Callable[[Item], Any]
    show: Callable[[Item], str] | None = None
    href: Callable[[Item], str | None] | None = None
    tag: Callable[[Item], str | None] | None = None
    is_number: bool = False
    is_whole: bool = False
    is_sorted: bool = True
    in_export: bool = True

    def said(self, item: Item) -> str:
        """The cell as words."""
        if self.show is not None:
            return self.show(item)
        value = self.value(item)
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, date):
            return long_date(value)
        return "" if value is None else str(getattr(value, "label", value))


@dataclass(frozen=True, slots=True)
class View:
    """What of a list was asked for: its order, its page, its filters. Read from the address, and written back to it."""

    sort: str = ""
    descending: bool = False
    page: int = 1
    size: int = ROWS_A_PAGE
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * self.size

    def whole(self) -> View:
        """The same list on one page, as an export has it."""
        return replace(self, page=1, size=1_000_000)


def view_from_address(sortable: Iterable[str], default: str = "") -> View:
    """Read order, page and filters from the address; anything that makes no sense is passed over."""
    names = set(sortable)
    asked = request.args.get("sort", default)
    plain = asked.removeprefix("-")
    page = request.args.get("page", "1")
    return View(
        sort=plain if plain in names else default.removeprefix("-"),
        descending=asked.startswith("-") if plain in names else default.startswith("-"),
        page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        filters={key: value.strip() for key, value in request.args.items() if key not in NOT_KEPT and value.strip()},
    )


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of rows, and how many there are in all."""

    rows: Sequence[Item]
    total: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell ready for the page."""

    heading: str
    text: str
    href: str | None
    tag: str | None
    is_number: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading with where to sort by it, and how it is sorted now."""

    text: str
    href: str | None
    order: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Table(Generic[Item]):
    """A list with its columns, ready to show or to send as a file."""

    caption: str
    columns: Sequence[Column[Item]]
    page: Page[Item]
    view: View
    empty: str = "Nothing here yet."
    can_export: bool = True
    note: str = ""

    @property
    def headings(self) -> list[Heading]:
        """The headings in order."""
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column[Item]) -> Heading:
        is_current = self.view.sort == column.key
        order = ("descending" if self.view.descending else "ascending") if is_current else "none"
        turned = f"-{column.key}" if order == "ascending" else column.key
        return Heading(column.heading, self.address(sort=turned) if column.is_sorted else None, order, column.is_number)

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows as cells."""
        return [[self._cell(column, row) for column in self.columns] for row in self.page.rows]

    def _cell(self, column: Column[Item], row: Item) -> Cell:
        said = column.said(row)
        is_short_date = len(said) <= SHORT_DATE and isinstance(column.value(row), date)
        return Cell(
            column.heading,
            said,
            column.href(row) if column.href else None,
            column.tag(row) if column.tag else None,
            column.is_number,
            column.is_whole or is_short_date,
        )

    def address(self, **changed: Any) -> str:
        """This list's address with something changed."""
        asked = dict(self.view.filters)
        if self.view.sort:
            asked["sort"] = f"{'-' if self.view.descending else ''}{self.view.sort}"
        asked |= {key: str(value) for key, value in changed.items()}
        return f"{request.path}?{urlencode(asked)}"

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.page.total // self.view.size))

    @property
    def summary(self) -> str:
        """Which rows are shown, in words."""
        if self.page.total <= len(self.page.rows):
            return f"{self.page.total} in all"
        return f"{self.view.start + 1} to {self.view.start + len(self.page.rows)} of {self.page.total}"


def asked_format() -> str | None:
    """Which file was asked for in the address: 'csv', 'xlsx' or None."""
    asked = request.args.get("format", "")
    return asked if asked in {"csv", "xlsx"} else None


def as_file(name: str, columns: Sequence[Column[Any]], rows: Iterable[Any], kind: str) -> Response:
    """Send rows as a file: real dates and numbers in Excel, nothing a spreadsheet would run.

    Args:
        name: the file's name without its ending; today's date is added.
        kind: 'csv' or 'xlsx'.
    """
    kept = [column for column in columns if column.in_export]
    return send_rows(
        name,
        [column.heading for column in kept],
        ([_plain(column.value(row)) for column in kept] for row in rows),
        kind,
    )


def send_rows(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], kind: str) -> Response:
    """Send plain rows as a CSV or Excel download."""
    if kind == "xlsx":
        body, mime = write_xlsx(headings, rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        body, mime = write_csv(headings, rows), "text/csv; charset=utf-8"
    answer = Response(body, mimetype=mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y-%m-%d}.{kind}"'
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return getattr(value, "label", value)
