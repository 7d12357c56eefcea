"""Reading one cell of a staff record as what its column holds; each reader raises Unusable, in words for the person."""

import re
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from peerhub.workforce.rules.dates import Cell, Unusable
from peerhub.workforce.rules.vocabulary import allowed_words, recognise, recognise_yes_no
from peerhub.workforce.rules.words import Word

Kind = TypeVar("Kind", bound=Word)

FULL_TIME = Decimal(1)
"""The WTE of a row that gives none."""

_WTE_STEP = Decimal("0.00001")
_SPACES = re.compile(r"\s+")


def text_of(cell: Cell) -> str:
    """A cell as text: trimmed, runs of spaces made one, 1234.0 as 1234. Leading zeros stay."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _SPACES.sub(" ", str(cell)).strip()


def read_flag(cell: Cell) -> bool:
    """Yes or no; blank is no."""
    answer = recognise_yes_no(text_of(cell))
    if answer is None:
        raise Unusable(f"'{text_of(cell)}' is neither yes nor no. Write yes or no.")
    return answer


def read_word(kind: type[Kind], cell: Cell) -> Kind | None:
    """One of our words by its code, its label or a staff record's own term; None when blank."""
    text = text_of(cell)
    if not text:
        return None
    word = recognise(kind, text)
    if word is None:
        raise Unusable(f"We do not know '{text}'. Use one of: {allowed_words(kind)}.")
    return word


def read_wte(cell: Cell) -> Decimal:
    """Whole-time equivalent, above 0 and up to 1, to five decimal places as staff records keep it; blank is 1."""
    text = text_of(cell)
    if not text:
        return FULL_TIME
    try:
        wte = Decimal(text)
    except InvalidOperation:
        wte = Decimal("NaN")
    if not wte.is_finite():
        raise Unusable(f"'{text}' is not a number. Write the WTE as a number up to 1, like 0.6.")
    if wte > FULL_TIME:
        raise Unusable(f"A WTE of {text} is more than full time. Write a number up to 1: three days of five is 0.6.")
    wte = wte.quantize(_WTE_STEP).normalize() if wte > 0 else Decimal(0)
    if wte == 0:
        raise Unusable(f"A WTE of {text} is no time at all. Write a number above 0 and up to 1, like 0.6.")
    return wte
