"""What of several counts may be shown, one after the other, so that nobody's answers are read from two of them. Pure.

Whoever reads a count keeps it. So a number is shown anew only where it differs from every earlier one of the same
answer by as many people as may be shown; otherwise the earlier number stands with its own day, and neither "the same"
nor "one more" is said. The number of people is known to the reader, who sees the staff record, so what is left over in
a table is a number too, and may not differ by a few either.

Within one count small numbers are hidden with as many others as it takes; nobody beside them is hidden as well, or the
one number that is hidden would say which answer somebody gave.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from peerhub.indicators.rules.suppression import Release

Key: TypeAlias = Hashable
PEOPLE = "people"
"""Everybody who was counted: the total of each table."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a count.

    Attributes:
        answers: how many gave each answer; everybody gave one.
        groups: of answers that are also told together.
        enough: whether enough people answered for any of it to be shown.
    """

    answers: Mapping[Key, int]
    groups: Mapping[Key, tuple[Key, ...]]
    enough: bool = True

    @property
    def people(self) -> int:
        return sum(self.answers.values())

    @property
    def cells(self) -> dict[Key, int]:
        """The answers and the groups."""
        together = {group: sum(self.answers[answer] for answer in within) for group, within in self.groups.items()}
        return {**self.answers, **together}

    @property
    def sums(self) -> Iterator[tuple[Key, tuple[Key, ...]]]:
        """Each total with its parts: the groups first, then everybody."""
        yield from self.groups.items()
        grouped = {answer for within in self.groups.values() for answer in within}
        yield PEOPLE, (*self.groups, *(answer for answer in self.answers if answer not in grouped))

    def told_together(self, shown: frozenset[Key]) -> list[frozenset[Key]]:
        """The answers as a reader tells them apart: each that is shown, and those hidden, by their group or at all."""
        blocks = [frozenset({answer}) for answer in self.answers if answer in shown]
        left = {answer for answer in self.answers if answer not in shown}
        for group, within in self.groups.items():
            if group in shown and (hidden := left.intersection(within)):
                blocks.append(frozenset(hidden))
                left -= hidden
        return [*blocks, frozenset(left)] if left else blocks


@dataclass(frozen=True, slots=True)
class Count:
    """One count of everybody, with the settings of its day: its tables by name."""

    as_at: date
    tables: Mapping[str, Table]
    threshold: int
    least: int

    @property
    def people(self) -> int:
        return next(iter(self.tables.values())).people


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of a count: for each table the cells shown anew."""

    count: Count
    shown: Mapping[str, frozenset[Key]]


def released(counts: Iterable[Count]) -> list[Told]:
    """What is shown of each count, the earliest first, beside all those before it."""
    told: list[Told] = []
    for count in counts:
        told.append(Told(count, _shown(count, told)))
    return told


def _shown(count: Count, before: Sequence[Told]) -> dict[str, frozenset[Key]]:
    if count.people < count.least:
        return dict.fromkeys(count.tables, frozenset())
    earlier = {
        name: [(told.count.tables[name], told.shown[name]) for told in before if told.shown.get(name)]
        for name in count.tables
    }
    held = {name: _held(table, earlier[name], count.threshold) for name, table in count.tables.items()}
    for name, table in count.tables.items():  # what can be seen from one table by itself, which saves work below
        while (cell := _gives_away(table, _left(table, held[name]), earlier[name], count.threshold)) is not None:
            held[name].add(cell)
    while True:
        shown = _without_small(count, held)
        more = {
            name: cell
            for name, table in count.tables.items()
            if (cell := _gives_away(table, shown[name], earlier[name], count.threshold)) is not None
        }
        if not more:
            return shown
        for name, cell in more.items():
            held[name] |= {cell}


def _left(table: Table, held: set[Key]) -> frozenset[Key]:
    return frozenset(table.cells.keys() - held)


Version: TypeAlias = tuple[Table, frozenset[Key]]
"""A table of an earlier count, and which of its cells were shown."""


def _held(table: Table, earlier: Sequence[Version], least: int) -> set[Key]:
    """What is not shown of a table, whatever else is: numbers near an earlier one, and nobody beside a few."""
    cells = table.cells
    if not table.enough or any(_changed(table, version) < least for version, _ in earlier):
        return set(cells)
    held = {
        cell
        for version, shown in earlier
        for cell in shown & cells.keys()
        if abs(cells[cell] - version.cells[cell]) < least
    }
    if any(0 < number < least for number in cells.values()):
        held |= {cell for cell, number in cells.items() if number < least}
    for _, parts in table.sums:
        hidden = held.intersection(parts)
        rest = sorted((part for part in parts if part not in held and cells[part]), key=lambda part: cells[part])
        while 0 < sum(cells[part] for part in hidden) < least and rest:
            hidden.add(rest.pop(0))
        held |= hidden
    return held


def _changed(one: Table, other: Table) -> int:
    """How many people at least must have answered, changed an answer, joined or left between two tables."""
    steps = [one.answers.get(key, 0) - other.answers.get(key, 0) for key in {**one.answers, **other.answers}]
    return max(sum(step for step in steps if step > 0), -sum(step for step in steps if step < 0))


def _without_small(count: Count, held: Mapping[str, set[Key]]) -> dict[str, frozenset[Key]]:
    """What is shown of each table: all that is not held, nor needed to hide what is.

    All tables are one release, so that none can be taken from another.
    """
    release = Release(count.threshold, count.least)
    release.count(PEOPLE, count.people)
    release.suppressed()
    open_ = {name: table for name, table in count.tables.items() if table.cells.keys() - held[name]}
    for name, table in open_.items():
        cells = table.cells
        for total, parts in table.sums:
            release.breakdown(
                total if total == PEOPLE else (name, total), {(name, part): cells[part] for part in parts}
            )
        release.hide(*((name, cell) for cell in held[name]))
    shown = release.suppressed()
    return {
        name: frozenset(cell for cell in table.cells if name in open_ and not shown.is_hidden((name, cell)))
        for name, table in count.tables.items()
    }


def _gives_away(table: Table, shown: frozenset[Key], earlier: Sequence[Version], least: int) -> Key | None:
    """A cell that must go because with it some answers together differ by a few people from an earlier count."""
    if not shown:
        return None
    cells = table.cells
    for version, was_shown in earlier:
        for together in _joined([*table.told_together(shown), *version.told_together(was_shown)]):
            step = sum(table.answers.get(key, 0) - version.answers.get(key, 0) for key in together)
            if 0 < abs(step) < least and together != frozenset(table.answers):
                return min(shown, key=lambda cell: (abs(cells[cell] - version.cells.get(cell, 0)), repr(cell)))
    return None


def _joined(blocks: Iterable[frozenset[Key]]) -> list[frozenset[Key]]:
    """The finest blocks that each of these lies within."""
    found: list[frozenset[Key]] = []
    for block in blocks:
        apart = [one for one in found if one.isdisjoint(block)]
        found = [*apart, block.union(*(one for one in found if not one.isdisjoint(block)))]
    return found
