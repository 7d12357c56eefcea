"""What rows of a staff record must not say together: a spell twice, a post held twice, a number with two names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from peerhub.workforce.rules.columns import Column, Problem
from peerhub.workforce.rules.rows import ALREADY_HELD, SpellRow


def check_spells(rows: Iterable[SpellRow]) -> tuple[Problem, ...]:
    """The problems rows have with each other, in the order of the file.

    Spells already held may stand among them with line ALREADY_HELD: they are compared with and never complained of.
    Leave out those that a row of the file replaces.
    """
    spells = sorted(rows, key=lambda row: row.line)
    found = [*_different_names(spells), *_twice(spells), *_overlaps(spells), *_different_settings(spells)]
    return tuple(sorted(problem for problem in found if problem.line != ALREADY_HELD))


def overlap(one: SpellRow, other: SpellRow) -> bool:
    """Whether two spells share a day; a spell that ends on a day and one that starts that day share it."""
    return one.start_date <= (other.end_date or date.max) and other.start_date <= (one.end_date or date.max)


def _where(row: SpellRow) -> str:
    return "what PeerHub already holds" if row.line == ALREADY_HELD else f"line {row.line}"


def _different_names(spells: Sequence[SpellRow]) -> Iterator[Problem]:
    first: dict[str, SpellRow] = {}
    for row in spells:
        known = first.setdefault(row.staff_number, row)
        if _name(known) != _name(row):
            yield Problem(
                row.line,
                Column.STAFF_NUMBER,
                f"Staff number {row.staff_number} has another name in {_where(known)}. "
                "Correct the number, or give both rows the name the person uses now.",
            )


def _name(row: SpellRow) -> tuple[str, str]:
    return row.first_name.casefold(), row.last_name.casefold()


def _twice(spells: Sequence[SpellRow]) -> Iterator[Problem]:
    first: dict[SpellRow, SpellRow] = {}
    for row in spells:
        if row.line == ALREADY_HELD:
            continue
        known = first.setdefault(replace(row, line=ALREADY_HELD), row)
        if known is not row:
            yield Problem(
                row.line, Column.STAFF_NUMBER, f"This is the same spell as {_where(known)}. Take one of them out."
            )


def _overlaps(spells: Sequence[SpellRow]) -> Iterator[Problem]:
    posts: dict[tuple[str, str], list[SpellRow]] = defaultdict(list)
    for row in spells:
        if row.post_number:
            posts[row.employer.casefold(), row.post_number.casefold()].append(row)
    for held in posts.values():
        held.sort(key=lambda row: (row.start_date, row.line))
        longest = held[0]
        for row in held[1:]:
            if overlap(longest, row) and replace(row, line=longest.line) != longest:
                yield _overlap_problem(longest, row)
            if (row.end_date or date.max) > (longest.end_date or date.max):
                longest = row


def _overlap_problem(one: SpellRow, other: SpellRow) -> Problem:
    """The later line is the one to look at; the earlier one is named."""
    earlier, later = sorted((one, other), key=lambda row: row.line)
    return Problem(
        later.line,
        Column.POST_NUMBER,
        f"Post {later.post_number} is also held on some of these days in {_where(earlier)}. "
        "Correct the dates; for a job share give each person a post number of their own.",
    )


def _different_settings(spells: Sequence[SpellRow]) -> Iterator[Problem]:
    first: dict[str, SpellRow] = {}
    for row in spells:
        known = first.setdefault(row.service_line.casefold(), row)
        if known.setting is not row.setting:
            yield Problem(
                row.line,
                Column.SETTING,
                f"{row.service_line} is {row.setting.label.lower()} here and {known.setting.label.lower()} in "
                f"{_where(known)}. A service line has one setting: correct it, or give the other part its own name.",
            )
