"""Several equality counts, one after the other: whatever is taken from one another, nobody's answers are found."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import combinations
from uuid import UUID

import numpy as np
import pytest
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from peerhub.access.models import Organisation
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.indicators.rules.inference import Reader, Sum
from peerhub.reports.rules.equality import ANSWERED, WHO, EqualityReport, count_of, equality_report
from peerhub.reports.rules.releasing import Count, Table, Told, released
from peerhub.workforce.models import EqualityProfile, Person, Post, Spell
from peerhub.workforce.rules.equality import NOT_ASKED, QUESTIONS, counted_answers
from peerhub.workforce.rules.equality import Told as Answers
from peerhub.workforce.rules.words import AskedState, RoleKind
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.reports.test_equality import people

Browse = Callable[[UUID | None], Browser]
PAGE = "/reports/equality"
LEAST = 5
NOBODY = Answers(AskedState.NOT_ASKED, {})


def told(**choices: str) -> Answers:
    return Answers(AskedState.ANSWERED, {name: {"choice": choice} for name, choice in choices.items()})


def counted(*populations: Sequence[Answers]) -> list[Count]:
    """Counts of a population as it changes, four weeks apart."""
    return [
        count_of(date(2025, 1, 6) + timedelta(28 * place), counted_answers(answers), LEAST, 10)
        for place, answers in enumerate(populations)
    ]


def numbers(report: EqualityReport) -> dict[tuple[str, str], int | str]:
    return {(section.name, line.words): line.people for section in report.sections for line in section.lines}


def invented(number: int, seed: int) -> list[Answers]:
    return [Answers(AskedState(one.state), one.answers) for one in people(number, seed)]


@pytest.mark.parametrize("seed", range(8))
def test_one_person_who_answers_changes_no_number(seed: int) -> None:
    before = [*invented(70, seed), *[NOBODY] * 25]
    after = [*before[:-1], invented(1, seed + 50)[0]]
    one, two = counted(before, after)
    assert numbers(equality_report([one, two])) == numbers(equality_report([one]))
    assert equality_report([one, two]).is_unchanged


@pytest.mark.parametrize("seed", range(4))
def test_few_who_answer_join_or_leave_change_no_number(seed: int) -> None:
    before = [*invented(70, seed), *[NOBODY] * 25]
    few = invented(LEAST - 1, seed + 60)
    for after in ([*before[:-4], *few], [*before, *few], before[4:]):
        one, two = counted(before, after)
        assert numbers(equality_report([one, two])) == numbers(equality_report([one]))


def test_few_who_answer_are_not_found_between_counts_that_are_far_apart() -> None:
    """Five joined and left again while one more answered: the third count is taken from the first."""
    before = [*[told(sex="female")] * 30, *[told(sex="male")] * 30, *[NOBODY] * 20]
    joined = [*before, *[told(sex="male")] * 9]
    again = [*before[:-1], told(sex="male")]
    reports = [equality_report(counted(*so_far)) for so_far in ((before,), (before, joined), (before, joined, again))]
    men = [numbers(report)["Sex", "Male"] for report in reports]
    assert men == [30, 39, 39]


def test_enough_people_who_answer_are_counted_with_the_day_of_it() -> None:
    before = [*[told(sex="female")] * 30, *[told(sex="male")] * 20, *[NOBODY] * 25]
    after = [*before[:-12], *[told(sex="male")] * 12]
    one, two = counted(before, after)
    report = equality_report([one, two])
    sex = next(section for section in report.sections if section.name == "Sex")
    said = {line.words: (line.people, line.as_at, line.percent) for line in sex.lines}
    assert said["Male"] == (32, two.as_at, pytest.approx(100 * 32 / 75))
    assert said["Female"] == (30, one.as_at, 40.0), "no fewer and no more, and that is not said"
    assert not report.is_unchanged


def test_the_first_to_answer_are_not_shown_by_one_count_alone() -> None:
    for number in range(1, 10):
        answers = [told(sex="female", religion="sikh")] * number
        report = equality_report(counted([*answers, *[NOBODY] * 90]))
        for section in report.sections[1:]:
            assert {line.people for line in section.lines} == {"not shown"}, (number, section.name)


def test_ten_answers_to_one_question_show_nothing_of_another() -> None:
    answers = [*[told(sex="female")] * 20, told(sex="female", religion="sikh")]
    report = equality_report(counted([*answers, *[NOBODY] * 40]))
    assert numbers(report)["Sex", "Female"] == 21
    religion = next(section for section in report.sections if section.name == "Religion or belief")
    assert {line.people for line in religion.lines} == {"not shown"}


def test_nobody_is_not_said_beside_a_number_that_is_hidden() -> None:
    answers = [*[told(sex="female")] * 40, *[told(sex="male")] * 2]
    shown = numbers(equality_report(counted(answers)))
    assert {shown["Sex", words] for words in ("Male", "In their own words", "Prefers not to say")} == {"not shown"}
    everybody = numbers(equality_report(counted([*[told(sex="female")] * 40, *[told(sex="male")] * 20])))
    assert everybody["Sex", "In their own words"] == 0, "nobody is hidden here"


# --- Always ----------------------------------------------------------------------------------------------------------


def moved_on(before: Sequence[Answers], chance: random.Random) -> list[Answers]:
    """Some weeks later: some left, some joined, some answered, some changed an answer."""
    after = list(before)
    for _ in range(chance.choice([0, 1, 2, 4, 6, 15, 40])):
        deed = chance.random()
        if deed < 0.25 and len(after) > 15:
            after.pop(chance.randrange(len(after)))
        elif deed < 0.5:
            after.append(invented(1, chance.randrange(10_000))[0])
        else:
            after[chance.randrange(len(after))] = invented(1, chance.randrange(10_000))[0]
    return after


def history(seed: int, size: int) -> list[Told]:
    chance = random.Random(seed)
    populations: list[list[Answers]] = [[*invented(size, seed), *[NOBODY] * (size // 4)]]
    for _ in range(5):
        populations.append(moved_on(populations[-1], chance))
    return released(counted(*populations))


def knowledge(table: Table, shown: frozenset[object]) -> list[list[int]]:
    """What a reader knows of a table: which answers each known number is the sum of. Everybody is always known."""
    answers = list(table.answers)
    known = [[1] * len(answers)]
    for cell in shown:
        within = table.groups.get(cell, (cell,))
        known.append([int(answer in within) for answer in answers])
    return known


def follows(wanted: Sequence[int], known: Sequence[Sequence[int]]) -> bool:
    """Whether a sum of answers is worked out from those known."""
    return np.linalg.matrix_rank(np.array([*known, wanted])) == np.linalg.matrix_rank(np.array(known))


SMALL_TABLES = (WHO, "sex", "pregnancy", "disability", "gender_reassignment", "orientation")


@pytest.mark.parametrize(("seed", "size"), [(seed, size) for seed in range(6) for size in (30, 80, 300)])
def test_no_answers_together_differ_by_a_few_between_two_counts(seed: int, size: int) -> None:
    """Every choice of answers whose number is worked out from two counts, the smallest choices there are."""
    for one, other in combinations(history(seed, size), 2):
        for name in SMALL_TABLES:
            before, after = one.count.tables[name], other.count.tables[name]
            if not (one.shown[name] and other.shown[name]):
                continue
            known = [knowledge(table, told.shown[name]) for told, table in ((one, before), (other, after))]
            answers = list(after.answers)
            found: list[set[object]] = []
            for number in range(1, len(answers)):
                for chosen in combinations(answers, number):
                    if any(smaller <= set(chosen) for smaller in found):
                        continue
                    wanted = [int(answer in chosen) for answer in answers]
                    if all(follows(wanted, knows) for knows in known):
                        found.append(set(chosen))
                        step = sum(after.answers[answer] - before.answers[answer] for answer in chosen)
                        assert not 0 < abs(step) < LEAST, (name, chosen, one.count.as_at, other.count.as_at)


@pytest.mark.parametrize(("seed", "size"), [(seed, size) for seed in range(6) for size in (30, 80, 300)])
def test_no_number_is_shown_near_an_earlier_one_and_none_hidden_follows_from_a_count(seed: int, size: int) -> None:
    told = history(seed, size)
    assert any(any(one.shown.values()) for one in told[1:]) or size < 100, "a history without news tests nothing"
    for place, one in enumerate(told):
        for name, table in one.count.tables.items():
            cells = table.cells
            assert not any(0 < cells[cell] < LEAST for cell in one.shown[name])
            for earlier in told[:place]:
                for cell in one.shown[name] & earlier.shown[name]:
                    assert abs(cells[cell] - earlier.count.tables[name].cells[cell]) >= LEAST
            for total, parts in table.sums if one.shown[name] else ():
                if total == "people" or total in one.shown[name]:
                    hidden = sum(cells[part] for part in parts if part not in one.shown[name])
                    assert not 0 < hidden < LEAST, "those who are hidden, all together"
        assert_in_doubt(one)


def assert_in_doubt(one: Told) -> None:
    """Each number that a count hides in a table it shows takes another value for somebody who knows the rest."""
    truth: dict[object, int] = {"people": one.count.people}
    ranges: dict[object, tuple[int, int]] = {"people": (one.count.people, one.count.people)}
    sums = []
    for name, table in one.count.tables.items():
        if not one.shown[name]:
            continue
        for cell, number in table.cells.items():
            truth[name, cell] = number
            ranges[name, cell] = (number, number) if cell in one.shown[name] else (0, one.count.people)
        for total, parts in table.sums:
            key = total if total == "people" else (name, total)
            sums.append(Sum(key, tuple((name, part) for part in parts)))
    reader = Reader(truth, ranges, sums)
    for key, (low, high) in ranges.items():
        assert low == high or reader.in_doubt_with(key), key


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, LEAST - 1))
def test_whatever_a_few_people_do_the_report_stays(seed: int, few: int) -> None:
    before = [*invented(40, seed), *[NOBODY] * 20]
    chance = random.Random(seed)
    after = list(before)
    for place in chance.sample(range(len(after)), few):
        after[place] = invented(1, chance.randrange(10_000))[0]
    one, two = counted(before, after)
    assert numbers(equality_report([one, two])) == numbers(equality_report([one]))


# --- On the page -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ninety(app: Flask, world: World) -> list[UUID]:
    """Ninety people more in the peer service of Northmoor; the first seventy have answered all nine questions."""
    chance, keys = random.Random(7), []
    with app.app_context():
        scope.enter(world.trust)
        for number in range(90):
            person = Person(first_name="Peer", last_name=f"Number {number}", staff_number=f"2{number:04}")
            post = Post(
                team_id=world.willow, title="Peer support worker", role_kind=RoleKind.PEER_SUPPORT_WORKER,
                lived_experience=True, peer_service=True, opens=date(2022, 1, 1),
            )  # fmt: skip
            db.session.add_all([person, post])
            db.session.flush()
            db.session.add(Spell(person_id=person.id, post_id=post.id, starts=date(2023, 1, 2)))
            keys.append(person.id)
            if number < 70:
                db.session.add(EqualityProfile(person_id=person.id, state=AskedState.ANSWERED, answers=every(chance)))
        db.session.commit()
    return keys


def every(chance: random.Random) -> dict[str, dict[str, str]]:
    return {
        name.value: {"choice": chance.choices(question.choices, [12, 4, *[1] * (len(question.choices) - 2)])[0][0]}
        for name, question in QUESTIONS.items()
    }


def test_two_counts_around_one_persons_answers_are_the_same_file(
    ninety: list[UUID], browse: Browse, app: Flask, world: World
) -> None:
    def file_of(day: str) -> str:
        with time_machine.travel(f"{day} 10:00:00+01:00", tick=False):
            browser = browse(world.hugo)
            browser.post(f"{PAGE}/count")
            return browser.client.get(f"{PAGE}?format=csv").text

    before = file_of("2025-06-02")
    with app.app_context():
        scope.enter(world.trust)
        db.session.add(
            EqualityProfile(person_id=ninety[80], state=AskedState.ANSWERED, answers=every(random.Random(3)))
        )
        db.session.commit()
    assert file_of("2025-07-01") == before
    with time_machine.travel("2025-07-01 12:00:00+01:00", tick=False):
        page = browse(world.hugo).get(PAGE)
    assert "As at Tue 1 July 2025" in page.text
    assert "This count changed no number below, because too few answers have changed" in page.text
    assert "2025-06-02" in before


def test_a_later_setting_uncovers_no_earlier_count(
    ninety: list[UUID], browse: Browse, app: Flask, world: World
) -> None:
    settings_page = {
        "name": "Northmoor Mental Health Trust", "ods_code": "", "kind": "nhs_trust", "support_offer": "none",
        "role_target": "100", "gap_days": "14", "version": "1",
    }  # fmt: skip
    with time_machine.travel("2025-06-02 10:00:00+01:00", tick=False):
        browse(world.hugo).post(f"{PAGE}/count")
        before = browse(world.hugo).client.get(f"{PAGE}?format=csv").text
    with time_machine.travel("2025-06-03 10:00:00+01:00", tick=False):
        browse(world.ada).post("/organisation", settings_page | {"small_number": "2", "least_denominator": "1"})
        assert browse(world.hugo).client.get(f"{PAGE}?format=csv").text == before
    with app.app_context():
        row = db.session.scalars(select(Organisation).where(Organisation.id == world.trust)).one()
        assert row.small_number == 2


def test_who_answered_is_told_by_the_same_rule() -> None:
    before = [*[told(sex="female")] * 30, *[NOBODY] * 30]
    one, two = counted(before, [*before[:-1], told(sex="female")])
    assert [one.tables[WHO].answers[key] for key in (ANSWERED, NOT_ASKED)] == [30, 30]
    assert numbers(equality_report([one, two]))["Who answered", "Not asked yet"] == 30
