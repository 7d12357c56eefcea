"""New terms of a post: a row that follows, spells that go on, and history as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from peerhub.core.database import db
from peerhub.core.errors import Conflict, DomainError
from peerhub.workforce import signals
from peerhub.workforce.actions.posts import change_terms, close_post, correct_post
from peerhub.workforce.models import Break, Post, Spell, Team
from peerhub.workforce.queries.careers import rows_of_post
from peerhub.workforce.rules.posts import NEVER_COUNTED
from peerhub.workforce.rules.words import Band, BreakKind, LeavingReason
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.workforce.rows import add_post, add_spell
from tests.workforce.test_posts import day, sent

Browse = Callable[[UUID | None], Browser]
FIRST = date(2024, 1, 1)
DAY = timedelta(days=1)


def get(key: UUID) -> Post:
    return db.session.get_one(Post, key)


def spells_of(post: Post) -> list[tuple[date, date | None]]:
    return [(row.starts, row.ends) for row in sorted(post.spells, key=lambda row: row.starts)]


@pytest.fixture
def told() -> Iterator[list[Any]]:
    facts: list[Any] = []
    with signals.spell_started.connected_to(facts.append), signals.spell_ended.connected_to(facts.append):
        yield facts


def test_the_new_row_follows_and_the_former_keeps_its_terms(in_app: Flask, world: World) -> None:
    former = get(world.priya_post)
    made = change_terms(former, 1, FIRST, band=Band.B4, title=" Senior peer ", wte=Decimal("0.9"))
    db.session.flush()
    assert (former.opens, former.closes, former.band) == (date(2022, 1, 1), FIRST - DAY, Band.B3)
    assert (made.opens, made.closes, made.band, made.title) == (FIRST, None, Band.B4, "Senior peer")
    assert (made.number, made.team_id, made.peer_service) == (former.number, former.team_id, True)
    assert rows_of_post(made) == [former, made]


def test_a_spell_that_crosses_the_day_goes_on_in_the_new_row(in_app: Flask, world: World, told: list[Any]) -> None:
    former = get(world.priya_post)
    made = change_terms(former, None, FIRST, band=Band.B4)
    db.session.expire_all()
    assert spells_of(former) == [(date(2022, 3, 1), FIRST - DAY)]
    assert spells_of(made) == [(FIRST, None)]
    before, after = former.spells[0], made.spells[0]
    assert before.leaving_reason is None, "nobody left"
    assert (after.person_id, after.wte, after.contract) == (before.person_id, before.wte, before.contract)
    assert told == [
        signals.SpellEnded(before.id, world.priya_person, former.id, FIRST - DAY, goes_on=True),
        signals.SpellStarted(after.id, world.priya_person, made.id, FIRST, goes_on=True),
    ]


def test_spells_before_stay_and_spells_after_move_whole(in_app: Flask, world: World, told: list[Any]) -> None:
    post = get(add_post(world.willow, number="P50"))
    early = add_spell(post.id, date(2022, 2, 1), date(2022, 12, 31), leaving_reason=LeavingReason.EDUCATION)
    edge = add_spell(post.id, date(2023, 2, 1), FIRST - DAY, leaving_reason=LeavingReason.HEALTH)
    late = add_spell(post.id, FIRST, date(2024, 6, 30), leaving_reason=LeavingReason.CARING)
    made = change_terms(post, None, FIRST, band=Band.B5)
    db.session.expire_all()
    assert [row.id for row in post.spells] == [early, edge]
    assert [row.id for row in made.spells] == [late]
    assert [row.leaving_reason for row in (*post.spells, *made.spells)] == [
        LeavingReason.EDUCATION, LeavingReason.HEALTH, LeavingReason.CARING,
    ]  # fmt: skip
    assert told == [], "no day of work began or ended"


def test_a_spell_with_an_end_hands_on_its_reason(in_app: Flask, world: World) -> None:
    post = get(add_post(world.willow))
    add_spell(
        post.id, date(2023, 2, 1), date(2025, 1, 31), leaving_reason=LeavingReason.RELOCATION, destination="Leeds",
        campaign="Spring", weekdays="MoTu",
    )  # fmt: skip
    made = change_terms(post, None, FIRST, band=Band.B5)
    db.session.expire_all()
    before, after = post.spells[0], made.spells[0]
    assert (before.leaving_reason, before.destination, before.campaign) == (None, "", "Spring")
    assert (after.leaving_reason, after.destination, after.campaign) == (LeavingReason.RELOCATION, "Leeds", "Spring")
    assert (after.ends, after.weekdays) == (date(2025, 1, 31), "MoTu")


def test_time_away_is_split_too(in_app: Flask, world: World) -> None:
    spell = db.session.get_one(Spell, world.priya_spell)
    for starts, ends in (
        (date(2022, 5, 1), date(2022, 5, 31)), (date(2023, 11, 1), date(2024, 2, 29)), (date(2024, 5, 1), None),
    ):  # fmt: skip
        spell.breaks.append(Break(kind=BreakKind.CAREER_BREAK, starts=starts, ends=ends))
    db.session.flush()
    made = change_terms(get(world.priya_post), None, FIRST, band=Band.B4)
    db.session.expire_all()
    assert [(away.starts, away.ends) for away in spell.breaks] == [
        (date(2022, 5, 1), date(2022, 5, 31)), (date(2023, 11, 1), FIRST - DAY),
    ]  # fmt: skip
    assert [(away.starts, away.ends) for away in made.spells[0].breaks] == [
        (FIRST, date(2024, 2, 29)), (date(2024, 5, 1), None),
    ]  # fmt: skip


def test_new_terms_between_two(in_app: Flask, world: World) -> None:
    post = get(world.vacant_post)
    last = change_terms(post, None, date(2025, 1, 1), band=Band.B5)
    between = change_terms(post, None, FIRST, band=Band.B4)
    assert [(row.opens, row.closes, row.band) for row in rows_of_post(post)] == [
        (date(2022, 1, 1), FIRST - DAY, Band.B3),
        (FIRST, date(2024, 12, 31), Band.B4),
        (date(2025, 1, 1), None, Band.B5),
    ]
    assert last in rows_of_post(between)


@pytest.mark.parametrize(
    ("first_day", "terms", "field"),
    [
        (date(2022, 1, 1), {}, "first_day"),
        (date(2021, 1, 1), {}, "first_day"),
        (FIRST, {"counted_in_numbers": True}, "counted_in_numbers"),
        (FIRST, {"lived_experience": False}, "lived_experience"),
        (FIRST, {"wte": Decimal("1.1")}, "wte"),
    ],
)
def test_terms_that_may_not_be(in_app: Flask, world: World, first_day: date, terms: dict[str, Any], field: str) -> None:
    post = get(world.priya_post)
    with pytest.raises(DomainError) as refused:
        change_terms(post, None, first_day, **terms)
    assert refused.value.field == field
    assert post.closes is None
    assert spells_of(post) == [(date(2022, 3, 1), None)]


def test_a_closed_post_gets_no_terms_after_it(in_app: Flask, world: World) -> None:
    post = get(world.vacant_post)
    close_post(post, None, date(2023, 1, 31))
    with pytest.raises(DomainError, match="This post closes on 31 January 2023"):
        change_terms(post, None, FIRST)


def test_former_terms_neither_close_nor_reopen(in_app: Flask, world: World) -> None:
    post = get(world.vacant_post)
    change_terms(post, None, FIRST)
    with pytest.raises(DomainError, match="Other terms follow these"):
        close_post(post, None, date(2023, 1, 31))


def test_a_second_to_save_is_told(in_app: Flask, world: World) -> None:
    with pytest.raises(Conflict):
        change_terms(get(world.vacant_post), 7, FIRST)


def test_a_number_given_later_belongs_to_every_row(in_app: Flask, world: World) -> None:
    post = get(add_post(world.willow))
    later = change_terms(post, None, FIRST, band=Band.B4)
    assert rows_of_post(post) == [post, later], "held together without a number"
    correct_post(later, None, number="P60")
    assert (post.number, later.number) == ("P60", "P60")
    correct_post(post, None, number="")
    assert (post.number, later.number) == (None, None)
    assert rows_of_post(later) == [post, later]


def test_a_correction_keeps_off_the_other_terms(in_app: Flask, world: World) -> None:
    post = get(world.vacant_post)
    later = change_terms(post, None, FIRST, band=Band.B4)
    with pytest.raises(DomainError) as refused:
        correct_post(later, None, opens=date(2023, 12, 31))
    assert refused.value.field == "opens"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_day_of_work_is_lost_or_doubled(in_app: Flask, world: World, data: st.DataObject) -> None:
    """Whatever the spells and however often the terms change, each person's days in the post stay as they were."""
    start, spans = date(2022, 1, 1), []
    for gap, length in data.draw(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 200)), max_size=4)):
        begins = (spans[-1][1] + DAY if spans else start) + timedelta(days=gap)
        spans.append((begins, begins + timedelta(days=length - 1)))
    with db.session.begin_nested() as nested:
        post = get(add_post(world.willow))
        for begins, ends in spans:
            add_spell(post.id, begins, ends)
        for offset in data.draw(st.lists(st.integers(1, 700), max_size=3, unique=True)):
            first = start + timedelta(days=offset)
            row = next(row for row in rows_of_post(post) if row.opens <= first and (row.closes or date.max) >= first)
            if row.opens < first:
                change_terms(row, None, first)
        db.session.expire_all()
        rows = rows_of_post(post)
        days: dict[UUID, list[date]] = {}
        for row in rows:
            for spell in row.spells:
                assert row.opens <= spell.starts
                assert (row.closes or date.max) >= (spell.ends or date.max)
                worked = ((spell.ends or date.max) - spell.starts).days + 1
                days.setdefault(spell.person_id, []).extend(spell.starts + timedelta(days=n) for n in range(worked))
        assert sorted(tuple(sorted(found)) for found in days.values()) == sorted(
            tuple(begins + timedelta(days=n) for n in range((ends - begins).days + 1)) for begins, ends in spans
        )
        for former, later in pairwise(rows):
            assert former.closes is not None
            assert former.closes + DAY == later.opens
        nested.rollback()


