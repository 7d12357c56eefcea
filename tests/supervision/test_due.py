"""When each peer is due, read from the database, and as the command tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask

from peerhub.cli.main import main
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.indicators.rules.registry import Share
from peerhub.supervision.models import SupervisionAgreement
from peerhub.supervision.queries.due import DueLine, due_on
from peerhub.supervision.queries.evidence import on_time
from peerhub.supervision.rules.words import DueState, SupervisionKind
from peerhub.workforce.models import Break, Spell
from peerhub.workforce.rules.words import BreakKind, Contract
from tests.fixtures.factories import more_people
from tests.fixtures.people import World
from tests.supervision.making import Pair, agree, hold, supervisor

KEYS = ["staff_number", "supervisor", "agreement_from", "interval_weeks", "last_held", "paused_days", "due", "state"]


def of(lines: list[DueLine], number: str) -> DueLine:
    return next(line for line in lines if line.person.staff_number == number)


def test_each_current_peer_is_there_once_with_their_state(in_app: Flask, world: World, sam: Pair) -> None:
    hold(sam.agreement, date(2025, 5, 12))
    lines = due_on(date(2025, 6, 2))
    assert [(line.person.staff_number, line.state) for line in lines] == [
        ("10001", DueState.DUE_SOON),
        ("10002", DueState.NO_AGREEMENT),
        ("20001", DueState.NO_AGREEMENT),
    ]
    priya = of(lines, "10001")
    assert priya.supervisor is not None
    assert (priya.supervisor.name, priya.due, priya.days) == ("Sam Sterling", date(2025, 6, 9), -7)


def test_a_past_day_is_told_as_it_was(in_app: Flask, world: World, sam: Pair) -> None:
    for day in (date(2025, 1, 20), date(2025, 2, 17), date(2025, 5, 26)):
        hold(sam.agreement, day)
    assert of(due_on(date(2025, 2, 16)), "10001").last_held == date(2025, 1, 20)
    assert of(due_on(date(2025, 5, 25)), "10001").state is DueState.OVERDUE
    assert of(due_on(date(2025, 5, 26)), "10001").state is DueState.ON_TIME
    assert of(due_on(date(2025, 1, 5)), "10001").state is DueState.NO_AGREEMENT
    assert due_on(date(2021, 1, 1)) == []


def test_sessions_of_another_kind_do_not_count(in_app: Flask, world: World, sam: Pair) -> None:
    other = agree(sam.sam, world.priya_person, kind=SupervisionKind.MANAGEMENT)
    hold(other, date(2025, 5, 30))
    assert of(due_on(date(2025, 6, 2)), "10001").last_held is None


def test_leave_is_read_from_the_spell(in_app: Flask, world: World, sam: Pair) -> None:
    hold(sam.agreement, date(2025, 3, 3))
    db.session.add(
        Break(spell_id=world.priya_spell, kind=BreakKind.MATERNITY, starts=date(2025, 3, 10), ends=date(2025, 5, 25))
    )
    db.session.flush()
    assert of(due_on(date(2025, 4, 1)), "10001").state is DueState.PAUSED
    back = of(due_on(date(2025, 6, 2)), "10001")
    assert (back.paused_days, back.due) == (77, date(2025, 3, 31) + timedelta(days=77))


def test_bank_work_makes_nobody_a_current_peer(in_app: Flask, world: World, sam: Pair) -> None:
    db.session.get_one(Spell, world.tom_spell).contract = Contract.BANK
    db.session.flush()
    assert "10002" not in {line.person.staff_number for line in due_on(date(2025, 6, 2))}


def test_a_new_supervisor_does_not_put_the_clock_back(in_app: Flask, world: World, sam: Pair) -> None:
    hold(sam.agreement, date(2025, 5, 12))
    rita = supervisor(world, None, "Rita", "Rowe", "20002")
    db.session.get_one(SupervisionAgreement, sam.agreement).ends = date(2025, 5, 31)
    agree(rita, world.priya_person, date(2025, 6, 1))
    line = of(due_on(date(2025, 6, 2)), "10001")
    assert line.supervisor is not None
    assert (line.supervisor.name, line.last_held) == ("Rita Rowe", date(2025, 5, 12))


def test_on_time_is_a_figure_of_any_day_and_team(in_app: Flask, world: World, sam: Pair) -> None:
    hold(sam.agreement, date(2025, 5, 12))
    assert on_time(date(2025, 6, 2)) == Share(1, 3)
    assert on_time(date(2025, 6, 10)) == Share(0, 3)
    assert on_time(date(2025, 6, 2), world.willow) == Share(1, 2)
    assert on_time(date(2025, 6, 2), world.harbour) == Share(0, 1)
    assert on_time(date(2025, 6, 2), world.trust) == Share(0, 0)
    assert on_time(date(2019, 1, 1)) == Share(0, 0)


def test_reflective_practice_is_counted_apart(in_app: Flask, world: World, sam: Pair) -> None:
    hold(agree(sam.sam, world.priya_person, kind=SupervisionKind.REFLECTIVE), date(2025, 5, 12))
    assert on_time(date(2025, 6, 2), kind=SupervisionKind.REFLECTIVE) == Share(1, 3)
    assert on_time(date(2025, 6, 2)) == Share(0, 3)


def test_it_takes_as_many_statements_for_many_as_for_few(
    in_app: Flask, world: World, sam: Pair, count_queries: Callable[[], int]
) -> None:
    due_on(date(2025, 6, 2))
    count_queries()
    due_on(date(2025, 6, 2))
    few = count_queries()
    more_people(world.trust, [world.willow, world.harbour], 12)
    scope.enter(world.trust)
    count_queries()
    assert len(due_on(date(2025, 6, 2))) == 15
    assert count_queries() == few


# The command ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(
    app: Flask, world: World, sam: Pair, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """``told("--json")`` is what ``peerhub due --json`` prints."""
    with app.app_context():
        scope.enter(world.trust)
        hold(sam.agreement, date(2025, 5, 12))
        db.session.commit()
    monkeypatch.setenv("PEERHUB_DATABASE_URL", database_url)
    monkeypatch.setenv("PEERHUB_INSTANCE", str(tmp_path))
    monkeypatch.setattr("peerhub.core.schema.is_up_to_date", lambda: True)

    def run(*words: str) -> str:
        answer = CliRunner().invoke(main, ["due", "--organisation", "Northmoor Mental Health Trust", *words])
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    return run


def test_the_command_gives_one_row_a_peer(told: Callable[..., str]) -> None:
    rows = json.loads(told("--json", "--as-at", "2025-06-10"))
    assert [[*row] for row in rows] == [KEYS] * 3
    assert rows[0] == {
        "staff_number": "10001",
        "supervisor": "20001",
        "agreement_from": "2025-01-06",
        "interval_weeks": 4,
        "last_held": "2025-05-12",
        "paused_days": 0,
        "due": "2025-06-09",
        "state": "overdue",
    }
    assert rows[1] == dict.fromkeys(KEYS) | {"staff_number": "10002", "paused_days": 0, "state": "no_agreement"}


def test_without_a_day_it_is_today(told: Callable[..., str]) -> None:
    with time_machine.travel("2025-05-20 10:00:00+01:00", tick=False):
        assert json.loads(told("--json"))[0]["state"] == "on_time"
    with time_machine.travel("2025-06-09 10:00:00+01:00", tick=False):
        assert json.loads(told("--json"))[0]["state"] == "due_soon"


def test_in_words_the_latest_comes_first(told: Callable[..., str]) -> None:
    lines = told("--as-at", "10/06/2025").splitlines()
    assert lines[0] == "3 current peers"
    assert lines[1].split() == ["10001", "Overdue", "2025-06-09", "Sam", "Sterling"]


def test_a_day_that_is_none_is_refused_in_words(told: Callable[..., str]) -> None:
    answer = CliRunner().invoke(main, ["due", "--as-at", "yesterday"])
    assert answer.exit_code == 2
    assert "does not match the formats" in answer.output
