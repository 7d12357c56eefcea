"""Mail leaves through an outbox: written in the same transaction as what it tells of, sent after it is saved."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, CursorResult, ForeignKey, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from peerhub.core.database import Base, Keyed, Stamped, db
from peerhub.core.time import utc_now

MOST_TRIES = 6
FIRST_WAIT = timedelta(minutes=1)
HELD_FOR = timedelta(minutes=5)
log = structlog.get_logger()


class OutboxMail(Keyed, Stamped, Base):
    """A message waiting to leave, gone, or given up.

    Attributes:
        organisation_id: whose administrators may look after it; None where it belongs to nobody's.
        body: emptied once it is gone: what it linked to may still work.
        is_sealed: what it says is for the recipient alone, and shown to nobody while it waits.
    """

    __tablename__ = "outbox_mail"
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(index=True)
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    is_sealed: Mapped[bool] = mapped_column(default=False)


def post(
    recipient: str, subject: str, body: str, *, organisation_id: UUID | None = None, is_sealed: bool = False
) -> None:
    """Put a message in the outbox. It says that there is something to see and links to it; nothing personal.

    Args:
        organisation_id: whose administrators see that it waits, left, or could not be sent.
        is_sealed: whether nobody but the recipient may read it, although no mail server is set.
    """
    db.session.add(
        OutboxMail(
            organisation_id=organisation_id, recipient=recipient, subject=subject, body=body, due_at=utc_now(),
            is_sealed=is_sealed,
        )
    )  # fmt: skip


def put_back(message: OutboxMail) -> None:
    """Try a message that was given up anew."""
    message.given_up_at = message.claimed_until = None
    message.tries, message.due_at = 0, utc_now()


def deliver(mail_url: str, sender: str, send: Callable[[str, str, EmailMessage], None] | None = None) -> int:
    """Send what is due, each message by one process alone, and return how many left.

    A message is claimed by a conditional update before it is sent; one that fails waits longer each time and is
    given up after six tries.
    """
    if not mail_url:
        return 0
    gone = 0
    for key in db.session.scalars(select(OutboxMail.id).where(*_is_due()).order_by(OutboxMail.due_at).limit(100)).all():
        if _claim(key):
            gone += _try(key, mail_url, sender, send or _smtp)
    return gone


def _is_due() -> tuple[ColumnElement[bool], ...]:
    now = utc_now()
    return (
        OutboxMail.sent_at.is_(None),
        OutboxMail.given_up_at.is_(None),
        OutboxMail.due_at <= now,
        or_(OutboxMail.claimed_until.is_(None), OutboxMail.claimed_until < now),
    )


def _claim(key: UUID) -> bool:
    taken = db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == key, *_is_due())
        .values(claimed_until=utc_now() + HELD_FOR, tries=OutboxMail.tries + 1)
    )
    db.session.commit()
    return isinstance(taken, CursorResult) and taken.rowcount == 1


def _try(key: UUID, mail_url: str, sender: str, send: Callable[[str, str, EmailMessage], None]) -> int:
    row = db.session.get_one(OutboxMail, key, populate_existing=True)
    try:
        send(mail_url, row.recipient, _written(row, sender))
    except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: an address that no message can carry
        _put_off(row, error)
        db.session.commit()
        return 0
    row.sent_at, row.claimed_until, row.body = utc_now(), None, ""
    db.session.commit()
    return 1


def _written(row: OutboxMail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, row.recipient, row.subject
    message["Date"] = row.made_at
    message["Message-ID"] = f"<{row.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row.body)
    return message


def _put_off(row: OutboxMail, error: Exception) -> None:
    log.warning("mail not sent", mail=str(row.id), tries=row.tries, cause=type(error).__name__)
    row.claimed_until = None
    row.due_at = utc_now() + FIRST_WAIT * 4 ** (row.tries - 1)
    if row.tries >= MOST_TRIES:
        row.given_up_at = utc_now()


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """A connection to the server; with ``smtps`` and ``smtp+starttls`` to nobody but the one its certificate names."""
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=20, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port or (587 if scheme == "smtp+starttls" else 25), timeout=20)
    if scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _smtp(mail_url: str, recipient: str, message: EmailMessage) -> None:
    address = urlsplit(mail_url)
    with _connected(address.scheme, address.hostname or "localhost", address.port) as server:
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(message, to_addrs=[recipient])
