"""What rows of a staff record must not say together: a spell twice, a post held twice, a number with two names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from peerhub.workforce.rules.columns import Column, Problem
from peerhub.workforce.rules.rows import SpellRow


def check_spells(rows: Iterable[SpellRow]) -> tuple[Problem, ...]:
    """The problems rows of a file have with each other, in its order."""
    spells = sorted(rows, key=lambda row: row.line)
    found = [*_different_names(spells), *_twice(spells), *_overlaps(spells), *_different_settings(spells)]
    return tuple(sorted(found))


def overlap(one: SpellRow, other: SpellRow) -> bool:
    """Whether two spells share a day; a spell that ends on a day and one that starts that day share it."""
    return one.start_date <= (other.end_date or date.max) and other.start_date <= (one.end_date or date.max)


def _different_names(spells: Sequence[SpellRow]) -> Iterator[Problem]:
    first: dict[str, SpellRow] = {}
    for row in spells:
        known = first.setdefault(row.staff_number, row)
        if _name(known) != _name(row):
            yield Problem(
                row.line,
                Column.STAFF_NUMBER,
                f"Staff number {row.staff_number} has another name in line {known.line}. "
                "Correct the number, or give both rows the name the person uses now.",
            )


def _name(row: SpellRow) -> tuple[str, str]:
    return row.first_name.casefold(), row.last_name.casefold()


def _twice(spells: Sequence[SpellRow]) -> Iterator[Problem]:
    first: dict[SpellRow, SpellRow] = {}
    for row in spells:
        known = first.setdefault(replace(row, line=0), row)
        if known is not row:
            yield Problem(
                row.line, Column.STAFF_NUMBER, f"This is the same spell as line {known.line}. Take one of them out."
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
        f"Post {later.post_number} is also held on some of these days in line {earlier.line}. "
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
                f"line {known.line}. A service line has one setting: correct it, or give the other part its own name.",
            )
