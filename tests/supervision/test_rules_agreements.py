"""Which agreements may be made, who has nobody, and how many are too many."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.supervision.rules.agreements import (
    Terms,
    Whereabouts,
    cover_refusal,
    end_refusal,
    lack,
    load,
    terms_refusal,
    whereabouts,
)
from peerhub.supervision.rules.handovers import Consent, answer_refusal, hand_over_refusal, notes_from
from peerhub.supervision.rules.sessions import Passed, holder
from peerhub.supervision.rules.words import Lack, SupervisionKind
from peerhub.workforce.rules.posts import Days

FIRST = date(2025, 1, 6)
TERMS = Terms("sam", "priya", SupervisionKind.PEER, 4, 60, FIRST)
HERE, AWAY, LEFT = Whereabouts.HERE, Whereabouts.AWAY, Whereabouts.LEFT


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"supervisor": "priya"}, "supervisor_id", "their own supervisor"),
        ({"deputy": "sam"}, "deputy_id", "neither of the two"),
        ({"deputy": "priya"}, "deputy_id", "neither of the two"),
        ({"ends": date(2025, 1, 5)}, "ends", "first day or later"),
        ({"every_weeks": 0}, "every_weeks", "from 1 to 26"),
        ({"every_weeks": 27}, "every_weeks", "from 1 to 26"),
        ({"minutes": 9}, "minutes", "from 10 to 240"),
        ({"minutes": 241}, "minutes", "from 10 to 240"),
    ],
)
def test_terms_that_may_not_be(changed: dict[str, object], field: str, says: str) -> None:
    refused = terms_refusal(replace(TERMS, **changed), [], [])
    assert refused is not None
    assert refused.field == field
    assert says in refused.message


@pytest.mark.parametrize(
    "changed",
    [{}, {"ends": FIRST}, {"every_weeks": 26, "minutes": 240}, {"every_weeks": 1, "minutes": 10}, {"deputy": "hana"}],
)
def test_terms_that_may(changed: dict[str, object]) -> None:
    assert terms_refusal(replace(TERMS, **changed), [], [Days(date(2020, 1, 1))]) is None


def test_a_supervisor_who_has_left_is_said() -> None:
    gone = [Days(date(2020, 1, 1), date(2025, 1, 5))]
    refused = terms_refusal(TERMS, [], gone)
    assert refused is not None
    assert "has left" in refused.message
    assert terms_refusal(TERMS, [], [Days(date(2020, 1, 1), FIRST)]) is None, "their last day is a day of work"


def test_two_agreements_of_one_kind_never_share_a_day() -> None:
    other = replace(TERMS, supervisor="tom", starts=date(2024, 1, 1), ends=FIRST)
    refused = terms_refusal(TERMS, [other], [])
    assert refused is not None
    assert refused.field == "starts"
    assert terms_refusal(TERMS, [replace(other, ends=FIRST - timedelta(days=1))], []) is None
    assert terms_refusal(TERMS, [replace(other, kind=SupervisionKind.MANAGEMENT)], []) is None


@pytest.mark.parametrize(
    ("ends", "ended", "held", "field"),
    [
        (date(2025, 1, 5), None, None, "ends"),
        (date(2025, 3, 1), None, date(2025, 3, 2), "ends"),
        (date(2025, 3, 1), date(2025, 2, 1), None, None),
    ],
)
def test_an_end_that_may_not_be(ends: date, ended: date | None, held: date | None, field: str | None) -> None:
    refused = end_refusal(FIRST, ends, ended, held)
    assert refused is not None
    assert refused.field == field
    assert end_refusal(FIRST, FIRST, None, FIRST) is None


def test_cover_is_somebody_else_and_one_at_a_time() -> None:
    days = Days(date(2025, 7, 1), date(2025, 7, 14))
    assert cover_refusal("sam", "priya", "hana", days, []) is None
    for cover in ("sam", "priya"):
        assert cover_refusal("sam", "priya", cover, days, []) is not None
    assert cover_refusal("sam", "priya", "hana", days, [Days(date(2025, 7, 14), None)]) is not None
    assert cover_refusal("sam", "priya", "hana", Days(days.starts, date(2025, 6, 1)), []) is not None


@pytest.mark.parametrize(
    ("spells", "away", "where"),
    [
        ([], [], HERE),
        ([Days(date(2020, 1, 1))], [], HERE),
        ([Days(date(2020, 1, 1), FIRST)], [], HERE),
        ([Days(date(2020, 1, 1), date(2025, 1, 5))], [], LEFT),
        ([Days(date(2020, 1, 1), date(2024, 1, 1)), Days(date(2025, 2, 1))], [], AWAY),
        ([Days(date(2020, 1, 1))], [Days(FIRST, None)], AWAY),
    ],
)
def test_where_a_supervisor_is(spells: list[Days], away: list[Days], where: Whereabouts) -> None:
    assert whereabouts(spells, away, FIRST) is where


@pytest.mark.parametrize(
    ("supervisor", "stand_ins", "expected"),
    [
        (None, [HERE], Lack.NO_AGREEMENT),
        (LEFT, [HERE], Lack.SUPERVISOR_LEFT),
        (AWAY, [], Lack.SUPERVISOR_AWAY),
        (AWAY, [AWAY, LEFT], Lack.SUPERVISOR_AWAY),
        (AWAY, [AWAY, HERE], None),
        (HERE, [], None),
    ],
)
def test_who_has_nobody(supervisor: Whereabouts | None, stand_ins: list[Whereabouts], expected: Lack | None) -> None:
    assert lack(supervisor, stand_ins) is expected


@pytest.mark.parametrize(
    ("people", "wte", "ceiling", "is_over", "room"),
    [(10, "1", 10, False, 0), (11, "1", 10, True, 0), (6, "0.5", 10, True, 0), (4, "0.6", 8, False, 0)],
)
def test_a_supervisors_load(people: int, wte: str, ceiling: int, is_over: bool, room: int) -> None:
    found = load(people, Decimal(wte), ceiling)
    assert (found.is_over, found.room) == (is_over, room)


# Handing over --------------------------------------------------------------------------------------------------------

ON = date(2025, 6, 2)


@pytest.mark.parametrize(
    ("to", "on", "held", "field"),
    [
        ("sam", ON, None, "supervisor_id"),
        ("priya", ON, None, "supervisor_id"),
        ("hana", FIRST, None, "on"),
        ("hana", date(2026, 1, 1), None, "on"),
        ("hana", ON, ON, "on"),
    ],
)
def test_a_hand_over_that_may_not_be(to: str, on: date, held: date | None, field: str) -> None:
    days = Days(FIRST, date(2025, 12, 31))
    refused = hand_over_refusal("sam", "priya", to, days, on, held)
    assert refused is not None
    assert refused.field == field
    assert hand_over_refusal("sam", "priya", "hana", days, ON, ON - timedelta(days=1)) is None


def test_only_the_person_supervised_answers_and_yes_is_final() -> None:
    assert answer_refusal("priya", "priya", Consent.WAITING) is None
    assert answer_refusal("priya", "priya", Consent.REFUSED) is None, "a no may become a yes"
    for by, consent in (("sam", Consent.WAITING), ("priya", Consent.GIVEN), ("priya", Consent.NOT_ASKED)):
        assert answer_refusal(by, "priya", consent) is not None


@pytest.mark.parametrize(
    ("consent", "answered", "since"),
    [
        (Consent.GIVEN, date(2025, 5, 20), ON),
        (Consent.GIVEN, date(2025, 6, 20), date(2025, 6, 20)),
        (Consent.REFUSED, date(2025, 5, 20), None),
        (Consent.WAITING, None, None),
        (Consent.NOT_ASKED, None, None),
    ],
)
def test_notes_go_over_with_consent_alone(consent: Consent, answered: date | None, since: date | None) -> None:
    assert notes_from(ON, consent, answered) == since


HELD = ON - timedelta(days=30)


def passed(on: date, by: str, to: str, notes_from: date | None) -> Passed:
    return Passed(on, by, to, notes_from)


def test_notes_go_on_from_whoever_has_them_and_stay_behind_without_consent() -> None:
    later = ON + timedelta(days=60)
    first, second = passed(ON, "sam", "rita", ON), passed(later, "rita", "hana", later)
    assert [holder("sam", HELD, [second, first], ON + timedelta(days=days)) for days in (-1, 0, 59, 60)] == [
        "sam", "rita", "rita", "hana",
    ]  # fmt: skip
    kept = replace(first, notes_from=None)
    assert holder("sam", HELD, [kept, second], later) == "sam", "what Rita never had she cannot hand on"
    assert holder("rita", ON + timedelta(days=3), [kept, second], later) == "hana"
    assert holder("sam", later + timedelta(days=9), [first], later + timedelta(days=9)) == "sam", "held since"
    assert holder("cover", HELD, [first], later) == "cover", "a session that a cover held stays with the cover"


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from("bcd"), st.booleans()), max_size=4), st.integers(-5, 70))
def test_on_every_day_exactly_one_supervisor_can_read(handed: list[tuple[int, str, bool]], at: int) -> None:
    chain, has_it = [], "a"
    for days, to, agreed in sorted(handed):
        on = ON + timedelta(days=days)
        chain.append(passed(on, has_it, to, on if agreed else None))
        has_it = to
    day = ON + timedelta(days=at)
    reader = holder("a", HELD, chain, day)
    assert reader in {"a", *(one.to for one in chain if one.notes_from is not None and one.notes_from <= day)}
    if all(agreed for *_, agreed in handed):
        begun = [one.to for one in chain if one.on <= day]
        assert reader == (begun[-1] if begun else "a"), "with consent the notes are with the supervisor of the day"
