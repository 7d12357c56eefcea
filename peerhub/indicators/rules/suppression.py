"""Small numbers: what of a report may be shown to someone who may not see individuals.

Counts from 1 to one below the threshold are hidden, and then as many more as it takes that no hidden count can be
worked out from the totals and the other tables of the same report. Figures that are released together belong in one
`Release`, or a reader could take one table from another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from peerhub.indicators.rules.inference import Key, Range, Sum, can_be_worked_out

THRESHOLD = 5
"""Counts from 1 to one below this are hidden."""
SMALLEST_DENOMINATOR = 10
"""Percentages of fewer than this are not shown."""
TOTAL = "total"
"""The row and the column of a table's totals."""


class Hidden(StrEnum):
    """Why a count is not there."""

    SMALL = "small"
    NOT_SHOWN = "not_shown"
    WITHHELD = "withheld"
    """Hidden together with everything beside it, so that not even "small" is said."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown: each count, or why it is hidden."""

    cells: Mapping[Key, int | Hidden]
    threshold: int
    smallest_denominator: int

    def __getitem__(self, key: Key) -> int | Hidden:
        return self.cells[key]

    def is_hidden(self, key: Key) -> bool:
        """Whether the count may not be shown."""
        return isinstance(self.cells[key], Hidden)

    def words(self, key: Key) -> str:
        """The count as it is shown: 12, fewer than 5, or not shown."""
        cell = self.cells[key]
        if cell is Hidden.SMALL:
            return f"fewer than {self.threshold}"
        return "not shown" if isinstance(cell, Hidden) else str(cell)

    def may_show_percent(self, count: Key, observed: Key) -> bool:
        """Whether a percent and its interval may stand beside a count: both numbers shown, and enough observed."""
        denominator = self.cells[observed]
        return (
            not self.is_hidden(count)
            and not isinstance(denominator, Hidden)
            and denominator >= self.smallest_denominator
        )


