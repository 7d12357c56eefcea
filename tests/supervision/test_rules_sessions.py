"""Logging a session, and agreeing to what was written of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.supervision.rules.sessions import (
    Logged,
    NoteState,
    Signature,
    log_refusal,
    note_state,
    sign_refusal,
)

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2025, 6, 2, 15, 0, tzinfo=LONDON)
FIRST = date(2025, 1, 6)
LOGGED = Logged(datetime(2025, 6, 2, 14, 0, tzinfo=LONDON), 60, 3, date(2025, 6, 30))
PAIR = ("sam", "priya")


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"at": datetime(2025, 6, 2, 15, 1, tzinfo=LONDON)}, "day", "once it has begun"),
        ({"at": datetime(2025, 6, 3, 9, 0, tzinfo=LONDON)}, "day", "once it has begun"),
        ({"at": datetime(2025, 1, 5, 23, 59, tzinfo=LONDON)}, "day", "before the agreement began"),
        ({"at": datetime(2025, 6, 2, 9, 0, tzinfo=LONDON), "next_on": date(2025, 6, 2)}, "next_on", "after this one"),
        ({"wellbeing": 0}, "wellbeing", "from 1 to 5"),
        ({"wellbeing": 6}, "wellbeing", "from 1 to 5"),
    ],
)
def test_a_session_that_may_not_be_logged(changed: dict[str, object], field: str, says: str) -> None:
    refused = log_refusal(replace(LOGGED, **changed), FIRST, None, NOW)
    assert refused is not None
    assert refused.field == field
    assert says in refused.message


def test_a_session_after_the_agreement_or_long_ago_may_not_either() -> None:
    refused = log_refusal(LOGGED, FIRST, date(2025, 6, 1), NOW)
    assert refused is not None
    assert "after the agreement ended" in refused.message
    refused = log_refusal(
        replace(LOGGED, at=datetime(2024, 5, 31, 9, 0, tzinfo=LONDON), next_on=None), date(2020, 1, 1), None, NOW
    )
    assert refused is not None
    assert "more than a year ago" in refused.message


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"at": NOW},
        {"at": datetime(2025, 1, 6, 0, 0, tzinfo=LONDON)},
        {"wellbeing": None, "next_on": None},
        {"wellbeing": 5},
    ],
)
def test_a_session_that_may(changed: dict[str, object]) -> None:
    assert log_refusal(replace(LOGGED, **changed), FIRST, date(2025, 6, 2), NOW) is None


@pytest.mark.parametrize(
    ("latest", "signed", "state"),
    [
        (0, [], NoteState.NONE),
        (1, [], NoteState.WRITTEN),
        (1, [(1, "sam")], NoteState.HALF_SIGNED),
        (1, [(1, "priya")], NoteState.HALF_SIGNED),
        (1, [(1, "priya"), (1, "sam")], NoteState.AGREED),
        (2, [(1, "priya"), (1, "sam")], NoteState.WRITTEN),
        (2, [(1, "priya"), (2, "sam")], NoteState.HALF_SIGNED),
        (1, [(1, "hana"), (1, "sam")], NoteState.HALF_SIGNED),
    ],
)
def test_how_far_a_note_has_come(latest: int, signed: list[tuple[int, str]], state: NoteState) -> None:
    assert note_state(latest, [Signature(*one) for one in signed], PAIR) is state


@pytest.mark.parametrize(
    ("version", "latest", "by", "signed", "says"),
    [
        (1, 1, "hana", [], "Only the two of you"),
        (1, 0, "priya", [], "no note"),
        (1, 2, "priya", [], "changed meanwhile"),
        (3, 2, "priya", [], "changed meanwhile"),
        (1, 1, "priya", [(1, "priya")], "already"),
    ],
)
def test_who_may_not_agree(version: int, latest: int, by: str, signed: list[tuple[int, str]], says: str) -> None:
    refused = sign_refusal(version, latest, by, [Signature(*one) for one in signed], PAIR)
    assert refused is not None
    assert says in refused.message


@given(st.lists(st.tuples(st.sampled_from(["write", "sign"]), st.sampled_from(["sam", "priya", "hana"]))))
def test_a_note_is_agreed_only_when_each_of_the_two_signed_what_stands(done: list[tuple[str, str]]) -> None:
    latest, signatures, agreed_to = 0, [], {}
    for what, by in done:
        if what == "write":
            latest += 1
        elif sign_refusal(latest, latest, by, signatures, PAIR) is None:
            signatures.append(Signature(latest, by))
            agreed_to[by] = latest
    is_agreed = note_state(latest, signatures, PAIR) is NoteState.AGREED
    assert is_agreed == (latest > 0 and agreed_to.get("sam") == agreed_to.get("priya") == latest)
    assert "hana" not in agreed_to
