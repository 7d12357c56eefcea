"""Leavers, the stability index, the leaver rate, and how figures are rounded."""

from datetime import date
from decimal import Decimal

import pytest

from peerhub.retention.rules.cohorts import find_cohort, find_entries
from peerhub.retention.rules.facts import SpellFact, SpellFacts, day_of, facts_from_rows
from peerhub.retention.rules.rounding import one_decimal_percent, rounded, whole_percent
from peerhub.retention.rules.tiers import Tier
from peerhub.retention.rules.turnover import by_destination, by_reason, cohort_leavers, period_leavers, turnover

PERIOD = (date(2023, 1, 1), date(2023, 12, 31))
BEFORE = date(2022, 4, 1)


def spell(person: str, start: date = BEFORE, end: date | None = None, **more: object) -> SpellFact:
    return SpellFact(person, start, end, **more)


def leavers(*spells: SpellFact, tier: Tier = Tier.IN_PEER_SERVICE) -> dict[str, date]:
    facts = facts_from_rows(spells)
    gone = period_leavers(facts, *PERIOD, tier)
    return {facts.people[person]: day_of(int(day)) for person, day in zip(gone.person, gone.day, strict=True)}


def cohort_of(facts: SpellFacts, as_at: date):
    return find_cohort(facts, find_entries(facts), date(2022, 1, 1), date(2022, 12, 31), as_at)


