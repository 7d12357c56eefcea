"""Work done without being asked: saved when it is done, undone and told when it fails, and asked for again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.core import jobs, mail, scope
from peerhub.core.database import db
from peerhub.core.feature import Job
from peerhub.core.smtp import Line
from peerhub.workforce.models import Person
from tests.fixtures.people import World

pytestmark = pytest.mark.usefixtures("empty_outbox")


def subjects(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(mail.OutboxMail.subject)))


def test_what_a_job_wrote_is_saved(app: Flask) -> None:
    assert jobs.run(app, Job("writes", 60, lambda: mail.post("a@example.org", "Written", "…")))
    assert subjects(app) == ["Written"]


def test_a_failed_job_is_undone_told_by_its_name_alone_and_comes_round_again(
    make_app: Callable[..., Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app()
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        mail.post("a@example.org", "Half done", "…")
        db.session.flush()
        if len(tries) == 1:
            raise ValueError("Priya Rahman")

    job = Job("half", 60, work)
    assert not jobs.run(app, job)
    told = json.loads(capsys.readouterr().err)
    assert (told["event"], told["job"], told["cause"]) == ("job failed", "half", "ValueError")
    assert "Priya" not in str(told)
    assert subjects(app) == []
    assert jobs.run(app, job)
    assert subjects(app) == ["Half done"]


def test_a_job_is_about_no_organisation_until_it_says_so(app: Flask, world: World) -> None:
    found: list[list[str]] = []
    job = Job("reads", 60, lambda: found.append(list(db.session.scalars(select(Person.last_name)))))
    assert not jobs.run(app, job)

    def reads() -> None:
        with scope.within(world.other_trust):
            found.append(list(db.session.scalars(select(Person.last_name))))

    assert jobs.run(app, Job("reads", 60, reads))
    assert "Stranger" in found[0]
    assert "Rahman" not in found[0]


def test_sending_mail_is_safe_to_run_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def send(_line: Line, _sender: str, recipient: str, _message: object, leaving: Callable[[], None]) -> None:
        leaving()
        sent.append(recipient)

    monkeypatch.setattr(Line, "send", send)
    jobs.run(app, Job("writes", 60, lambda: mail.post("a@example.org", "Written", "…")))
    (job,) = jobs.of_mail("smtp://mail.example.org", "peerhub@example.org")
    assert jobs.run(app, job)
    assert jobs.run(app, job)
    assert sent == ["a@example.org"]


def test_there_is_a_job_for_mail_only_where_there_is_a_server(make_app: Callable[..., Flask]) -> None:
    assert "mail" not in [job.name for job in make_app().extensions["jobs"]]
    assert "mail" in [job.name for job in make_app(mail_url="smtp://mail.example.org").extensions["jobs"]]
