"""Messages as an administrator may see them: those of their organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.mail import OutboxMail
from peerhub.core.tables import Page, View
from peerhub.core.time import utc_now

SORTED = ("made", "recipient", "subject", "sent")
WAITING, SENT, GIVEN_UP, UNSURE = "Waiting", "Sent", "Given up", "Not confirmed"


def _is_unsure() -> ColumnElement[bool]:
    """PeerHub was stopped while the server took it, and nobody is on it any more."""
    return OutboxMail.sent_at.is_not(None) & (OutboxMail.claimed_until < utc_now())


def _states() -> dict[str, ColumnElement[bool]]:
    return {
        "waiting": OutboxMail.sent_at.is_(None) & OutboxMail.given_up_at.is_(None),
        "sent": OutboxMail.sent_at.is_not(None) & or_(OutboxMail.claimed_until.is_(None), ~_is_unsure()),
        "given_up": OutboxMail.given_up_at.is_not(None),
        "unsure": _is_unsure(),
    }


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message without its words."""

    id: UUID
    made_at: datetime
    recipient: str
    subject: str
    state: str
    tries: int
    sent_at: datetime | None
    due_at: datetime

    @property
    def is_given_up(self) -> bool:
        """Whether nobody tries to send it any more."""
        return self.state == GIVEN_UP

    @property
    def is_unsure(self) -> bool:
        """Whether nobody knows that it left."""
        return self.state == UNSURE


def messages(viewer: Viewer, view: View) -> Page[MessageLine]:
    """The messages of the viewer's organisation, filtered, in order, a page of them. Two statements."""
    wanted = [_ours(viewer)]
    if (state := _states().get(view.filters.get("state", ""))) is not None:
        wanted.append(state)
    total = db.session.scalar(select(func.count(OutboxMail.id)).where(*wanted)) or 0
    columns = {"recipient": OutboxMail.recipient, "subject": OutboxMail.subject, "sent": OutboxMail.sent_at}
    chosen = columns.get(view.sort, OutboxMail.made_at)
    order = (chosen.desc() if view.descending else chosen.asc()).nulls_last()
    rows = db.session.scalars(
        select(OutboxMail).where(*wanted).order_by(order, OutboxMail.id.desc()).limit(view.size).offset(view.start)
    )
    return Page([line(row) for row in rows], total)


def unsent(viewer: Viewer) -> tuple[int, int]:
    """How many messages of the viewer's organisation wait, and how many were given up. One statement."""
    states = _states()
    row = db.session.execute(
        select(
            func.count(OutboxMail.id).filter(states["waiting"]), func.count(OutboxMail.id).filter(states["given_up"])
        ).where(_ours(viewer), OutboxMail.sent_at.is_(None))
    ).one()
    return row[0], row[1]


def load_message(viewer: Viewer, message_id: UUID) -> OutboxMail:
    """A message of the viewer's organisation.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(select(OutboxMail).where(OutboxMail.id == message_id, _ours(viewer)))
    if found is None:
        raise NotFound
    return found


def line(row: OutboxMail) -> MessageLine:
    """A message without its words."""
    if row.sent_at:
        state = UNSURE if row.claimed_until and row.claimed_until < utc_now() else SENT
    else:
        state = GIVEN_UP if row.given_up_at else WAITING
    return MessageLine(row.id, row.made_at, row.recipient, row.subject, state, row.tries, row.sent_at, row.due_at)


def _ours(viewer: Viewer) -> ColumnElement[bool]:
    return OutboxMail.organisation_id == viewer.organisation_id
