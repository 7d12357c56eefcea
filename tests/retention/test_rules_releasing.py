"""What somebody who may not see individuals is shown: whatever they add up or take away, nobody can be picked out."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerhub.retention.rules import releasing
from peerhub.retention.rules.cohorts import find_cohort, find_entries
from peerhub.retention.rules.facts import BreakFact, SpellFact, facts_from_rows
from peerhub.retention.rules.questions import calendar_year
from peerhub.retention.rules.releasing import Detail, Limits, Released, release
from peerhub.retention.rules.rows import Row, are_safe, may_be_added_up, row_of
from peerhub.retention.rules.survival import stays
from peerhub.retention.rules.tiers import TIERS, year_figures

AS_AT = date(2025, 12, 31)
LEAST = 5


def cohort(year: int, stay: int, le: int = 0, trust: int = 0, gone: int = 0, gone_after: int = 40) -> list[SpellFact]:
    """Recruits of a year: those who stay, who move to an LE role or another after 200 days, and who leave by then."""
    people = []
    for number in range(stay + le + trust + gone):
        start, name = date(year, 2, 1) + timedelta(number), f"{year}/{number}"
        if number < stay:
            people.append(SpellFact(name, start))
            continue
        last = start + timedelta(gone_after if number >= stay + le + trust else 200)
        people.append(SpellFact(name, start, last, leaving_reason="other"))
        if number < stay + le + trust:
            people.append(SpellFact(name, last + timedelta(1), lived_experience=number < stay + le, peer_service=False))
    return people


def released(*spells: Iterable[SpellFact], as_at: date = AS_AT) -> Released:
    facts = facts_from_rows([spell for group in spells for spell in group])
    return release(facts, find_entries(facts), as_at, Limits())


def words(shown: Released, key: releasing.Key) -> str:
    return shown.counts.words(key)


def test_large_numbers_are_shown_whole():
    shown = released(cohort(2022, 30, 6, 7, 8))
    assert words(shown, releasing.recruited(2022)) == "51"
    assert {shown.rows[2022, after] for after in (1, 2, 3)} == {Detail.ALL}
    assert {shown.whole[2025, after] for after in (1, 2, 3)} == {Detail.ALL}
    assert {point[2] for point in shown.points} == set(TIERS)


def test_the_nested_tiers_of_the_published_example_are_not_shown():
    """19 recruited; 18, 17 and 16 after two years differ by one person each (field notes, section 9)."""
    shown = released(cohort(2022, 16, 1, 1, 1))
    assert words(shown, releasing.recruited(2022)) == "19"
    assert shown.rows[2022, 2] is Detail.NOTHING
    assert shown.whole[2025, 2] is Detail.NOTHING
    assert not shown.points


def test_the_last_tier_alone_is_shown_where_enough_have_left_it():
    shown = released(cohort(2022, 14, 1, 1, 3))
    assert shown.rows[2022, 3] is Detail.LAST
    assert {point[2] for point in shown.points} == {TIERS[-1]}


def test_somebody_on_a_break_is_not_found_beside_the_tiers():
    away = [BreakFact(f"2022/{number}", date(2023, 1, 1), date(2023, 3, 31)) for number in (1, 2)]
    facts = facts_from_rows(cohort(2022, 30, 6, 7, 8), breaks=away)
    shown = release(facts, find_entries(facts), AS_AT, Limits())
    assert shown.rows[2022, 1] is Detail.TIERS


def test_one_hidden_cohort_is_not_found_from_the_whole_service_and_the_others():
    shown = released(cohort(2020, 20, 0, 0, 6), cohort(2021, 18, 0, 0, 2), cohort(2022, 20, 0, 0, 6))
    assert [shown.rows[year, 1] for year in (2020, 2021, 2022)] == [Detail.ALL, Detail.NOTHING, Detail.ALL]
    assert shown.whole[2021, 1] is Detail.ALL, "2020 alone"
    assert [shown.whole[year, 1] for year in (2022, 2023)] == [Detail.NOTHING, Detail.NOTHING]


def test_two_hidden_cohorts_may_hide_in_their_sum_where_they_could_change_places():
    shown = released(cohort(2020, 20, 0, 0, 6), cohort(2021, 18, 0, 0, 3), cohort(2022, 20, 0, 0, 4))
    assert [shown.rows[year, 1] for year in (2021, 2022)] == [Detail.NOTHING, Detail.NOTHING]
    assert shown.whole[2022, 1] is Detail.NOTHING, "2021 is the only one since the whole was shown"
    assert shown.whole[2023, 1] is Detail.LAST, "three left from one or from the other"


def test_what_was_shown_a_year_ago_is_shown_today():
    groups = [cohort(year, 12 + year % 5, year % 3, year % 2, 4 + year % 4) for year in range(2012, 2025)]
    for year in range(2014, 2025):
        before, after = (released(*groups, as_at=date(end, 12, 31)) for end in (year, year + 1))
        for key, cell in before.counts.cells.items():
            if key[0] in ("recruited", "everyone", "setting"):
                assert after.counts.cells[key] == cell, (year, key)
        assert {key: after.rows[key] for key in before.rows} == dict(before.rows)
        assert {key: after.whole[key] for key in before.whole} == dict(before.whole)


def test_nobody_at_all_is_a_release_too():
    shown = released()
    assert (shown.years, shown.counts.cells, shown.rows, shown.points) == ((), {}, {}, frozenset())


def test_a_death_is_named_in_no_small_breakdown():
    died = [
        SpellFact(
            f"d{number}", date(2022, 3, 1), date(2022, 9, 1), leaving_reason="death_in_service", destination="Died"
        )
        for number in range(4)
    ]
    shown = released(cohort(2022, 30, 0, 0, 8), died)
    assert not [key for key in shown.counts.cells if "death_in_service" in key or "Died" in key]
    assert shown.leavers[2022].people == 12
    assert shown.leavers[2022].reasons == {}, "all of them other reasons, which is no reason to list"


# --- Against a reader who tries every possibility --------------------------------------------------------------------


def compositions(total: int) -> list[tuple[int, int, int, int]]:
    """Every way to be in four groups."""
    return [
        (gone, trust, le, total - gone - trust - le)
        for gone in range(total + 1)
        for trust in range(total + 1 - gone)
        for le in range(total + 1 - gone - trust)
    ]


small_groups = st.tuples(*[st.sampled_from([0, 0, 1, 2, 5, 6])] * 3, st.sampled_from([0, 1, 5, 8]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(small_groups, st.sampled_from([False, False, True])), min_size=1, max_size=2))
def test_no_number_of_a_hidden_row_follows_from_the_rows_shown_and_the_whole(groups):
    """Every world with the same numbers shown: each number that is not shown takes more than one value in them."""
    chain = releasing._Chain(LEAST)
    rows, own, whole = [], [], []
    for group, is_hidden in groups:
        rows.append(Row(group))
        own.append(chain.add(rows[-1], is_hidden=is_hidden))
        whole.append(chain.whole(is_hidden=False))
    candidates = [
        [world for world in compositions(row.observed) if told(Row(world), detail) == told(row, detail)]
        for row, detail in zip(rows, own, strict=True)
    ]
    wanted = told_of_wholes([row.parts for row in rows], whole)
    values: list[list[set[int]]] = [[set() for _ in range(7)] for _ in rows]
    for world in product(*candidates):
        if told_of_wholes(world, whole) == wanted:
            for place, parts in enumerate(world):
                for number, value in enumerate((*parts, *Row(parts).counts)):
                    values[place][number].add(value)
    for place, (row, detail) in enumerate(zip(rows, own, strict=True)):
        hidden = {Detail.NOTHING: (0, 1, 2, 3, 4, 5, 6), Detail.LAST: (0, 1, 2, 4, 5)}.get(detail, ())
        for number in hidden if row.observed else ():
            assert len(values[place][number]) > 1, (groups, own, whole)


def told(row: Row, detail: Detail) -> tuple:
    """What is shown of a row."""
    return (row.last if detail >= Detail.LAST else (), row.fallen if detail >= Detail.TIERS else ())


def told_of_wholes(world, whole) -> list[tuple]:
    so_far, found = Row(), []
    for parts, detail in zip(world, whole, strict=True):
        so_far = so_far + Row(parts)
        found.append(told(so_far, detail))
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(small_groups, min_size=1, max_size=5))
def test_no_small_number_is_shown_or_taken_from_another(groups):
    chain = releasing._Chain(LEAST)
    before: dict[Detail, Row] = {detail: Row() for detail in (Detail.LAST, Detail.TIERS)}
    shown_since: dict[Detail, Row] = {detail: Row() for detail in before}
    for group in groups:
        row = Row(group)
        own = chain.add(row, is_hidden=False)
        whole = chain.whole(is_hidden=False)
        if own >= Detail.LAST:
            assert are_safe((row.observed - row.counts[-1], row.counts[-1]), LEAST)
        if own >= Detail.TIERS:
            assert are_safe(row.parts, LEAST)
        for detail, split in ((Detail.LAST, lambda one: one.last), (Detail.TIERS, lambda one: one.fallen)):
            if own >= detail:
                shown_since[detail] = shown_since[detail] + row
            if whole >= detail:
                now = chain.so_far
                left = [
                    total - old - known
                    for total, old, known in zip(
                        split(now), split(before[detail]), split(shown_since[detail]), strict=True
                    )
                ]
                assert are_safe(left, LEAST), "the hidden rows since the whole was shown last"
                before[detail], shown_since[detail] = now, Row()


@pytest.mark.parametrize(
    ("hidden", "may"),
    [
        ([], True),
        ([(3, 20)], False),
        ([(3, 20), (4, 20)], True),
        ([(1, 20), (2, 20)], False),  # 3 is small
        ([(0, 20), (6, 20)], True),  # the other row's six could be this one's
        ([(0, 20), (0, 20)], False),  # nobody left from either
        ([(6, 0), (0, 6)], True),
        ([(6, 0), (3, 0)], False),  # all of both
        ([(5, 6, 7)], False),  # one row is its own sum
        ([(5, 6, 7), (0, 0, 0)], False),  # and so it is beside nobody
        ([(5, 0, 0), (0, 6, 7)], True),
    ],
)
def test_hidden_rows_may_be_added_up_only_where_they_could_change_places(hidden, may):
    assert may_be_added_up(hidden, LEAST) is may


def random_history(seed: int, people: int) -> list[SpellFact]:
    chance, rows = random.Random(seed), []
    for number in range(people):
        start = date(2018, 1, 1) + timedelta(chance.randrange(365 * 8))
        end = start + timedelta(int(chance.expovariate(1 / 900)))
        known = end if end < date(2026, 6, 1) else None
        rows.append(
            SpellFact(
                str(number), start, known,
                setting=chance.choice(["inpatient", "community"]),
                leaving_reason=chance.choice(["health", "caring", "death_in_service", ""]) if known else "",
                destination=chance.choice(["", "College"]) if known else "",
            )
        )  # fmt: skip
        if known and chance.random() < 0.4:
            rows.append(
                SpellFact(
                    str(number), known + timedelta(chance.choice([1, 10, 40])), None,
                    lived_experience=chance.random() < 0.5, peer_service=chance.random() < 0.2,
                )
            )  # fmt: skip
    return rows


@pytest.mark.parametrize(("seed", "people"), [(seed, people) for seed in range(6) for people in (30, 90, 250)])
def test_in_a_whole_release_no_small_number_is_shown_nor_taken_from_its_neighbours(seed, people):
    facts = facts_from_rows(random_history(seed, people))
    entries = find_entries(facts)
    shown = release(facts, entries, AS_AT, Limits())
    for key, cell in shown.counts.cells.items():
        if isinstance(cell, int):
            assert not 0 < cell < LEAST, key
    for (year, after), detail in shown.rows.items():
        group = find_cohort(facts, entries, *calendar_year(year), AS_AT)
        row = row_of(*year_figures(facts, group.entries, AS_AT, [after]))
        if detail:
            assert not shown.counts.is_hidden(releasing.recruited(year))
            assert are_safe(row.last, LEAST)
        if detail >= Detail.TIERS:
            assert are_safe(row.parts, LEAST)
        if detail is Detail.ALL:
            assert are_safe(row.service, LEAST)
        for place, tier in enumerate(TIERS):
            if (year, after, tier) in shown.points:
                times = stays(facts, group.entries, tier, AS_AT)
                still = sum((times.days > 365 * after) | ((times.days == 365 * after) & ~times.left))
                assert are_safe((group.recruited - still, still, abs(row.counts[place] - still)), LEAST)


def test_how_to_tell_a_row_apart():
    row = Row((1, 2, 3, 4), 2)
    assert (row.observed, row.counts, row.last, row.fallen, row.service) == (10, (9, 7, 4), (6, 4), (1, 2, 3), (2, 7))
