"""Small numbers stay hidden, whatever a reader adds up or takes away."""

from collections.abc import Callable, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerhub.indicators.rules.suppression import TOTAL, Hidden, Release, Shown, slice_may_be_shown


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


def test_what_was_shown_in_an_earlier_release_stays_shown_and_what_was_hidden_stays_hidden():
    release = Release()
    release.breakdown("2024", {"a": 6, "b": 9})
    assert words(release.suppressed()) == {"2024": "15", "a": "6", "b": "9"}
    release.breakdown("2025", {"2024": 15, "c": 2})
    # A reader still has the 15, so it is the new total that goes: the total less the 15 would be the 2.
    assert words(release.suppressed()) == {"2024": "15", "a": "6", "b": "9", "2025": "not shown", "c": "fewer than 5"}
    release.breakdown("2026", {"2025": 17, "d": 20})
    shown = words(release.suppressed())
    assert (shown["2025"], shown["c"], shown["2024"]) == ("not shown", "fewer than 5", "15")
    assert "not shown" in (shown["2026"], shown["d"])


def test_cells_that_a_reader_takes_for_one_another_are_hidden_together():
    release = Release()
    release.breakdown("year", {"January": 2, "February": 9})
    release.count("first quarter", 12)
    release.hide_with("February", "first quarter")
    shown = words(release.suppressed())
    assert (shown["February"], shown["first quarter"]) == ("not shown", "not shown")


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


def test_a_large_report_is_settled_quickly():
    release = Release()
    cells = {(row, column): (row * 7 + column * 3) % 23 for row in range(12) for column in range(9)}
    release.table("t", cells)
    shown = release.suppressed()
    assert all(shown.is_hidden(("t", *place)) for place, count in cells.items() if 0 < count < 5)
