"""Text in a table that a spreadsheet could run as a formula: told, made safe to open, and taken back."""

import re
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None
"""What a cell read from a file can hold: text from CSV; text, numbers, booleans and dates from Excel."""

_STARTS_FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_PROTECTED = re.compile(f"'+[{re.escape(_STARTS_FORMULA)}]")
_SIGNS = {"\t": "a tab", "\r": "a line break", "\n": "a line break"}
_NEEDS_PROTECTION = re.compile(f"'*[{re.escape(_STARTS_FORMULA)}]")


def begins_like_formula(cell: object) -> bool:
    """Whether a spreadsheet could run this text as a formula. A lone dash, often written for "none", is harmless."""
    return isinstance(cell, str) and len(cell) > 1 and cell[0] in _STARTS_FORMULA


def formula_sign(cell: object) -> str | None:
    """What makes a cell one that a spreadsheet could run, in words; None where nothing does.

    A protecting apostrophe and white space in front change nothing: what is held has neither.

    >>> formula_sign("=1+1"), formula_sign(" '@SUM(1)"), formula_sign("O'Neil"), formula_sign("-")
    ("'='", "'@'", None, None)
    """
    if not isinstance(cell, str) or cell[:1].isalnum():
        return None
    bare = str(restore(cell.strip()))
    text = next((text for text in (cell.rstrip(), bare, bare.strip()) if begins_like_formula(text)), None)
    return None if text is None else _SIGNS.get(text[0], f"'{text[0]}'")


def neutralise(cell: object) -> object:
    """Text made safe to open in a spreadsheet: an apostrophe in front only where it could be run as a formula.

    Numbers, dates and booleans are returned as they are. `restore` undoes it exactly.
    """
    if isinstance(cell, str) and _NEEDS_PROTECTION.match(cell):
        return "'" + cell
    return cell


def restore(cell: Cell) -> Cell:
    """The text before `neutralise`: a protecting apostrophe is taken off."""
    if isinstance(cell, str) and _PROTECTED.match(cell):
        return cell[1:]
    return cell
