"""`peerhub jobs` and `peerhub mail test`: what they say, in words and as JSON, and how they end."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from peerhub.access.jobs import JOBS
from peerhub.cli.main import main
from peerhub.core.database import db
from peerhub.core.schema import newest
from peerhub.core.standby import lock_of
from tests.fixtures.letterbox import Letterbox

Say = Callable[..., Result]


@pytest.fixture
def say(app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """``say("jobs", "--json")`` gives the command's answer."""
    with app.app_context():
        db.session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
        db.session.commit()
    monkeypatch.setenv("PEERHUB_DATABASE_URL", database_url)
    monkeypatch.setenv("PEERHUB_INSTANCE", str(tmp_path))
    monkeypatch.setenv("PEERHUB_LOG_LEVEL", "CRITICAL")
    monkeypatch.delenv("PEERHUB_MAIL_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, words)


@pytest.fixture
def mail_server(
    say: Say, letterbox: Letterbox, served: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> Letterbox:
    monkeypatch.setenv("PEERHUB_MAIL_URL", f"smtp://localhost:{served()}")
    return letterbox


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.parametrize("command", ["worker", "jobs", "jobs run", "mail", "mail test"])
def test_every_command_says_what_it_does(command: str) -> None:
    answer = CliRunner().invoke(main, [*command.split(), "--help"])
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


def test_jobs_are_listed_with_what_they_last_did(say: Say) -> None:
    before = say("jobs")
    assert before.exit_code == 0, before.output
    assert "No worker is at work, so no job runs. Start one: peerhub worker" in before.stderr
    assert "Every hour" in before.stdout
    assert "Never ran" in before.stdout
    done = say("jobs", "run", "tidy", "sign-in", "records")
    assert (done.exit_code, done.stdout) == (0, "The job tidy sign-in records is done.\n")
    (line,) = [line for line in say("jobs").stdout.splitlines() if line.startswith("tidy sign-in records")]
    assert "Done" in line


def test_jobs_are_listed_for_other_programs(say: Say) -> None:
    say("jobs", "run", "tidy sign-in records")
    told = {job["name"]: job for job in json.loads(say("jobs", "--json").stdout)}
    job = told["tidy sign-in records"]
    assert (job["state"], job["why"], job["cause"], job["rhythm"]) == ("ok", "asked", None, "Every hour")
    began, due = datetime.fromisoformat(job["last_started"]), datetime.fromisoformat(job["due"])
    assert (due - began).total_seconds() == 3600
    assert told["staff records"]["state"] == "never_ran"
    assert told["staff records"]["last_started"] is None


def test_a_job_that_fails_runs_already_or_is_unknown_ends_with_words(
    say: Say, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = say("jobs", "run", "nonsense")
    assert unknown.exit_code == 1
    assert "There is no job called nonsense. There is: " in unknown.output
    assert "tidy sign-in records" in unknown.output
    assert "PEERHUB_MAIL_URL" in say("jobs", "run", "mail").output
    held = lock_of(app, "job tidy sign-in records")
    assert held.take()
    busy = say("jobs", "run", "tidy sign-in records")
    held.release()
    assert (busy.exit_code, "runs just now" in busy.output) == (1, True)

    def fails(_limit: object) -> None:
        raise ValueError("Priya Rahman")

    monkeypatch.setattr("peerhub.access.actions.tidying.tidy", fails)
    failed = say("jobs", "run", JOBS[0].name)
    assert failed.exit_code == 1
    assert "The job tidy sign-in records failed: ValueError." in failed.output
    assert "Priya" not in failed.output


def test_one_message_is_sent_to_try_out_the_server(say: Say, mail_server: Letterbox) -> None:
    answer = say("mail", "test", "zoe@example.org")
    assert answer.exit_code == 0, answer.output
    assert "The mail server took the message for zoe@example.org after" in answer.output
    (envelope,) = mail_server.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("peerhub@localhost", ["zoe@example.org"])
    assert b"Subject: PeerHub can send mail" in envelope.content


def test_what_the_server_refuses_is_said_with_its_code(say: Say, mail_server: Letterbox) -> None:
    mail_server.refuses = {"zoe@example.org": "550 5.1.1 no such user"}
    refused = say("mail", "test", "zoe@example.org")
    assert refused.exit_code == 1
    assert "refused the address: 550 5.1.1 no such user" in refused.output
    mail_server.answers = ["554 5.7.1 looks like spam", ""]
    assert "refused the message: 554 5.7.1 looks like spam" in say("mail", "test", "ann@example.org").output
    assert "hung up before it took the message" in say("mail", "test", "ann@example.org").output


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "No mail server is set, so nothing is sent"),
        ("smtp://127.0.0.1:1", "We cannot connect to the mail server 127.0.0.1, port 1: nothing answers there."),
        ("smtp://no-such-machine.invalid", "there is no machine of this name"),
    ],
)
def test_a_server_that_is_not_there_is_said_to_be_so(
    url: str, words: str, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERHUB_MAIL_URL", url)
    answer = say("mail", "test", "zoe@example.org")
    assert answer.exit_code == 1
    assert words in answer.output


def test_a_server_that_is_slow_is_said_to_be_so(say: Say, silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERHUB_MAIL_URL", f"smtp://127.0.0.1:{silent}")
    answer = say("mail", "test", "--wait", "0.2", "zoe@example.org")
    assert answer.exit_code == 1
    assert f"The mail server 127.0.0.1, port {silent} did not answer within 0.2 seconds." in answer.output


def test_a_server_of_another_kind_is_said_to_be_so_and_no_password_with_it(
    say: Say, mail_server: Letterbox, served: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = served()
    for url, words in (
        (f"smtps://ann:open-sesame@localhost:{port}", "it does not speak TLS there. Is the port right?"),
        (f"smtp+starttls://ann:open-sesame@localhost:{port}", "Is it smtp:// rather than smtp+starttls://?"),
        (f"smtp://ann:open-sesame@localhost:{port}", "We cannot connect to the mail server localhost"),
    ):
        monkeypatch.setenv("PEERHUB_MAIL_URL", url)
        answer = say("mail", "test", "zoe@example.org")
        assert answer.exit_code == 1
        assert words in answer.output
        assert "open-sesame" not in answer.output


def test_a_password_that_is_refused_is_said_to_be_so(
    say: Say, letterbox: Letterbox, served: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from aiosmtpd.smtp import AuthResult

    port = served(authenticator=lambda *_given: AuthResult(success=False, handled=False), auth_require_tls=False)
    monkeypatch.setenv("PEERHUB_MAIL_URL", f"smtp://ann:open-sesame@localhost:{port}")
    answer = say("mail", "test", "zoe@example.org")
    assert "refused the user or the password of PEERHUB_MAIL_URL: 535" in answer.output
    assert "open-sesame" not in answer.output


def test_an_address_that_cannot_be_one_is_not_tried(say: Say, mail_server: Letterbox) -> None:
    answer = say("mail", "test", "zoe")
    assert (answer.exit_code, "zoe is no e-mail address" in answer.output) == (1, True)
    assert mail_server.asked == []