class Release:
    """Counts that are released together, and the sums by which a reader can tie them.

    Keys are whatever names a cell; a cell that stands in two tables has one key. Raises ValueError where a cell is
    given two values or a total is not the sum of its parts.

    Releases follow each other: figures added after `suppressed` belong to a later one, in which whatever was shown
    stays shown and whatever was hidden stays hidden, because a reader keeps what they read.
    """

    def __init__(self, threshold: int = THRESHOLD, smallest_denominator: int = SMALLEST_DENOMINATOR) -> None:
        self.threshold = threshold
        self.smallest_denominator = smallest_denominator
        self._counts: dict[Key, int] = {}
        self._sums: list[Sum] = []
        self._unseen: set[Key] = set()
        self._together: list[tuple[Key, tuple[Key, ...]]] = []
        self._kept_back: set[Key] = set()
        self._hidden_before: dict[Key, Hidden] = {}
        self._told: set[Key] = set()

    def count(self, key: Key, value: int) -> None:
        """A count by itself."""
        if value < 0 or self._counts.setdefault(key, value) != value:
            raise ValueError("A cell has one count, of 0 or more.")

    def breakdown(self, total: Key, parts: Mapping[Key, int], rest: Key | None = None) -> None:
        """A total and the counts that make it up, such as leavers by reason.

        `total` may have been given before, as a cell of another table; otherwise it is the sum of the parts. With
        `rest` the parts need not make up the total: what is left is a cell that is not shown but must not be found.
        """
        for key, value in parts.items():
            self.count(key, value)
        keys = tuple(parts)
        left = self._counts.get(total, sum(parts.values())) - sum(parts.values())
        if rest is not None:
            self.count(rest, left)
            self._unseen.add(rest)
            keys, left = (*keys, rest), 0
        if left:
            raise ValueError("A total is the sum of its parts.")
        self.count(total, sum(self._counts[key] for key in keys))
        self._sums.append(Sum(total, keys))

    def table(self, name: Key, cells: Mapping[tuple[Key, Key], int]) -> None:
        """A table of rows and columns with all its totals.

        A cell's key is (name, row, column); totals stand in row or column TOTAL. Cells left out are 0.
        """
        rows = tuple(dict.fromkeys(row for row, _ in cells))
        columns = tuple(dict.fromkeys(column for _, column in cells))
        for row in rows:
            across: dict[Key, int] = {(name, row, column): cells.get((row, column), 0) for column in columns}
            self.breakdown((name, row, TOTAL), across)
        for column in columns:
            self.breakdown((name, TOTAL, column), self._known((name, row, column) for row in rows))
        self.breakdown((name, TOTAL, TOTAL), self._known((name, row, TOTAL) for row in rows))
        self.breakdown((name, TOTAL, TOTAL), self._known((name, TOTAL, column) for column in columns))

    def _known(self, keys: Iterable[Key]) -> dict[Key, int]:
        return {key: self._counts[key] for key in keys}

    def hide(self, *keys: Key) -> None:
        """Show none of these, whatever their counts, nor anything they could be worked out from.

        What an earlier release showed stays shown.
        """
        self._kept_back.update(keys)

    def hide_with(self, key: Key, *others: Key) -> None:
        """Where `key` is hidden, show none of the others either: a reader would take one for another."""
        self._together.append((key, others))

    def suppressed(self) -> Shown:
        """What of all this may be shown."""
        hidden = self._settled(self._first_hidden() | self._hidden_before)
        while beside_hidden := self._beside(hidden):
            hidden = self._settled(hidden | dict.fromkeys(beside_hidden, Hidden.WITHHELD))
        self._hidden_before = hidden
        self._told = {key for key in self._counts if key not in hidden}
        cells = {key: hidden.get(key, value) for key, value in self._counts.items() if key not in self._unseen}
        return Shown(cells, self.threshold, self.smallest_denominator)

    def _beside(self, hidden: Mapping[Key, Hidden]) -> set[Key]:
        """What is shown and must go with something hidden."""
        beside = {other for key, others in self._together if key in hidden for other in others}
        return beside - hidden.keys() - self._told

    def _is_small(self, value: int) -> bool:
        return 0 < value < self.threshold

    def _first_hidden(self) -> dict[Key, Hidden]:
        small = {key: Hidden.SMALL for key, value in self._counts.items() if self._is_small(value)}
        held = self._unseen | (self._kept_back - self._told)
        return small | dict.fromkeys(held, Hidden.WITHHELD)

    def _settled(self, hidden: dict[Key, Hidden]) -> dict[Key, Hidden]:
        """Hide more, one cell at a time, until no hidden count can be worked out."""
        in_doubt: frozenset[Key] = frozenset()
        while True:
            secret = [key for key in self._counts if key in hidden and self._must_be_in_doubt(key)]
            found, in_doubt = can_be_worked_out(secret, self._counts, self._ranges(hidden), self._sums, in_doubt)
            if found is None:
                return hidden
            more = self._next_to_hide(found, hidden)
            if not more:
                return hidden
            hidden = hidden | more

    def _must_be_in_doubt(self, key: Key) -> bool:
        return key not in self._unseen or self._is_small(self._counts[key])

    def _ranges(self, hidden: Mapping[Key, Hidden]) -> dict[Key, Range]:
        """What a reader knows of each cell: "fewer than 5" is 1 to 4; beside such words "not shown" is 5 or more."""
        most = 2 * max(self._counts.values(), default=0) + 2 * self.threshold
        known = {
            Hidden.SMALL: (1, self.threshold - 1),
            Hidden.NOT_SHOWN: (self.threshold, most),
            Hidden.WITHHELD: (0, most),
        }
        return {key: known[hidden[key]] if key in hidden else (value, value) for key, value in self._counts.items()}

    def _next_to_hide(self, found: Key, hidden: Mapping[Key, Hidden]) -> dict[Key, Hidden]:
        """What to hide so that `found` is in doubt.

        The smallest count shown beside it, before the total; where nothing is left beside it, everything there is
        withheld together; where that is so already, the smallest count shown anywhere.
        """
        beside = [one for one in self._sums if found in one]
        parts = self._shown_counts((part for one in beside for part in one.parts), hidden)
        shown = parts or self._shown_counts((one.total for one in beside), hidden)
        if shown:
            return {shown[0]: Hidden.NOT_SHOWN}
        around = {key: Hidden.WITHHELD for one in beside for key in one.cells if key not in self._told}
        around = {key: kind for key, kind in around.items() if key not in self._hidden_before}
        if any(hidden.get(key) is not Hidden.WITHHELD for key in around):
            return around
        nearest = self._nearest_shown(found, hidden)
        return {nearest: Hidden.NOT_SHOWN} if nearest is not None else {}

    def _nearest_shown(self, found: Key, hidden: Mapping[Key, Hidden]) -> Key | None:
        """The smallest count shown that is tied to `found` by the fewest sums; None where none is left."""
        reached, edge = {found}, {found}
        while edge:
            edge = {key for one in self._sums if not edge.isdisjoint(one.cells) for key in one.cells} - reached
            reached |= edge
            shown = self._shown_counts(sorted(edge, key=repr), hidden)
            if shown:
                return shown[0]
        anywhere = self._shown_counts(self._counts, hidden)
        return anywhere[0] if anywhere else None

    def _shown_counts(self, keys: Iterable[Key], hidden: Mapping[Key, Hidden]) -> Sequence[Key]:
        """Those of the keys that are shown, may be hidden and are not 0, the smallest first."""
        may_be_hidden = (key for key in keys if key not in hidden and key not in self._told and self._counts[key] > 0)
        return sorted(dict.fromkeys(may_be_hidden), key=lambda key: self._counts[key])


def slice_may_be_shown(part: int, whole: int, threshold: int = THRESHOLD) -> bool:
    """Whether a filtered figure may be shown beside the whole: neither it nor what it leaves out is small."""
    return all(number == 0 or number >= threshold for number in (part, whole - part))
