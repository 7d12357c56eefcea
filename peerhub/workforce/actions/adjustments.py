"""Asking for an adjustment, agreeing to it, putting it in place, looking at it again, ending it.

Each refusal is a rule of ``rules.adjustments``. Audit entries name the adjustment and not the person, so that nobody
learns from a person's history that they asked for one.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.core.time import today, utc_now
from peerhub.workforce.actions.refusing import refuse_if, trimmed
from peerhub.workforce.models import Adjustment, AdjustmentStep, Person
from peerhub.workforce.rules.adjustments import (
    NEWS,
    TO,
    Dates,
    Move,
    Part,
    agreeing_refusal,
    move_refusal,
    review_refusal,
)
from peerhub.workforce.rules.words import AdjustmentKind, AdjustmentStatus


def ask(person: Person, kind: AdjustmentKind, description: str, *, with_manager: bool) -> Adjustment:
    """Ask for an adjustment. With ``with_manager`` the manager of the person's team sees it and may agree to it.

    Raises:
        DomainError: nothing says what would help.
    """
    if not trimmed(description):
        raise DomainError("Say what would help", "description")
    made = Adjustment(
        person_id=person.id, kind=kind.value, description=trimmed(description), status=AdjustmentStatus.REQUESTED,
        asked_on=today(), with_manager=with_manager,
    )  # fmt: skip
    db.session.add(made)
    _note(made, Move.ASK)
    db.session.flush()
    audit.wrote("adjustment asked for", made)
    return made


def ask_again(adjustment: Adjustment, version: int | None, part: Part, note: str) -> None:
    """Ask to look again at what was not agreed, and say why.

    Raises:
        DomainError: it was not declined, somebody else asks, or there are no words.
        Conflict: somebody else saved it first.
    """
    _start(adjustment, version, Move.ASK_AGAIN, part)
    if not trimmed(note):
        raise DomainError("Say what you would like to be thought about", "note")
    adjustment.reason, adjustment.asked_on = "", today()
    _finish(adjustment, Move.ASK_AGAIN, note)


def agree(
    adjustment: Adjustment, version: int | None, part: Part, *, agreed_on: date | None, review_on: date | None,
    with_manager: bool, note: str = "",
) -> None:  # fmt: skip
    """Agree to an adjustment, and to a day to look at it again.

    Raises:
        DomainError: it waits for no answer, it is one's own, or a day is not right.
        Conflict: somebody else saved it first.
    """
    _start(adjustment, version, Move.AGREE, part)
    refuse_if(agreeing_refusal(Dates(adjustment.asked_on, agreed_on, review_on), today()))
    adjustment.agreed_on, adjustment.review_on, adjustment.with_manager = agreed_on, review_on, with_manager
    adjustment.agreed_by_id = audit.actor().user_id
    _finish(adjustment, Move.AGREE, note)


def decline(adjustment: Adjustment, version: int | None, part: Part, reason: str) -> None:
    """Say that an adjustment cannot be made, and why.

    Raises:
        DomainError: it waits for no answer, it is one's own, or no reason is given.
        Conflict: somebody else saved it first.
    """
    _start(adjustment, version, Move.DECLINE, part)
    if not trimmed(reason):
        raise DomainError("Say why this cannot be agreed, and what was looked at instead", "reason")
    adjustment.reason = trimmed(reason)
    _finish(adjustment, Move.DECLINE, reason)


def put_in_place(adjustment: Adjustment, version: int | None, part: Part) -> None:
    """Note that an agreed adjustment is in place.

    Raises:
        DomainError: it is not agreed, or it is one's own.
        Conflict: somebody else saved it first.
    """
    _start(adjustment, version, Move.PUT_IN_PLACE, part)
    _finish(adjustment, Move.PUT_IN_PLACE, "")


def review(adjustment: Adjustment, version: int | None, part: Part, *, review_on: date | None, note: str) -> None:
    """Note that an adjustment was looked at together and goes on, and the day to do so again.

    Raises:
        DomainError: it does not run, it is one's own, or the day is not to come.
        Conflict: somebody else saved it first.
    """
    _start(adjustment, version, Move.REVIEW, part)
    refuse_if(review_refusal(review_on, today()))
    adjustment.review_on = review_on
    _finish(adjustment, Move.REVIEW, note)


def end(adjustment: Adjustment, version: int | None, part: Part, note: str) -> None:
    """End an adjustment that is no longer needed; the person may also take back what they asked for.

    Raises:
        DomainError: it does not run.
        Conflict: somebody else saved it first.
    """
    _start(adjustment, version, Move.END, part)
    adjustment.ended_on = today()
    _finish(adjustment, Move.END, note)


def share(adjustment: Adjustment, version: int | None, part: Part, *, with_manager: bool) -> None:
    """Show an adjustment to the manager of the person's team, or stop showing it. For the person alone.

    Raises:
        DomainError: somebody else decides.
        Conflict: somebody else saved it first.
    """
    adjustment.expect(version)
    if part is not Part.OWNER:
        raise DomainError("Only the person it is for decides who else sees it")
    adjustment.with_manager = with_manager
    audit.wrote("adjustment shared" if with_manager else "adjustment no longer shared", adjustment)


def note_seen(adjustment: Adjustment, version: int | None, part: Part) -> None:
    """The person has seen the answer, and is told of it no more.

    Raises:
        DomainError: it is for somebody else.
        Conflict: somebody else saved it first.
    """
    adjustment.expect(version)
    if part is not Part.OWNER:
        raise DomainError("Only the person it is for says that they have seen it")
    adjustment.is_news = False
    audit.wrote("answer about an adjustment seen", adjustment)


def erase(person_id: UUID) -> None:
    """Delete a person's adjustments and what was said with them, as part of erasing the person."""
    theirs = select(Adjustment.id).where(Adjustment.person_id == person_id)
    db.session.execute(delete(AdjustmentStep).where(AdjustmentStep.adjustment_id.in_(theirs)))
    db.session.execute(delete(Adjustment).where(Adjustment.person_id == person_id))


def _start(adjustment: Adjustment, version: int | None, move: Move, part: Part) -> None:
    adjustment.expect(version)
    refuse_if(move_refusal(move, adjustment.status, part))


def _finish(adjustment: Adjustment, move: Move, note: str) -> None:
    adjustment.status = TO.get(move, adjustment.status)
    adjustment.is_news = move in NEWS
    _note(adjustment, move, trimmed(note))
    db.session.flush()
    audit.wrote(AUDITED[move], adjustment, status=adjustment.status.value)


def _note(adjustment: Adjustment, move: Move, note: str = "") -> None:
    adjustment.steps.append(AdjustmentStep(move=move, at=utc_now(), by_id=audit.actor().user_id, note=note))


AUDITED = {
    Move.ASK_AGAIN: "adjustment asked for again",
    Move.AGREE: "adjustment agreed",
    Move.DECLINE: "adjustment not agreed",
    Move.PUT_IN_PLACE: "adjustment put in place",
    Move.REVIEW: "adjustment reviewed",
    Move.END: "adjustment ended",
}
