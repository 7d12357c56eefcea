"""What is kept of each run of each job, and that a day's work is done once however many begin it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from uuid_utils.compat import uuid7

from peerhub.core import jobs, runs
from peerhub.core.database import db
from peerhub.core.due import Outcome, Why
from peerhub.core.feature import Job
from peerhub.core.runs import JobRun
from peerhub.core.standby import lock_of

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def kept(app: Flask, name: str) -> list[JobRun]:
    with app.app_context():
        return list(db.session.scalars(select(JobRun).where(JobRun.name == name).order_by(JobRun.started_at)))


def put(app: Flask, name: str, *rows: dict[str, object]) -> None:
    with app.app_context():
        for row in rows:
            db.session.add(JobRun(**({"name": name, "why": Why.ON_TIME} | row)))
        db.session.commit()


def fails() -> None:
    raise ValueError("Priya Rahman")


def test_each_run_is_kept_with_its_outcome_and_the_kind_of_its_error_alone(app: Flask) -> None:
    jobs.run(app, Job("good", 60, lambda: None), Why.ON_TIME)
    jobs.run(app, Job("bad", 60, fails))
    (good,), (bad,) = kept(app, "good"), kept(app, "bad")
    assert (good.outcome, good.cause, good.why, good.day) == (Outcome.OK, None, Why.ON_TIME, None)
    assert good.finished_at is not None
    assert good.finished_at >= good.started_at
    assert good.milliseconds is not None
    assert (bad.outcome, bad.cause, bad.why) == (Outcome.FAILED, "ValueError", Why.ASKED)


def test_a_job_runs_once_at_a_time(app: Flask) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(20)

    job = Job("long", 60, work)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(jobs.run, app, job)
        assert begun.wait(20)
        with pytest.raises(jobs.Busy):
            jobs.run(app, job)
        assert [run.outcome for run in kept(app, "long")] == [None]
        go_on.set()
        assert first.result(20)
    assert [run.outcome for run in kept(app, "long")] == [Outcome.OK]


def test_a_days_work_is_done_once_however_many_begin_it(app: Flask) -> None:
    done: list[int] = []
    job = Job("daily", None, lambda: done.append(1), daily_at=time(6))

    def begin(_number: int) -> bool:
        try:
            return jobs.run(app, job, Why.ON_TIME)
        except jobs.Busy:
            return True

    with time_machine.travel(NOON, tick=False):
        with ThreadPoolExecutor(6) as pool:
            assert all(pool.map(begin, range(12)))
        assert done == [1]
        assert [run.day for run in kept(app, "daily")] == [date(2026, 3, 2)]
    with time_machine.travel(NOON + timedelta(hours=17), tick=False):
        assert jobs.run(app, job, Why.ON_TIME), "5am: its time has not come"
    with time_machine.travel(NOON + timedelta(days=3, hours=1), tick=False):
        assert jobs.run(app, job, Why.CATCHING_UP)
    assert [run.day for run in kept(app, "daily")] == [date(2026, 3, 2), date(2026, 3, 5)]


def test_a_day_that_failed_is_done_again_and_one_that_somebody_asks_for_counts(app: Flask) -> None:
    done: list[int] = []

    def work() -> None:
        done.append(1)
        if len(done) == 1:
            fails()

    job = Job("daily", None, work, daily_at=time(6))
    with time_machine.travel(NOON, tick=True):
        assert not jobs.run(app, job, Why.ON_TIME)
        assert jobs.run(app, job, Why.ASKED)
        assert jobs.run(app, job, Why.ON_TIME)
        assert len(done) == 2, "what was asked for stands for the day"
        assert jobs.run(app, job, Why.ASKED)
        assert len(done) == 3, "whoever asks again gets it again"
    assert [(run.outcome, run.day) for run in kept(app, "daily")] == [
        (Outcome.FAILED, date(2026, 3, 2)),
        (Outcome.OK, date(2026, 3, 2)),
        (Outcome.OK, None),
    ]


def test_a_run_that_nobody_goes_on_with_was_cut_off(app: Flask) -> None:
    job = Job("half", 60, lambda: None)
    put(app, "half", {"started_at": NOON})
    lock = lock_of(app, "job half")
    assert lock.take()
    jobs.settle(app, job)
    assert [run.outcome for run in kept(app, "half")] == [None], "somebody goes on with it"
    lock.release()
    jobs.settle(app, job)
    assert [(run.outcome, run.finished_at) for run in kept(app, "half")] == [(Outcome.CUT_OFF, None)]
    assert jobs.run(app, job, Why.AGAIN)
    assert [run.outcome for run in kept(app, "half")] == [Outcome.CUT_OFF, Outcome.OK]


def test_the_history_of_a_job_is_its_last_run_and_when_it_last_went_well(app: Flask) -> None:
    put(
        app,
        "job",
        {"started_at": NOON, "outcome": Outcome.FAILED, "cause": "ValueError"},
        {"started_at": NOON + timedelta(hours=1), "outcome": Outcome.OK, "day": date(2026, 3, 2)},
        {"started_at": NOON + timedelta(hours=2), "outcome": Outcome.CUT_OFF},
        {"started_at": NOON + timedelta(hours=3), "outcome": Outcome.FAILED, "cause": "OSError"},
    )
    put(app, "other", {"started_at": NOON, "outcome": Outcome.CUT_OFF})
    with app.app_context():
        found = runs.histories(["job", "other", "never"])
    history = found["job"]
    assert history.last is not None
    assert (history.last.outcome, history.last.cause) == (Outcome.FAILED, "OSError")
    assert (history.ok_at, history.ok_day, history.unlucky) == (NOON + timedelta(hours=1), date(2026, 3, 2), 2)
    assert (found["other"].ok_at, found["other"].unlucky) == (None, 1)
    assert found["never"] == runs.History()


def test_old_runs_are_cleared_away_and_the_last_of_each_job_stays(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_KEPT", 3)
    ok, bad = {"outcome": Outcome.OK}, {"outcome": Outcome.FAILED, "cause": "OSError"}
    put(app, "quick", *({"started_at": NOON - timedelta(minutes=n)} | ok for n in range(6)))
    put(app, "rare", {"started_at": NOON - timedelta(days=90)} | ok, {"started_at": NOON - timedelta(days=80)} | bad)
    put(app, "failing", *({"started_at": NOON - timedelta(days=n * 10)} | bad for n in range(1, 6)))
    with time_machine.travel(NOON, tick=False), app.app_context():
        for _ in range(2):
            runs.clear_away()
            db.session.commit()
    assert [run.started_at for run in kept(app, "quick")] == [NOON - timedelta(minutes=n) for n in (2, 1, 0)]
    assert [run.outcome for run in kept(app, "rare")] == [Outcome.OK, Outcome.FAILED]
    assert [(NOON - run.started_at).days for run in kept(app, "failing")] == [30, 20, 10]


def test_a_worker_is_there_as_long_as_it_says_so(app: Flask) -> None:
    first, second = uuid7(), uuid7()
    with time_machine.travel(NOON, tick=False) as clock, app.app_context():
        runs.beat(first, is_at_work=False)
        runs.beat(second, is_at_work=True)
        assert [worker.is_at_work for worker in runs.alive()] == [True, False]
        clock.shift(15)
        runs.beat(first, is_at_work=True)
        clock.shift(15)
        assert [worker.is_at_work for worker in runs.alive()] == [True]
        runs.leave(first)
        assert runs.alive() == []
