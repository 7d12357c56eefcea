"""Mail leaves through an outbox: written in the same transaction as what it tells of, sent after it is saved."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, CursorResult, ForeignKey, Index, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from peerhub.core.database import Base, Keyed, Stamped, db
from peerhub.core.smtp import Line, LineLost, NoServer, Trouble
from peerhub.core.time import utc_now

MOST_TRIES = 6
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT_FOR_SERVER = timedelta(minutes=15)
WAITS_FOR_SERVER = timedelta(days=4)
"""How long a message waits for a server that cannot be reached before it is given up."""
HELD_FOR = timedelta(minutes=10)
BATCH = 50
MOST_LOST_LINES = 2
"""After so many conversations that broke off one after the other, the server gets a rest."""
log = structlog.get_logger()

Given = Callable[[str, str, EmailMessage], None]


class OutboxMail(Keyed, Stamped, Base):
    """A message waiting to leave, gone, or given up.

    Attributes:
        organisation_id: whose administrators may look after it; None where it belongs to nobody's.
        body: emptied once it is gone: what it linked to may still work.
        is_sealed: what it says is for the recipient alone, and shown to nobody while it waits.
        claimed_until: until when whoever claimed it may send it.
        claimed_by: the run of the job that claimed it; None where no job did.
        sent_at: when it was handed to the server. While ``claimed_until`` stands too, the server has not yet said that
            it took it; where it stands for longer, PeerHub was stopped just then.
    """

    __tablename__ = "outbox_mail"
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[UUID | None]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    is_sealed: Mapped[bool] = mapped_column(default=False)


WAITS = OutboxMail.sent_at.is_(None) & OutboxMail.given_up_at.is_(None)
Index("ix_outbox_mail_waiting", OutboxMail.due_at, postgresql_where=WAITS, sqlite_where=WAITS)


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
    """Try anew a message that was given up, or of which nobody knows whether it left."""
    message.given_up_at = message.claimed_until = message.claimed_by = message.sent_at = None
    message.tries, message.due_at = 0, utc_now()


def let_go(but: UUID) -> None:
    """Free what other runs of the job had claimed when they ended: only one run goes on at a time.

    Args:
        but: the run that goes on now.
    """
    db.session.execute(
        update(OutboxMail)
        .where(WAITS, OutboxMail.claimed_by.is_not(None), OutboxMail.claimed_by != but)
        .values(claimed_until=None, claimed_by=None)
    )
    db.session.commit()


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages left, and why the rest could not where the server is at fault."""

    gone: int = 0
    trouble: Trouble | None = None


def deliver(mail_url: str, sender: str, send: Given | None = None) -> int:
    """Send what is due, each message by one process alone, and return how many left.

    Args:
        send: what takes a message instead of the server: gets ``mail_url``, the recipient and the message.
    """
    return drain(mail_url, sender, send).gone


def drain(mail_url: str, sender: str, send: Given | None = None, claimed_by: UUID | None = None) -> Delivered:
    """Send what is due over one connection until nothing is left or the server fails; commits as it goes.

    Messages are claimed in batches by a conditional update, and each is marked as sent just before the server has the
    whole of it: whoever is killed leaves no message that another one sends again. One that the server refuses waits
    longer each time and is given up after six tries; a server's own failure is not counted as a message's.

    Args:
        send: as in :func:`deliver`.
        claimed_by: the run of the job, whose claims :func:`let_go` frees when it is cut off.
    """
    if not mail_url:
        return Delivered()
    gone = 0
    with closing(_Handed(mail_url, send) if send else Line(mail_url)) as line:
        while letters := _claim(claimed_by):
            sending = _Sending(line, sender, letters)
            sending.run()
            gone += sending.gone
            if sending.trouble is not None:
                return Delivered(gone, sending.trouble)
    return Delivered(gone)


def trial(sender: str, recipient: str, base_url: str) -> EmailMessage:
    """A message that tries out the mail server."""
    now = utc_now()
    body = f"This message was sent to try out the mail server of PeerHub at {base_url}. There is nothing to do.\n"
    return _Letter(uuid7(), recipient, "PeerHub can send mail", body, now, now, 0, now).written(sender)


class _NotOurs(Exception):
    """Somebody else has claimed the message meanwhile, or it has left."""


class _Sender(Protocol):
    def send(self, sender: str, recipient: str, message: EmailMessage, leaving: Callable[[], None]) -> None: ...


