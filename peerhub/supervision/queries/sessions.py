"""Sessions as a viewer may see them: facts for those who oversee, words for the two alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, defer, joinedload, selectinload

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.time import today
from peerhub.meetings.models import Meeting, MeetingAction
from peerhub.meetings.rules.words import State
from peerhub.supervision.models import (
    SupervisionAgreement,
    SupervisionHandover,
    SupervisionMemo,
    SupervisionNote,
    SupervisionSession,
)
from peerhub.supervision.queries.agreements import own_key, within
from peerhub.supervision.queries.people import Who, names, own_id
from peerhub.supervision.rules.handovers import notes_from
from peerhub.supervision.rules.kinds import REASONS, THEMES
from peerhub.supervision.rules.sessions import NoteState, Passed, Signature, holder, note_state
from peerhub.supervision.rules.words import SupervisionKind


def load_session(viewer: Viewer, session_id: UUID) -> SupervisionSession:
    """A session the viewer may know of: one of the two, whoever has its notes now, or within reach of who oversees.

    Raises:
        NotFound: there is none such for this viewer.
    """
    own = own_key(viewer)
    found = db.session.scalar(
        select(SupervisionSession)
        .join(SupervisionSession.agreement)
        .options(
            contains_eager(SupervisionSession.agreement),
            joinedload(SupervisionSession.meeting),
            selectinload(SupervisionSession.notes).selectinload(SupervisionNote.signatures),
        )
        .where(
            SupervisionSession.id == session_id,
            or_(
                SupervisionSession.supervisee_id == own,
                SupervisionSession.supervisor_id == own,
                SupervisionSession.supervisee_id.in_(
                    select(SupervisionHandover.supervisee_id).where(SupervisionHandover.to_id == own)
                ),
                within(viewer, Permission.SUPERVISION_DATES),
            ),
        )
    )
    if found is None or not (_is_overseen(viewer, found) or own_id(viewer) in parties_of(found)):
        raise NotFound
    return found


def load_words(viewer: Viewer, session_id: UUID) -> tuple[SupervisionSession, UUID]:
    """A session whose words the viewer may read and write, and their own key: one of the two, nobody else.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found, own = load_session(viewer, session_id), own_id(viewer)
    if own is None or own not in parties_of(found):
        raise NotFound
    return found, own


def load_memo(viewer: Viewer, session_id: UUID) -> tuple[SupervisionSession, UUID, SupervisionMemo | None]:
    """A session of which the viewer keeps a memo of their own: its supervisor.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found, own = load_words(viewer, session_id)
    if own == found.supervisee_id:
        raise NotFound
    return found, own, _memo(found.id, own)


def _memo(session_id: UUID, own: UUID) -> SupervisionMemo | None:
    return db.session.scalar(
        select(SupervisionMemo).where(SupervisionMemo.session_id == session_id, SupervisionMemo.person_id == own)
    )


def _is_overseen(viewer: Viewer, row: SupervisionSession) -> bool:
    if not viewer.may(Permission.SUPERVISION_DATES):
        return False
    seen = select(SupervisionAgreement.id).where(
        SupervisionAgreement.id == row.agreement_id, within(viewer, Permission.SUPERVISION_DATES)
    )
    return db.session.scalar(seen) is not None


def parties_of(row: SupervisionSession) -> tuple[UUID, UUID]:
    """The two who may read a session's words today: the supervisor who has them, and the supervisee."""
    passed = passed_of([row.supervisee_id])[row.supervisee_id, row.kind]
    held_by = holder(row.supervisor_id, row.held_on or date.min, passed, today())
    return UUID(str(held_by)), row.supervisee_id


def passed_of(supervisees: Iterable[UUID]) -> dict[tuple[UUID, SupervisionKind], list[Passed]]:
    """The hand-overs of some people, by person and kind of supervision. One statement."""
    found: dict[tuple[UUID, SupervisionKind], list[Passed]] = defaultdict(list)
    rows = db.session.scalars(
        select(SupervisionHandover)
        .join(SupervisionHandover.agreement)
        .options(contains_eager(SupervisionHandover.agreement))
        .where(SupervisionHandover.supervisee_id.in_(set(supervisees)))
    )
    for row in rows:
        since = notes_from(row.on, row.consent, row.answered_on)
        found[row.supervisee_id, row.agreement.kind].append(Passed(row.on, row.from_id, row.to_id, since))
    return found


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the shared note, and who agreed to it when."""

    number: int
    words: str
    by: str
    at: datetime
    signed: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Action:
    """Something one of the two is to do."""

    what: str
    owner: str
    due: date | None
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Words:
    """What the two alone read."""

    versions: tuple[Version, ...]
    note_state: NoteState
    may_sign: bool
    wellbeing: str
    follow_up: bool
    actions: tuple[Action, ...]
    memo: str
    is_supervisor: bool

    @property
    def latest(self) -> Version | None:
        """The version that stands."""
        return self.versions[-1] if self.versions else None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session. ``words`` is None for whoever is not one of the two; themes are empty where not theirs to see."""

    id: UUID
    agreement_id: UUID
    kind: SupervisionKind
    supervisor: Who
    supervisee: Who
    at: datetime
    minutes: int
    how: str
    state: State
    reason: str
    themes: tuple[str, ...]
    sees_themes: bool
    next_on: date | None
    words: Words | None


