"""What a careful reader could work out from the figures shown: cells tied by sums, some of them hidden."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Key = Hashable
Range = tuple[int, int]
"""The lowest and highest value a reader knows a cell can have."""

_MOST_TRIES = 3_000
"""Assignments tried before giving up on finding another: the cell is then treated as if it could be worked out."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that is the sum of others, as a reader knows."""

    total: Key
    parts: tuple[Key, ...]

    def __contains__(self, key: object) -> bool:
        return key == self.total or key in self.parts

    @property
    def cells(self) -> tuple[Key, ...]:
        return (self.total, *self.parts)


class Reader:
    """A reader who knows the sums, every figure shown, and a range for each that is hidden.

    `truth` are the real values, `ranges` the range of each cell: one value where it is shown. Every real value must
    lie in its range and every sum must hold. A world gives a range to cells that hang together through sums; cells of
    one value are no part of it, so figures that share nothing hidden are never looked at together.
    """

    def __init__(self, truth: Mapping[Key, int], ranges: Mapping[Key, Range], sums: Sequence[Sum]) -> None:
        self._truth = truth
        self._ranges = ranges
        self._open = {key for key, (low, high) in ranges.items() if low < high}
        self._sums_of: dict[Key, list[Sum]] = {key: [] for key in self._open}
        for one in sums:
            for key in self._open.intersection((one.total, *one.parts)):
                self._sums_of[key].append(one)
        self._tries = 0

    def _hanging_together(self, key: Key) -> dict[Key, Range]:
        """The cells that `key` could be worked out with, each with its range."""
        found: dict[Key, Range] = {}
        waiting = [key]
        while waiting:
            cell = waiting.pop()
            if cell not in found:
                found[cell] = self._ranges[cell]
                waiting += [other for one in self._sums_of[cell] for other in one.cells if other in self._open]
        return found

    def in_doubt_with(self, key: Key) -> frozenset[Key]:
        """Cells that take another value in some world the reader cannot rule out, in which `key` does; empty if none.

        When it is empty the reader can work `key` out (or we could not show that they cannot).
        """
        low, high = self._ranges[key]
        real = self._truth[key]
        self._tries = 0
        together = self._hanging_together(key) if low < high else {}
        for value in _nearest(low, high, real):
            if value == real:
                continue
            world = self._narrowed(dict(together), key, value)
            found = None if world is None else self._completed(world)
            if found is not None:
                return frozenset(cell for cell, settled in found.items() if settled[0] != self._truth[cell])
            if self._tries > _MOST_TRIES:
                break
        return frozenset()

    def _completed(self, world: dict[Key, Range]) -> dict[Key, Range] | None:
        """A world within the ranges with one value for every cell, as near the truth as it comes; None if none."""
        self._tries += 1
        open_cells = [cell for cell, (low, high) in world.items() if low < high]
        if not open_cells:
            return world
        cell = min(open_cells, key=lambda open_cell: world[open_cell][1] - world[open_cell][0])
        low, high = world[cell]
        for value in _nearest(low, high, self._truth[cell]):
            if self._tries > _MOST_TRIES:
                return None
            narrower = self._narrowed(dict(world), cell, value)
            found = None if narrower is None else self._completed(narrower)
            if found is not None:
                return found
        return None

    def _narrowed(self, world: dict[Key, Range], key: Key, value: int) -> dict[Key, Range] | None:
        """The ranges left once `key` has `value`, following every sum until nothing changes; None when one is empty."""
        world[key] = (value, value)
        waiting = list(self._sums_of[key])
        while waiting:
            one = waiting.pop()
            ranges = {cell: world.get(cell) or self._ranges[cell] for cell in one.cells}
            for cell, implied in _implied(one, ranges).items():
                low, high = max(implied[0], ranges[cell][0]), min(implied[1], ranges[cell][1])
                if low > high:
                    return None
                if (low, high) != ranges[cell]:
                    world[cell] = (low, high)
                    waiting += self._sums_of[cell]
        return world


def _nearest(low: int, high: int, real: int) -> Iterator[int]:
    """Every value of a range, those nearest the real one first."""
    yield from (real,) if low <= real <= high else ()
    for step in range(1, max(high - real, real - low) + 1):
        yield from (value for value in (real - step, real + step) if low <= value <= high)


def _implied(one: Sum, world: Mapping[Key, Range]) -> dict[Key, Range]:
    """The ranges a sum allows each of its cells, given the ranges of the others."""
    lowest = sum(world[part][0] for part in one.parts)
    highest = sum(world[part][1] for part in one.parts)
    total_low, total_high = world[one.total]
    implied: dict[Key, Range] = {one.total: (lowest, highest)}
    for part in one.parts:
        low, high = world[part]
        implied[part] = (total_low - (highest - high), total_high - (lowest - low))
    return implied


def can_be_worked_out(
    hidden: Iterable[Key],
    truth: Mapping[Key, int],
    ranges: Mapping[Key, Range],
    sums: Sequence[Sum],
    already_in_doubt: Collection[Key] = (),
) -> tuple[Key | None, frozenset[Key]]:
    """The first hidden cell a reader could work out, None when there is none, and all those found to be in doubt."""
    reader = Reader(truth, ranges, sums)
    doubtful = set(already_in_doubt)
    for key in hidden:
        if key in doubtful:
            continue
        found = reader.in_doubt_with(key)
        if not found:
            return key, frozenset(doubtful)
        doubtful |= found
    return None, frozenset(doubtful)
