"""Small numbers stay hidden, whatever a reader adds up or takes away."""

from collections.abc import Callable, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerhub.indicators.rules.suppression import TOTAL, Hidden, Release, Shown, TierYear, slice_may_be_shown


def by_reason(threshold: int = 5, **reasons: int) -> Shown:
    release = Release(threshold)
    release.breakdown(TOTAL, reasons)
    return release.suppressed()


def words(shown: Shown) -> dict[str, str]:
    return {key: shown.words(key) for key in shown.cells}


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ({"a": 6, "b": 9}, {"a": "6", "b": "9", TOTAL: "15"}),
        ({"a": 0, "b": 9}, {"a": "0", "b": "9", TOTAL: "9"}),
        # One small count: the next smallest goes with it, or the total would give it away.
        ({"a": 2, "b": 9, "c": 7}, {"a": "fewer than 5", "b": "9", "c": "not shown", TOTAL: "18"}),
        # Two small counts that hide each other.
        ({"a": 2, "b": 3, "c": 9}, {"a": "fewer than 5", "b": "fewer than 5", "c": "9", TOTAL: "14"}),
        # Both at the top of "fewer than 5": the total must go as well.
        ({"a": 4, "b": 4, "c": 9}, {"a": "fewer than 5", "b": "fewer than 5", "c": "not shown", TOTAL: "17"}),
        ({"a": 4, "b": 4}, {"a": "fewer than 5", "b": "fewer than 5", TOTAL: "not shown"}),
        # Nothing to hide it behind but the total.
        ({"a": 2, "b": 0}, {"a": "fewer than 5", "b": "0", TOTAL: "fewer than 5"}),
        # "Not shown" is known to be 5 or more: 6 - 5 would give the 1 away.
        ({"a": 1, "b": 5}, {"a": "fewer than 5", "b": "not shown", TOTAL: "not shown"}),
        # Four named reasons and "fewer than 5" in all would be one each.
        ({"a": 1, "b": 1, "c": 1, "d": 1}, dict.fromkeys(["a", "b", "c", "d", TOTAL], "not shown")),
    ],
)
def test_leavers_by_reason(reasons, expected):
    assert words(by_reason(**reasons)) == expected


def test_the_threshold_is_a_setting():
    assert by_reason(threshold=8, a=7, b=20, c=30).words("a") == "fewer than 8"
    assert by_reason(threshold=3, a=3, b=20).words("a") == "3"


def test_percentages_need_both_numbers_and_ten_observed():
    release = Release()
    for key, value in {"observed": 9, "many": 40, "count": 8, "few": 2}.items():
        release.count(key, value)
    shown = release.suppressed()
    assert not shown.may_show_percent("count", "observed")
    assert shown.may_show_percent("count", "many")
    assert not shown.may_show_percent("few", "many")


def test_what_is_left_of_a_total_is_a_cell_too():
    release = Release()
    release.count("staff", 40)
    release.breakdown("staff", {"had supervision": 38}, rest="had none")
    shown = release.suppressed()
    assert words(shown) == {"staff": "40", "had supervision": "not shown"}


def test_the_published_example_shows_no_tiers_to_those_who_may_not_see_individuals():
    release = Release()
    years = [TierYear(1, 19, 0, (19, 19, 19)), TierYear(2, 19, 0, (18, 17, 16)), TierYear(3, 19, 0, (16, 15, 14))]
    release.tiers("cohort", "recruited", years)
    shown = release.suppressed()
    assert [shown[("cohort", 1, place)] for place in (0, 1, 2)] == [19, 19, 19]
    assert all(shown.words(("cohort", year, place)) == "not shown" for year in (2, 3) for place in (0, 1, 2))
    assert shown[("cohort", 3, "observed")] == shown["recruited"] == 19


def test_a_year_few_have_reached_is_hidden_with_all_that_stands_beside_it():
    release = Release()
    release.tiers("cohort", "recruited", [TierYear(1, 40, 0, (40, 34, 28)), TierYear(2, 37, 3, (30, 24, 18))])
    shown = release.suppressed()
    assert [shown[("cohort", 1, place)] for place in (0, 1, 2)] == [40, 34, 28]
    assert shown[("cohort", 2, "not_yet_due")] is Hidden.SMALL
    hidden = [("cohort", 2, "observed"), *(("cohort", 2, place) for place in (0, 1, 2))]
    assert all(shown.words(key) == "not shown" for key in hidden)


def test_large_tiers_are_shown_whole():
    release = Release()
    release.tiers("cohort", "recruited", [TierYear(1, 100, 20, (90, 80, 70))])
    shown = release.suppressed()
    assert not any(shown.is_hidden(key) for key in shown.cells)


def test_two_tables_that_share_a_total_keep_each_others_secrets():
    release = Release()
    release.breakdown("leavers", {"health": 2, "caring": 8, "education": 10})
    release.breakdown("caring", {"caring, ward": 6, "caring, community": 2})
    shown = release.suppressed()
    assert shown["health"] is shown["caring, community"] is Hidden.SMALL
    assert least_doubt(release, shown) >= 2


def test_a_cell_with_two_values_or_a_wrong_total_is_a_mistake_in_the_report():
    release = Release()
    release.count("a", 5)
    with pytest.raises(ValueError, match="one count"):
        release.count("a", 6)
    release.count("all", 20)
    with pytest.raises(ValueError, match="sum of its parts"):
        release.breakdown("all", {"a": 5, "b": 5})


@pytest.mark.parametrize(
    ("part", "whole", "may"), [(16, 19, False), (3, 19, False), (10, 19, True), (0, 19, True), (19, 19, True)]
)
def test_a_slice_may_be_shown_only_if_what_it_leaves_out_may(part, whole, may):
    assert slice_may_be_shown(part, whole) is may