@pytest.mark.parametrize(
    ("words", "spells", "expected"),
    [
        ("a last day in the period", [spell("a", end=date(2023, 5, 1))], {"a": date(2023, 5, 1)}),
        ("on its first day", [spell("a", end=date(2023, 1, 1))], {"a": date(2023, 1, 1)}),
        ("on its last day", [spell("a", end=date(2023, 12, 31))], {"a": date(2023, 12, 31)}),
        ("before it", [spell("a", end=date(2022, 12, 31))], {}),
        ("after it", [spell("a", end=date(2024, 1, 1))], {}),
        ("a move", [spell("a", end=date(2023, 5, 1)), spell("a", date(2023, 5, 2))], {}),
        (
            "a move to a role elsewhere",
            [spell("a", end=date(2023, 5, 1)), spell("a", date(2023, 5, 2), peer_service=False)],
            {},
        ),
        ("one of two posts ends", [spell("a", end=date(2023, 5, 1)), spell("a", date(2022, 6, 1))], {}),
        ("back after a fortnight", [spell("a", end=date(2023, 5, 1)), spell("a", date(2023, 5, 16))], {}),
        (
            "back after longer",
            [spell("a", end=date(2023, 5, 1)), spell("a", date(2023, 5, 17))],
            {"a": date(2023, 5, 1)},
        ),
        (
            "left twice, counted once",
            [spell("a", end=date(2023, 2, 1)), spell("a", date(2023, 6, 1), date(2023, 8, 1))],
            {"a": date(2023, 8, 1)},
        ),
        (
            "bank work goes on",
            [spell("a", end=date(2023, 5, 1)), spell("a", BEFORE, contract="bank")],
            {"a": date(2023, 5, 1)},
        ),
        ("left from a post outside the service", [spell("a", end=date(2023, 5, 1), peer_service=False)], {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_leaver_leaves_the_organisation(words, spells, expected):
    assert leavers(*spells) == expected


def test_leavers_of_the_whole_trust_include_those_outside_the_service():
    assert leavers(spell("a", end=date(2023, 5, 1), peer_service=False), tier=Tier.IN_TRUST) == {"a": date(2023, 5, 1)}


def test_stability_and_leaver_rate_by_headcount_and_wte():
    facts = facts_from_rows(
        [
            spell("stays", wte=1.0),
            spell("stays and cuts hours", end=date(2023, 6, 30), wte=0.8),
            spell("stays and cuts hours", date(2023, 7, 1), wte=0.4),
            spell("leaves", end=date(2023, 9, 30), wte=0.6),
            spell("joins", date(2023, 3, 1), wte=0.5),
            spell("comes and goes", date(2023, 3, 1), date(2023, 4, 1), wte=0.5),
            spell("never ours", peer_service=False),
        ]
    )
    told = turnover(facts, *PERIOD)
    assert (told.headcount.opening, told.headcount.closing, told.headcount.stayed, told.headcount.leavers) == (
        3,
        3,
        2,
        2,
    )
    assert told.headcount.stability == pytest.approx(200 / 3)
    assert told.headcount.leaver_rate == pytest.approx(200 / 3)
    wte = (told.wte.opening, told.wte.closing, told.wte.stayed, told.wte.leavers)
    assert wte == pytest.approx((2.4, 1.9, 1.8, 1.1))
    assert told.wte.stability == pytest.approx(75)
    assert told.wte.leaver_rate == pytest.approx(100 * 1.1 / 2.15)


def test_a_period_with_nobody_has_no_rates():
    told = turnover(facts_from_rows([]), *PERIOD)
    assert (told.headcount.stability, told.headcount.leaver_rate) == (None, None)


def test_the_leavers_of_a_cohort_are_those_gone_and_not_back():
    facts = facts_from_rows(
        [
            spell("gone", end=date(2023, 5, 1), leaving_reason="education", destination="College"),
            spell("gone without a word", end=date(2023, 5, 1)),
            spell("back", end=date(2023, 5, 1), leaving_reason="caring"),
            spell("back", date(2023, 9, 1)),
            spell("under notice", end=date(2024, 2, 1), leaving_reason="retirement"),
            spell("last day today", end=date(2024, 1, 1), leaving_reason="health"),
            spell("moved", end=date(2023, 5, 1), leaving_reason="promotion"),
            spell("moved", date(2023, 5, 2), peer_service=False),
            spell("not of this cohort", date(2021, 4, 1), date(2023, 5, 1), leaving_reason="dismissal"),
        ]
    )
    gone = cohort_leavers(facts, cohort_of(facts, date(2024, 1, 1)))
    assert by_reason(facts, gone) == {"education": 1, "not_known": 1}
    assert by_destination(facts, gone) == {"": 1, "College": 1}


def test_the_spell_with_more_hours_says_why_somebody_left():
    facts = facts_from_rows(
        [
            spell("a", end=date(2023, 5, 1), wte=0.4, leaving_reason="other"),
            spell("a", end=date(2023, 5, 1), wte=0.6, leaving_reason="relocation"),
            spell("a", end=date(2023, 4, 1), wte=1.0, leaving_reason="health"),
        ]
    )
    assert by_reason(facts, cohort_leavers(facts, cohort_of(facts, date(2024, 1, 1)))) == {"relocation": 1}


@pytest.mark.parametrize(
    ("count", "observed", "whole", "one_decimal"),
    [
        (18, 19, 95, "94.7"),
        (17, 19, 89, "89.5"),
        (16, 19, 84, "84.2"),
        (15, 19, 79, "78.9"),
        (14, 19, 74, "73.7"),
        (1, 8, 13, "12.5"),
        (1, 200, 1, "0.5"),
        (1, 2000, 0, "0.1"),
        (1, 40, 3, "2.5"),
        (0, 7, 0, "0.0"),
        (7, 7, 100, "100.0"),
    ],
)
def test_percents_round_half_away_from_zero(count, observed, whole, one_decimal):
    assert whole_percent(count, observed) == whole
    assert str(one_decimal_percent(count, observed)) == one_decimal


def test_nobody_observed_gives_no_percent_and_intervals_round_the_same_way():
    assert (whole_percent(0, 0), one_decimal_percent(0, 0)) == (None, None)
    assert [rounded(number) for number in (0.5, 1.5, 2.5, -0.5)] == [Decimal(1), Decimal(2), Decimal(3), Decimal(-1)]
