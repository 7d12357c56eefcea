"""Counts of posts and people on a day, by hand and against a slow count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.workforce.rules.establishment import (
    Established,
    Every,
    Held,
    Standing,
    Tally,
    history_days,
    standing,
    tally,
    tally_by_group,
    told_together,
    too_small,
)
from peerhub.workforce.rules.posts import Days
from peerhub.workforce.rules.words import Contract

NEW_YEAR = date(2024, 1, 1)
HALF = Decimal("0.5")


def post(*held: Held, starts: date = date(2022, 1, 1), ends: date | None = None, group: str = "a") -> Established:
    return Established(group, Days(starts, ends), Decimal(1), held)


def holds(
    person: str,
    starts: date = date(2022, 1, 1),
    ends: date | None = None,
    wte: Decimal = Decimal(1),
    contract: Contract = Contract.PERMANENT,
) -> Held:
    return Held(person, Days(starts, ends), wte, contract)


def test_a_small_team_by_hand() -> None:
    posts = [
        post(holds("Ann")),
        post(holds("Ann", wte=HALF)),
        post(holds("Ben", ends=date(2023, 12, 31))),
        post(holds("Cat", starts=date(2024, 1, 2))),
        post(starts=date(2024, 1, 2)),
        post(ends=date(2023, 12, 31)),
        post(holds("Dee", contract=Contract.BANK)),
        post(holds("Eve", ends=date(2023, 6, 1)), holds("Fay", date(2023, 7, 1), contract=Contract.SESSIONAL)),
    ]
    assert tally(posts, NEW_YEAR) == Tally(posts=5, filled=2, heads=1, wte=Decimal(5), filled_wte=Decimal("1.5"))
    assert tally(posts, NEW_YEAR).vacant == 3
    assert tally(posts, NEW_YEAR).vacant_wte == Decimal("3.5")
    assert tally(posts, date(2023, 12, 31)) == Tally(6, 3, 2, Decimal(6), Decimal("2.5"))
    assert tally(posts, date(2021, 12, 31)) == Tally()


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        (post(holds("Ann")), Standing.FILLED),
        (post(holds("Ann", ends=NEW_YEAR)), Standing.FILLED),
        (post(holds("Ann", ends=date(2023, 12, 31))), Standing.VACANT),
        (post(), Standing.VACANT),
        (post(starts=date(2024, 1, 2)), Standing.NOT_OPEN_YET),
        (post(ends=date(2023, 12, 31)), Standing.CLOSED),
        (post(ends=NEW_YEAR), Standing.VACANT),
        (post(holds("Ann", contract=Contract.HONORARY)), Standing.BANK_ONLY),
        (post(holds("Ann", contract=Contract.SECONDMENT)), Standing.FILLED),
        (Established("a", Days(NEW_YEAR), Decimal(1), (holds("B", contract=Contract.BANK),), True), Standing.VACANT),
    ],
)
def test_how_a_post_stands(asked: Established, stands: Standing) -> None:
    assert standing(asked, NEW_YEAR) is stands


def test_groups_are_counted_apart_and_heads_together() -> None:
    posts = [post(holds("Ann"), group="x"), post(holds("Ann"), group="y"), post(group="y")]
    groups = tally_by_group(posts, NEW_YEAR)
    assert {name: (told.posts, told.filled, told.heads) for name, told in groups.items()} == {
        "x": (1, 1, 1),
        "y": (2, 1, 1),
    }
    assert tally(posts, NEW_YEAR).heads == 1


days = st.dates(date(2022, 1, 1), date(2025, 12, 31))
spans = st.builds(
    lambda starts, length: Days(starts, None if length is None else starts + timedelta(days=length)),
    days,
    st.none() | st.integers(0, 400),
)
helds = st.builds(
    Held, st.sampled_from("ABCDEF"), spans, st.sampled_from([Decimal(1), HALF]), st.sampled_from(Contract)
)
posts_lists = st.lists(
    st.builds(Established, st.sampled_from("xyz"), spans, st.just(Decimal(1)), st.lists(helds, max_size=3).map(tuple)),
    max_size=8,
)


@given(posts_lists, days)
def test_counts_agree_with_a_slow_count_and_with_each_other(posts: list[Established], day: date) -> None:
    told, groups = tally(posts, day), tally_by_group(posts, day)
    stands = [standing(one, day) for one in posts]
    assert told.filled == stands.count(Standing.FILLED)
    assert told.vacant == stands.count(Standing.VACANT)
    assert told.filled + told.vacant == told.posts == sum(group.posts for group in groups.values())
    people = {
        held.person
        for one in posts
        if one.days.covers(day)
        for held in one.held
        if held.days.covers(day) and held.contract not in {Contract.BANK, Contract.HONORARY, Contract.SESSIONAL}
    }
    assert told.heads == len(people), "a person in two posts is one head"
    assert told.heads <= sum(group.heads for group in groups.values())


counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 9).map(lambda filled: Tally(filled + 2, filled)))


@given(counts, st.integers(2, 6))
def test_no_count_told_is_small_nor_can_a_small_one_be_worked_out(lines: Mapping[str, Tally], least: int) -> None:
    told = told_together(lines, least)
    assert sorted(name for names in told for name in names) == sorted(lines), "each line once"
    sums = [sum(lines[name].filled for name in names) for names in told]
    if sum(sums) >= least:
        assert not any(too_small(filled, least) for filled in sums)
        for left_out in sums:
            assert not too_small(sum(sums) - (sum(sums) - left_out), least)
    assert sum(len(names) > 1 for names in told) <= 1


def test_lines_large_enough_are_told_alone() -> None:
    lines = {"a": Tally(9, 7), "b": Tally(3, 2), "c": Tally(4, 3), "d": Tally(6, 6), "e": Tally(2, 0)}
    assert told_together(lines, 5) == [("a",), ("d",), ("e",), ("b", "c")]
    assert told_together({"a": Tally(9, 7), "b": Tally(3, 2), "d": Tally(6, 6)}, 5) == [("a",), ("b", "d")]
    assert told_together(lines, 0) == [("a",), ("b",), ("c",), ("d",), ("e",)]


@pytest.mark.parametrize(
    ("first", "last", "every", "found"),
    [
        (date(2024, 1, 1), date(2024, 3, 15), Every.MONTH, ["2024-01-01", "2024-02-01", "2024-03-01", "2024-03-15"]),
        (date(2023, 11, 20), date(2024, 7, 1), Every.QUARTER, ["2024-01-01", "2024-04-01", "2024-07-01"]),
        (date(2022, 5, 5), date(2024, 4, 1), Every.YEAR, ["2023-01-01", "2024-01-01", "2024-04-01"]),
        (date(2024, 5, 5), date(2024, 5, 5), Every.MONTH, ["2024-05-05"]),
        (date(2024, 5, 6), date(2024, 5, 5), Every.MONTH, []),
    ],
)
def test_the_days_of_a_history(first: date, last: date, every: Every, found: list[str]) -> None:
    assert [day.isoformat() for day in history_days(first, last, every)] == found
