"""What became of a meeting: held or missed, its register, its themes, and what was agreed in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.core.time import utc_now
from peerhub.meetings import signals
from peerhub.meetings.actions.refusing import refuse_if, trimmed
from peerhub.meetings.models import Meeting, MeetingAction
from peerhub.meetings.rules.kinds import kind_of
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.states import minutes_refusal, record_refusal
from peerhub.meetings.rules.words import Came, Correction, Register, State

LONGEST_ACTION = 1000
MOST_CAME = 10_000


def hold_meeting(
    meeting: Meeting,
    *,
    minutes: int | None = None,
    themes: Iterable[str] = (),
    came: Mapping[UUID, Came] | None = None,
    headcount: int | None = None,
    correction: Correction | None = None,
    version: int | None = None,
) -> None:
    """Record that a meeting was held.

    Args:
        minutes: how long it was; as long as planned unless given.
        themes: codes of the kind's themes.
        came: by the keys of the meeting's parties, what the register says; who is left out stays unsaid.
        headcount: how many came, where the register of the kind holds numbers only.
        correction: why what was recorded before is put right.

    Raises:
        DomainError: it has not begun, was moved or cancelled, or a value is out of bounds.
        Conflict: somebody else saved it first.
    """
    meeting.expect(version)
    before = meeting.state
    _check(meeting, State.HELD, correction)
    held = meeting.minutes if minutes is None else minutes
    refuse_if(minutes_refusal(held, "held_minutes"))
    meeting.state, meeting.reason = State.HELD, None
    meeting.held_minutes, meeting.themes = held, _themes(meeting, themes)
    _register(meeting, came or {}, headcount)
    db.session.flush()
    audit.wrote("meeting held", meeting, **_why(correction))
    is_corrected = before is State.MISSED
    if before is not State.HELD:
        signals.meeting_held.send(signals.MeetingHeld(meeting.id, meeting.kind, meeting.starts_at, is_corrected))


def miss_meeting(
    meeting: Meeting, reason: str, *, correction: Correction | None = None, version: int | None = None
) -> None:
    """Record that a meeting was missed, and why.

    Raises:
        DomainError: it has not begun, was moved or cancelled, or the reason is none of its kind's.
        Conflict: somebody else saved it first.
    """
    meeting.expect(version)
    before = meeting.state
    known = reason in dict(kind_of(meeting.kind).missed_reasons)
    _check(meeting, State.MISSED, correction, has_reason=known)
    meeting.state, meeting.reason = State.MISSED, reason
    meeting.held_minutes, meeting.headcount, meeting.themes = None, None, []
    for row in meeting.parties:
        row.came = None
    db.session.flush()
    audit.wrote("meeting missed", meeting, reason=reason, **_why(correction))
    if before is not State.MISSED:
        fact = signals.MeetingMissed(meeting.id, meeting.kind, meeting.starts_at, reason, before is State.HELD)
        signals.meeting_missed.send(fact)


def _check(meeting: Meeting, to: State, correction: Correction | None, *, has_reason: bool = True) -> None:
    refuse_if(
        record_refusal(
            meeting.state,
            to,
            meeting.starts_at,
            utc_now(),
            has_reason=has_reason,
            is_corrected=correction is not None,
        )
    )


def _why(correction: Correction | None) -> dict[str, Any]:
    return {"correction": correction.value} if correction else {}


def _themes(meeting: Meeting, themes: Iterable[str]) -> list[str]:
    known = [code for code, _ in kind_of(meeting.kind).themes]
    chosen = set(themes)
    if not chosen <= set(known):
        raise DomainError("Choose themes from the list", "themes")
    return [code for code in known if code in chosen]


def _register(meeting: Meeting, came: Mapping[UUID, Came], headcount: int | None) -> None:
    if kind_of(meeting.kind).register is Register.NUMBERS:
        if headcount is not None and not 0 <= headcount <= MOST_CAME:
            raise DomainError("How many came must be 0 or more", "headcount")
        meeting.headcount = headcount
        return
    rows = {row.id: row for row in meeting.parties}
    if not came.keys() <= rows.keys():
        raise DomainError("Somebody else changed who comes. Open the page again")
    for key, said in came.items():
        rows[key].came = said


def agree(meeting: Meeting, owner: Party, what: str, due: date | None = None) -> MeetingAction:
    """Note what somebody is to do. The words are sealed.

    Raises:
        DomainError: there are no words, too many, or it was moved or cancelled.
    """
    if meeting.state in {State.MOVED, State.CANCELLED}:
        raise DomainError(f"This meeting was {meeting.state.value}, so nothing can be noted")
    made = MeetingAction(
        meeting_id=meeting.id, person_id=owner.person_id, user_id=owner.user_id, what=_checked(what), due=due
    )
    db.session.add(made)
    db.session.flush()
    audit.wrote("action agreed", made)
    return made


def _checked(what: str) -> str:
    words = trimmed(what)
    if not words:
        raise DomainError("Enter what is to be done", "what")
    if len(words) > LONGEST_ACTION:
        raise DomainError(f"Use {LONGEST_ACTION:,} characters or fewer", "what")
    return words


def finish_action(action: MeetingAction, day: date | None, version: int | None = None) -> None:
    """Note that an action was done on a day; with None, that it is open again.

    Raises:
        Conflict: somebody else saved it first.
    """
    action.expect(version)
    if action.done_on == day or (action.done_on is not None and day is not None):
        return
    action.done_on = day
    db.session.flush()
    audit.wrote("action done" if day else "action opened again", action)
