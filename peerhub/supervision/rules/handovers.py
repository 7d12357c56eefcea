"""From one supervisor to another, in one step: on each day one of them has the agreement, and one can read the notes.

The agreement goes over on a day. The notes go with it where the person supervised agrees, on that day or on the day
they agree, whichever is later; until then, and without consent for good, they stay with whoever held the sessions.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from enum import StrEnum

from peerhub.workforce.rules.posts import Days, Refusal


class Consent(StrEnum):
    """What the person supervised says to handing over the notes."""

    NOT_ASKED = "not_asked"
    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """In words."""
        return {
            "not_asked": "Notes stay where they are", "waiting": "Waits for an answer", "given": "Notes go over",
            "refused": "Notes stay where they are",
        }[self.value]  # fmt: skip


def hand_over_refusal(
    supervisor: Hashable, supervisee: Hashable, to: Hashable, days: Days, on: date, last_held: date | None
) -> Refusal | None:
    """Why an agreement may not go to somebody else on a day."""
    if to == supervisor:
        return Refusal("This is their supervisor already. Choose somebody else", "supervisor_id")
    if to == supervisee:
        return Refusal("Nobody can be their own supervisor. Choose somebody else", "supervisor_id")
    if on <= days.starts:
        return Refusal("The first day with the new supervisor must be after the agreement began", "on")
    if days.ends is not None and on > days.ends:
        return Refusal("The agreement has ended by then. Choose an earlier day", "on")
    if last_held is not None and on <= last_held:
        return Refusal("A session was held on that day or later. Choose a later one", "on")
    return None


def answer_refusal(by: Hashable, supervisee: Hashable, consent: Consent) -> Refusal | None:
    """Why somebody may not answer whether notes go over: the person supervised alone does, and may change their mind
    to yes, never back once the notes were read by another.
    """
    if by != supervisee:
        return Refusal("Only the person supervised can answer this", None)
    if consent is Consent.GIVEN:
        return Refusal("You have agreed to this already", None)
    if consent is Consent.NOT_ASKED:
        return Refusal("Nobody has asked for the notes to go over", None)
    return None


def notes_from(on: date, consent: Consent, answered: date | None) -> date | None:
    """The day from which the new supervisor, and no longer the old one, can read the notes; None where they stay."""
    if consent is not Consent.GIVEN or answered is None:
        return None
    return max(on, answered)
