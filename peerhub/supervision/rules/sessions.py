"""Which sessions may be logged, and how the shared note of one is agreed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from peerhub.workforce.rules.posts import Refusal

LEAST_WELLBEING, MOST_WELLBEING = 1, 5
LOOK_BACK = timedelta(days=366)
"""How far back a session may be logged."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A session as it is to be logged after the fact."""

    at: datetime
    minutes: int
    wellbeing: int | None = None
    next_on: date | None = None


def log_refusal(logged: Logged, starts: date, ends: date | None, now: datetime) -> Refusal | None:
    """Why a session may not be logged under an agreement that runs from a day to a day.

    Args:
        logged: its moment is in the zone whose days count.
        now: the moment it is, aware.
    """
    return next(_refusals(logged, starts, ends, now), None)


def _refusals(logged: Logged, starts: date, ends: date | None, now: datetime) -> Iterator[Refusal]:
    day = logged.at.date()
    if logged.at > now:
        yield Refusal("A session can be logged once it has begun. Choose a day and a time that have come", "day")
    outside = outside_refusal(day, starts, ends)
    if outside is not None:
        yield outside
    if day < now.date() - LOOK_BACK:
        yield Refusal("This is more than a year ago. Look at the year again", "day")
    if logged.wellbeing is not None and not LEAST_WELLBEING <= logged.wellbeing <= MOST_WELLBEING:
        yield Refusal(f"Wellbeing must be from {LEAST_WELLBEING} to {MOST_WELLBEING}", "wellbeing")
    if logged.next_on is not None and logged.next_on <= day:
        yield Refusal("The next session must be after this one", "next_on")


def outside_refusal(day: date, starts: date, ends: date | None) -> Refusal | None:
    """Why a day is not one of an agreement that runs from a day to a day."""
    if day < starts:
        return Refusal("This is before the agreement began. Correct the day, or add the agreement of that time", "day")
    if ends is not None and day > ends:
        return Refusal("This is after the agreement ended. Correct the day, or add a new agreement first", "day")
    return None


def proposed_next(held: date, every_weeks: int) -> date:
    """When the next session would be.

    >>> proposed_next(date(2025, 6, 2), 4)
    datetime.date(2025, 6, 30)
    """
    return held + timedelta(weeks=every_weeks)


class NoteState(StrEnum):
    """How far a shared note has come."""

    NONE = "none"
    WRITTEN = "written"
    HALF_SIGNED = "half_signed"
    AGREED = "agreed"

    @property
    def label(self) -> str:
        """In words."""
        return {
            "none": "No note", "written": "Waits for both of you", "half_signed": "Waits for one of you",
            "agreed": "Agreed by both",
        }[self.value]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signature:
    """One of the two agrees to one version."""

    version: int
    by: Hashable


def note_state(latest: int, signatures: Iterable[Signature], parties: Sequence[Hashable]) -> NoteState:
    """How far a note has come: both must have agreed to its latest version.

    Args:
        latest: the number of the latest version; 0 where nothing is written.
    """
    if not latest:
        return NoteState.NONE
    signed = {signature.by for signature in signatures if signature.version == latest} & set(parties)
    if len(signed) == len(set(parties)):
        return NoteState.AGREED
    return NoteState.HALF_SIGNED if signed else NoteState.WRITTEN


def sign_refusal(
    version: int, latest: int, by: Hashable, signatures: Iterable[Signature], parties: Sequence[Hashable]
) -> Refusal | None:
    """Why somebody may not agree to a version of a note: it is theirs alone to do, and only for what stands now."""
    if by not in parties:
        return Refusal("Only the two of you can agree to this note", None)
    if not latest:
        return Refusal("There is no note to agree to yet", None)
    if version != latest:
        return Refusal("The note was changed meanwhile. Read it again, then agree to it", None)
    if Signature(version, by) in set(signatures):
        return Refusal("You have agreed to this note already", None)
    return None


@dataclass(frozen=True, slots=True)
class Passed:
    """An agreement went from one supervisor to another on a day; ``notes_from`` is when the notes did, if at all."""

    on: date
    by: Hashable
    to: Hashable
    notes_from: date | None


def holder(held_by: Hashable, held_on: date, passed: Iterable[Passed], day: date) -> Hashable:
    """Which supervisor may read the notes of a session on a day: exactly one, on every day.

    Notes go on from whoever has them, so that without consent at one hand-over they stay behind at the next too.

    Args:
        passed: the hand-overs of that person and kind of supervision.
    """
    found = held_by
    for one in sorted(passed, key=lambda one: one.on):
        if one.on > held_on and one.by == found and one.notes_from is not None and one.notes_from <= day:
            found = one.to
    return found
