"""The forty edge cases of retention, each under its code, and the published example."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pytest

from peerhub.retention.rules.cohorts import CohortFilters, find_cohort, find_entries
from peerhub.retention.rules.facts import RULES_VERSION, BreakFact, SpellFact, facts_from_rows
from peerhub.retention.rules.report import retention_report
from peerhub.retention.rules.survival import stays
from peerhub.retention.rules.tiers import TIERS, Tier, year_figures
from peerhub.retention.rules.turnover import by_reason, cohort_leavers

AS_AT = date(2026, 1, 1)
STARTED = date(2022, 4, 1)
YEAR = (date(2022, 1, 1), date(2022, 12, 31))
ALL, NONE = (1, 1, 1), (0, 0, 0)


def peer(start: date = STARTED, end: date | None = None, person: str = "p", **more: object) -> SpellFact:
    return SpellFact(person, start, end, **more)


def other(start: date, end: date | None = None, person: str = "p", *, le: bool = False, **more: object) -> SpellFact:
    return SpellFact(person, start, end, lived_experience=le, peer_service=False, **more)


def report(spells: Iterable[SpellFact], as_at: date = AS_AT, **more: object) -> dict:
    return retention_report(facts_from_rows(spells), *YEAR, as_at, **more)


def tiers(told: dict, year: int = 1) -> tuple[int, ...]:
    return tuple(told["years"][year - 1][tier]["count"] for tier in TIERS)


@dataclass(frozen=True)
class Case:
    """Spells of one person or more, and (recruited, observed, counts by tier) at one anniversary."""

    code: str
    spells: list[SpellFact]
    expected: tuple[int, int, tuple[int, int, int]]
    year: int = 1
    as_at: date = AS_AT
    more: dict = field(default_factory=dict)


D = date
CASES = [
    Case("E02 last day is the anniversary", [peer(end=D(2023, 4, 1))], (1, 1, ALL)),
    Case("E02 last day is the day before", [peer(end=D(2023, 3, 31))], (1, 1, NONE)),
    Case("E03 anniversary tomorrow", [peer()], (1, 0, NONE), as_at=D(2023, 3, 31)),
    Case("E04 anniversary today", [peer()], (1, 1, ALL), as_at=D(2023, 4, 1)),
    Case("E05 leaves after the last load", [peer(end=D(2023, 6, 1))], (1, 1, ALL), as_at=D(2023, 5, 1)),
    Case("E08 away on the anniversary", [peer(end=D(2023, 3, 1)), peer(D(2023, 5, 1))], (1, 1, NONE)),
    Case("E08 back before the anniversary", [peer(end=D(2022, 6, 1)), peer(D(2023, 3, 1))], (1, 1, ALL)),
    Case("E08 away at one year, back at two", [peer(end=D(2023, 3, 1)), peer(D(2023, 5, 1))], (1, 1, ALL), year=2),
    Case(
        "E09 second joining is no second entry", [peer(D(2019, 5, 1), D(2020, 1, 1)), peer(D(2022, 5, 1))], (0, 0, NONE)
    ),
    Case("E10 overlapping spells", [peer(), peer(D(2022, 9, 1), D(2024, 1, 1))], (1, 1, ALL)),
    Case("E11 second part-time post", [peer(wte=0.5, end=D(2022, 9, 1)), peer(D(2022, 6, 1), wte=0.4)], (1, 1, ALL)),
    Case("E12 main post not LE, second one peer", [other(D(2020, 1, 1), wte=0.8), peer(wte=0.2)], (1, 1, ALL)),
    Case("E13 to LE leadership outside", [peer(end=D(2022, 9, 1)), other(D(2022, 9, 2), le=True)], (1, 1, (1, 1, 0))),
    Case("E14 promoted inside", [peer(end=D(2022, 9, 1)), peer(D(2022, 9, 2), band="5")], (1, 1, ALL)),
    Case("E15 to a nursing post", [peer(end=D(2022, 9, 1)), other(D(2022, 9, 2))], (1, 1, (1, 0, 0))),
    Case("E16 healthcare assistant first", [other(D(2018, 1, 1), D(2022, 3, 31)), peer()], (1, 1, ALL)),
    Case("E17 acting up in a role that is not LE", [peer(end=D(2023, 1, 1)), other(D(2023, 1, 2))], (1, 1, (1, 0, 0))),
    Case("E19 bank only afterwards", [peer(end=D(2022, 9, 1)), peer(D(2022, 9, 2), contract="bank")], (1, 1, NONE)),
    Case("E19 bank first starts nothing", [peer(D(2021, 1, 1), contract="bank"), peer()], (1, 1, ALL)),
    Case("E20 honorary", [peer(contract="honorary")], (0, 0, NONE)),
    Case("E20 sessional", [peer(contract="sessional")], (0, 0, NONE)),
    Case("E21 to another trust", [peer(end=D(2022, 9, 1), leaving_reason="other_nhs")], (1, 1, NONE)),
    Case(
        "E22 successor organisation", [peer(end=D(2022, 9, 1)), peer(D(2022, 9, 2), employer="Successor")], (1, 1, ALL)
    ),
    Case("E23 VCSE in-reach counts", [peer(employer="Northfold Mind")], (1, 1, ALL)),
    Case("E24 death in service", [peer(end=D(2022, 9, 1), leaving_reason="death_in_service")], (1, 1, NONE)),
    Case("E25 fixed term ends", [peer(end=D(2022, 9, 1), contract="fixed_term")], (1, 1, NONE)),
    Case("E26 retire and return", [peer(end=D(2022, 9, 1)), peer(D(2022, 9, 15))], (1, 1, ALL)),
    Case("E27 never worked", [peer(leaving_reason="has_not_worked")], (0, 0, NONE)),
    Case("E28 left in week one", [peer(end=D(2022, 4, 5))], (1, 1, NONE)),
    Case("E29 role became LE later", [other(D(2020, 1, 1), D(2022, 3, 31)), peer()], (1, 1, ALL)),
    Case(
        "E30 team leaves the peer service", [peer(end=D(2023, 1, 1)), other(D(2023, 1, 2), le=True)], (1, 1, (1, 1, 0))
    ),
    Case("E32 notice given", [peer(end=D(2023, 7, 1))], (1, 1, ALL), as_at=D(2023, 4, 2)),
    Case("E35 came and went the same day", [peer(end=STARTED)], (1, 1, NONE)),
    Case("E38 first day of the window", [peer(D(2022, 1, 1))], (1, 1, ALL)),
    Case("E38 last day of the window", [peer(D(2022, 12, 31))], (1, 1, ALL)),
    Case("E38 day after the window", [peer(D(2023, 1, 1))], (0, 0, NONE)),
    Case("E39 a leap year between", [peer(D(2022, 3, 1), D(2024, 2, 29))], (1, 1, NONE), year=2),
    Case("start still to come", [peer(D(2022, 6, 1))], (0, 0, NONE), as_at=D(2022, 5, 31)),
    Case("starts today", [peer(D(2022, 6, 1))], (1, 0, NONE), as_at=D(2022, 6, 1)),
    Case("same-day move", [peer(end=D(2023, 4, 1)), other(D(2023, 4, 1), le=True)], (1, 1, ALL)),
    Case("moves the next day", [peer(end=D(2023, 3, 31)), other(D(2023, 4, 1), le=True)], (1, 1, (1, 1, 0))),
    Case("peer service not marked LE still nests", [peer(lived_experience=False)], (1, 1, ALL)),
    Case(
        "secondment and apprenticeship count",
        [peer(contract="secondment"), peer(contract="apprenticeship")],
        (1, 1, ALL),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_edge_case(case: Case):
    told = report(case.spells, case.as_at)
    year = told["years"][case.year - 1]
    assert (told["cohort"]["recruited"], year["observed"], tiers(told, case.year)) == case.expected


@pytest.mark.parametrize(
    ("as_at", "last_day", "expected"),
    [
        (date(2021, 2, 27), None, (0, NONE)),
        (date(2021, 2, 28), None, (1, ALL)),
        (date(2022, 1, 1), date(2021, 2, 27), (1, NONE)),
        (date(2022, 1, 1), date(2021, 2, 28), (1, ALL)),
    ],
)
def test_e01_a_leap_day_start_is_kept_on_28_february(as_at, last_day, expected):
    told = retention_report(
        facts_from_rows([peer(date(2020, 2, 29), last_day)]), date(2020, 1, 1), date(2020, 12, 31), as_at, years=[1]
    )
    assert (told["years"][0]["observed"], tiers(told)) == expected


def test_e06_an_empty_cohort_says_no_data_and_never_nought_percent():
    told = report([], compare="setting")
    assert told["cohort"] == {"from": "2022-01-01", "to": "2022-12-31", "recruited": 0, "by_setting": {}}
    for year in told["years"]:
        assert year["observed"] == year["not_yet_due"] == 0
        assert year["in_trust"] == {"count": 0, "percent": None, "low": None, "high": None}
    assert told["survival"]["in_trust"][0] == {
        "year": 1,
        "days": 365,
        "estimate": None,
        "low": None,
        "high": None,
        "at_risk": 0,
    }
    assert told["log_rank"] == {"groups": [], "p": None}


def test_e06_nobody_due_yet_says_no_data_too():
    told = report([peer()], as_at=date(2022, 5, 1))
    assert (told["years"][0]["observed"], told["years"][0]["not_yet_due"]) == (0, 1)
    assert told["years"][0]["in_trust"]["percent"] is None


def test_e07_a_cohort_partly_due_counts_those_who_reached_it():
    told = report([peer(date(2022, 2, 1)), peer(date(2022, 11, 1), person="q")], as_at=date(2023, 6, 1))
    assert (told["years"][0]["observed"], told["years"][0]["not_yet_due"]) == (1, 1)
    assert told["years"][0]["in_trust"]["percent"] == 100


def test_a_cohort_of_one_has_a_wide_interval():
    figures = report([peer()])["years"][0]["in_trust"]
    assert (figures["count"], figures["percent"], figures["high"]) == (1, 100, 100)
    assert figures["low"] == pytest.approx(20.65, abs=0.01)


@pytest.mark.parametrize(("gap", "left"), [(14, False), (15, True)])
def test_e08_a_gap_of_a_fortnight_is_not_leaving(gap, left):
    end = date(2022, 9, 1)
    facts = facts_from_rows([peer(end=end), peer(date.fromordinal(end.toordinal() + gap + 1))])
    times = stays(facts, find_entries(facts), Tier.IN_TRUST, AS_AT)
    assert bool(times.left[0]) is left
    assert times.days[0] == ((end if left else AS_AT) - STARTED).days + 1


def test_e18_people_on_a_break_are_employed_but_not_in_active_service():
    facts = facts_from_rows(
        [peer(), peer(person="q"), peer(person="r")],
        breaks=[
            BreakFact("p", date(2023, 3, 1), date(2023, 4, 1), "maternity"),
            BreakFact("q", date(2023, 4, 2), None, "career_break"),
            BreakFact("nobody here", date(2023, 1, 1)),
        ],
    )
    year = year_figures(facts, find_entries(facts), AS_AT, [1])[0]
    assert (year.tiers[Tier.IN_TRUST].count, year.in_active_service.count) == (3, 2)


def test_e31_somebody_missing_from_the_load_gives_a_best_and_a_worst_case():
    facts = facts_from_rows([peer(), peer(person="q")], unconfirmed={"q": date(2023, 12, 31)})
    first, second = year_figures(facts, find_entries(facts), AS_AT, [1, 2])
    assert (first.unconfirmed, first.bounds[Tier.IN_TRUST].worst, first.bounds[Tier.IN_TRUST].best) == (0, 2, 2)
    assert (second.unconfirmed, second.bounds[Tier.IN_TRUST].worst, second.bounds[Tier.IN_TRUST].best) == (1, 1, 2)


def test_e33_the_rules_have_a_version_to_keep_with_a_published_figure():
    assert RULES_VERSION


def test_e34_two_numbers_merged_into_one_person_are_one_count():
    assert report([peer(person="1"), peer(date(2022, 8, 1), person="2")])["cohort"]["recruited"] == 2
    assert report([peer(person="1"), peer(date(2022, 8, 1), person="1")])["cohort"]["recruited"] == 1


def test_e37_setting_is_that_at_entry():
    spells = [peer(setting="inpatient", end=date(2022, 6, 1)), peer(date(2022, 6, 2), setting="community")]
    assert report(spells)["cohort"]["by_setting"] == {"inpatient": 1}
    assert report(spells, setting="inpatient")["cohort"]["recruited"] == 1
    assert report(spells, setting="community")["cohort"]["recruited"] == 0


def test_e37_two_posts_on_the_first_day_take_the_setting_of_the_larger():
    small, large = peer(setting="inpatient", wte=0.4), peer(setting="community", wte=0.6)
    assert report([small, large])["cohort"]["by_setting"] == {"community": 1}
    level = peer(setting="crisis", wte=0.6)
    assert report([small, level, large])["cohort"]["by_setting"] == {"crisis": 1}


def test_e24_a_death_is_a_leaver_with_its_reason():
    facts = facts_from_rows([peer(end=date(2022, 9, 1), leaving_reason="death_in_service"), peer(person="q")])
    cohort = find_cohort(facts, find_entries(facts), *YEAR, AS_AT)
    assert by_reason(facts, cohort_leavers(facts, cohort)) == {"death_in_service": 1}


def test_people_still_to_start_are_expected_and_not_recruited():
    facts = facts_from_rows([peer(), peer(date(2022, 12, 1), person="q")])
    cohort = find_cohort(facts, find_entries(facts), *YEAR, date(2022, 11, 30))
    assert (cohort.recruited, cohort.expected) == (1, 1)


def test_a_cohort_is_narrowed_by_the_words_of_the_entry_spell():
    facts = facts_from_rows([peer(team="Ash", campaign="Spring"), peer(person="q", team="Birch", campaign="Spring")])
    entries = find_entries(facts)

    def size(**filters: str) -> int:
        return find_cohort(facts, entries, *YEAR, AS_AT, CohortFilters(**filters)).recruited

    assert (size(campaign="Spring"), size(team="Ash"), size(team="Ash", campaign="Autumn"), size(team="Elm")) == (
        2,
        1,
        0,
        0,
    )


def test_whole_service_knows_no_window_and_no_setting():
    spells = [peer(), peer(date(2020, 1, 1), date(2020, 6, 1), person="q", setting="inpatient")]
    told = report(spells, setting="community")
    assert told["cohort"]["recruited"] == 1
    assert (told["whole_service"][0]["observed"], told["whole_service"][0]["in_trust"]["count"]) == (2, 1)


def test_years_beyond_ten_and_other_comparisons_are_refused():
    with pytest.raises(ValueError, match="1 to 10"):
        report([peer()], years=[11])
    with pytest.raises(ValueError, match="settings"):
        report([peer()], compare="band")


def published() -> list[SpellFact]:
    """Nineteen recruited in 2022, sixteen inpatient and three community, as the published example needs them."""
    start = date(2022, 3, 7)
    spells = {
        1: [peer(start, date(2023, 9, 6))],
        2: [peer(start, date(2023, 11, 6)), other(date(2023, 11, 7))],
        3: [peer(start, date(2023, 6, 6)), other(date(2023, 6, 7), le=True)],
        4: [peer(start, date(2024, 9, 6))],
        5: [peer(start, date(2024, 12, 6))],
    }
    rows = []
    for number in range(1, 20):
        for spell in spells.get(number, [peer(start)]):
            setting = "inpatient" if number <= 16 else "community"
            rows.append(
                SpellFact(
                    f"p{number:02}",
                    spell.start,
                    spell.end,
                    spell.lived_experience,
                    spell.peer_service,
                    setting=setting,
                )
            )
    return rows


def test_the_published_example_comes_out_of_individual_spells():
    told = report(published())
    assert told["cohort"]["recruited"] == 19
    assert told["cohort"]["by_setting"] == {"community": 3, "inpatient": 16}
    assert [tiers(told, year) for year in (1, 2, 3)] == [(19, 19, 19), (18, 17, 16), (16, 15, 14)]
    last = told["years"][2]["in_trust"]
    assert (last["percent"], last["low"], last["high"]) == pytest.approx((1600 / 19, 62.43, 94.48), abs=0.01)


def test_the_report_has_the_shape_the_command_promises():
    told = report(published(), compare="setting")
    assert list(told) == ["as_at", "cohort", "years", "whole_service", "survival", "log_rank"]
    assert list(told["cohort"]) == ["from", "to", "recruited", "by_setting"]
    assert list(told["years"][0]) == ["year", "observed", "not_yet_due", "in_trust", "in_le_role", "in_peer_service"]
    assert list(told["whole_service"][0]) == ["year", "observed", "in_trust", "in_le_role", "in_peer_service"]
    assert list(told["survival"]) == ["in_trust", "in_le_role", "in_peer_service"]
    assert [point["days"] for point in told["survival"]["in_trust"]] == [365, 730, 1095]
    assert list(told["survival"]["in_trust"][0]) == ["year", "days", "estimate", "low", "high", "at_risk"]
    assert told["log_rank"]["groups"] == ["community", "inpatient"]
    assert 0 < told["log_rank"]["p"] < 1
