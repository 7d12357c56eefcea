"""Where the spells of one post lie: new terms follow the old, nothing overlaps, and nobody outlasts their terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from peerhub.workforce.rules.held import Held, HeldLine, HeldPerson, HeldPost, HeldSpell, HeldTeam, name_key
from peerhub.workforce.rules.plan import Asked, Plan, make_plan
from peerhub.workforce.rules.rows import SpellRow
from peerhub.workforce.rules.terms import Stay, Term, Terms, in_the_way, settle
from peerhub.workforce.rules.words import Band, Contract, RoleKind, Setting

FIRST = date(2020, 1, 1)
TODAY = date(2025, 6, 1)
LINE, TEAM = uuid4(), uuid4()


def terms_of(band: Band) -> Terms:
    return Terms("Peer support worker", RoleKind.PEER_SUPPORT_WORKER, band, True, True, ("line", "team"))


@st.composite
def stays(draw: Callable[..., Any]) -> list[tuple[Stay, Terms]]:
    """Stays in one post, none on the day of another, each with the terms its row gives."""
    made = []
    day = FIRST
    for _ in range(draw(st.integers(1, 8))):
        start = day + timedelta(days=draw(st.integers(0, 40)))
        end = start + timedelta(days=draw(st.integers(0, 60)))
        made.append((Stay(start, end), terms_of(draw(st.sampled_from([Band.B3, Band.B4])))))
        day = end + timedelta(days=1)
    if draw(st.booleans()):
        made[-1][0].end = None
    return made


@settings(max_examples=400, deadline=None)
@given(stays(), st.data())
def test_stays_lie_in_their_terms_whatever_came_first(told: list[tuple[Stay, Terms]], data: st.DataObject) -> None:
    later = {index for index in range(len(told)) if data.draw(st.booleans())}
    opens = FIRST + timedelta(days=data.draw(st.integers(-30, 200)))
    terms = [Term(terms_of(Band.B5), opens, None)] if data.draw(st.booleans()) else []
    placed = []
    for batch in (set(range(len(told))) - later, later):
        for index in sorted(batch):
            stay, wanted = told[index]
            if in_the_way(terms, stay.start, stay.end, wanted) is None:
                settle(terms, stay, wanted)
                placed.append((stay, wanted))
    for stay, wanted in placed:
        assert stay.term in terms
        assert stay.term.terms == wanted
        assert stay.term.opens <= stay.start
        assert stay.term.closes is None or (stay.end is not None and stay.end <= stay.term.closes)
    for term, following in pairwise(terms):
        assert term.opens <= (term.closes or date.max)
        assert term.closes is not None
        assert term.closes < following.opens


def held(posts: list[HeldPost] = [], spells: list[HeldSpell] = [], **people: HeldPerson) -> Held:  # noqa: B006 - never changed
    line, team = HeldLine(LINE, "Line", Setting.COMMUNITY), HeldTeam(TEAM, LINE, "Team")
    return Held(people={f"n{name}": person for name, person in people.items()}, lines=[line], teams=[team],
                posts=posts, spells=spells)  # fmt: skip


def person(name: str = "Ada") -> HeldPerson:
    return HeldPerson(uuid4(), frozenset({name_key(name, "Nwosu")}), "", "", None)


def post(number: str = "", employer: str = "", **changes: Any) -> HeldPost:
    key = uuid4()
    made = HeldPost(key, key, TEAM, number, employer, "Worker", RoleKind.OTHER, None, False, False, FIRST, None)
    return replace(made, **changes)


def spell(of: HeldPerson, where: HeldPost, starts: date = FIRST, ends: date | None = None) -> HeldSpell:
    return HeldSpell(uuid4(), of.key, where.key, starts, ends, Decimal(1), Contract.PERMANENT, None, "", "")


def row(line: int = 2, **changes: Any) -> SpellRow:
    usual: dict[str, Any] = {
        "line": line, "staff_number": "na", "first_name": "Ada", "last_name": "Nwosu", "service_line": "Line",
        "setting": Setting.COMMUNITY, "team": "Team", "position_title": "Worker", "role_kind": RoleKind.OTHER,
        "lived_experience_role": False, "peer_service": False, "start_date": FIRST,
    }  # fmt: skip
    return SpellRow(**usual | changes)


def planned(known: Held, *rows: SpellRow, **asked: Any) -> Plan:
    return make_plan(known, rows, Asked(today=TODAY, covers=lambda _line, _team: True, **asked))


def outcome(plan: Plan) -> tuple[int, int, list[tuple[int, str]]]:
    new = sum(found.is_new for found in plan.spells)
    return new, len(plan.changed) - new, [(problem.line, problem.column) for problem in plan.problems]


def test_an_employer_left_blank_on_either_side_is_the_same_post() -> None:
    ada = person()
    blank, named = post("P1"), post("P1", "Trust")
    assert outcome(planned(held([blank], [spell(ada, blank)], a=ada), row(post_number="P1", employer="Trust"))) == (
        0,
        1,
        [],
    )
    assert outcome(planned(held([named], [spell(ada, named)], a=ada), row(post_number="P1"))) == (0, 0, [])


def test_a_number_that_two_employers_have_needs_the_employer() -> None:
    ada = person()
    posts = [post("P1", "Trust"), post("P1", "Charity")]
    known = held(posts, [spell(ada, posts[0])], a=ada)
    assert outcome(planned(known, row(post_number="P1"))) == (0, 0, [(2, "post_number")])
    assert outcome(planned(known, row(post_number="P1", employer="TRUST"))) == (0, 0, [])


def test_two_posts_of_one_person_that_differ_in_hours_alone_are_not_mixed_up() -> None:
    ada = person()
    long, short = post(), post()
    spells = [replace(spell(ada, long), wte=Decimal("0.6")), replace(spell(ada, short), wte=Decimal("0.2"))]
    rows = [row(2, wte=Decimal("0.2")), row(3, wte=Decimal("0.6"))]
    assert outcome(planned(held([long, short], spells, a=ada), *rows)) == (0, 0, [])
    ended = planned(held([long, short], spells, a=ada), rows[0], replace(rows[1], end_date=date(2021, 1, 1)))
    assert [(found.stay.held.wte, found.values) for found in ended.spells if found.stay.held] == [
        (Decimal("0.6"), {"ends": date(2021, 1, 1)})
    ]


def test_a_second_post_from_the_same_day_is_a_second_post() -> None:
    ada = person()
    known = post()
    rows = [row(2), row(3, position_title="Trainer")]
    assert outcome(planned(held([known], [spell(ada, known)], a=ada), *rows)) == (1, 0, [])


def test_a_spell_that_seems_to_be_in_a_post_without_a_number_is_asked_about() -> None:
    ada, bea = person(), person("Bea")
    unnumbered, numbered = post(), post("P1")
    spells = [spell(ada, unnumbered), spell(bea, numbered, date(2010, 1, 1), date(2011, 1, 1))]
    plan = planned(held([unnumbered, numbered], spells, a=ada, b=bea), row(post_number="P1"))
    assert outcome(plan) == (0, 0, [(2, "post_number")])
    assert "in a post without a number" in plan.problems[0].message


def test_a_spell_cannot_run_over_terms_that_nobody_has_held_yet() -> None:
    ada = person()
    first = post("P1", closes=date(2023, 12, 31))
    second = replace(post("P1", opens=date(2024, 1, 1)), band=Band.B4)
    known = held([first, second], [spell(ada, first, ends=date(2023, 6, 30))], a=ada)
    plan = planned(known, row(post_number="P1"))
    assert outcome(plan) == (0, 0, [(2, "end_date")])
    assert "changes on 01/01/2024" in plan.problems[0].message
    assert outcome(planned(known, row(post_number="P1", end_date=date(2023, 12, 31)))) == (0, 1, [])


def test_terms_that_follow_begin_later_when_a_spell_lasts_longer() -> None:
    ada, bea = person(), person("Bea")
    first = post("P1", closes=date(2023, 12, 31))
    second = replace(post("P1", opens=date(2024, 1, 1)), band=Band.B4)
    spells = [spell(ada, first, ends=date(2023, 6, 30)), spell(bea, second, date(2024, 3, 1))]
    plan = planned(held([first, second], spells, a=ada, b=bea), row(post_number="P1", end_date=date(2024, 1, 31)))
    assert outcome(plan) == (0, 1, [])
    [whole] = plan.posts
    assert [(term.opens, term.closes) for term in whole.terms] == [
        (FIRST, date(2024, 1, 31)),
        (date(2024, 2, 1), None),
    ]


def test_a_refused_row_leaves_room_for_no_other() -> None:
    """Ada's held spell stays as it is when her row is refused; Bea's row, which would follow a shorter one, is too."""
    ada = person()
    known = post("P1")
    rows = [
        row(2, post_number="P1", first_name="Not", end_date=date(2021, 1, 1)),
        row(3, post_number="P1", staff_number="nb", first_name="Bea", start_date=date(2021, 2, 1)),
    ]
    plan = planned(held([known], [spell(ada, known)], a=ada), *rows)
    assert outcome(plan) == (0, 0, [(2, "staff_number"), (3, "post_number")])


def test_thousands_of_rows_in_one_held_post_are_refused_quickly() -> None:
    ada = person()
    known = post("P1")
    days = [FIRST + timedelta(days=day) for day in range(3000)]
    rows = [
        row(line, post_number="P1", staff_number=f"x{line}", start_date=day, end_date=day)
        for line, day in enumerate(days, start=2)
    ]
    plan = planned(held([known], [spell(ada, known)], a=ada), *rows)
    assert len(plan.problems) == 3000
    assert not plan.writes


def test_only_whoever_goes_on_working_here_can_be_missing() -> None:
    there, left, to_come, ending = person("A"), person("B"), person("C"), person("D")
    posts = [post(str(number)) for number in range(4)]
    spells = [
        spell(there, posts[0]),
        spell(left, posts[1], ends=date(2021, 1, 1)),
        spell(to_come, posts[2], TODAY + timedelta(days=1)),
        spell(ending, posts[3], ends=TODAY + timedelta(days=30)),
    ]
    known = held(posts, spells, a=there, b=left, c=to_come, d=ending)
    assert planned(known, is_complete=True).unconfirmed == (there.key,)
    assert planned(known, is_complete=True, present=frozenset({"na"})).unconfirmed == (), "their row was refused"
    assert planned(known).unconfirmed == ()
    assert planned(known, row(first_name="A", post_number="0"), is_complete=True).unconfirmed == ()


def test_an_older_row_alone_does_not_say_that_somebody_is_still_here() -> None:
    ada = person()
    now, before = post("1"), post("2")
    known = held([now, before], [spell(ada, now, date(2023, 1, 1)), spell(ada, before, ends=date(2022, 12, 31))], a=ada)
    assert planned(known, row(post_number="2", end_date=date(2022, 12, 31)), is_complete=True).unconfirmed == (ada.key,)
