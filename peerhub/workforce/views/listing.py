"""Lists that come whole from a query: put in the order asked for, a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from peerhub.core.tables import Column, Page, View
from peerhub.workforce.rules.establishment import Standing

Item = TypeVar("Item")
TAGS = {
    Standing.FILLED: "green",
    Standing.VACANT: "yellow",
    Standing.NOT_OPEN_YET: "blue",
    Standing.CLOSED: "grey",
    Standing.BANK_ONLY: "white",
}
"""The colour of each standing's tag."""


def arranged(rows: Iterable[Item], columns: Sequence[Column[Item]], view: View) -> Page[Item]:
    """The page of rows that a view asks for; rows without a value in the column of its order come last."""
    listed = list(rows)
    chosen = next((column for column in columns if column.key == view.sort), None)
    if chosen is not None:
        known = [row for row in listed if chosen.value(row) not in (None, "")]
        known.sort(key=lambda row: _comparable(chosen.value(row)), reverse=view.descending)
        listed = known + [row for row in listed if chosen.value(row) in (None, "")]
    return Page(listed[view.start : view.start + view.size], len(listed))


def sortable(columns: Iterable[Column[Any]]) -> list[str]:
    """The names of the columns that a list can be put in order of."""
    return [column.key for column in columns if column.is_sorted]


def _comparable(value: Any) -> Any:
    return str(getattr(value, "label", value)).casefold() if isinstance(value, str) else value
