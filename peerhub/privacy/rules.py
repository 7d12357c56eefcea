"""How what is held of somebody is said on a page and written in a file. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

ROWS_ON_A_PAGE = 20
Held = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Section:
    """What is held under one title: the words of its columns, and its rows as a person reads them.

    A column that no row has anything in is left out.
    """

    title: str
    words: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    many: int

    @property
    def left_out(self) -> int:
        """How many rows the page leaves to the file."""
        return self.many - len(self.rows)


def sections(held: Held) -> list[Section]:
    """What a page shows: every title, and of long lists the first rows."""
    return [_section(title, rows) for title, rows in held.items()]


def _section(title: str, rows: Sequence[Mapping[str, Any]]) -> Section:
    words = tuple(dict.fromkeys(word for row in rows for word, value in row.items() if is_something(value)))
    shown = tuple(tuple(row.get(word) for word in words) for row in rows[:ROWS_ON_A_PAGE])
    return Section(title, words, shown, len(rows))


def is_something(value: Any) -> bool:
    """Whether a page has anything to say of a value; the file holds empty ones too."""
    return value is not None and value != ""


def as_json(held: Held, **about: Any) -> str:
    """Everything as a file that a person and a program can read.

    >>> print(as_json({"Your posts": [{"First day": date(2025, 1, 2)}]}, name="Priya"))
    {
      "name": "Priya",
      "held": {
        "Your posts": [
          {
            "First day": "2025-01-02"
          }
        ]
      }
    }
    """
    return json.dumps({**about, "held": held}, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"a value no file can hold: {type(value).__name__}")
