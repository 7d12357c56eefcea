"""One holder of a lock at a time; the next one has it as soon as the first is gone, or has lost it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from peerhub.core import jobs, mail, runs, worker
from peerhub.core.database import db
from peerhub.core.due import Outcome
from peerhub.core.feature import Job
from peerhub.core.runs import JobRun
from peerhub.core.standby import AdvisoryLock, FileLock, lock_of
from peerhub.core.worker import Worker
from tests.fixtures.application import ON_POSTGRES
from tests.fixtures.waiting import until

on_postgres = pytest.mark.only_on("postgres")
on_sqlite = pytest.mark.only_on("sqlite")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers look more often than every two seconds."""
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(worker, "SECONDS_BETWEEN_BEATS", 0.05)


@contextmanager
def working(app: Flask, *work: Job) -> Iterator[Worker]:
    """A worker in a thread."""
    stop = threading.Event()
    made = Worker(app, work, stop)
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def at_work(app: Flask) -> list[bool]:
    with app.app_context():
        return [seen.is_at_work for seen in runs.alive()]


def lose_connection(lock: AdvisoryLock) -> None:
    """End the session of a lock from the server's side."""
    assert lock.connection is not None
    number = lock.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = create_engine(lock.engine.url)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
    other.dispose()


def test_a_lock_has_one_holder_at_a_time(app: Flask) -> None:
    first, second, other = lock_of(app, "work"), lock_of(app, "work"), lock_of(app, "other work")
    assert isinstance(first, AdvisoryLock if ON_POSTGRES else FileLock)
    assert not first.is_held()
    assert first.take()
    assert first.is_held()
    assert not second.take()
    assert not second.is_held()
    assert other.take()
    first.release()
    assert not first.is_held()
    assert second.take()
    second.release()
    other.release()


@on_postgres
def test_a_lock_whose_connection_is_lost_is_held_no_more(app: Flask) -> None:
    first, second = lock_of(app, "work"), lock_of(app, "work")
    assert isinstance(first, AdvisoryLock)
    assert first.take()
    lose_connection(first)
    until(second.take, "the lock is free")
    assert not first.is_held()
    first.release()
    assert not first.take()
    second.release()
    first.release()


@on_postgres
@pytest.mark.usefixtures("database_url")
def test_a_database_that_is_gone_is_told_from_a_lock_that_is_taken() -> None:
    engine = create_engine("postgresql+psycopg://nobody@/nothing?host=/nowhere")
    with pytest.raises(OperationalError):
        AdvisoryLock(engine, "work").take()
    engine.dispose()


@on_sqlite
def test_a_lock_whose_file_was_removed_is_held_no_more(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "locks" / "work.lock"), FileLock(tmp_path / "locks" / "work.lock")
    assert first.take()
    first.path.unlink()
    assert not first.is_held()
    assert second.take()
    assert second.is_held()
    assert not first.is_held()
    first.release()
    second.release()


def test_one_of_two_workers_is_at_work_and_the_other_takes_over(app: Flask) -> None:
    done: list[str] = []
    with working(app, Job("first", 1, lambda: done.append("first"))):
        until(lambda: at_work(app) == [True], "the first is at work")
        until(lambda: "first" in done, "it does the work")
        with working(app, Job("second", 1, lambda: done.append("second"))) as second:
            until(lambda: at_work(app) == [True, False], "the second stands by")
            assert not second.lock.is_held()
            assert "second" not in done
    assert at_work(app) == []
    with working(app, Job("third", 1, lambda: done.append("third"))):
        until(lambda: "third" in done, "the next one takes over")


@on_postgres
def test_a_worker_whose_connection_is_lost_stops_its_jobs_and_stands_by(app: Flask) -> None:
    done: list[str] = []
    with working(app, Job("first", 1, lambda: done.append("first"))) as first:
        until(lambda: "first" in done, "the first does the work")
        with working(app, Job("second", 1, lambda: done.append("second"))):
            assert isinstance(first.lock, AdvisoryLock)
            lock = first.lock
            for _ in range(20):  # whoever looks first has the lock; it takes a few turns until that is the second
                if "second" in done:
                    break
                if lock.is_held():
                    lose_connection(lock)
                until(lambda: lock.is_held() or "second" in done, "somebody is at work again")
            assert "second" in done
            until(lambda: at_work(app) == [True, False], "the first stands by")
            assert not first.lock.is_held()


def test_work_that_is_overdue_or_was_cut_off_is_done_at_once_and_the_rest_in_its_time(app: Flask) -> None:
    done: list[str] = []
    hourly = {name: Job(name, 3600, lambda name=name: done.append(name)) for name in ("fresh", "cut", "never")}
    assert jobs.run(app, hourly["fresh"])
    assert jobs.run(app, hourly["cut"])
    with app.app_context():
        db.session.add(JobRun(name="cut", why=runs.Why.ON_TIME, started_at=runs.utc_now()))
        db.session.commit()
    done.clear()
    with working(app, *hourly.values()):
        until(lambda: len(done) == 2, "the two are done")
        until(lambda: not going(app), "they are written down")
    assert sorted(done) == ["cut", "never"]
    with app.app_context():
        rows = db.session.query(JobRun).order_by(JobRun.started_at)
        assert [(row.outcome, row.why.value) for row in rows if row.name == "cut"][1:] == [
            (Outcome.CUT_OFF, "on_time"),
            (Outcome.OK, "again"),
        ]
        assert [row.why.value for row in rows if row.name == "never"] == ["catching_up"]


def test_a_job_that_may_be_what_ends_the_worker_is_told_cut_off_and_left_for_a_while(app: Flask) -> None:
    done: list[str] = []
    with app.app_context():
        for minutes in (3, 2, 1):
            cut = None if minutes == 1 else Outcome.CUT_OFF
            began = runs.utc_now() - timedelta(minutes=minutes)
            db.session.add(JobRun(name="deadly", why=runs.Why.ON_TIME, started_at=began, outcome=cut))
        db.session.commit()
    with working(
        app, Job("deadly", 3600, lambda: done.append("deadly")), Job("other", 3600, lambda: done.append("other"))
    ):
        until(lambda: "other" in done, "the work is done")
        until(lambda: not going(app), "no run goes on")
    assert done == ["other"]


def going(app: Flask) -> int:
    with app.app_context():
        return db.session.query(JobRun).filter(runs.GOES_ON).count()


def test_a_job_that_fails_or_is_busy_comes_round_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError

    held = lock_of(app, "job comes again")
    assert held.take()
    with working(app, Job("comes again", 1, work)):
        until(lambda: at_work(app) == [True], "a worker is at work")
        assert tries == []
        held.release()
        until(lambda: len(tries) >= 2, "it is tried again")


@pytest.mark.usefixtures("empty_outbox")
def test_a_mail_server_that_is_down_is_told_by_the_job(make_app: Callable[..., Flask]) -> None:
    app = make_app(mail_url="smtp://127.0.0.1:1")
    (job,) = [job for job in app.extensions["jobs"] if job.name == "mail"]
    assert jobs.run(app, job), "there is nothing to send"
    with app.app_context():
        mail.post("ann@example.org", "Something to see", "…")
        db.session.commit()
    assert not jobs.run(app, job)
    with app.app_context():
        (standing,) = jobs.standings([job], is_anybody_there=True)
    assert standing.last is not None
    assert (standing.state, standing.last.cause) == ("failed", "ConnectionRefusedError")
