"""The three together, and how far debriefs reach."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.indicators.rules.registry import Share
from peerhub.supervision.rules.debriefs import coverage, reach, working_days
from peerhub.supervision.rules.stretches import covers, united, without
from peerhub.supervision.rules.tripartite import (
    AGENDAS,
    PartyRole,
    TripartiteKind,
    absence_refusal,
    is_signed,
    opens_meeting,
    phased_weeks,
    plan_refusal,
    return_due,
    review_is_near,
    sign_refusal,
    triggered_on,
)
from peerhub.workforce.rules.posts import Days

MONDAY = date(2025, 6, 2)
PARTIES = {PartyRole.PEER: "priya", PartyRole.MANAGER: "moses", PartyRole.SUPERVISOR: "sam"}
HOLIDAYS = {date(2025, 5, 26), date(2025, 8, 25)}


def test_each_kind_has_an_agenda_that_asks_for_no_diagnosis() -> None:
    assert set(AGENDAS) == set(TripartiteKind)
    assert all(len(items) >= 4 for items in AGENDAS.values())
    assert any("nobody asks for a diagnosis" in item for item in AGENDAS[TripartiteKind.SICKNESS])


@pytest.mark.parametrize(
    ("days", "today", "opens"),
    [
        (Days(MONDAY), date(2025, 6, 7), False),
        (Days(MONDAY), date(2025, 6, 8), True),
        (Days(MONDAY, date(2025, 6, 7)), date(2025, 7, 1), False),
        (Days(MONDAY, date(2025, 6, 8)), date(2025, 7, 1), True),
        (Days(MONDAY, date(2025, 6, 30)), date(2025, 6, 7), False),
    ],
)
def test_an_absence_of_seven_days_opens_a_meeting(days: Days, today: date, opens: bool) -> None:
    assert opens_meeting(days, today) is opens
    assert triggered_on(days) == date(2025, 6, 8)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (date(2025, 6, 6), date(2025, 6, 11)),  # a Friday: Monday, Tuesday, Wednesday
        (date(2025, 6, 4), date(2025, 6, 9)),
        (date(2025, 5, 23), date(2025, 5, 29)),  # over a bank holiday
        (None, None),
    ],
)
def test_a_return_is_talked_about_within_three_working_days(last: date | None, due: date | None) -> None:
    assert return_due(Days(date(2025, 5, 1), last), HOLIDAYS) == due


def test_a_phased_return_is_at_most_four_weeks_unless_said_otherwise() -> None:
    assert plan_refusal(MONDAY, MONDAY + timedelta(days=28), MONDAY + timedelta(days=28)) is None
    refused = plan_refusal(MONDAY, MONDAY + timedelta(days=29), MONDAY)
    assert refused is not None
    assert "at most 4 weeks" in refused.message
    assert plan_refusal(MONDAY, MONDAY + timedelta(days=40), MONDAY, longest=42) is None
    assert plan_refusal(MONDAY, MONDAY - timedelta(days=1), MONDAY) is not None
    assert plan_refusal(MONDAY, MONDAY, MONDAY - timedelta(days=1)) is not None
    assert [phased_weeks(MONDAY, MONDAY + timedelta(days=days)) for days in (0, 1, 7, 8, 28)] == [0, 1, 1, 2, 4]


def test_a_review_of_adjustments_is_told_a_week_ahead_until_it_is_done() -> None:
    assert not review_is_near(MONDAY, None, MONDAY - timedelta(days=8))
    assert review_is_near(MONDAY, None, MONDAY - timedelta(days=7))
    assert review_is_near(MONDAY, None, MONDAY + timedelta(days=90))
    assert not review_is_near(MONDAY, MONDAY, MONDAY + timedelta(days=90))


def test_an_absence_has_begun_and_overlaps_no_other() -> None:
    assert absence_refusal(Days(MONDAY), [Days(date(2025, 5, 1), date(2025, 6, 1))], MONDAY) is None
    for days, others in (
        (Days(MONDAY + timedelta(days=1)), []),
        (Days(MONDAY, date(2025, 6, 1)), []),
        (Days(MONDAY), [Days(date(2025, 5, 1))]),
    ):
        assert absence_refusal(days, others, MONDAY) is not None


@pytest.mark.parametrize(
    ("part", "by", "parties", "signed"),
    [
        (PartyRole.PEER, "moses", PARTIES, set()),
        (PartyRole.MANAGER, "sam", PARTIES, set()),
        (PartyRole.PEER, "priya", PARTIES, {PartyRole.PEER}),
        (PartyRole.PEER, "priya", {PartyRole.PEER: "priya"}, set()),
    ],
)
def test_each_signs_off_for_themselves_once(
    part: PartyRole, by: str, parties: dict[PartyRole, str], signed: set[PartyRole]
) -> None:
    assert sign_refusal(part, by, parties, signed) is not None
    assert sign_refusal(PartyRole.PEER, "priya", PARTIES, {PartyRole.MANAGER}) is None
    assert not is_signed({PartyRole.PEER, PartyRole.MANAGER})
    assert is_signed(set(PartyRole))


def test_coverage_is_over_working_days() -> None:
    week = working_days(date(2025, 5, 24), date(2025, 6, 1), HOLIDAYS)
    assert [day.day for day in week] == [27, 28, 29, 30]
    assert coverage(week, {date(2025, 5, 27), date(2025, 5, 30), date(2025, 5, 31)}) == Share(2, 4)
    assert coverage([], {MONDAY}).percent is None
    assert len(working_days(MONDAY, MONDAY + timedelta(days=6), set(), range(7))) == 7


def test_reach_is_over_those_who_worked() -> None:
    worked = {MONDAY: {"priya", "tom"}, MONDAY + timedelta(days=1): {"priya"}}
    assert reach(worked, {MONDAY: {"priya", "hana"}}) == Share(1, 3)
    assert reach(worked, {}).percent == 0
    assert reach({}, {MONDAY: {"priya"}}).percent is None


STRETCHES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)).map(lambda pair: (min(pair), max(pair))))


@given(STRETCHES, STRETCHES)
def test_stretches_hold_the_days_they_should(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    joined, left = united(some), without(some, others)
    for day in range(42):
        assert covers(joined, day) == covers(some, day)
        assert covers(left, day) == (covers(some, day) and not covers(others, day))
    assert all(one[1] + 1 < two[0] for one, two in pairwise(joined))


def test_stretches_that_touch_become_one() -> None:
    assert united([(1, 3), (4, 5)]) == [(1, 5)]
    assert united([(1, 3), (5, 5), (8, 9)], gap=1) == [(1, 5), (8, 9)]
