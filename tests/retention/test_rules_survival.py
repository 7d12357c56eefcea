"""How long people stay: when somebody has left a tier, and the estimates on published data and on the edges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest

from peerhub.retention.rules.cohorts import find_entries
from peerhub.retention.rules.facts import SpellFact, facts_from_rows
from peerhub.retention.rules.survival import Stays, log_rank, stays, survival_curve, survival_points
from peerhub.retention.rules.tiers import TIERS
from tests.retention import by_hand

D = date
STARTED, AS_AT = D(2022, 4, 1), D(2024, 4, 1)
TO_TODAY = (AS_AT - STARTED).days + 1


def days_to(last: date) -> int:
    return (last - STARTED).days + 1


def peer(start: date = STARTED, end: date | None = None, **more: object) -> SpellFact:
    return SpellFact("p", start, end, **more)


def elsewhere(start: date, end: date | None = None, *, le: bool = True, **more: object) -> SpellFact:
    return SpellFact("p", start, end, lived_experience=le, peer_service=False, **more)


@dataclass(frozen=True)
class Case:
    """One person's spells, and the last day in each tier: in trust, in an LE role, in the peer service.

    None is somebody still there.
    """

    words: str
    spells: list[SpellFact]
    last: tuple[date | None, date | None, date | None]


STILL = (None, None, None)
CASES = [
    Case("still here", [peer()], STILL),
    Case("left", [peer(end=D(2023, 1, 31))], (D(2023, 1, 31),) * 3),
    Case("left on the first day", [peer(end=STARTED)], (STARTED,) * 3),
    Case("last day is the as-at date", [peer(end=AS_AT)], STILL),
    Case("last day was the day before", [peer(end=AS_AT - timedelta(1))], (AS_AT - timedelta(1),) * 3),
    Case("under notice", [peer(end=D(2024, 6, 30))], STILL),
    Case("overlapping spells", [peer(end=D(2023, 1, 31)), peer(D(2022, 9, 1), D(2023, 6, 30))], (D(2023, 6, 30),) * 3),
    Case("one spell inside another", [peer(), peer(D(2022, 6, 1), D(2022, 7, 1))], STILL),
    Case("a second peer post goes on", [peer(end=D(2023, 1, 31)), peer(D(2022, 6, 1), wte=0.4)], STILL),
    Case("a gap of 14 days", [peer(end=D(2023, 1, 31)), peer(D(2023, 2, 15))], STILL),
    Case("a gap of 15 days", [peer(end=D(2023, 1, 31)), peer(D(2023, 2, 16))], (D(2023, 1, 31),) * 3),
    Case(
        "many short gaps",
        [peer(end=D(2022, 6, 1)), peer(D(2022, 6, 10), D(2022, 9, 1)), peer(D(2022, 9, 15), D(2022, 10, 1))],
        (D(2022, 10, 1),) * 3,
    ),
    Case(
        "moved to an LE post outside",
        [peer(end=D(2023, 1, 31)), elsewhere(D(2023, 2, 1))],
        (None, None, D(2023, 1, 31)),
    ),
    Case(
        "moved outside and back after a month",
        [peer(end=D(2023, 1, 31)), elsewhere(D(2023, 2, 1), D(2023, 3, 1)), peer(D(2023, 3, 2))],
        (None, None, D(2023, 1, 31)),
    ),
    Case(
        "moved outside and back within a fortnight",
        [peer(end=D(2023, 1, 31)), elsewhere(D(2023, 2, 1), D(2023, 2, 14)), peer(D(2023, 2, 15))],
        STILL,
    ),
    Case(
        "left the tiers one after the other",
        [
            peer(end=D(2022, 12, 31)),
            elsewhere(D(2023, 1, 1), D(2023, 6, 30)),
            elsewhere(D(2023, 7, 1), D(2023, 9, 30), le=False),
        ],
        (D(2023, 9, 30), D(2023, 6, 30), D(2022, 12, 31)),
    ),
    Case(
        "another post went on beside the peer post",
        [peer(end=D(2023, 1, 31)), elsewhere(D(2020, 1, 1), le=False)],
        (None, D(2023, 1, 31), D(2023, 1, 31)),
    ),
    Case(
        "bank work goes on after the post has ended",
        [peer(end=D(2023, 1, 31)), peer(D(2022, 1, 1), contract="bank")],
        (D(2023, 1, 31),) * 3,
    ),
    Case(
        "bank work bridges no gap",
        [peer(end=D(2023, 1, 31)), peer(D(2023, 2, 1), D(2023, 3, 31), contract="bank"), peer(D(2023, 4, 1))],
        (D(2023, 1, 31),) * 3,
    ),
    Case("a spell before the index day", [elsewhere(D(2019, 1, 1), D(2022, 3, 25)), peer()], STILL),
    Case("a later return is not counted", [peer(end=D(2022, 9, 1)), peer(D(2023, 9, 1))], (D(2022, 9, 1),) * 3),
    Case("started on the as-at date", [peer(AS_AT)], STILL),
    Case("came and went on the as-at date", [peer(AS_AT, AS_AT)], STILL),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_when_somebody_has_left(case: Case) -> None:
    facts = facts_from_rows(case.spells)
    entries = find_entries(facts)
    index = by_hand.index_day(case.spells)
    for tier, last in zip(TIERS, case.last, strict=True):
        times = stays(facts, entries, tier, AS_AT)
        told = (int(times.days[0]), bool(times.left[0]))
        assert told == (((last or AS_AT) - index).days + 1, last is not None), tier
        assert told == by_hand.stay(case.spells, tier, AS_AT), "and so says a walk one day at a time"


def test_time_counts_both_days() -> None:
    assert days_to(STARTED) == 1
    assert TO_TODAY == 732


# Weeks in remission of 42 children with leukaemia, 21 on 6-mercaptopurine and 21 on placebo: Freireich et al. (1963),
# Blood 21(6), as in Cox & Oakes (1984). The estimates and intervals are those that statistics programs print for them.
MERCAPTOPURINE = [
    *((weeks, True) for weeks in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
    *((weeks, False) for weeks in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]
PLACEBO = [(weeks, True) for weeks in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


def as_stays(times: list[tuple[int, bool]]) -> Stays:
    return Stays(
        np.array([time for time, _ in times], dtype=np.int64), np.array([left for _, left in times], dtype=bool)
    )


@pytest.mark.parametrize(
    ("weeks", "estimate", "low", "high", "at_risk"),
    [
        (6, 85.71, 61.97, 95.16, 21),
        (7, 80.67, 56.31, 92.28, 17),
        (10, 75.29, 50.32, 88.94, 15),
        (13, 69.02, 43.16, 84.91, 12),
        (16, 62.75, 36.75, 80.49, 11),
        (22, 53.78, 26.78, 74.68, 7),
        (23, 44.82, 18.81, 68.01, 6),
        (35, 44.82, 18.81, 68.01, 1),
    ],
)
def test_the_estimates_of_a_published_trial(weeks, estimate, low, high, at_risk) -> None:
    (point,) = survival_points(as_stays(MERCAPTOPURINE), [weeks])
    assert (point.estimate, point.low, point.high) == pytest.approx((estimate, low, high), abs=0.006)
    assert point.at_risk == at_risk


def test_the_log_rank_of_a_published_trial() -> None:
    p = log_rank(as_stays(MERCAPTOPURINE), as_stays(PLACEBO))
    assert p == pytest.approx(4.17e-05, rel=0.002)
    assert p == pytest.approx(by_hand.log_rank(MERCAPTOPURINE, PLACEBO), rel=1e-9)
    assert log_rank(as_stays(PLACEBO), as_stays(MERCAPTOPURINE)) == pytest.approx(p, rel=1e-9)


def test_nothing_is_said_past_the_last_observed_time() -> None:
    on, past = survival_points(as_stays(MERCAPTOPURINE), [35, 36])
    assert on.estimate is not None
    assert (past.estimate, past.low, past.high, past.at_risk) == (None, None, None, 0)


@pytest.mark.parametrize(
    ("words", "times", "expected"),
    [
        ("everybody still there", [(10, False), (20, False)], (100, None, None)),
        ("one person still there", [(20, False)], (100, None, None)),
        ("one person, who left that day", [(20, True)], (0, None, None)),
        ("everybody left the same day", [(20, True)] * 4, (0, None, None)),
        ("everybody left, one by one", [(5, True), (10, True), (20, True)], (0, None, None)),
    ],
)
def test_an_estimate_of_exactly_all_or_nobody_has_no_interval(words, times, expected) -> None:
    (point,) = survival_points(as_stays(times), [20])
    assert (point.estimate, point.low, point.high) == expected


def test_who_is_censored_on_the_day_of_a_leaving_is_still_at_risk() -> None:
    (point,) = survival_points(as_stays([(10, True), (10, False), (20, False), (20, False)]), [10])
    assert (point.estimate, point.at_risk) == (75, 4)


def test_a_day_before_anybody_left_is_everybody() -> None:
    (point,) = survival_points(as_stays([(10, True), (20, False)]), [9])
    assert (point.estimate, point.low, point.high, point.at_risk) == (100, None, None, 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([], [(5, True)]),
        ([(5, False)], [(9, False)]),
        ([(5, True)], [(5, True)]),
        ([(5, True), (5, True)], [(9, True)]),
        ([(9, False)], [(10, True)]),
    ],
)
def test_a_log_rank_without_variance_cannot_be_computed(one, other) -> None:
    told = log_rank(as_stays(one), as_stays(other))
    wanted = by_hand.log_rank(one, other) if one and other else None
    assert told == (None if wanted is None else pytest.approx(wanted))


def test_two_groups_that_left_alike_do_not_differ() -> None:
    same = [(5, True), (9, False), (12, True)]
    assert log_rank(as_stays(same), as_stays(same)) == pytest.approx(1)


def test_the_curve_has_a_step_for_each_day_somebody_left_and_ends_at_the_last_seen() -> None:
    curve = survival_curve(as_stays(MERCAPTOPURINE))
    assert [step.days for step in curve] == [0, 6, 7, 10, 13, 16, 22, 23, 35]
