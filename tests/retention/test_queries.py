"""From rows in the database to the facts retention rests on: the edge cases that only rows can have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from peerhub.access.models import Organisation, User
from peerhub.access.queries.accounts import viewer_of
from peerhub.access.rules import Viewer
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.retention.queries.facts import load, organisation_facts
from peerhub.retention.queries.reports import report_from_database
from peerhub.retention.rules.cohorts import find_cohort, find_entries
from peerhub.retention.rules.facts import day_of
from peerhub.retention.rules.tiers import TIERS, Tier, year_figures
from peerhub.workforce.models import Break, Person, Spell
from peerhub.workforce.rules.words import BreakKind
from tests.retention.record import Trust, found, join, row

YEAR = (date(2022, 1, 1), date(2022, 12, 31))
AS_AT = date(2025, 6, 30)
ALL, NONE = (1, 1, 1), (0, 0, 0)


@contextmanager
def trust_of(app: Flask, *rows: dict[str, str]) -> Iterator[Trust]:
    """Inside a trust with these spells."""
    with app.app_context():
        trust = found(rows)
        scope.enter(trust.key)
        yield trust
        db.session.rollback()


def report(**more: Any) -> dict[str, Any]:
    return report_from_database(*YEAR, AS_AT, **more)


def tiers(told: dict[str, Any], year: int = 1) -> tuple[int, ...]:
    return tuple(told["years"][year - 1][tier]["count"] for tier in TIERS)


def viewer(trust: Trust) -> Viewer:
    return viewer_of(db.session.get_one(User, trust.hattie), None)


def change(number: str, **values: Any) -> None:
    db.session.execute(update(Person).where(Person.staff_number == number).values(**values))


def person(number: str) -> Person:
    return db.session.scalars(select(Person).where(Person.staff_number == number)).one()


def test_every_word_of_a_spell_arrives(app: Flask) -> None:
    given = row(
        "1", "2022-04-01", "2023-04-01", wte="0.6", contract="fixed_term", employer="Northfold Mind", band="4",
        campaign="Spring", leaving_reason="education", destination="College",
    )  # fmt: skip
    with trust_of(app, given):
        facts = organisation_facts()
        words = (facts.contract, facts.setting, facts.service_line, facts.team, facts.employer, facts.band)
        assert [column.at(0) for column in words] == [
            "fixed_term", "inpatient", "Acute wards", "Alder ward", "Northfold Mind", "4",
        ]  # fmt: skip
        assert [column.at(0) for column in (facts.campaign, facts.leaving_reason, facts.destination)] == [
            "Spring", "education", "College",
        ]  # fmt: skip
        assert (day_of(int(facts.start[0])), day_of(int(facts.end[0]))) == (date(2022, 4, 1), date(2023, 4, 1))
        assert (float(facts.wte[0]), bool(facts.peer_service[0]), bool(facts.lived_experience[0])) == (0.6, True, True)


def test_no_spells_at_all_are_facts_too(app: Flask) -> None:
    with trust_of(app) as trust:
        assert report()["cohort"]["recruited"] == 0
        assert len(load(viewer(trust)).entries.person) == 0


def test_teams_of_one_name_in_two_lines_are_told_apart(app: Flask) -> None:
    rows = [row("1", "2022-04-01"), row("2", "2022-04-01", service_line="Crisis", setting="crisis", post_number="C1")]
    with trust_of(app, *rows):
        assert set(organisation_facts().team.labels) == {"Alder ward (Acute wards)", "Alder ward (Crisis)"}


def test_e16_an_internal_joiner_enters_with_the_peer_post(app: Flask) -> None:
    first = row("1", "2019-01-01", "2022-05-01", lived_experience_role="no", peer_service="no", post_number="H1")
    with trust_of(app, first, row("1", "2022-05-02")):
        entries = find_entries(organisation_facts())
        assert [day_of(int(day)) for day in entries.index] == [date(2022, 5, 2)]


def test_e18_a_break_counts_as_employed_and_not_as_active(app: Flask) -> None:
    with trust_of(app, row("1", "2022-04-01"), row("2", "2022-04-01")):
        spell = db.session.scalars(select(Spell).where(Spell.person_id == person("1").id)).one()
        db.session.add(
            Break(spell_id=spell.id, kind=BreakKind.MATERNITY, starts=date(2023, 1, 1), ends=date(2023, 9, 1))
        )
        db.session.flush()
        facts = organisation_facts()
        cohort = find_cohort(facts, find_entries(facts), *YEAR, AS_AT)
        first, second = year_figures(facts, cohort.entries, AS_AT, [1, 2])
        assert (first.tiers[Tier.IN_TRUST].count, first.in_active_service.count) == (2, 1)
        assert second.in_active_service.count == 2


@pytest.mark.parametrize("contract", ["bank", "honorary", "sessional"])
def test_e19_e20_what_is_no_employment_never_counts(app: Flask, contract: str) -> None:
    first = row("1", "2022-04-01", "2022-12-31", post_number="P1")
    with trust_of(app, first, row("1", "2023-01-01", contract=contract), row("2", "2022-04-01", contract=contract)):
        told = report()
        assert (told["cohort"]["recruited"], tiers(told)) == (1, NONE)
        assert told["survival"]["in_trust"][0] == {
            "year": 1, "days": 365, "estimate": None, "low": None, "high": None, "at_risk": 0,
        }  # fmt: skip


def test_e23_in_reach_peers_count_where_they_work_and_can_be_narrowed_to(app: Flask) -> None:
    from peerhub.retention.queries.figures import choices, cohort_of
    from peerhub.retention.rules.cohorts import CohortFilters
    from peerhub.retention.rules.questions import Question

    with trust_of(app, row("1", "2022-04-01", employer="Northfold Mind"), row("2", "2022-04-01")) as trust:
        loaded = load(viewer(trust))
        assert report()["cohort"]["recruited"] == 2
        assert choices(loaded)["employer"] == ("Northfold Mind",)
        asked = Question(*YEAR, as_at=AS_AT, filters=CohortFilters(employer="Northfold Mind"))
        assert cohort_of(loaded, asked).recruited == 1


def test_e29_e30_new_terms_of_a_post_do_not_rewrite_history(app: Flask) -> None:
    """A post is a row on its terms: when a team leaves the peer service, its spells go on in a row that follows."""
    before = row("1", "2022-04-01", "2023-06-30", post_number="P1", team="Alder ward")
    after = row("1", "2023-07-01", post_number="P1", peer_service="no")
    became = row("2", "2021-01-01", "2022-08-31", lived_experience_role="no", peer_service="no", post_number="Q1")
    with trust_of(app, before, after, became, row("2", "2022-09-01", post_number="Q1")):
        told = report()
        assert told["cohort"]["recruited"] == 2
        assert [told["years"][0][tier]["count"] for tier in TIERS] == [2, 2, 2]
        assert [told["years"][1][tier]["count"] for tier in TIERS] == [2, 2, 1]


def test_e31_somebody_the_latest_load_does_not_show_gives_bounds(app: Flask) -> None:
    with trust_of(app, row("1", "2022-04-01"), row("2", "2022-04-01")):
        change("2", unconfirmed_since=date(2024, 1, 1))
        facts = organisation_facts()
        first, second = year_figures(facts, find_entries(facts), AS_AT, [1, 2])
        assert first.unconfirmed == 0
        assert (second.unconfirmed, second.bounds[Tier.IN_TRUST].worst, second.bounds[Tier.IN_TRUST].best) == (1, 1, 2)


def test_e34_two_records_merged_are_one_person_from_the_first_start(app: Flask) -> None:
    with trust_of(app, row("1", "2022-04-01", "2022-12-31"), row("2", "2023-01-01"), row("3", "2022-05-01")):
        assert tiers(report()) == (1, 1, 1), "two people: the first left, the second is of 2023"
        change("1", merged_into_id=person("2").id)
        told = report()
        assert (told["cohort"]["recruited"], tiers(told)) == (2, (2, 2, 2))
        change("2", merged_into_id=person("3").id)
        assert report()["cohort"]["recruited"] == 1, "merged twice over"
        change("1", merged_into_id=None)
        change("2", merged_into_id=None)
        assert tiers(report()) == (1, 1, 1)


def test_e34_a_break_and_a_doubt_follow_the_record_kept(app: Flask) -> None:
    with trust_of(app, row("1", "2022-04-01", "2022-12-31"), row("2", "2023-01-01")):
        spell = db.session.scalars(select(Spell).where(Spell.person_id == person("1").id)).one()
        db.session.add(Break(spell_id=spell.id, kind=BreakKind.MATERNITY, starts=date(2022, 9, 1)))
        change("1", merged_into_id=person("2").id, unconfirmed_since=date(2022, 10, 1))
        facts = organisation_facts()
        (first,) = year_figures(facts, find_entries(facts), AS_AT, [1])
        assert (first.in_active_service.count, first.unconfirmed) == (0, 0)


def test_e37_the_setting_is_that_of_the_first_post(app: Flask) -> None:
    moved = row("1", "2022-10-01", service_line="Perinatal", setting="community", team="Harbour", post_number="H1")
    with trust_of(app, row("1", "2022-04-01", "2022-09-30"), moved):
        assert report()["cohort"]["by_setting"] == {"inpatient": 1}
        assert report(setting="inpatient")["cohort"]["recruited"] == 1
        assert report(setting="community")["cohort"]["recruited"] == 0


def test_e40_erasing_a_person_changes_no_figure(app: Flask) -> None:
    with trust_of(app, row("1", "2022-04-01"), row("2", "2022-04-01", "2023-01-31", leaving_reason="health")):
        before = report(compare="setting")
        for number in ("1", "2"):
            erased = person(number)
            erased.first_name = erased.last_name = ""
            erased.staff_number, erased.erased_on = None, date(2024, 1, 1)
        db.session.flush()
        assert report(compare="setting") == before


def test_the_organisations_own_days_decide_what_is_leaving(app: Flask) -> None:
    with trust_of(app, row("1", "2022-04-01", "2022-08-31"), row("1", "2022-09-21")) as trust:
        assert report()["survival"]["in_trust"][0]["at_risk"] == 0
        db.session.get_one(Organisation, trust.key).gap_days = 20
        assert report()["survival"]["in_trust"][0]["at_risk"] == 1


def test_another_organisations_spells_are_not_there(app: Flask) -> None:
    with trust_of(app, row("1", "2022-04-01")) as trust:
        other = Organisation(name="Other Trust", kind="nhs_trust")
        db.session.add(other)
        db.session.flush()
        with scope.within(other.id):
            assert report()["cohort"]["recruited"] == 0
        assert len(load(viewer(trust)).facts.people) == 1
        assert report()["cohort"]["recruited"] == 1


def test_years_settings_and_the_whole_service_as_the_command_asks(app: Flask) -> None:
    rows = [row("1", "2020-04-01", "2020-12-31"), row("2", "2022-04-01"), row("3", "2022-04-01", setting="inpatient")]
    with trust_of(app, *rows):
        told = report(years=(2, 10), setting="inpatient", compare="setting")
        assert [line["year"] for line in told["years"]] == [line["year"] for line in told["whole_service"]] == [2, 10]
        assert told["whole_service"][0]["observed"] == 3, "whole, whatever the setting"
        assert told["log_rank"] == {"groups": ["inpatient"], "p": None}


def test_as_many_questions_are_asked_of_the_database_whatever_the_rows(
    app: Flask, count_queries: Callable[[], int]
) -> None:
    with trust_of(app, row("1", "2022-04-01")) as trust:
        asking, numbers = viewer(trust), []
        for more in ([], [row(str(n), "2022-04-01", team=f"Ward {n % 7}", service_line="New") for n in range(10, 40)]):
            join(trust, more)
            scope.enter(trust.key)
            db.session.expire_all()
            count_queries()
            loaded = load(asking)
            numbers.append(count_queries())
        assert len(loaded.facts.people) == 31
        assert numbers[0] == numbers[1] <= 6
