"""Which of a file's headings gives which column, by name or by what somebody chose, and what is wrong with them."""

import difflib
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peerhub.workforce.rules.columns import COLUMNS, REQUIRED_FOR_IMPORT, WORKED_OUT, Column, Problem
from peerhub.workforce.rules.headings import HEADINGS, MAY_BE, NOT_THE_SAME, OTHER_HEADINGS
from peerhub.workforce.rules.vocabulary import word_key

OWN_COLUMN = frozenset({Column.STAFF_NUMBER, Column.START_DATE, Column.END_DATE})
"""Columns that share theirs with no other: one file column read twice there is a slip."""
WHAT_TO_CHOOSE: Mapping[Column, str] = {
    Column.SETTING: "the setting",
    Column.LIVED_EXPERIENCE_ROLE: "whether it is a lived experience role",
    Column.PEER_SERVICE: "whether it is part of the peer service",
}


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """Where each column stands in a file (0 is the first), what is wrong with the headings, and those left unread.

    ``given`` are the columns that are not read from the file: the same value for every row, or ``filling.WORK_OUT``.
    """

    positions: Mapping[Column, int]
    problems: tuple[Problem, ...]
    not_read: tuple[str, ...]
    given: Mapping[Column, str] = field(default_factory=dict)


def match_headings(
    headings: Sequence[str],
    required: Iterable[Column] = REQUIRED_FOR_IMPORT,
    line: int = 1,
    named: Mapping[Column, str] | None = None,
    given: Mapping[Column, str] | None = None,
) -> HeadingMatch:
    """Match the headings of a file to our columns, whatever their case, spaces and underscores.

    A column that is missing, or that two headings claim, is a problem in words; other headings are listed as not read.

    Args:
        named: the headings of columns that somebody said, which count before what we know.
        given: what is not read from the file, as in :class:`HeadingMatch`.
    """
    named, given = named or {}, given or {}
    claims = _claims(headings, {*named, *given})
    problems = []
    for column, heading in named.items():
        claims[column] = _named_places(headings, heading)
        if not claims[column]:
            problems.append(Problem(line, column, f"There is no heading '{heading}' in the file. {_has(headings)}"))
    read = {place for places in claims.values() for place in places}
    not_read = [text for place, heading in enumerate(headings) if place not in read and (text := heading.strip())]
    wanted = frozenset(required) - {*named, *given}
    for column in COLUMNS:
        places = claims.get(column, [])
        if len(places) > 1:
            problems.append(_repeated(column, [headings[place] for place in places], line))
        elif not places and column in wanted:
            problems.append(_missing(column, not_read, line))
    positions = {column: places[0] for column, places in claims.items() if places}
    return HeadingMatch(positions, tuple(sorted(problems, key=_in_our_order)), tuple(not_read), given)


def _in_our_order(problem: Problem) -> int:
    return COLUMNS.index(Column(problem.column))


def _claims(headings: Sequence[str], but: Container[Column]) -> dict[Column, list[int]]:
    """Where the headings we know stand, but for some columns."""
    claims: dict[Column, list[int]] = {}
    for place, heading in enumerate(headings):
        column = HEADINGS.get(word_key(heading))
        if column is not None and column not in but:
            claims.setdefault(column, []).append(place)
    return claims


def _named_places(headings: Sequence[str], wanted: str) -> list[int]:
    exact = [place for place, heading in enumerate(headings) if heading.strip() == wanted.strip()]
    return exact or [place for place, heading in enumerate(headings) if word_key(heading) == word_key(wanted)]


def _has(headings: Iterable[str]) -> str:
    return f"It has: {', '.join(heading.strip() for heading in headings if heading.strip())}."


def match_chosen(
    headings: Sequence[str], chosen: Mapping[Column, int], line: int = 1, given: Mapping[Column, str] | None = None
) -> HeadingMatch:
    """What somebody chose for each column, as a match; a place the file does not have is as if none was chosen.

    A column of the file may serve two of ours, such as the team that is its own service line.
    """
    given = given or {}
    positions = {column: place for column, place in chosen.items() if 0 <= place < len(headings)}
    times = Counter(positions.values())
    not_read = [heading.strip() for place, heading in enumerate(headings) if place not in times and heading.strip()]
    problems = []
    for column in COLUMNS:
        place = positions.get(column)
        if place is None and column in REQUIRED_FOR_IMPORT and column not in given:
            problems.append(Problem(line, column, _not_chosen(column)))
        elif place is not None and times[place] > 1 and column in OWN_COLUMN:
            named = f"'{headings[place].strip()}' is chosen more than once. Choose another column for one of them."
            problems.append(Problem(line, column, named))
    return HeadingMatch(positions, tuple(problems), tuple(not_read), given)


def _not_chosen(column: Column) -> str:
    if column in WORKED_OUT:
        what = WHAT_TO_CHOOSE[column]
        return f"Choose the column that says {what}, the same for every row, or that PeerHub works it out."
    return f"Choose the column that holds the {column.replace('_', ' ')}."


def _repeated(column: Column, found: Sequence[str], line: int) -> Problem:
    return Problem(
        line,
        column,
        f"More than one heading gives {column}: {_named(found)}. Keep one of them and take the others out.",
    )


def doubts(headings: Sequence[str]) -> dict[Column, str]:
    """What to say to somebody who chooses headings for our columns, where it is not clear which."""
    claims = _claims(headings, ())
    read = {place for places in claims.values() for place in places}
    others = [heading.strip() for place, heading in enumerate(headings) if place not in read and heading.strip()]
    told = {}
    for column in COLUMNS:
        found = [headings[place].strip() for place in claims.get(column, [])]
        if len(found) > 1:
            told[column] = f"More than one column may be this one: {_named(found)}. Choose one."
        elif not found and (look := _looks_like(column, others)):
            told[column] = look
        elif not found and column in REQUIRED_FOR_IMPORT - WORKED_OUT:
            told[column] = "We did not find this one by its heading."
    return told


def _looks_like(column: Column, others: Sequence[str]) -> str:
    """What to say of headings that look like a column, and may be or are not; nothing where none does."""
    by_key = {word_key(heading): heading for heading in others}
    for heading, meaning in NOT_THE_SAME.get(column, {}).items():
        if found := by_key.get(word_key(heading)):
            return f"'{found}' is {meaning}. Choose it only if it is right for every row."
    may_be = [found for heading in MAY_BE.get(column, ()) if (found := by_key.get(word_key(heading)))]
    if may_be:
        return f"{_named(may_be, 'or')} may be it: trusts use {'it' if len(may_be) == 1 else 'them'} differently."
    close = difflib.get_close_matches(word_key(column), by_key, n=1, cutoff=0.75)
    return f"'{by_key[close[0]]}' looks like it." if close else ""


def _named(headings: Iterable[str], word: str = "and") -> str:
    """Headings in quotation marks.

    >>> _named(["a", "b", "c"], "or")
    "'a', 'b' or 'c'"
    """
    *first, last = [f"'{heading.strip()}'" for heading in headings]
    return f"{', '.join(first)} {word} {last}" if first else last


def _missing(column: Column, not_read: Sequence[str], line: int) -> Problem:
    start = f"There is no column {column}."
    if look := _looks_like(column, not_read):
        return Problem(line, column, f"{start} {look} If it is right, change its heading to {column}.")
    also = OTHER_HEADINGS[column][0]
    return Problem(line, column, f"{start} Add it, or change a heading to {column} (we also read '{also}').")