@dataclass(frozen=True, slots=True)
class _Handed:
    """A line that ends in a function."""

    mail_url: str
    given: Given

    def send(self, _sender: str, recipient: str, message: EmailMessage, leaving: Callable[[], None]) -> None:
        leaving()
        self.given(self.mail_url, recipient, message)

    def close(self) -> None:
        """There is nothing to close."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is sent of a claimed message."""

    id: UUID
    recipient: str
    subject: str
    body: str
    made_at: datetime
    due_at: datetime
    tries: int
    claimed_until: datetime

    def written(self, sender: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, self.recipient, self.subject
        message["Date"] = self.made_at
        message["Message-ID"] = f"<{self.id}@{sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.body)
        return message


def _is_due() -> tuple[ColumnElement[bool], ...]:
    now = utc_now()
    return (
        OutboxMail.sent_at.is_(None),
        OutboxMail.given_up_at.is_(None),
        OutboxMail.due_at <= now,
        or_(OutboxMail.claimed_until.is_(None), OutboxMail.claimed_until < now),
    )


def _claim(claimed_by: UUID | None) -> list[_Letter]:
    """Claim the messages that have waited longest."""
    found = select(OutboxMail.id).where(*_is_due()).order_by(OutboxMail.due_at, OutboxMail.id).limit(BATCH)
    keys = db.session.scalars(found.with_for_update(skip_locked=True)).all()
    claimed = db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.id.in_(keys), *_is_due())
        .values(claimed_until=utc_now() + HELD_FOR, claimed_by=claimed_by)
        .returning(*(getattr(OutboxMail, name) for name in _Letter.__slots__))
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return sorted((_Letter(*row) for row in claimed), key=lambda letter: (letter.due_at, letter.id))


class _Sending:
    """One batch on its way. Its transactions are short: none is open while the server is waited for."""

    def __init__(self, line: _Sender, sender: str, letters: list[_Letter]) -> None:
        self.line = line
        self.sender = sender
        self.letters = letters
        self.taken: list[UUID] = []  # the server said that it took them; written down with the next one that leaves
        self.gone = 0
        self.lost_lines = 0
        self.trouble: Trouble | None = None

    def run(self) -> None:
        for place, letter in enumerate(self.letters):
            self._try(letter)
            if isinstance(self.trouble, NoServer):
                self._put_off(self.letters[place:])
                break
            if self.trouble is not None:
                self._let_go(self.letters[place + 1 :])
                break
        self._keep()

    def _try(self, letter: _Letter, *, is_again: bool = False) -> None:
        try:
            self.line.send(
                self.sender, letter.recipient, letter.written(self.sender), lambda: self._keep(leaving=letter)
            )
        except NoServer as error:
            log.warning("mail server fails", cause=type(error.cause).__name__)
            self.trouble = error
        except LineLost as error:
            if not is_again and not (error.was_leaving or error.was_slow):
                self._try(letter, is_again=True)
            else:
                self._after_lost_line(letter, error)
        except _NotOurs:
            pass
        except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: an address no message can carry
            self._refuse(letter, error)
        else:
            self.taken.append(letter.id)
            self.gone += 1
            self.lost_lines = 0

    def _after_lost_line(self, letter: _Letter, error: LineLost) -> None:
        if error.was_leaving:
            self._refuse(letter, error.cause)
        else:
            self._put_off([letter])
            log.warning("mail server fails", cause=type(error.cause).__name__)
        self.lost_lines += 1
        if self.lost_lines >= MOST_LOST_LINES:
            self.trouble = error

    def _keep(self, leaving: _Letter | None = None) -> None:
        """Write down which messages the server took, and which one leaves now."""
        if self.taken:
            _change(self.taken, claimed_until=None, claimed_by=None, body="", tries=OutboxMail.tries + 1)
        is_ours = leaving is None or _change(
            [leaving.id],
            OutboxMail.sent_at.is_(None),
            OutboxMail.claimed_until == leaving.claimed_until,
            sent_at=utc_now(),
        )
        db.session.commit()
        self.taken = []
        if not is_ours:
            raise _NotOurs

    def _refuse(self, letter: _Letter, error: BaseException) -> None:
        """The message is not wanted: it waits longer each time, and at last is given up."""
        tries = letter.tries + 1
        log.warning("mail not sent", mail=str(letter.id), tries=tries, cause=type(error).__name__)
        due = utc_now() + FIRST_WAIT * 4 ** (tries - 1)
        self._back_to_wait(letter, due, tries, is_given_up=tries >= MOST_TRIES)

    def _put_off(self, letters: Iterable[_Letter]) -> None:
        """The server is at fault: each message waits as long again as it has waited, a quarter of an hour at most."""
        now = utc_now()
        for letter in letters:
            waited = now - letter.made_at
            due = now + min(max(waited, FIRST_WAIT), LONGEST_WAIT_FOR_SERVER)
            self._back_to_wait(letter, due, letter.tries, is_given_up=waited > WAITS_FOR_SERVER)

    @staticmethod
    def _back_to_wait(letter: _Letter, due: datetime, tries: int, *, is_given_up: bool) -> None:
        _change(
            [letter.id],
            OutboxMail.claimed_until == letter.claimed_until,
            sent_at=None,
            claimed_until=None,
            claimed_by=None,
            due_at=due,
            tries=tries,
            given_up_at=utc_now() if is_given_up else None,
        )
        db.session.commit()

    @staticmethod
    def _let_go(letters: Iterable[_Letter]) -> None:
        for letter in letters:
            _change([letter.id], OutboxMail.claimed_until == letter.claimed_until, claimed_until=None, claimed_by=None)
        db.session.commit()


def _change(keys: list[UUID], *only: ColumnElement[bool], **values: object) -> bool:
    """Change messages, and say whether it was all of them."""
    statement = update(OutboxMail).where(OutboxMail.id.in_(keys), *only).values(**values)
    done = db.session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(done, CursorResult) and done.rowcount == len(keys)
