"""The audit log as an administrator searches it: who did what to what, when and from where, in their organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from peerhub.access.models import AuditEntry, User
from peerhub.access.rules import Viewer
from peerhub.core.database import Base, db
from peerhub.core.tables import Page, View
from peerhub.core.time import LONDON

SORTED = ("at",)
MOST_EXPORTED = 50_000
"""An export holds the newest entries up to so many; a narrower search holds them all."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the log was asked for. Everything left out is everything.

    Attributes:
        account_id: the account that did it.
        what: part of the words of what was done.
        kind: the table of what it was done to.
        first: the first day, in London.
        last: the last day, counted in.
        is_read: reads alone, writes alone, or both.
    """

    account_id: UUID | None = None
    what: str = ""
    kind: str = ""
    subject_id: UUID | None = None
    first: date | None = None
    last: date | None = None
    is_read: bool | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry. ``by`` is empty where nobody was signed in; ``table`` is where the row is that it was done to."""

    at: datetime
    by: str
    action: str
    kind: str
    table: str
    subject_id: UUID | None
    fields: str
    is_read: bool
    source: str
    request_id: str


def entries(viewer: Viewer, asked: Asked, view: View) -> Page[AuditLine]:
    """The entries of the viewer's organisation that fit and may be listed.

    Newest first unless asked, a page of them. Two statements.
    """
    wanted = (AuditEntry.organisation_id == viewer.organisation_id, _may_be_listed(), *_conditions(asked))
    total = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*wanted)) or 0
    order = (AuditEntry.at.desc(), AuditEntry.id.desc()) if view.descending else (AuditEntry.at, AuditEntry.id)
    rows = db.session.execute(
        select(AuditEntry, User.name)
        .outerjoin(User, AuditEntry.user_id == User.id)
        .where(*wanted)
        .order_by(*order)
        .limit(min(view.size, MOST_EXPORTED))
        .offset(view.start)
    )
    return Page([_line(entry, name) for entry, name in rows], total)


def kinds() -> list[tuple[str, str]]:
    """What entries can be about: each table and how people call its rows, in the order of the words."""
    listed = set(Base.metadata.tables) - OWN_ALONE
    return sorted(((name, kind_words(name)) for name in listed), key=lambda pair: pair[1])


def kind_words(kind: str | None) -> str:
    """A table's name as people say it.

    >>> kind_words("role_grant"), kind_words(None)
    ('Role', '')
    """
    return KIND_WORDS.get(kind or "", (kind or "").replace("_", " ").capitalize())


KIND_WORDS = {
    "role_grant": "Role",
    "user": "Account",
    "outbox_mail": "Message",
    "single_use_link": "Link",
    "organisation": "Organisation",
    "sign_in_attempt": "Try to sign in",
    "audit_entry": "Audit log",
}


OWN_ALONE = frozenset({"equality_profile"})
"""Tables whose rows are somebody's own, and nobody else's to know of.

What is done to them is written down and kept, and in nobody's list: a name there says who answered, and without the
name the hour does, beside who signed in.
"""


def _may_be_listed() -> ColumnElement[bool]:
    return or_(AuditEntry.subject_kind.is_(None), AuditEntry.subject_kind.not_in(OWN_ALONE))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        AuditEntry.action.icontains(word, autoescape=True) for word in asked.what.split()[:6]
    ]
    if asked.account_id is not None:
        found.append(AuditEntry.user_id == asked.account_id)
    if asked.kind:
        found.append(AuditEntry.subject_kind == asked.kind)
    if asked.subject_id is not None:
        found.append(AuditEntry.subject_id == asked.subject_id)
    if asked.first is not None:
        found.append(AuditEntry.at >= _midnight(asked.first))
    if asked.last is not None:
        found.append(AuditEntry.at < _midnight(asked.last + timedelta(days=1)))
    if asked.is_read is not None:
        found.append(AuditEntry.is_read.is_(asked.is_read))
    return found


def _midnight(day: date) -> datetime:
    """When a day begins in London."""
    return datetime.combine(day, time(), LONDON)


def _line(entry: AuditEntry, name: str | None) -> AuditLine:
    fields = entry.facts.get("fields", [])
    return AuditLine(
        at=entry.at, by=name or "", action=entry.action[:1].upper() + entry.action[1:],
        kind=kind_words(entry.subject_kind), table=entry.subject_kind or "", subject_id=entry.subject_id,
        fields=", ".join(str(field).replace("_", " ") for field in fields) if isinstance(fields, list) else "",
        is_read=entry.is_read, source=entry.source, request_id=entry.request_id,
    )  # fmt: skip
