"""The note two people share, version by version, each agreeing for themselves; and the supervisor's own memo."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.errors import Conflict, DomainError
from peerhub.core.time import utc_now
from peerhub.supervision.models import SupervisionMemo, SupervisionNote, SupervisionSession, SupervisionSignature
from peerhub.supervision.rules.sessions import Signature, sign_refusal
from peerhub.workforce.actions.refusing import refuse_if, trimmed

LONGEST = 10_000


def write_note(session: SupervisionSession, by: UUID, words: str, opened_at: int) -> SupervisionNote:
    """Write the shared note, or amend it: what was there stays as an older version, and both are asked to agree anew.

    Args:
        by: the person record of whoever writes; one of the two.
        opened_at: the number of the version that was open; 0 where there was none.

    Raises:
        DomainError: there are no words, too many, or the same as before.
        Conflict: somebody else changed it first.
    """
    latest = max((note.number for note in session.notes), default=0)
    if opened_at != latest:
        raise Conflict(latest)
    written = _checked(words)
    if latest and session.notes[-1].words == written:
        raise DomainError("Nothing is changed yet. Change the note, or go back without saving", "words")
    made = SupervisionNote(number=latest + 1, words=written, by_id=by, at=utc_now())
    session.notes.append(made)
    db.session.flush()
    audit.wrote("note written" if latest == 0 else "note amended", session, version=made.number)
    return made


def sign_note(session: SupervisionSession, by: UUID, parties: tuple[UUID, UUID], number: int) -> None:
    """Agree to the version of the note that stands.

    Args:
        by: the person record of whoever agrees, from their own account.
        parties: the two who may: the supervisor who has the notes, and the supervisee.

    Raises:
        DomainError: somebody else would, the note was changed meanwhile, or they agreed already.
    """
    latest = session.notes[-1] if session.notes else None
    signed = [Signature(note.number, one.person_id) for note in session.notes for one in note.signatures]
    refuse_if(sign_refusal(number, latest.number if latest else 0, by, signed, parties))
    if latest is None:  # said already, in words
        return
    latest.signatures.append(SupervisionSignature(person_id=by, user_id=audit.actor().user_id, at=utc_now()))
    db.session.flush()
    audit.wrote("note agreed to", session, version=number)


def write_memo(session: SupervisionSession, by: UUID, words: str, version: int | None) -> None:
    """Write a supervisor's own memo; with nothing in it, it is deleted.

    Raises:
        DomainError: it is too long.
        Conflict: it was changed in another window.
    """
    held = db.session.scalar(
        select(SupervisionMemo).where(SupervisionMemo.session_id == session.id, SupervisionMemo.person_id == by)
    )
    if held is not None:
        held.expect(version)
    if not trimmed(words):
        if held is not None:
            db.session.delete(held)
            db.session.flush()
            audit.wrote("memo deleted", session)
        return
    if held is None:
        held = SupervisionMemo(session_id=session.id, person_id=by, words=_checked(words))
        db.session.add(held)
    else:
        held.words = _checked(words)
    db.session.flush()
    audit.wrote("memo written", session)


def _checked(words: str) -> str:
    written = trimmed(words)
    if not written:
        raise DomainError("Write the note, or go back without saving", "words")
    if len(written) > LONGEST:
        raise DomainError(f"Use {LONGEST:,} characters or fewer", "words")
    return written
