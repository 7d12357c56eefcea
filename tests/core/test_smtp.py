"""Awkward mail servers: down, slow, hanging up, refusing one of ten. What can leave does, once; the rest is kept."""

from __future__ import annotations

import multiprocessing
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from uuid_utils.compat import uuid7

from peerhub.app import create_app
from peerhub.core import mail, smtp
from peerhub.core.database import db
from peerhub.core.mail import OutboxMail
from tests.fixtures.application import settings_for
from tests.fixtures.letterbox import Letterbox

pytestmark = pytest.mark.usefixtures("empty_outbox")
SENDER = "peerhub@example.org"
TEN = [f"{number}@example.org" for number in range(10)]


def write(*recipients: str) -> None:
    for recipient in recipients:
        mail.post(recipient, "Something to see", "Sign in to see it.\n.\nA line that is a dot alone is above.\n")
    db.session.commit()


def rows() -> dict[str, OutboxMail]:
    db.session.expire_all()
    return {row.recipient: row for row in db.session.scalars(select(OutboxMail))}


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture
def nobody() -> int:
    """A port where nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def test_nine_of_ten_leave_over_one_connection_when_one_is_refused(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    letterbox.refuses = {"4@example.org": "550 5.1.1 no such user"}
    write(*TEN)
    assert mail.deliver(f"smtp://localhost:{served()}", SENDER) == 9
    assert letterbox.recipients == [address for address in TEN if address != "4@example.org"]
    assert letterbox.conversations == 1
    refused = rows().pop("4@example.org")
    assert (refused.tries, refused.sent_at, refused.claimed_until) == (1, None, None)
    assert refused.due_at > datetime.now(UTC)
    assert b"it.\r\n.\r\nA line" in letterbox.envelopes[0].content, "a line that is a dot alone arrives whole"
    assert {(row.tries, row.body, row.claimed_until) for row in rows().values() if row.sent_at} == {(1, "", None)}


def test_a_refused_address_is_given_up_after_six_tries(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    letterbox.refuses = {"0@example.org": "450 4.2.0 later"}
    url = f"smtp://localhost:{served()}"
    write("0@example.org")
    for _ in range(7):
        db.session.execute(update(OutboxMail).values(due_at=datetime.now(UTC)))
        db.session.commit()
        assert mail.deliver(url, SENDER) == 0
    (row,) = rows().values()
    assert (row.tries, row.given_up_at is not None) == (6, True)
    assert len(letterbox.asked) == 6


def test_a_server_that_is_down_costs_no_message_a_try_and_none_is_lost(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int], nobody: int
) -> None:
    write(*TEN)
    done = mail.drain(f"smtp://127.0.0.1:{nobody}", SENDER)
    assert done.gone == 0
    assert isinstance(done.trouble, smtp.NoServer)
    assert isinstance(done.trouble.cause, ConnectionRefusedError)
    assert {(row.tries, row.given_up_at) for row in rows().values()} == {(0, None)}
    waits = []
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        for _ in range(8):
            waits.append((rows()[TEN[0]].due_at - datetime.now(UTC)).total_seconds() / 60)
            clock.shift(timedelta(minutes=waits[-1] + 0.01))
            assert mail.deliver(f"smtp://127.0.0.1:{nobody}", SENDER) == 0
        assert waits == sorted(waits)
        assert 0.9 < waits[0] < 1.1
        assert waits[-1] == 15
        clock.shift(timedelta(minutes=16))
        assert mail.deliver(f"smtp://localhost:{served()}", SENDER) == 10
    assert sorted(letterbox.recipients) == TEN


def test_a_server_that_stays_away_for_days_is_given_up(in_app: Flask, nobody: int) -> None:
    write("0@example.org")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=4, minutes=1)):
        mail.deliver(f"smtp://127.0.0.1:{nobody}", SENDER)
    assert rows()["0@example.org"].given_up_at is not None


def test_a_server_that_says_nothing_is_left_soon_and_the_messages_wait(
    in_app: Flask, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp.Line.__init__, "__defaults__", (0.2, 0.2))
    write(*TEN)
    done = mail.drain(f"smtp://127.0.0.1:{silent}", SENDER)
    assert isinstance(done.trouble, smtp.NoServer)
    assert isinstance(done.trouble.cause, TimeoutError)
    assert {(row.tries, row.sent_at, row.claimed_until) for row in rows().values()} == {(0, None, None)}


def test_a_server_that_hangs_up_after_three_is_called_again(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    letterbox.hangs_up_after = 3
    write(*TEN)
    assert mail.deliver(f"smtp://localhost:{served()}", SENDER) == 10
    assert letterbox.recipients == TEN
    assert letterbox.conversations == 4


def test_a_server_that_is_too_busy_now_gets_the_message_later(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    letterbox.refuses = {"0@example.org": "421 too busy"}
    write("0@example.org")
    assert mail.deliver(f"smtp://localhost:{served()}", SENDER) == 0
    assert (rows()["0@example.org"].tries, rows()["0@example.org"].sent_at) == (0, None)


def test_a_message_whose_fate_is_open_is_not_sent_again_at_once(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    """The server hangs up after it had the whole message: it may have taken it."""
    letterbox.answers = [""]
    write(*TEN[:3])
    assert mail.deliver(f"smtp://localhost:{served()}", SENDER) == 2
    assert letterbox.asked == TEN[:3]
    row = rows()["0@example.org"]
    assert (row.tries, row.sent_at) == (1, None)
    assert row.due_at > datetime.now(UTC)


def test_what_the_server_refuses_when_it_has_read_it_is_kept(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    letterbox.answers = ["554 looks like spam"]
    write(*TEN[:2])
    assert mail.deliver(f"smtp://localhost:{served()}", SENDER) == 1
    row = rows()["0@example.org"]
    assert (row.tries, row.sent_at, row.body != "") == (1, None, True)
    assert letterbox.conversations == 1


def test_a_message_that_somebody_else_took_over_meanwhile_does_not_reach_the_server(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(*TEN[:2])
    claim = mail._claim

    def too_slow(claimed_by: object) -> list[mail._Letter]:
        letters = claim(None)
        db.session.execute(
            update(OutboxMail)
            .where(OutboxMail.recipient == TEN[0])
            .values(claimed_until=datetime.now(UTC) + timedelta(hours=1))
        )
        db.session.commit()
        return letters

    monkeypatch.setattr(mail, "_claim", too_slow)
    assert mail.deliver(f"smtp://localhost:{served()}", SENDER) == 1
    assert letterbox.recipients == [TEN[1]]


def test_nothing_leaves_that_cannot_be_written_down(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("0@example.org")

    def fails(*_given: object, **_values: object) -> None:
        raise OperationalError("the database went away", None, Exception())

    monkeypatch.setattr(mail._Sending, "_keep", fails)
    with pytest.raises(OperationalError):
        mail.deliver(f"smtp://localhost:{served()}", SENDER)
    assert letterbox.asked == ["0@example.org"]
    assert letterbox.envelopes == []


def test_an_address_in_another_alphabet_leaves_where_the_server_can_and_is_refused_elsewhere(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    write("zoë@example.org")
    assert mail.deliver(f"smtp://localhost:{served(enable_SMTPUTF8=False)}", SENDER) == 0
    assert rows()["zoë@example.org"].tries == 1
    write("chloë@example.org", "ann@example.org")
    assert mail.deliver(f"smtp://localhost:{served(enable_SMTPUTF8=True)}", SENDER) == 2
    assert letterbox.recipients == ["chloë@example.org", "ann@example.org"]


def test_claims_of_a_run_that_was_cut_off_are_free_for_the_next_at_once(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    write(*TEN)
    dead, alive = uuid7(), uuid7()
    assert len(mail._claim(dead)) == 10
    url = f"smtp://localhost:{served()}"
    assert mail.deliver(url, SENDER) == 0
    mail.let_go(dead)
    assert mail.deliver(url, SENDER) == 0, "its own claims stand"
    mail.let_go(alive)
    assert mail.drain(url, SENDER, claimed_by=alive).gone == 10


def deliver_elsewhere(url: str, instance: Path, mail_url: str) -> None:
    with create_app(settings_for(url, instance)).app_context():
        mail.deliver(mail_url, SENDER)


def test_four_processes_at_once_send_each_message_once(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int], database_url: str, tmp_path: Path
) -> None:
    everybody = [f"{number}@example.org" for number in range(200)]
    write(*everybody)
    spawn = multiprocessing.get_context("spawn")
    given = (database_url, tmp_path, f"smtp://localhost:{served()}")
    processes = [spawn.Process(target=deliver_elsewhere, args=given) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert Counter(letterbox.recipients) == Counter(everybody)
    assert {(row.sent_at is not None, row.claimed_until) for row in rows().values()} == {(True, None)}