def session_page(viewer: Viewer, row: SupervisionSession) -> SessionPage:
    """A session loaded with :func:`load_session`. A fixed number of statements."""
    own, parties, known, meeting = own_id(viewer), parties_of(row), names(), row.meeting
    is_one = own is not None and own in parties
    sees_themes = is_one or viewer.may(Permission.SUPERVISION_OVERSEE)
    return SessionPage(
        id=row.id,
        agreement_id=row.agreement_id,
        kind=row.kind,
        supervisor=known[row.supervisor_id],
        supervisee=known[row.supervisee_id],
        at=meeting.starts_at,
        minutes=meeting.held_minutes or meeting.minutes,
        how=meeting.how.label,
        state=meeting.state,
        reason=dict(REASONS).get(meeting.reason or "", "") if sees_themes else "",
        themes=tuple(words for code, words in THEMES if sees_themes and code in meeting.themes),
        sees_themes=sees_themes,
        next_on=row.next_on if is_one else None,
        words=_words(row, own, parties, known) if own is not None and is_one else None,
    )


def _words(row: SupervisionSession, own: UUID, parties: tuple[UUID, UUID], known: dict[UUID, Who]) -> Words:
    signed = [Signature(note.number, one.person_id) for note in row.notes for one in note.signatures]
    latest = row.notes[-1].number if row.notes else 0
    is_supervisor = own != row.supervisee_id
    memo = _memo(row.id, own) if is_supervisor else None
    return Words(
        versions=tuple(
            Version(
                note.number, note.words, known[note.by_id].name, note.at,
                tuple((known[one.person_id].name, one.at) for one in note.signatures),
            )
            for note in row.notes
        ),
        note_state=note_state(latest, signed, parties),
        may_sign=bool(latest) and Signature(latest, own) not in signed,
        wellbeing=row.wellbeing or "",
        follow_up=row.follow_up,
        actions=tuple(
            Action(one.what, known[one.person_id].name if one.person_id in known else "", one.due, one.done_on)
            for one in db.session.scalars(
                select(MeetingAction).where(MeetingAction.meeting_id == row.meeting_id).order_by(MeetingAction.id)
            )
        ),
        memo=memo.words if memo else "",
        is_supervisor=is_supervisor,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list: that it was, when, how long. ``note_state`` is None where the words are not the viewer's."""

    id: UUID
    kind: SupervisionKind
    supervisor: str
    at: datetime
    minutes: int
    how: str
    state: State
    reason: str
    note_state: NoteState | None
    waits_for_me: bool


MOST = 60


def session_lines(viewer: Viewer, person_id: UUID, *, only_own: bool) -> list[SessionLine]:
    """The latest sessions of a person the viewer may know of, newest first. A fixed number of statements.

    Args:
        only_own: whether the viewer sees from their own sessions alone, and not from above.
    """
    own, known = own_id(viewer), names()
    rows = db.session.scalars(
        select(SupervisionSession)
        .join(SupervisionSession.meeting)
        .options(
            defer(SupervisionSession.wellbeing),
            contains_eager(SupervisionSession.meeting),
            selectinload(SupervisionSession.notes).options(
                defer(SupervisionNote.words), selectinload(SupervisionNote.signatures)
            ),
        )
        .where(SupervisionSession.supervisee_id == person_id)
        .order_by(Meeting.starts_at.desc(), SupervisionSession.id)
        .limit(MOST)
    ).all()
    passed = passed_of([person_id])
    lines = []
    for row in rows:
        has_it = holder(row.supervisor_id, row.held_on or date.min, passed[person_id, row.kind], today())
        parties = (UUID(str(has_it)), row.supervisee_id)
        if only_own and own not in parties:
            continue
        lines.append(_line(viewer, row, own, parties, known))
    return lines


def _line(
    viewer: Viewer, row: SupervisionSession, own: UUID | None, parties: tuple[UUID, UUID], known: dict[UUID, Who]
) -> SessionLine:
    meeting, is_one = row.meeting, own in parties
    signed = [Signature(note.number, one.person_id) for note in row.notes for one in note.signatures]
    latest = row.notes[-1].number if row.notes else 0
    sees_reason = is_one or viewer.may(Permission.SUPERVISION_OVERSEE)
    return SessionLine(
        id=row.id,
        kind=row.kind,
        supervisor=known[row.supervisor_id].name,
        at=meeting.starts_at,
        minutes=meeting.held_minutes or meeting.minutes,
        how=meeting.how.label,
        state=meeting.state,
        reason=dict(REASONS).get(meeting.reason or "", "") if sees_reason else "",
        note_state=note_state(latest, signed, parties) if is_one else None,
        waits_for_me=is_one and bool(latest) and Signature(latest, own) not in signed,
    )
