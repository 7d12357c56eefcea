"""`peerhub worker` as real processes: one is killed in the middle of the mail, and the other goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask
from sqlalchemy import select, text

from peerhub.core import mail, runs
from peerhub.core.database import db
from peerhub.core.due import Outcome, Why
from peerhub.core.runs import JobRun
from peerhub.core.schema import newest
from tests.fixtures.letterbox import Letterbox
from tests.fixtures.waiting import until

PEERHUB = [sys.executable, "-c", "from peerhub.cli.main import main; main()"]
EVERYBODY = [f"{number}@example.org" for number in range(120)]
Begin = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def installed(app: Flask) -> Flask:
    """The database counts as one that `peerhub init` has prepared, and nothing waits to be sent."""
    with app.app_context():
        db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
        db.session.execute(text("DELETE FROM outbox_mail"))
        db.session.commit()
    return app


@pytest.fixture
def environment(installed: Flask, database_url: str, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "PEERHUB_INSTANCE": str(tmp_path), "PEERHUB_DATABASE_URL": database_url, "PEERHUB_LOG_LEVEL": "INFO",
    }  # fmt: skip


@pytest.fixture
def begin(environment: dict[str, str]) -> Iterator[Begin]:
    """``begin("worker", PEERHUB_MAIL_URL=...)`` starts `peerhub worker`; whatever still runs in the end is killed."""
    begun: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **changed: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*PEERHUB, *arguments], env=environment | changed, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        begun.append(process)
        return process

    yield start
    for process in begun:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=20)


def at_work(app: Flask) -> list[int]:
    """The process at work, and after it those that stand by."""
    with app.app_context():
        return [worker.number for worker in runs.alive()]


def runs_of(app: Flask, name: str) -> list[tuple[Outcome | None, Why]]:
    with app.app_context():
        found = db.session.scalars(select(JobRun).where(JobRun.name == name).order_by(JobRun.started_at))
        return [(run.outcome, run.why) for run in found]


def test_the_worker_is_killed_in_the_middle_of_the_mail(
    installed: Flask, begin: Begin, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    """The server has the fiftieth message and has not yet said so when the worker is killed."""
    mail_url = f"smtp://localhost:{served()}"
    letterbox.holds_at = 50
    with installed.app_context():
        for recipient in EVERYBODY:
            mail.post(recipient, "Something to see", "Sign in to see it.")
        db.session.commit()
    first = begin("worker", PEERHUB_MAIL_URL=mail_url)
    until(lambda: at_work(installed) == [first.pid], "the first is at work")
    second = begin("worker", PEERHUB_MAIL_URL=mail_url)
    until(lambda: at_work(installed) == [first.pid, second.pid], "the second stands by")
    assert letterbox.is_holding.wait(30)
    first.kill()
    killed = monotonic()
    until(lambda: (Outcome.CUT_OFF, Why.CATCHING_UP) in runs_of(installed, "mail"), "the second takes over")
    assert monotonic() - killed < 10
    letterbox.may_go_on.set()
    until(lambda: len(set(letterbox.recipients)) == len(EVERYBODY), "everybody has their message")
    until(lambda: (Outcome.OK, Why.AGAIN) in runs_of(installed, "mail"), "the job has ended well")
    assert Counter(letterbox.recipients) == Counter(EVERYBODY)
    assert len(set(letterbox.numbers)) == len(EVERYBODY)
    with installed.app_context():
        rows = db.session.scalars(select(mail.OutboxMail)).all()
        assert [row for row in rows if row.sent_at is None] == []
        (unsure,) = [row for row in rows if row.claimed_until is not None]
        assert unsure.recipient == letterbox.recipients[49], (
            "it has left, and nobody could write down that it was taken"
        )
    second.send_signal(signal.SIGTERM)
    said, _ = second.communicate(timeout=30)
    assert b"The worker has begun" in said
    assert second.returncode == 0
    assert second.pid not in at_work(installed)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_cleanly_when_told(told: signal.Signals, installed: Flask, begin: Begin) -> None:
    worker = begin("worker")
    until(lambda: at_work(installed) == [worker.pid], "it is at work")
    until(lambda: runs_of(installed, "old runs of jobs") == [(Outcome.OK, Why.CATCHING_UP)], "it does what is overdue")
    worker.send_signal(told)
    _, told_on_error = worker.communicate(timeout=30)
    assert (worker.returncode, b"Traceback" in told_on_error) == (0, False)
    assert at_work(installed) == []
    assert {run[0] for job in installed.extensions["jobs"] for run in runs_of(installed, job.name)} == {Outcome.OK}


def test_pages_served_without_a_worker_leave_the_work_to_others(
    installed: Flask, begin: Begin, environment: dict[str, str]
) -> None:
    port = 9000 + os.getpid() % 900
    served = begin("serve", "--no-worker", "--port", str(port), "--processes", "1")

    def is_served() -> bool:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except ConnectionRefusedError:
            return False
        finally:
            connection.close()

    until(is_served, "pages are served")
    worker = begin("worker")
    until(lambda: at_work(installed) == [worker.pid], "the worker alone is there")
    served.send_signal(signal.SIGTERM)
    served.communicate(timeout=30)
    assert served.returncode == 0


def test_pages_served_do_the_work_too_unless_told_otherwise(installed: Flask, begin: Begin) -> None:
    port = 9000 + os.getpid() % 900
    served = begin("serve", "--port", str(port), "--processes", "2")
    until(lambda: len(at_work(installed)) == 2, "one is at work, one stands by")
    until(lambda: Outcome.OK in [run[0] for run in runs_of(installed, "staff records")], "the work is done")
    served.send_signal(signal.SIGTERM)
    served.communicate(timeout=30)
    assert served.returncode == 0
    assert at_work(installed) == [], "they say goodbye"
