"""Reasonable adjustments: how far one has come, what may be done next and by whom."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from peerhub.workforce.rules.posts import Refusal
from peerhub.workforce.rules.words import AdjustmentStatus, Word

S = AdjustmentStatus
MONTHS_TO_REVIEW = 6
RUNNING = frozenset({S.AGREED, S.IN_PLACE})
"""What is looked at again on its review date."""


class Move(Word):
    """Something that is done with an adjustment."""

    ASK = "ask", "Asked for"
    ASK_AGAIN = "ask_again", "Asked to look again"
    AGREE = "agree", "Agreed"
    DECLINE = "decline", "Not agreed"
    PUT_IN_PLACE = "put_in_place", "Put in place"
    REVIEW = "review", "Reviewed"
    END = "end", "Ended"


class Part(StrEnum):
    """Whose part somebody plays: the person it is for, or one who decides."""

    OWNER = "owner"
    DECIDER = "decider"


MOVES: dict[Move, tuple[frozenset[AdjustmentStatus], frozenset[Part]]] = {
    Move.ASK_AGAIN: (frozenset({S.DECLINED}), frozenset({Part.OWNER})),
    Move.AGREE: (frozenset({S.REQUESTED}), frozenset({Part.DECIDER})),
    Move.DECLINE: (frozenset({S.REQUESTED}), frozenset({Part.DECIDER})),
    Move.PUT_IN_PLACE: (frozenset({S.AGREED}), frozenset({Part.DECIDER})),
    Move.REVIEW: (RUNNING, frozenset({Part.DECIDER})),
    Move.END: (RUNNING | {S.REQUESTED}, frozenset({Part.OWNER, Part.DECIDER})),
}
"""For each move: from where, and by whom. A decider ends only what was agreed; the person may also take back a wish."""

TO: dict[Move, AdjustmentStatus] = {
    Move.ASK: S.REQUESTED,
    Move.ASK_AGAIN: S.REQUESTED,
    Move.AGREE: S.AGREED,
    Move.DECLINE: S.DECLINED,
    Move.PUT_IN_PLACE: S.IN_PLACE,
    Move.END: S.ENDED,
}
"""Where each move leads; a review leaves it where it is."""

NEWS = frozenset({Move.AGREE, Move.DECLINE, Move.PUT_IN_PLACE})
"""What the person it is for is told of until they have seen it."""

NOT_FROM: dict[Move, str] = {
    Move.ASK_AGAIN: "This can be looked at again only after it was not agreed",
    Move.AGREE: "This was answered already. It can be agreed only while it is asked for",
    Move.DECLINE: "This was answered already. If it no longer works, review it or end it",
    Move.PUT_IN_PLACE: "Only an adjustment that is agreed can be put in place",
    Move.REVIEW: "Only an adjustment that is agreed or in place is reviewed",
    Move.END: "There is nothing to end: this adjustment is not running",
}
NOT_BY: dict[Move, str] = {
    Move.ASK_AGAIN: "Only the person it is for can ask to look at it again",
    Move.AGREE: "Somebody else has to agree to an adjustment of your own",
    Move.DECLINE: "Somebody else has to answer what you asked for. You can take it back instead",
    Move.PUT_IN_PLACE: "Somebody else notes that your own adjustment is in place",
    Move.REVIEW: "Somebody else reviews your own adjustment with you",
    Move.END: "Answer what was asked for: agree to it, or say why not. Only the person can take it back",
}


def standing(status: AdjustmentStatus, review_on: date | None, day: date) -> AdjustmentStatus:
    """How an adjustment stands on a day: one that runs is due for review from its review date on."""
    if status in RUNNING and review_on is not None and review_on <= day:
        return S.REVIEW_DUE
    return status


def move_refusal(move: Move, status: AdjustmentStatus, part: Part) -> Refusal | None:
    """Why a move may not be made from here by this person, or None."""
    start, parts = MOVES[move]
    if status not in start:
        return Refusal(NOT_FROM[move], None)
    if part not in parts or (move is Move.END and part is Part.DECIDER and status is S.REQUESTED):
        return Refusal(NOT_BY[move], None)
    return None


def moves_from(status: AdjustmentStatus, part: Part) -> tuple[Move, ...]:
    """What this person may do next."""
    return tuple(move for move in MOVES if move_refusal(move, status, part) is None)


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of an adjustment."""

    asked_on: date
    agreed_on: date | None = None
    review_on: date | None = None


def agreeing_refusal(dates: Dates, day: date) -> Refusal | None:
    """Why these days cannot be agreed, or None."""
    if dates.agreed_on is None:
        return Refusal("Enter the day it was agreed", "agreed_on")
    if dates.agreed_on > day:
        return Refusal("The day it was agreed must be today or before", "agreed_on")
    if dates.agreed_on < dates.asked_on:
        return Refusal("The day it was agreed must be the day it was asked for, or after", "agreed_on")
    return review_refusal(dates.review_on, day)


def review_refusal(review_on: date | None, day: date) -> Refusal | None:
    """Why an adjustment cannot be looked at again on this day, or None."""
    if review_on is None:
        return Refusal("Enter the day you will look at it together again", "review_on")
    if review_on <= day:
        return Refusal("The review date must be after today", "review_on")
    return None


def proposed_review(day: date) -> date:
    """The review date to propose: six months on, or the last day of that month.

    >>> proposed_review(date(2025, 8, 31)), proposed_review(date(2025, 3, 1))
    (datetime.date(2026, 2, 28), datetime.date(2025, 9, 1))
    """
    month = day.month + MONTHS_TO_REVIEW
    year, month = day.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
