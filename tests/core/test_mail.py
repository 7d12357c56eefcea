"""Mail: written with what it tells of, sent after it is saved, by one process alone, and not for ever."""

from __future__ import annotations

import ast
import smtplib
import ssl
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.core import mail
from peerhub.core.database import db
from tests.fixtures.letterbox import Letterbox

pytestmark = pytest.mark.usefixtures("empty_outbox")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEERHUB = Path(__file__).parents[2] / "peerhub"
Sent = list[tuple[str, EmailMessage]]


def waiting() -> list[mail.OutboxMail]:
    return list(db.session.scalars(select(mail.OutboxMail).order_by(mail.OutboxMail.id)))


def write(recipient: str = "ann@example.org", subject: str = "Something to see") -> None:
    mail.post(recipient, subject, "Sign in to see it:\nhttps://peerhub.example.org/\n")
    db.session.commit()


@pytest.fixture
def sent() -> Sent:
    return []


@pytest.fixture
def post_office(sent: Sent) -> Callable[..., int]:
    """Deliver to a list."""

    def deliver(fails: Exception | None = None, only: str = "") -> int:
        def send(_url: str, recipient: str, message: EmailMessage) -> None:
            if fails is not None and only in recipient:
                raise fails
            sent.append((recipient, message))

        return mail.deliver("smtp://mail.example.org", "peerhub@example.org", send)

    return deliver


def test_mail_is_saved_with_what_it_tells_of_or_not_at_all(in_app: Flask) -> None:
    mail.post("ann@example.org", "Undone", "…")
    db.session.rollback()
    assert waiting() == []


def test_a_message_leaves_once(in_app: Flask, post_office: Callable[..., int], sent: Sent) -> None:
    write()
    assert (post_office(), post_office()) == (1, 0)
    ((recipient, message),) = sent
    (row,) = waiting()
    assert recipient == message["To"] == "ann@example.org"
    assert (message["From"], message["Subject"]) == ("peerhub@example.org", "Something to see")
    assert message["Message-ID"] == f"<{row.id}@example.org>"
    assert message["Date"] == f"{row.made_at:%a, %d %b %Y %H:%M:%S} +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().startswith("Sign in to see it:\n")
    assert row.sent_at is not None
    assert row.claimed_until is None


def test_without_a_server_everything_stays_in_the_outbox(in_app: Flask) -> None:
    write()
    assert mail.deliver("", "peerhub@example.org") == 0
    assert [(row.sent_at, row.tries) for row in waiting()] == [(None, 0)]


def test_a_claimed_message_is_left_to_who_claimed_it(
    in_app: Flask, post_office: Callable[..., int], sent: Sent
) -> None:
    write()
    assert len(mail._claim(None)) == 1
    assert mail._claim(None) == []
    assert post_office() == 0
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11)):
        assert post_office() == 1


def test_two_who_deliver_at_once_send_each_message_once(in_app: Flask, sent: Sent) -> None:
    for number in range(4):
        write(f"{number}@example.org")

    def send(_url: str, recipient: str, message: EmailMessage) -> None:
        sent.append((recipient, message))
        mail.deliver("smtp://x", "peerhub@example.org", send)  # another one, while this one sends

    mail.deliver("smtp://x", "peerhub@example.org", send)
    assert sorted(recipient for recipient, _ in sent) == [f"{number}@example.org" for number in range(4)]


def test_a_failure_waits_longer_each_time_and_is_given_up_after_six(
    in_app: Flask, post_office: Callable[..., int], sent: Sent
) -> None:
    waits = []
    with time_machine.travel(NOON, tick=False) as clock:
        write()
        for _ in range(6):
            assert post_office(fails=smtplib.SMTPServerDisconnected("gone")) == 0
            (row,) = waiting()
            waits.append((row.due_at - datetime.now(UTC)).total_seconds() / 60)
            clock.shift(waits[-1] * 60 - 1)
            assert post_office() == 0
            clock.shift(1)
        assert waits[:5] == [1, 4, 16, 64, 256]
        assert post_office() == 0
    assert (row.tries, row.given_up_at is not None, row.sent_at) == (6, True, None)
    assert sent == []


