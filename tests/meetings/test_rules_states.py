"""What may become of a meeting: every move there is, allowed or refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from peerhub.meetings.rules.states import MOVES, change_refusal, may_become, minutes_refusal, record_refusal
from peerhub.meetings.rules.words import State

NOW = datetime(2025, 5, 6, 12, tzinfo=UTC)
OVER, TO_COME = NOW - timedelta(hours=2), NOW + timedelta(minutes=1)
ALLOWED = {
    (State.PLANNED, State.HELD), (State.PLANNED, State.MISSED), (State.PLANNED, State.MOVED),
    (State.PLANNED, State.CANCELLED), (State.HELD, State.HELD), (State.MISSED, State.MISSED),
    (State.HELD, State.MISSED), (State.MISSED, State.HELD),
}  # fmt: skip


@pytest.mark.parametrize(("state", "to"), list(product(State, State)))
def test_the_moves_are_those_of_the_domain_and_no_other(state: State, to: State) -> None:
    assert may_become(state, to) == ((state, to) in ALLOWED)
    assert set(MOVES) == set(State)


@pytest.mark.parametrize(("state", "to"), list(product(State, (State.HELD, State.MISSED))))
def test_what_cannot_be_recorded_is_refused_in_words(state: State, to: State) -> None:
    refusal = record_refusal(state, to, OVER, NOW, is_corrected=True)
    assert (refusal is None) == may_become(state, to)
    if refusal is not None:
        assert refusal.message == f"This meeting was {state.value}, so it cannot be recorded as {to.value}"


@pytest.mark.parametrize("to", [State.HELD, State.MISSED])
def test_nothing_is_recorded_before_it_begins(to: State) -> None:
    refusal = record_refusal(State.PLANNED, to, TO_COME, NOW)
    assert refusal is not None
    assert "not begun yet" in refusal.message
    assert record_refusal(State.PLANNED, to, NOW, NOW) is None


def test_a_missed_one_says_why_and_a_corrected_one_says_why() -> None:
    refusal = record_refusal(State.PLANNED, State.MISSED, OVER, NOW, has_reason=False)
    assert refusal is not None
    assert refusal.field == "reason"
    for state, to in ((State.HELD, State.MISSED), (State.MISSED, State.HELD)):
        refusal = record_refusal(state, to, OVER, NOW)
        assert refusal is not None
        assert refusal.field == "correction"
    assert record_refusal(State.HELD, State.HELD, OVER, NOW) is None


@pytest.mark.parametrize("state", list(State))
def test_only_a_planned_meeting_is_moved_skipped_or_cancelled(state: State) -> None:
    refusal = change_refusal(state, "moved")
    assert (refusal is None) == (state is State.PLANNED)


@pytest.mark.parametrize(("minutes", "may"), [(0, False), (1, True), (720, True), (721, False), (-5, False)])
def test_a_meeting_lasts_up_to_twelve_hours(minutes: int, may: bool) -> None:
    assert (minutes_refusal(minutes) is None) == may
