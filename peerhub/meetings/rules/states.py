"""What may become of a meeting, and what may not, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from peerhub.meetings.rules.words import State

MOST_MINUTES = 12 * 60


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something may not be, in words, and the field it belongs beside."""

    message: str
    field: str | None = None


def record_refusal(
    state: State,
    to: State,
    starts_at: datetime,
    now: datetime,
    *,
    has_reason: bool = True,
    is_corrected: bool = False,
) -> Refusal | None:
    """Why a meeting may not be recorded as held or missed.

    Args:
        has_reason: whether a missed one comes with a reason.
        is_corrected: whether it comes with why what was recorded before is put right.
    """
    if state in {State.MOVED, State.CANCELLED}:
        return Refusal(f"This meeting was {state.value}, so it cannot be recorded as {to.value}")
    if now < starts_at:
        return Refusal("This meeting has not begun yet. Record it once it has")
    if to is State.MISSED and not has_reason:
        return Refusal("Choose why it was missed", "reason")
    if state in {State.HELD, State.MISSED} and state is not to and not is_corrected:
        return Refusal(f"It was recorded as {state.value}. Choose why that is put right", "correction")
    return None


def change_refusal(state: State, what: str = "changed") -> Refusal | None:
    """Why a meeting may not be moved, skipped, cancelled, or given another facilitator: only a planned one may.

    >>> change_refusal(State.HELD, "moved").message
    'This meeting was held, so it cannot be moved'
    >>> change_refusal(State.PLANNED) is None
    True
    """
    if state is State.PLANNED:
        return None
    return Refusal(f"This meeting was {state.value}, so it cannot be {what}")


def may_become(state: State, to: State) -> bool:
    """Whether a meeting in one state may ever be in another.

    >>> may_become(State.PLANNED, State.HELD), may_become(State.CANCELLED, State.HELD)
    (True, False)
    """
    return to in MOVES[state]


MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.HELD, State.MISSED, State.MOVED, State.CANCELLED}),
    State.HELD: frozenset({State.MISSED, State.HELD}),
    State.MISSED: frozenset({State.HELD, State.MISSED}),
    State.MOVED: frozenset(),
    State.CANCELLED: frozenset(),
}
"""From each state, those it may go on to. A held or missed one may be corrected, with a reason."""


def minutes_refusal(minutes: int, field: str = "minutes") -> Refusal | None:
    """Why a meeting may not take so long."""
    if 1 <= minutes <= MOST_MINUTES:
        return None
    return Refusal(f"A meeting takes from 1 to {MOST_MINUTES} minutes", field)