def test_new_terms_by_the_page(app: Flask, browse: Browse, world: World) -> None:
    address = f"/posts/{world.priya_post}/new-terms"
    values = sent(world, band="4", team_id=str(world.harbour)) | day("first_day", FIRST)
    page = browse(world.hana).post(address, values)
    assert "The new terms hold from Mon 1 January 2024" in page.text
    assert "Harbour team" in page.text
    assert page.text.count("Priya Rahman") == 2, "in the post on both terms"
    former = browse(world.hana).get(f"/posts/{world.priya_post}")
    assert "These terms held until Sun 31 December 2023" in former.text
    assert "Give it new terms" not in former.text
    assert "Priya Rahman" in browse(world.hana).get(f"/teams/{world.harbour}").text


def test_the_page_refuses_counted_peers(app: Flask, browse: Browse, world: World) -> None:
    address = f"/posts/{world.priya_post}/new-terms"
    values = sent(world, counted_in_numbers="y") | day("first_day", FIRST)
    page = browse(world.hana).post(address, values, status=422)
    assert page.errors == [NEVER_COUNTED]
    page = browse(world.hana).post(address, sent(world), status=422)
    assert page.errors == ["Enter the first day on the new terms"]
    with app.app_context():
        from peerhub.core import scope

        scope.enter(world.trust)
        assert len(db.session.scalars(select(Post)).all()) == 3


def test_a_team_closed_meanwhile_is_refused(in_app: Flask, world: World) -> None:
    team = Team(service_line_id=world.willow_line, name="Old", closed_on=date(2023, 1, 1))
    db.session.add(team)
    db.session.flush()
    with pytest.raises(DomainError) as refused:
        change_terms(get(world.vacant_post), None, FIRST, team=team)
    assert refused.value.field == "team_id"
