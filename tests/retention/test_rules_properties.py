"""The quick calculation against the slow one, and what must hold of any history whatever."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peerhub.retention.rules.cohorts import find_cohort, find_entries
from peerhub.retention.rules.facts import SpellFact, SpellFacts, facts_from_rows
from peerhub.retention.rules.report import retention_report
from peerhub.retention.rules.survival import Stays, log_rank, stays, survival_curve, survival_points
from peerhub.retention.rules.tiers import TIERS
from tests.retention import by_hand
from tests.retention.spells import a_spell, as_at_days, histories

FROM, TO = date(2019, 1, 1), date(2022, 12, 31)
YEARS = (1, 2, 3)


def report(spells: list[SpellFact], as_at: date) -> dict:
    return retention_report(facts_from_rows(spells), FROM, TO, as_at, YEARS, compare="setting")


@given(histories, as_at_days)
def test_it_gives_the_counts_of_a_walk_through_every_person_and_day(spells, as_at):
    told = report(spells, as_at)
    for year, whole in zip(told["years"], told["whole_service"], strict=True):
        observed, waiting, count = by_hand.year_counts(spells, FROM, TO, as_at, year["year"])
        assert (year["observed"], year["not_yet_due"]) == (observed, waiting)
        assert {tier: year[tier]["count"] for tier in TIERS} == count
        observed, _, count = by_hand.year_counts(spells, date.min, date.max, as_at, year["year"])
        assert whole["observed"] == observed
        assert {tier: whole[tier]["count"] for tier in TIERS} == count


@given(histories, as_at_days)
def test_times_to_leaving_are_those_of_a_walk_one_day_at_a_time(spells, as_at):
    facts = facts_from_rows(spells)
    everyone = find_entries(facts)
    started = find_cohort(facts, everyone, date(1990, 1, 1), date(2100, 1, 1), as_at).entries
    own = by_hand.people(spells)
    for tier in TIERS:
        times = stays(facts, started, tier, as_at)
        for person, days, left in zip(started.person, times.days, times.left, strict=True):
            assert (days, left) == by_hand.stay(own[facts.people[person]], tier, as_at)


@given(histories, as_at_days)
def test_tiers_nest_and_everyone_recruited_is_observed_or_not_yet_due(spells, as_at):
    told = report(spells, as_at)
    recruited = told["cohort"]["recruited"]
    assert sum(told["cohort"]["by_setting"].values()) == recruited
    for year in told["years"]:
        in_trust, in_le_role, in_peer_service = (year[tier]["count"] for tier in TIERS)
        assert 0 <= in_peer_service <= in_le_role <= in_trust <= year["observed"]
        assert year["observed"] + year["not_yet_due"] == recruited


@given(histories, as_at_days, st.data())
def test_coming_back_later_never_lowers_a_figure(spells, as_at, data):
    assume(spells)
    last = max(spell.start for spell in spells)
    back = data.draw(a_spell(person=spells[0].person))
    back = replace(back, start=last + timedelta(days=1), end=None)
    entered = {person for person, own in by_hand.people(spells).items() if by_hand.index_day(own)}
    assume(back.person in entered)
    before, after = report(spells, as_at), report([*spells, back], as_at)
    for one, two in zip(before["years"], after["years"], strict=True):
        assert one["observed"] == two["observed"]
        assert all(one[tier]["count"] <= two[tier]["count"] for tier in TIERS)


@given(histories, as_at_days, st.data())
def test_one_spell_or_two_that_meet_are_the_same(spells, as_at, data):
    place = data.draw(st.integers(0, max(len(spells) - 1, 0)))
    assume(spells and spells[place].end is not None and spells[place].start < spells[place].end)
    whole = spells[place]
    first_part = whole.start + timedelta(data.draw(st.integers(0, (whole.end - whole.start).days - 1)))
    split = [replace(whole, end=first_part), replace(whole, start=first_part + timedelta(days=1))]
    assert report(spells[:place] + split + spells[place + 1 :], as_at) == report(spells, as_at)


@given(histories, as_at_days, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(spells, as_at, random):
    def settled(told: dict) -> dict:
        # Two spells on one day with one WTE: the first row of the file says the setting, by the rule.
        return {key: value for key, value in told.items() if key != "log_rank"} | {
            "cohort": told["cohort"]["recruited"]
        }

    shuffled = list(spells)
    random.shuffle(shuffled)
    assert settled(report(shuffled, as_at)) == settled(report(spells, as_at))


times_to_leaving = st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=25)


def as_stays(times: list[tuple[int, bool]]) -> Stays:
    return Stays(
        np.array([time for time, _ in times], dtype=np.int64), np.array([left for _, left in times], dtype=bool)
    )


@given(times_to_leaving, st.lists(st.integers(1, 80), min_size=1, max_size=5))
def test_survival_is_that_of_the_printed_formulas(times, days):
    for point in survival_points(as_stays(times), days):
        expected = by_hand.kaplan_meier(times, point.days)
        assert point.at_risk == sum(time >= point.days for time, _ in times)
        for told, wanted in zip((point.estimate, point.low, point.high), expected, strict=True):
            assert told == (wanted if wanted is None else pytest.approx(wanted, abs=1e-9))


@given(times_to_leaving)
def test_the_curve_starts_at_everyone_and_never_rises(times):
    curve = survival_curve(as_stays(times))
    if not times:
        assert curve == ()
        return
    assert (curve[0].days, curve[0].estimate) == (0, 100)
    assert curve[-1].days == max(time for time, _ in times)
    estimates = [step.estimate for step in curve]
    assert estimates == sorted(estimates, reverse=True)
    for step in curve[1:]:
        assert step.estimate == pytest.approx(by_hand.kaplan_meier(times, step.days)[0], abs=1e-9)


@given(times_to_leaving, times_to_leaving)
def test_the_log_rank_is_that_of_the_printed_formula(one, other):
    wanted = by_hand.log_rank(one, other) if one and other else None
    told = log_rank(as_stays(one), as_stays(other))
    assert told == (wanted if wanted is None else pytest.approx(wanted, abs=1e-9))


def test_facts_without_a_single_row_are_facts_too():
    facts = facts_from_rows([])
    assert isinstance(facts, SpellFacts)
    assert report([], date(2024, 1, 1))["years"][0]["in_trust"] == {
        "count": 0,
        "percent": None,
        "low": None,
        "high": None,
    }