# --- Against a reader who tries every possibility --------------------------------------------------------------------

MOST = 14


def known(shown: Shown, key: object, *, canny: bool) -> range:
    """What a reader knows of a cell; a canny one takes "not shown" beside "fewer than" for the threshold or more."""
    cell = shown[key]
    if cell is Hidden.SMALL:
        return range(1, shown.threshold)
    if isinstance(cell, Hidden):
        return range(shown.threshold if canny and cell is Hidden.NOT_SHOWN else 0, 4 * MOST)
    return range(cell, cell + 1)


def worlds(
    shown: Shown, free: Mapping[object, range], rest: Callable[[dict], dict], *, canny: bool
) -> dict[object, set]:
    """The values each hidden cell takes in all worlds that fit what is shown; `rest` makes the other cells."""
    seen: dict[object, set] = {key: set() for key in shown.cells if shown.is_hidden(key)}
    for values in product(*free.values()):
        world = dict(zip(free, values, strict=True))
        world |= rest(world)
        if all(world[key] in known(shown, key, canny=canny) for key in shown.cells):
            for key, values_seen in seen.items():
                values_seen.add(world[key])
    return seen


def least_doubt(release: Release, shown: Shown) -> int:
    """The fewest values any hidden cell of the two-table report above could have."""
    inside = ("health", "caring, ward", "caring, community", "education")

    def rest(world: dict) -> dict:
        caring = world["caring, ward"] + world["caring, community"]
        return {"caring": caring, "leavers": world["health"] + caring + world["education"]}

    free = {key: range(MOST) if shown.is_hidden(key) else known(shown, key, canny=True) for key in inside}
    return min(len(values) for values in worlds(shown, free, rest, canny=True).values())


@pytest.mark.parametrize("canny", [False, True])
@settings(max_examples=150, deadline=None)
@given(reasons=st.lists(st.integers(0, 9), min_size=1, max_size=4))
def test_no_hidden_reason_can_be_worked_out(canny, reasons):
    names = [f"r{place}" for place in range(len(reasons))]
    shown = by_reason(**dict(zip(names, reasons, strict=True)))
    free = {key: range(MOST) if shown.is_hidden(key) else known(shown, key, canny=canny) for key in names}
    seen = worlds(shown, free, lambda world: {TOTAL: sum(world[name] for name in names)}, canny=canny)
    assert all(len(values) >= 2 for values in seen.values())
    assert all(shown.is_hidden(name) for name, count in zip(names, reasons, strict=True) if 0 < count < 5)


@pytest.mark.parametrize("canny", [False, True])
@settings(max_examples=60, deadline=None)
@given(counts=st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_no_hidden_cell_of_a_table_can_be_worked_out_from_its_margins(canny, counts):
    places = [(row, column) for row in "ab" for column in "xy"]
    release = Release()
    release.table("t", dict(zip(places, counts, strict=True)))
    shown = release.suppressed()
    keys = [("t", *place) for place in places]

    def rest(world: dict) -> dict:
        margins = {("t", row, TOTAL): world["t", row, "x"] + world["t", row, "y"] for row in "ab"}
        margins |= {("t", TOTAL, column): world["t", "a", column] + world["t", "b", column] for column in "xy"}
        return margins | {("t", TOTAL, TOTAL): sum(world[key] for key in keys)}

    free = {key: range(MOST) if shown.is_hidden(key) else known(shown, key, canny=canny) for key in keys}
    seen = worlds(shown, free, rest, canny=canny)
    assert all(len(values) >= 2 for values in seen.values())
    small = [key for key, count in zip(keys, counts, strict=True) if 0 < count < 5]
    assert all(shown.is_hidden(key) for key in small)


@settings(max_examples=80, deadline=None)
@given(
    recruited=st.integers(0, 12),
    waiting=st.integers(0, 12),
    falls=st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 7)),
)
def test_neither_tiers_nor_those_who_left_them_can_be_worked_out(recruited, waiting, falls):
    waiting = min(waiting, recruited)
    observed = recruited - waiting
    counts: list[int] = []
    for fall in falls:
        counts.append(max((counts[-1] if counts else observed) - fall, 0))
    release = Release()
    release.tiers("c", "recruited", [TierYear(1, observed, waiting, tuple(counts))])
    shown = release.suppressed()
    gaps = {place: set() for place in range(3)}
    seen: dict[object, set] = {key: set() for key in shown.cells}
    for world_waiting, t, le, p, n in product(range(13), range(13), range(13), range(13), range(13)):
        if not p <= le <= t <= n:
            continue
        world = {("c", 1, "not_yet_due"): world_waiting, ("c", 1, "observed"): n, "recruited": world_waiting + n}
        world |= {("c", 1, 0): t, ("c", 1, 1): le, ("c", 1, 2): p}
        if all(world[key] in known(shown, key, canny=True) for key in shown.cells):
            for key, values in seen.items():
                values.add(world[key])
            for place, gap in enumerate((n - t, t - le, le - p)):
                gaps[place].add(gap)
    assert all(len(values) >= 2 for key, values in seen.items() if shown.is_hidden(key))
    for place, (wider, count) in enumerate(zip([observed, *counts], counts, strict=False)):
        if 0 < wider - count < 5:
            assert len(gaps[place]) >= 2


def test_a_large_report_is_settled_quickly():
    release = Release()
    cells = {(row, column): (row * 7 + column * 3) % 23 for row in range(12) for column in range(9)}
    release.table("t", cells)
    shown = release.suppressed()
    assert all(shown.is_hidden(("t", *place)) for place, count in cells.items() if 0 < count < 5)
