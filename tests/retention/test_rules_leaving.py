"""Who left, and why: told so that no single leaver is read from it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.retention.rules.cohorts import find_cohort, find_entries
from peerhub.retention.rules.facts import SpellFact, facts_from_rows
from peerhub.retention.rules.leaving import OTHER_REASONS, gone_of, told_reasons
from peerhub.retention.rules.questions import calendar_year
from peerhub.retention.rules.releasing import Detail, Limits, Released, release
from peerhub.retention.rules.tiers import TIERS, year_figures
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
