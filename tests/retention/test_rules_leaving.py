"""Who left, and why, and how many there were at a year's end: told so that no single leaver is read from it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.retention.rules import releasing
from peerhub.retention.rules.cohorts import find_cohort, find_entries
from peerhub.retention.rules.facts import SpellFact, facts_from_rows
from peerhub.retention.rules.leaving import OTHER_REASONS, gone_of, told_reasons
from peerhub.retention.rules.questions import calendar_year
from peerhub.retention.rules.releasing import Detail, Limits, Released, release
from peerhub.retention.rules.tiers import TIERS, year_figures
from peerhub.retention.rules.turnover import turnover
from peerhub.workforce.rules.words import LeavingReason
from tests.retention.test_rules_releasing import cohort, random_history

LEAST = 5
reasons_given = st.dictionaries(st.sampled_from([reason.value for reason in LeavingReason]), st.integers(1, 12))


@given(reasons_given)
def test_each_line_stands_for_as_many_as_may_be_told_and_nobody_is_left_out(counts):
    told = told_reasons(counts, LEAST)
    assert all(count >= LEAST for count in told.values())
    assert len(told) != 1, "one line alone is everybody's reason"
    assert not told or sum(told.values()) == sum(counts.values())
    assert all(told[reason] == counts[reason] for reason in told.keys() - {OTHER_REASONS})


@given(reasons_given)
def test_few_leavers_have_no_reasons(counts):
    if sum(counts.values()) < 2 * LEAST:
        assert told_reasons(counts, LEAST) == {}


def released(spells: list[SpellFact], as_at: date) -> Released:
    facts = facts_from_rows(spells)
    return release(facts, find_entries(facts), as_at, Limits())


def leavers_of(year: int, stay: int, **why: int) -> list[SpellFact]:
    """Recruits of a year: those who stay, and those who left after two years for each reason."""
    people = [SpellFact(f"{year}/{number}", date(year, 2, 1)) for number in range(stay)]
    for reason, number in why.items():
        people += [
            SpellFact(
                f"{year}/{reason}/{one}", date(year, 2, 1), date(year + 2, 3, 1), leaving_reason=reason,
                destination="Retail",
            )
            for one in range(number)
        ]  # fmt: skip
    return people


def test_reasons_of_enough_people_are_told_and_the_others_together():
    shown = released(leavers_of(2020, 20, health=6, education=5, caring=2, dismissal=3), date(2025, 12, 31))
    assert shown.leavers[2020].people == 16
    assert shown.leavers[2020].reasons == {"health": 6, "education": 5, OTHER_REASONS: 5}


def test_a_single_leaver_has_no_reason_and_is_no_number():
    shown = released(leavers_of(2020, 20, role_not_as_expected=1), date(2025, 12, 31))
    assert 2020 not in shown.leavers


def test_one_more_who_leaves_later_changes_no_number():
    """The leavers of 2020 are those by the end of 2023, whenever somebody looks."""
    people = leavers_of(2020, 20, health=6, education=6)
    later = [*people, SpellFact("late", date(2020, 2, 1), date(2024, 5, 1), leaving_reason="caring")]
    for as_at in (date(2023, 12, 31), date(2024, 12, 31), date(2025, 12, 31)):
        assert released(later, as_at).leavers[2020].people == 12
    assert 2020 not in released(later, date(2022, 12, 31)).leavers


def test_leavers_are_not_told_beside_an_anniversary_that_differs_by_a_few():
    """By their third anniversary 8 had left, and one more by the end of that year."""
    people = cohort(2020, 30, 6, 7, 8)
    late = [SpellFact("late", date(2020, 3, 1), date(2023, 10, 1), leaving_reason="other")]
    assert released(people, date(2025, 12, 31)).leavers[2020].people == 8
    assert 2020 not in released([*people, *late], date(2025, 12, 31)).leavers


@pytest.mark.parametrize(("seed", "people"), [(seed, people) for seed in range(5) for people in (60, 250, 600)])
def test_leavers_are_the_same_in_every_release_and_never_few(seed, people):
    spells = random_history(seed, people)
    facts = facts_from_rows(spells)
    entries = find_entries(facts)
    earlier = release(facts, entries, date(2024, 12, 31), Limits())
    later = release(facts, entries, date(2025, 12, 31), Limits())
    for year, gone in later.leavers.items():
        if year in earlier.leavers:
            assert earlier.leavers[year] == gone
        group = find_cohort(facts, entries, *calendar_year(year), later.as_at)
        assert gone.people == 0 or gone.people >= LEAST
        assert group.recruited == gone.people or group.recruited - gone.people >= LEAST
        for row in year_figures(facts, group.entries, later.as_at, [1, 2, 3]):
            if later.rows[year, row.year] >= Detail.TIERS:
                since = abs(gone.people - (row.observed - row.tiers[TIERS[0]].count))
                assert since == 0 or since >= LEAST


def test_leavers_of_a_cohort_by_a_day_are_told_with_reasons():
    facts = facts_from_rows(leavers_of(2020, 4, health=6, education=5))
    group = find_cohort(facts, find_entries(facts), *calendar_year(2020), date(2023, 12, 31))
    assert gone_of(facts, group, LEAST).reasons == {"health": 6, "education": 5}


# --- How many there were at a year's start and end -------------------------------------------------------------------


def number(shown: Released, year: int, what: str) -> int | None:
    cell = shown.counts.cells[releasing.moved(year, what)]
    return cell if isinstance(cell, int) else None


def test_who_left_on_the_last_day_of_a_year_is_not_taken_from_the_next_morning():
    people = [SpellFact(f"a{one}", date(2019, 2, 1) + timedelta(one)) for one in range(20)]
    people.append(SpellFact("last", date(2019, 3, 1), date(2020, 12, 31), leaving_reason="other"))
    shown = released(people, date(2021, 12, 31))
    assert (number(shown, 2020, "closing"), number(shown, 2021, "opening")) == (None, None)
    stayed = released(people[:-1], date(2021, 12, 31))
    assert (number(stayed, 2020, "closing"), number(stayed, 2021, "opening")) == (20, 20)


@pytest.mark.parametrize(("seed", "people"), [(seed, people) for seed in range(6) for people in (30, 90, 250)])
def test_no_two_numbers_at_a_years_start_and_end_leave_a_few_people(seed, people):
    facts = facts_from_rows(random_history(seed, people))
    shown = release(facts, find_entries(facts), date(2025, 12, 31), Limits())
    for before, after in pairwise(shown.years):
        closing, opening = number(shown, before, "closing"), number(shown, after, "opening")
        if closing is not None and opening is not None:
            assert not 0 < abs(closing - opening) < LEAST
    for first, last in [*((year, year) for year in shown.years), *combinations(shown.years, 2)]:
        opening, closing = number(shown, first, "opening"), number(shown, last, "closing")
        joined = [shown.counts.cells[releasing.recruited(year)] for year in range(first, last + 1)]
        if opening is not None and closing is not None and all(isinstance(count, int) for count in joined):
            assert not 0 < opening + sum(joined) - closing < LEAST, (first, last)
    for year in shown.years:
        exact = turnover(facts, *calendar_year(year)).headcount
        for what in ("opening", "closing"):
            assert number(shown, year, what) in (None, getattr(exact, what))