@pytest.mark.parametrize("fault", [ConnectionRefusedError(), ssl.SSLError(), ValueError("no such address")])
def test_one_message_that_cannot_leave_does_not_hold_up_the_next(
    fault: Exception, in_app: Flask, post_office: Callable[..., int], sent: Sent
) -> None:
    write("bad@example.org")
    write("good@example.org")
    assert post_office(fails=fault, only="bad@") == 1
    assert [recipient for recipient, _ in sent] == ["good@example.org"]


def test_an_address_that_no_message_can_carry_is_put_off_too(
    in_app: Flask, post_office: Callable[..., int], sent: Sent
) -> None:
    write("ann@example.org\nBcc: eve@example.org")
    write("good@example.org")
    assert post_office() == 1
    assert [recipient for recipient, _ in sent] == ["good@example.org"]


def test_the_log_names_no_recipient(
    in_app: Flask, post_office: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []

    def warning(event: str, **facts: Any) -> None:
        told.append({"event": event} | facts)

    monkeypatch.setattr(mail.log, "warning", warning, raising=False)
    write("ann@example.org")
    post_office(fails=smtplib.SMTPRecipientsRefused({"ann@example.org": (550, b"no")}))
    assert [set(line) for line in told] == [{"event", "mail", "tries", "cause"}]
    assert "ann" not in str(told)


def test_mail_says_nothing_of_a_person() -> None:
    """Every subject is written in the code, whole: no name can come into it."""
    subjects = [
        call.args[1] if len(call.args) > 1 else next(word.value for word in call.keywords if word.arg == "subject")
        for path in PEERHUB.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "mail.post"
    ]
    assert [ast.unparse(subject) for subject in subjects if not isinstance(subject, ast.Constant | ast.Name)] == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    key, made = folder / "key.pem", folder / "made.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", made, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, made


def secured(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate[1], certificate[0])
    return context


def test_a_real_server_gets_the_message(in_app: Flask, letterbox: Letterbox, served: Callable[..., int]) -> None:
    write("zoe@example.org")
    assert mail.deliver(f"smtp://localhost:{served()}", "peerhub@example.org") == 1
    (envelope,) = letterbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("peerhub@example.org", ["zoe@example.org"])
    assert b"Subject: Something to see" in envelope.content


def test_starttls_is_used_and_its_certificate_checked(
    in_app: Flask,
    letterbox: Letterbox,
    served: Callable[..., int],
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = served(tls_context=secured(certificate), require_starttls=True)
    address = f"smtp+starttls://localhost:{port}"
    write()
    assert mail.deliver(address, "peerhub@example.org") == 0, "nobody vouches for this certificate"
    assert letterbox.envelopes == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    write()
    assert mail.deliver(address, "peerhub@example.org") == 1
    assert len(letterbox.envelopes) == 1


def test_smtps_is_used_and_its_certificate_checked(
    in_app: Flask,
    letterbox: Letterbox,
    served: Callable[..., int],
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    port = served(ssl_context=secured(certificate))
    write()
    assert mail.deliver(f"smtps://localhost:{port}", "peerhub@example.org") == 1
    assert len(letterbox.envelopes) == 1
    monkeypatch.delenv("SSL_CERT_FILE")
    write()
    assert mail.deliver(f"smtps://localhost:{port}", "peerhub@example.org") == 0, "nobody vouches for this certificate"


def test_name_and_password_of_the_address_are_used(
    in_app: Flask, letterbox: Letterbox, served: Callable[..., int]
) -> None:
    from aiosmtpd.smtp import AuthResult

    asked: list[tuple[bytes, bytes]] = []

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        asked.append((data.login, data.password))
        return AuthResult(success=True)

    port = served(authenticator=check, auth_require_tls=False)
    write()
    assert mail.deliver(f"smtp://peer%40hub:p%3Ass@localhost:{port}", "peerhub@example.org") == 1
    assert asked == [(b"peer@hub", b"p:ss")]
