"""A published figure: the counts kept, and what today's records make of the same question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peerhub.retention.rules.figures import WORDS, Count, Part, YearRow, part_of
from peerhub.retention.rules.tiers import TIERS, share_of


@dataclass(frozen=True, slots=True)
class Kept:
    """The counts of a figure: what is published and what is compared."""

    recruited: Count
    expected: Count
    by_setting: tuple[tuple[str, Count], ...]
    years: tuple[YearRow, ...]
    whole_service: tuple[YearRow, ...]
    everyone: Count


@dataclass(frozen=True, slots=True)
class Difference:
    """A count that is not what it was when published."""

    words: str
    then: int
    now: int

    @property
    def change(self) -> str:
        """With its sign: '+1', '−2'."""
        return f"+{self.now - self.then}" if self.now > self.then else f"−{self.then - self.now}"


def to_json(published: Kept) -> dict[str, Any]:
    """As plain values: exact counts and nothing that can be worked out from them."""
    return {
        "recruited": published.recruited,
        "expected": published.expected,
        "by_setting": dict(published.by_setting),
        "years": [_row_to_json(row) for row in published.years],
        "whole_service": [_row_to_json(row) for row in published.whole_service],
        "everyone": published.everyone,
    }


def from_json(counts: Mapping[str, Any]) -> Kept:
    """The counts again, with the percentages and intervals they give."""
    return Kept(
        recruited=counts["recruited"],
        expected=counts["expected"],
        by_setting=tuple(counts["by_setting"].items()),
        years=tuple(map(_row_from_json, counts["years"])),
        whole_service=tuple(map(_row_from_json, counts["whole_service"])),
        everyone=counts["everyone"],
    )


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every count that differs between two sets of counts as kept."""
    before, after = dict(_told(then)), dict(_told(now))
    words = list(dict.fromkeys([*before, *after]))
    return tuple(
        Difference(word, before.get(word, 0), after.get(word, 0))
        for word in words
        if before.get(word, 0) != after.get(word, 0)
    )


def _told(counts: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    """Each count with its words."""
    yield "Recruited", counts["recruited"]
    yield "Expected to start", counts["expected"]
    for setting, count in counts["by_setting"].items():
        yield f"Recruited: {setting}", count
    yield "Whole service, everyone", counts["everyone"]
    for part, words in (("years", ""), ("whole_service", "Whole service, ")):
        for row in counts[part]:
            after = f"{words}after {row['year']} year{'' if row['year'] == 1 else 's'}"
            after = f"{after[0].upper()}{after[1:]}"
            yield f"{after}: observed", row["observed"]
            yield f"{after}: not yet due", row["not_yet_due"]
            for tier in TIERS:
                yield f"{after}: {WORDS[tier].lower()}", row[tier.value]
            yield f"{after}: in active service", row["active"]


def _row_to_json(row: YearRow) -> dict[str, Any]:
    told = {"year": row.year, "observed": row.observed, "not_yet_due": row.not_yet_due, "active": row.active.count}
    return told | {tier.value: row.tiers[tier].count for tier in TIERS}


def _row_from_json(row: Mapping[str, Any]) -> YearRow:
    def part(name: str) -> Part:
        return part_of(share_of(row[name], row["observed"]))

    return YearRow(
        year=row["year"],
        observed=row["observed"],
        not_yet_due=row["not_yet_due"],
        tiers={tier: part(tier.value) for tier in TIERS},
        active=part("active"),
    )
