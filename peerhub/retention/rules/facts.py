"""The facts retention rests on: one row a spell, kept as columns so that 100,000 people take a moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from peerhub.workforce.rules.columns import Problem
from peerhub.workforce.rules.words import BreakKind, Contract, LeavingReason, Setting

RULES_VERSION = "1"
"""Kept with every published figure; raised when a rule below changes a figure."""

Days = NDArray[np.int64]
"""Days since 1 January 1970, one for each row or person."""
Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_EPOCH = date(1970, 1, 1).toordinal()
STILL_OPEN = date(9999, 12, 31).toordinal() - _EPOCH
"""The end of a spell that has none."""

FAR_APART = 2**23
"""More days than any two dates lie apart: keeps people apart when days are worked with for all of them at once."""

NOT_RECORDED = "not_known"
"""The setting of a spell that names none."""

NEVER_COUNT = frozenset({Contract.BANK.value, Contract.HONORARY.value, Contract.SESSIONAL.value})
"""Contracts that are no employment in a cohort and never start an entry (field notes E19, E20)."""


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The date a day number stands for."""
    return date.fromordinal(number + _EPOCH)


@dataclass(frozen=True, eq=False, slots=True)
class Coded:
    """A column of words held as numbers: row i says `labels[codes[i]]`."""

    codes: Numbers
    labels: tuple[str, ...]

    def among(self, wanted: Iterable[str]) -> Mask:
        """Which rows hold one of the wanted words."""
        chosen = frozenset(wanted)
        hit: Mask = np.array([label in chosen for label in self.labels], dtype=bool)
        return hit[self.codes] if len(self.labels) else np.zeros(len(self.codes), dtype=bool)

    def only(self, rows: Mask) -> "Coded":
        """Some of the rows, under the same codes."""
        return Coded(self.codes[rows], self.labels)

    def taken(self, rows: Numbers) -> "Coded":
        """The words of the given rows, one after the other."""
        return Coded(self.codes[rows], self.labels)

    def words(self, rows: Numbers) -> set[str]:
        """The different words in the given rows."""
        return {self.labels[int(code)] for code in np.unique(self.codes[rows])}

    def at(self, row: int) -> str:
        """The word in one row."""
        return self.labels[int(self.codes[row])]

    def counts(self, rows: Numbers) -> dict[str, int]:
        """How often each word stands in the given rows; words that do not are left out; alphabetical."""
        totals = np.bincount(self.codes[rows], minlength=len(self.labels))
        return dict(sorted((self.labels[code], int(totals[code])) for code in np.flatnonzero(totals)))


def coded(values: Sequence[str]) -> Coded:
    """Code a column of words, in the order they first appear."""
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return Coded(np.array(codes, dtype=np.int64), tuple(numbers))


def one_word(word: str, rows: int) -> Coded:
    """A column that says the same in every row."""
    return Coded(np.zeros(rows, dtype=np.int64), (word,))


@dataclass(frozen=True, slots=True)
class SpellFact:
    """One spell as a query or a test gives it. `end` is the last day worked, None while current; `person` any key."""

    person: str
    start: date
    end: date | None = None
    lived_experience: bool = True
    peer_service: bool = True
    contract: str = Contract.PERMANENT
    wte: float = 1.0
    setting: str = Setting.COMMUNITY
    service_line: str = ""
    team: str = ""
    employer: str = ""
    band: str = ""
    campaign: str = ""
    leaving_reason: str = ""
    destination: str = ""


@dataclass(frozen=True, slots=True)
class BreakFact:
    """Time away while employed: maternity, career break, secondment out, suspension, long sickness. Days inclusive."""

    person: str
    start: date
    end: date | None = None
    kind: str = BreakKind.MATERNITY


@dataclass(frozen=True, eq=False, slots=True)
class SpellFacts:
    """Every spell of an organisation, column by column: row i of each column is one spell.

    `person` numbers the keys in `people`. `start` and `end` are day numbers, `end` inclusive and STILL_OPEN when
    current. `unconfirmed` gives, for people missing from the latest load without a leaving date, the last day a load
    showed them. `refused` are the problems of rows left out when the facts were read.
    """

    people: tuple[str, ...]
    person: Numbers
    start: Days
    end: Days
    lived_experience: Mask
    peer_service: Mask
    wte: NDArray[np.float64]
    contract: Coded
    setting: Coded
    service_line: Coded
    team: Coded
    employer: Coded
    band: Coded
    campaign: Coded
    leaving_reason: Coded
    destination: Coded
    breaks: tuple[BreakFact, ...] = ()
    unconfirmed: Mapping[str, date] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()

    @property
    def excluded(self) -> int:
        """How many rows were left out because something in them could not be used."""
        return len({problem.line for problem in self.refused})

    def counted(self) -> Mask:
        """Spells that are employment: not bank, honorary or sessional, and somebody who has worked (E19, E20, E27)."""
        never_worked = self.leaving_reason.among([LeavingReason.HAS_NOT_WORKED])
        return ~self.contract.among(NEVER_COUNT) & ~never_worked


def facts_from_rows(
    rows: Iterable[SpellFact],
    breaks: Iterable[BreakFact] = (),
    unconfirmed: Mapping[str, date] | None = None,
) -> SpellFacts:
    """Put spells given one by one into columns."""
    spells = list(rows)
    person = coded([spell.person for spell in spells])
    ends = [STILL_OPEN if spell.end is None else day_number(spell.end) for spell in spells]
    return SpellFacts(
        people=person.labels,
        person=person.codes,
        start=np.array([day_number(spell.start) for spell in spells], dtype=np.int64),
        end=np.array(ends, dtype=np.int64),
        lived_experience=np.array([spell.lived_experience for spell in spells], dtype=bool),
        peer_service=np.array([spell.peer_service for spell in spells], dtype=bool),
        wte=np.array([spell.wte for spell in spells], dtype=np.float64),
        contract=coded([spell.contract or Contract.PERMANENT for spell in spells]),
        setting=coded([spell.setting or NOT_RECORDED for spell in spells]),
        service_line=coded([spell.service_line for spell in spells]),
        team=coded([spell.team for spell in spells]),
        employer=coded([spell.employer for spell in spells]),
        band=coded([spell.band for spell in spells]),
        campaign=coded([spell.campaign for spell in spells]),
        leaving_reason=coded([spell.leaving_reason for spell in spells]),
        destination=coded([spell.destination for spell in spells]),
        breaks=tuple(breaks),
        unconfirmed=dict(unconfirmed or {}),
    )
