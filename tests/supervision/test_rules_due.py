"""Due dates as the domain page has them, case by case, and against a walk one day at a time."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.supervision.rules.due import Due, listed, standings, tallies, tally
from peerhub.supervision.rules.facts import AgreementRow, Facts, SpellRow, facts
from peerhub.supervision.rules.words import DueState as S

START = date(2025, 1, 6)
Away = tuple[tuple[date, date | None], ...]


def peer(
    *held: date, away: Away = (), every: int = 4, spell: date = START, agreed: date | None = START, gap: int = 14
) -> Facts:
    agreements = [] if agreed is None else [AgreementRow("a", "priya", "sam", every, agreed, None)]
    return facts([SpellRow("priya", spell, None, "willow", away)], agreements, [("priya", day) for day in held], gap)


def on(found: Facts, day: date) -> Due:
    (due,) = listed(found, standings(found, day))
    return due


@pytest.mark.parametrize(
    ("day", "state", "late"),
    [
        (date(2025, 1, 6), S.ON_TIME, -28),
        (date(2025, 1, 26), S.ON_TIME, -8),
        (date(2025, 1, 27), S.DUE_SOON, -7),
        (date(2025, 2, 3), S.DUE_SOON, 0),
        (date(2025, 2, 4), S.OVERDUE, 1),
        (date(2025, 3, 6), S.OVERDUE, 31),
    ],
)
def test_the_first_session_is_due_an_interval_after_the_start(day: date, state: S, late: int) -> None:
    due = on(peer(), day)
    assert (due.due, due.state, due.days, due.last_held) == (date(2025, 2, 3), state, late, None)


def test_after_a_session_the_next_is_due_an_interval_later() -> None:
    found = peer(date(2025, 1, 20), date(2025, 2, 10), every=6)
    due = on(found, date(2025, 3, 1))
    assert (due.last_held, due.due, due.state) == (date(2025, 2, 10), date(2025, 3, 24), S.ON_TIME)


def test_what_came_later_changes_nothing_of_a_past_day() -> None:
    found = peer(date(2025, 1, 20), date(2025, 3, 31))
    assert on(found, date(2025, 3, 30)).last_held == date(2025, 1, 20)
    assert on(found, date(2025, 3, 30)).state is S.OVERDUE
    assert on(found, date(2025, 3, 31)).state is S.ON_TIME
    later = peer(date(2025, 1, 20), away=((date(2025, 4, 1), date(2025, 9, 1)),))
    assert on(later, date(2025, 3, 30)) == on(peer(date(2025, 1, 20)), date(2025, 3, 30))


def test_an_agreement_made_before_the_first_day_runs_from_the_first_day() -> None:
    assert on(peer(agreed=date(2024, 11, 1)), START).due == date(2025, 2, 3)


def test_an_agreement_made_later_runs_from_its_own_start_until_a_session_was_held() -> None:
    assert on(peer(agreed=date(2025, 6, 2)), date(2025, 6, 3)).due == date(2025, 6, 30)
    held = on(peer(date(2025, 5, 26), agreed=date(2025, 6, 2)), date(2025, 6, 3))
    assert held.due == date(2025, 6, 23), "a new supervisor does not put the clock back"


LEAVE = (date(2025, 2, 10), date(2025, 3, 9))  # 28 days


@pytest.mark.parametrize(
    ("day", "state", "due", "paused"),
    [
        (date(2025, 2, 9), S.DUE_SOON, date(2025, 2, 15), 0),
        (date(2025, 2, 10), S.PAUSED, date(2025, 2, 16), 1),
        (date(2025, 3, 9), S.PAUSED, date(2025, 3, 15), 28),
        (date(2025, 3, 10), S.DUE_SOON, date(2025, 3, 15), 28),
        (date(2025, 3, 16), S.OVERDUE, date(2025, 3, 15), 28),
    ],
)
def test_long_leave_pauses_the_clock_by_its_days(day: date, state: S, due: date, paused: int) -> None:
    found = on(peer(date(2025, 1, 18), away=(LEAVE,)), day)
    assert (found.state, found.due, found.paused_days) == (state, due, paused)


def test_somebody_overdue_when_they_went_is_no_later_when_they_come_back() -> None:
    found = peer(date(2025, 1, 9), away=(LEAVE,))
    assert on(found, date(2025, 2, 9)).days == 3
    assert on(found, date(2025, 3, 10)).days == 4


def test_leave_with_no_end_pauses_for_as_long_as_it_lasts() -> None:
    found = peer(date(2025, 1, 18), away=((date(2025, 2, 10), None),))
    assert on(found, date(2026, 2, 9)).state is S.PAUSED
    assert on(found, date(2026, 2, 9)).paused_days == 365


def test_leave_before_the_last_session_pauses_nothing() -> None:
    assert on(peer(date(2025, 3, 12), away=(LEAVE,)), date(2025, 3, 20)).paused_days == 0


def test_away_from_one_of_two_posts_is_at_work() -> None:
    spells = [SpellRow("priya", START, None, "willow", (LEAVE,)), SpellRow("priya", START, None, "harbour")]
    found = facts(spells, [AgreementRow("a", "priya", "sam", 4, START, None)], [])
    assert on(found, date(2025, 2, 20)).state is S.OVERDUE
    both = [spell._replace(away=(LEAVE,)) for spell in spells]
    assert on(facts(both, [AgreementRow("a", "priya", "sam", 4, START, None)], []), date(2025, 2, 20)).paused_days == 11


def test_without_an_agreement_there_is_no_due_date_and_the_peer_is_listed() -> None:
    due = on(peer(date(2025, 1, 20), agreed=None), date(2025, 3, 1))
    assert (due.state, due.due, due.agreement) == (S.NO_AGREEMENT, None, None)


def test_an_agreement_that_has_ended_is_none() -> None:
    ended = AgreementRow("a", "priya", "sam", 4, START, date(2025, 2, 1))
    found = facts([SpellRow("priya", START, None)], [ended], [])
    assert on(found, date(2025, 2, 1)).state is S.DUE_SOON
    assert on(found, date(2025, 2, 2)).state is S.NO_AGREEMENT


def test_who_comes_back_after_a_gap_begins_anew() -> None:
    spells = [SpellRow("priya", START, date(2025, 3, 31)), SpellRow("priya", date(2025, 4, 10), None)]
    agreement = [AgreementRow("a", "priya", "sam", 4, START, None)]
    goes_on = facts(spells, agreement, [("priya", date(2025, 3, 24))], 14)
    assert on(goes_on, date(2025, 4, 11)).last_held == date(2025, 3, 24)
    anew = facts(spells, agreement, [("priya", date(2025, 3, 24))], 5)
    assert on(anew, date(2025, 4, 11)).last_held is None
    assert on(anew, date(2025, 4, 11)).due == date(2025, 5, 8)
    assert listed(anew, standings(anew, date(2025, 4, 5))) == [], "nobody is a current peer between two posts"


def test_on_time_counts_those_with_more_than_one_interval_of_service() -> None:
    day = date(2025, 3, 3)
    assert tally(standings(peer(spell=day - timedelta(days=28), agreed=None), day)).counted == 0
    new = tally(standings(peer(spell=day - timedelta(days=29), agreed=None), day))
    assert (new.kept, new.counted) == (0, 1), "no agreement and no session is not on time"
    assert tally(standings(peer(every=8), day)).counted == 0, "the interval is that of the agreement"


def test_a_paused_peer_is_not_overdue() -> None:
    found = tally(standings(peer(away=((date(2025, 1, 20), None),)), date(2025, 6, 2)))
    assert (found.kept, found.counted, found.percent) == (1, 1, 100.0)
    was_late = tally(standings(peer(away=((date(2025, 3, 3), None),)), date(2025, 3, 4)))
    assert (was_late.kept, was_late.counted) == (1, 1)


def test_nobody_is_no_percent() -> None:
    found = tally(standings(facts([], [], []), START))
    assert (found.peers, found.percent) == (0, None)


def test_sessions_and_agreements_of_others_are_let_go() -> None:
    found = facts(
        [SpellRow("priya", START, None)], [AgreementRow("a", "hana", "sam", 4, START, None)], [("hana", START)]
    )
    assert on(found, START).state is S.NO_AGREEMENT
    assert not len(found.held)


# Against a walk, one day at a time -----------------------------------------------------------------------------------

DAYS = st.integers(0, 300).map(lambda days: START + timedelta(days=days))


@st.composite
def stretches(draw: st.DrawFn) -> tuple[date, date | None]:
    first = draw(DAYS)
    return first, draw(st.none() | st.integers(0, 120).map(lambda days: first + timedelta(days=days)))


@st.composite
def people(draw: st.DrawFn) -> tuple[list[SpellRow], list[AgreementRow], list[tuple[str, date]]]:
    spells, agreements, held = [], [], []
    for who in draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True)):
        spells += [
            SpellRow(who, *draw(stretches()), "ward", tuple(draw(st.lists(stretches(), max_size=2))))
            for _ in range(draw(st.integers(1, 2)))
        ]
        if draw(st.booleans()):
            agreements.append(AgreementRow(who, who, "sam", draw(st.integers(1, 8)), *draw(stretches())))
        held += [(who, day) for day in draw(st.lists(DAYS, max_size=4))]
    return spells, agreements, held


def walked(rows: tuple[list[SpellRow], list[AgreementRow], list[tuple[str, date]]], who: str, day: date) -> object:
    """What a person with a calendar would say of somebody on a day, with the gap at 14 days; None: no current peer."""
    spells, agreements, held = rows
    mine = [spell for spell in spells if spell.person == who]

    def covers(starts: date, ends: date | None, asked: date) -> bool:
        return starts <= asked and (ends is None or asked <= ends)

    def works(asked: date) -> bool:
        return any(covers(spell.starts, spell.ends, asked) for spell in mine)

    def is_away(asked: date) -> bool:
        current = [spell for spell in mine if covers(spell.starts, spell.ends, asked)]
        return bool(current) and all(any(covers(*part, asked) for part in spell.away) for spell in current)

    if not works(day):
        return None
    begun, back = day, 0
    while back <= 14 and begun - timedelta(days=back) >= START - timedelta(days=20):
        if works(begun - timedelta(days=back + 1)):
            begun, back = begun - timedelta(days=back + 1), 0
        else:
            back += 1
    running = [row for row in agreements if row.supervisee == who and covers(row.starts, row.ends, day)]
    last = max((when for name, when in held if name == who and begun <= when <= day), default=None)
    every = running[0].every_weeks * 7 if running else 28
    base = last or (max(running[0].starts, begun) if running else begun)
    paused = sum(is_away(base + timedelta(days=at)) for at in range((day - base).days + 1))
    due = base + timedelta(days=every + paused)
    if not running:
        return S.NO_AGREEMENT, last, 0, None
    if is_away(day):
        return S.PAUSED, last, paused, due
    state = S.OVERDUE if due < day else S.DUE_SOON if (due - day).days <= 7 else S.ON_TIME
    return state, last, paused, due


@given(people(), DAYS)
def test_columns_say_what_a_walk_through_the_days_says(
    rows: tuple[list[SpellRow], list[AgreementRow], list[tuple[str, date]]], day: date
) -> None:
    found = facts(*rows)
    told = {
        due.person: (due.state, due.last_held, due.paused_days, due.due) for due in listed(found, standings(found, day))
    }
    assert told == {who: said for who in "abc" if (said := walked(rows, who, day)) is not None}


@given(people(), DAYS)
def test_every_current_peer_is_in_one_state_and_kept_never_beats_counted(
    rows: tuple[list[SpellRow], list[AgreementRow], list[tuple[str, date]]], day: date
) -> None:
    found = standings(facts(*rows), day)
    counted = tally(found)
    assert counted.peers == len(found.person) == len({*found.person.tolist()})
    assert 0 <= counted.kept <= counted.counted <= counted.peers


@given(people(), DAYS)
def test_one_more_session_today_never_makes_anybody_later(
    rows: tuple[list[SpellRow], list[AgreementRow], list[tuple[str, date]]], day: date
) -> None:
    spells, agreements, held = rows
    before = tally(standings(facts(*rows), day))
    after = tally(standings(facts(spells, agreements, [*held, ("a", day)]), day))
    assert after.kept >= before.kept
    assert after.states[S.OVERDUE] <= before.states[S.OVERDUE]


def test_two_thousand_peers_with_ten_years_of_sessions_take_no_time() -> None:
    first = date(2015, 1, 5)
    spells = [SpellRow(who, first, None, who % 50) for who in range(2000)]
    agreements = [AgreementRow(who, who, who % 200, 4, first, None) for who in range(2000)]
    held = [(who, first + timedelta(days=28 * at + who % 28)) for who in range(2000) for at in range(130)]
    found = facts(spells, agreements, held)
    months = [date(2024, month, 28) for month in range(1, 13)]
    begun = time.perf_counter()
    assert [tally.peers for tally in tallies(found, months)] == [2000] * 12
    assert time.perf_counter() - begun < 1, "a hundredth of it on a quiet machine"
