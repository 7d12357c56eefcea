"""The equality report: counts for those who may see them, and nobody to be found in them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from peerhub.access.models import AuditEntry, RoleGrant
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.indicators.rules.inference import Key, Reader, Sum
from peerhub.reports.rules.equality import EqualityReport, count_of
from peerhub.reports.rules.equality import equality_report as report_of
from peerhub.workforce.models import EqualityCount, EqualityProfile, Person, Post, Spell
from peerhub.workforce.rules.equality import (
    LEFT_OUT,
    NOT_ASKED,
    QUESTIONS,
    UNANSWERED,
    Characteristic,
    Counts,
    Told,
    counted_answers,
)
from peerhub.workforce.rules.words import AskedState, RoleKind
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
PAGE = "/reports/equality"


def equality_report(counts: Counts, threshold: int, least: int) -> EqualityReport:
    """The report of one count alone."""
    return report_of([count_of(date(2025, 6, 2), counts, threshold, least)])


def people(number: int, seed: int, *, answering: float = 0.8) -> list[Told]:
    """Invented people, most of whom answered, with some answers rare."""
    chance, told = random.Random(seed), []
    for _ in range(number):
        if chance.random() > answering:
            told.append(Told(chance.choice([AskedState.NOT_ASKED, AskedState.DECLINED]), {}))
            continue
        answers = {}
        for question in QUESTIONS.values():
            codes = [code for code, _ in question.all_choices]
            choice = chance.choices(codes, [1 / (place + 1) ** 2 for place in range(len(codes))])[0]
            if choice != LEFT_OUT:
                answers[question.characteristic.value] = {"choice": choice}
        told.append(Told(AskedState.ANSWERED, answers))
    return told


def what_a_reader_knows(number: int, seed: int) -> tuple[dict[Key, int], dict[Key, tuple[int, int]], list[Sum]]:
    """The real counts, the range of each as the report tells it, and the sums that tie them: built from its words."""
    counts = counted_answers(people(number, seed))
    report = equality_report(counts, 5, 10)
    waiting = counts["age"][NOT_ASKED]
    told_line, waiting_line = report.sections[0].lines
    truth: dict[Key, int] = {"all": number, "told": number - waiting, "waiting": waiting}
    ranges: dict[Key, tuple[int, int]] = {
        "all": known(report.people, number),
        "told": known(told_line.people, number),
        "waiting": known(waiting_line.people, number),
    }
    sums = [Sum("all", ("told", "waiting"))]
    for question, section in zip(QUESTIONS.values(), report.sections[1:], strict=True):
        told = counts[question.characteristic.value]
        told["nothing"] = told.pop(UNANSWERED) + told.pop(NOT_ASKED)
        groups = dict(question.groups)
        grouped = [code for codes in groups.values() for code in codes]
        order = [item for group, codes in groups.items() for item in (group, *codes)]
        order += [code for code in told if code not in grouped]
        parts: list[Key] = []
        for code, line in zip(order, section.lines, strict=True):
            key = (section.name, code)
            truth[key] = sum(told[part] for part in groups[code]) if line.is_group else told[code]
            ranges[key] = known(line.people, number)
            if line.is_group:
                sums.append(Sum(key, tuple((section.name, part) for part in groups[code])))
            if code not in grouped:
                parts.append(key)
        sums.append(Sum("all", tuple(parts)))
    return truth, ranges, sums


def known(words: int | str, number: int) -> tuple[int, int]:
    if isinstance(words, int):
        return words, words
    return (0, number + 10)


@pytest.mark.parametrize(("number", "seed"), [(n, s) for n in (10, 11, 14, 19, 40, 100) for s in range(4)])
def test_no_hidden_cell_can_be_worked_out(number: int, seed: int) -> None:
    truth, ranges, sums = what_a_reader_knows(number, seed)
    reader = Reader(truth, ranges, sums)
    small = [key for key, value in truth.items() if 0 < value < 5]
    assert small, "an example without small numbers tests nothing"
    for key in small:
        assert ranges[key][0] != ranges[key][1], f"{key} is shown"
        assert reader.in_doubt_with(key), f"{key} can be worked out"


def test_a_cell_hidden_alone_would_be_found() -> None:
    """The reader of the test above is no blind one."""
    truth: dict[Key, int] = {"all": 20, "a": 18, "b": 2}
    ranges: dict[Key, tuple[int, int]] = {"all": (20, 20), "a": (18, 18), "b": (1, 4)}
    assert not Reader(truth, ranges, [Sum("all", ("a", "b"))]).in_doubt_with("b")


def test_who_was_not_asked_is_told_where_it_tells_of_nobody() -> None:
    told = [Told(AskedState.ANSWERED, {"sex": {"choice": "female"}})] * 12 + [Told(AskedState.NOT_ASKED, {})] * 8
    lines = equality_report(counted_answers(told), 5, 10).sections[0].lines
    assert [(line.words, line.people, line.percent) for line in lines] == [
        ("Answered or declined", 12, 60.0), ("Not asked yet", 8, 40.0),
    ]  # fmt: skip


def test_few_people_are_shown_nothing_of() -> None:
    report = equality_report(counted_answers(people(9, 1)), 5, 10)
    assert report.is_too_few
    assert report.sections == ()


def test_percentages_stand_beside_shown_numbers_alone_and_the_groups_add_up() -> None:
    report = equality_report(counted_answers(people(100, 2)), 5, 10)
    for section in report.sections:
        for line in section.lines:
            assert (line.percent is None) == isinstance(line.people, str)
    told = [Told(AskedState.ANSWERED, {"race": {"choice": code}}) for code in "AAAAABBBBBBHHHHHH"]
    race = next(s for s in equality_report(counted_answers(told), 5, 10).sections if s.name == "Race")
    shown = {line.words: line.people for line in race.lines}
    assert (shown["White"], shown["White British"], shown["White Irish"], shown["Asian"]) == (11, 5, 6, 6)


@pytest.fixture
def twenty(app: Flask, world: World) -> None:
    """Twenty people in the peer service of Northmoor, with answers; three of them are Sikh."""
    with app.app_context():
        scope.enter(world.trust)
        for number in range(18):
            person = Person(first_name="Peer", last_name=f"Number {number}", staff_number=f"2{number:04}")
            db.session.add(person)
            db.session.flush()
            post = Post(
                team_id=world.willow, title="Peer support worker", role_kind=RoleKind.PEER_SUPPORT_WORKER,
                lived_experience=True, peer_service=True, opens=date(2022, 1, 1),
            )  # fmt: skip
            db.session.add(post)
            db.session.flush()
            db.session.add(Spell(person_id=person.id, post_id=post.id, starts=date(2023, 1, 2)))
            choice = "sikh" if number < 3 else "none"
            db.session.add(
                EqualityProfile(
                    person_id=person.id, state=AskedState.ANSWERED, answers={"religion": {"choice": choice}}
                )
            )
        db.session.commit()


@pytest.mark.parametrize("account", ["hana", "hugo"])
def test_the_page_shows_counts_with_small_numbers_hidden(
    account: str, twenty: None, browse: Browse, world: World
) -> None:
    browser = browse(getattr(world, account))
    page = browser.get(PAGE)
    assert "Nobody has been counted yet" in page.text
    page = browser.post(f"{PAGE}/count")
    assert "20 people worked in the peer service that day" in page.text
    religion = next(table for table in page.all("table") if "Religion" in table.to_text())
    rows = {row[0]: row[1:] for row in cells(religion)}
    assert rows["Sikh"] == ["not shown", "not shown", "–"]
    assert rows["Left this question out, or not asked yet"] == ["not shown", "not shown", "–"]
    assert rows["No religion"][:2] == ["15", "75%"]
    assert rows["Hindu"] == ["not shown", "not shown", "–"], "a nought beside it would say that it is one of the others"
    assert [row[1] for row in cells(page.all("table")[0])] == ["not shown"] * 2, "2 were not asked"


HEADINGS = ("Answer", "People", "Percent", "Counted on")


def cells(table: object) -> list[list[str]]:
    rows = [row.query("td") for row in table.query("tbody tr")]  # type: ignore[attr-defined]  # a parsed element
    said = [[" ".join(cell.to_text().split()) for cell in row] for row in rows]
    return [[text.removeprefix(f"{heading} ") for text, heading in zip(row, HEADINGS, strict=True)] for row in said]


def test_page_and_files_hold_the_same(twenty: None, browse: Browse, world: World) -> None:
    browser = browse(world.hugo)
    page = browser.post(f"{PAGE}/count")
    shown = [row[:2] for table in page.all("table") for row in cells(table)]
    answer = browser.client.get(f"{PAGE}?format=csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[0] == ["As at", "Characteristic", "Answer", "People", "Percent"]
    assert [[row[2], row[3]] for row in rows[1:]] == [[row[0].removeprefix("All "), row[1]] for row in shown]
    sheet = load_workbook(io.BytesIO(browser.client.get(f"{PAGE}?format=xlsx").get_data())).active
    assert sheet is not None
    assert [[row[2], str(row[3])] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        row[2:4] for row in rows[1:]
    ]
    assert "Number 1" not in answer.text


def test_people_are_counted_at_most_every_four_weeks(twenty: None, browse: Browse, app: Flask, world: World) -> None:
    with time_machine.travel("2025-06-02 10:00:00+01:00", tick=False):
        browse(world.hana).post(f"{PAGE}/count")
    with app.app_context():
        scope.enter(world.trust)
        someone = db.session.scalars(select(EqualityProfile)).first()
        assert someone is not None
        db.session.delete(someone)
        db.session.commit()
    with time_machine.travel("2025-06-29 10:00:00+01:00", tick=False):
        page = browse(world.hana).get(PAGE)
        assert "People can be counted again from Mon 30 June 2025" in page.text
        assert "As at Mon 2 June 2025" in page.text, "what changed since does not show"
        refused = browse(world.hana).post(f"{PAGE}/count", status=400)
        assert "People can be counted again from Mon 30 June 2025" in refused.text
    with app.app_context():
        scope.enter(world.trust)
        assert len(db.session.scalars(select(EqualityCount)).all()) == 1
    with time_machine.travel("2025-06-30 10:00:00+01:00", tick=False):
        assert "As at Mon 30 June 2025" in browse(world.hana).post(f"{PAGE}/count").text


def test_those_who_left_other_posts_and_other_trusts_are_not_counted(
    twenty: None, browse: Browse, app: Flask, world: World
) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.get_one(Spell, world.tom_spell).ends = date(2024, 1, 1)
        db.session.get_one(Post, world.priya_post).peer_service = False
        db.session.commit()
    assert "18 people worked in the peer service" in browse(world.hana).post(f"{PAGE}/count").text


@pytest.mark.parametrize("account", ["priya", "sam", "moses", "ellen", "ada", "nadia", "mel", "ivy"])
def test_nobody_else_sees_or_makes_counts(account: str, browse: Browse, world: World, app: Flask) -> None:
    browse(getattr(world, account)).get(PAGE, status=403)
    browse(getattr(world, account)).post(f"{PAGE}/count", status=403)
    with app.app_context():
        scope.enter(world.trust)
        assert db.session.scalars(select(EqualityCount)).all() == []


def test_the_figures_of_a_part_are_refused(twenty: None, browse: Browse, app: Flask, world: World) -> None:
    with app.app_context():
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == world.hugo)).one()
        grant.breadth, grant.place_id = Breadth.TEAM, world.willow
        db.session.commit()
    browse(world.hugo).get(PAGE, status=403)
    browse(world.hugo).post(f"{PAGE}/count", status=403)


def test_another_trust_counts_its_own_people(twenty: None, browse: Browse, world: World) -> None:
    browse(world.hana).post(f"{PAGE}/count")
    assert "Nobody has been counted yet" in browse(world.stig).get(PAGE).text
    assert "people or more are needed" in browse(world.stig).post(f"{PAGE}/count").text


def test_looking_at_the_figures_is_written_down(twenty: None, browse: Browse, app: Flask, world: World) -> None:
    browser = browse(world.hugo)
    browser.post(f"{PAGE}/count")
    browser.client.get(f"{PAGE}?format=csv")
    with app.app_context():
        said = db.session.scalars(select(AuditEntry.action).where(AuditEntry.user_id == world.hugo)).all()
        assert {"equality answers counted", "equality report read", "equality report exported"} <= set(said)


def test_the_report_covers_all_nine_characteristics(twenty: None, browse: Browse, world: World) -> None:
    page = browse(world.hana).post(f"{PAGE}/count")
    captions = [" ".join(caption.to_text().split()) for caption in page.all("caption")]
    assert len(captions) == 10
    for characteristic in Characteristic:
        assert any(caption.startswith(characteristic.label) for caption in captions)


def test_a_head_of_peer_work_who_is_also_a_peer_reports_like_any_other(
    twenty: None, browse: Browse, app: Flask, world: World
) -> None:
    with app.app_context():
        db.session.add(
            RoleGrant(
                user_id=world.priya, organisation_id=world.trust, role=Role.HEAD_OF_PEER_WORK, starts=date(2024, 1, 1)
            )
        )
        db.session.commit()
    assert "not shown" in browse(world.priya).post(f"{PAGE}/count").text
