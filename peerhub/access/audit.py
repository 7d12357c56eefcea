"""The audit log: one entry for each write, and one for each read of sensitive content.

Entries hold what happened and the names of the fields it touched, never their content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from peerhub.access.models import AuditEntry
from peerhub.core.database import ORGANISATION, db
from peerhub.core.time import utc_now

ACTOR = "actor"
READS = "reads"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation, from where. All empty for a command at the server's own keyboard."""

    user_id: UUID | None = None
    organisation_id: UUID | None = None
    source: str = ""
    request_id: str = ""


def act_as(actor: Actor) -> None:
    """What is written from here on in this session is this actor's doing."""
    db.session.info[ACTOR] = actor
    db.session.info[READS] = []


def actor() -> Actor:
    """Who acts in this session."""
    return db.session.info.get(ACTOR) or Actor()


def wrote(action: str, subject: Any = None, *, organisation_id: UUID | None = None, **facts: Any) -> None:
    """Record a write in the same transaction as what it tells of.

    Args:
        action: what was done, as verb and noun: ``"spell ended"``.
        subject: the row it was done to; its table and key are kept.
        organisation_id: whose it is, where that is neither the actor's organisation nor the one the session is about.
        facts: JSON-ready facts without personal content, such as field names and counts.
    """
    if subject is not None and subject.id is None:
        db.session.flush()
    db.session.add(_entry(action, subject, is_read=False, organisation_id=organisation_id, facts=facts))


def wrote_many(done: Iterable[tuple[str, str, UUID, dict[str, Any]]], organisation_id: UUID) -> None:
    """Record many writes at once, as a load makes them.

    Args:
        done: for each what was done, the table and the key of its row, and facts without personal content.
        organisation_id: whose rows they are.
    """
    by, now = actor(), utc_now()
    entries = [
        {
            "at": now, "organisation_id": organisation_id, "user_id": by.user_id, "action": action,
            "subject_kind": kind, "subject_id": key, "is_read": False, "source": by.source,
            "request_id": by.request_id, "facts": facts,
        }
        for action, kind, key, facts in done
    ]  # fmt: skip
    if entries:
        db.session.execute(insert(AuditEntry), entries)


def read(action: str, subject: Any = None, **facts: Any) -> None:
    """Remember that sensitive content was read; kept by :func:`keep_reads` when the page is done.

    Args:
        subject: the row it is of; or its table's name and its key, where the page has no row.
    """
    db.session.info.setdefault(READS, []).append(
        _entry(action, subject, is_read=True, organisation_id=None, facts=facts)
    )


def keep_reads() -> None:
    """Write down what was read. Called once at the end of a request, in a transaction of its own."""
    entries = db.session.info.pop(READS, [])
    if entries:
        db.session.add_all(entries)
        db.session.commit()


def changed(row: Any, **new: Any) -> list[str]:
    """Set each attribute that differs, and name those that did."""
    touched = [name for name, value in new.items() if getattr(row, name) != value]
    for name in touched:
        setattr(row, name, new[name])
    return touched


def _entry(
    action: str, subject: Any, *, is_read: bool, organisation_id: UUID | None, facts: dict[str, Any]
) -> AuditEntry:
    by = actor()
    owner = getattr(subject, "organisation_id", None)
    if not isinstance(subject, tuple):
        subject = (getattr(subject, "__tablename__", None), getattr(subject, "id", None))
    return AuditEntry(
        at=utc_now(),
        organisation_id=organisation_id or by.organisation_id or owner or db.session.info.get(ORGANISATION),
        user_id=by.user_id,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        is_read=is_read,
        source=by.source,
        request_id=by.request_id,
        facts=facts,
    )
