"""A person starts in a post, and moves to another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from peerhub.access.models import AuditEntry
from peerhub.workforce import signals
from peerhub.workforce.models import Post, Spell
from peerhub.workforce.rules.words import Contract, LeavingReason
from tests.fixtures.people import World
from tests.workforce.looking import Browse, links, rows, sent, typed, write

TODAY = date(2026, 3, 2)
SPELL = (Spell.post_id, Spell.starts, Spell.ends, Spell.wte, Spell.contract, Spell.weekdays, Spell.leaving_reason)


@pytest.fixture(autouse=True)
def frozen() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def spells(app: Flask, world: World, person: UUID) -> list[object]:
    found = rows(app, world.trust, select(*SPELL).where(Spell.person_id == person).order_by(Spell.starts))
    return [tuple(row) for row in found]


def start(world: World, **changed: object) -> dict[str, object]:
    values = {"post_id": str(world.vacant_post), "contract": "permanent", **typed(starts=date(2026, 4, 1))}
    return values | changed


def test_somebody_starts_in_a_vacant_post(app: Flask, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    page = hana.get(f"/people/{world.tom_person}/posts/start")
    assert [option.to_text() for option in page.all("#post_id option")] == [
        "Choose one",
        "Willow ward: Peer support worker (P003), 1 WTE",
    ]
    page = hana.post(
        f"/people/{world.tom_person}/posts/start",
        start(world, wte="0.6", weekdays=["We", "Mo"], campaign=" Spring 2026 "),
    )
    assert "Saved. Tom Okafor starts on Wed 1 April 2026 as Peer support worker in Willow ward." in page.text
    assert "What usually comes next" in page.text
    assert "Link their account, so that they see their own record" in links(page)
    made = spells(app, world, world.tom_person)[1]
    assert made == (world.vacant_post, date(2026, 4, 1), None, Decimal("0.6"), Contract.PERMANENT, "MoWe", None)
    campaign = rows(app, world.trust, select(Spell.campaign).where(Spell.starts == date(2026, 4, 1)))
    assert campaign == [("Spring 2026",)]
    done = rows(
        app, world.trust, select(AuditEntry.user_id, AuditEntry.facts).where(AuditEntry.action == "spell started")
    )
    assert [tuple(row) for row in done] == [(world.hana, {})]


def test_a_wte_left_out_is_the_posts(app: Flask, browse: Browse, world: World) -> None:
    write(app, world.trust, lambda: rows_changed(world.vacant_post, wte=Decimal("0.8")))
    browse(world.hugo).post(f"/people/{world.tom_person}/posts/start", start(world))
    assert spells(app, world, world.tom_person)[1][3] == Decimal("0.8")  # type: ignore[index]  # a row


def rows_changed(post: UUID, **values: object) -> None:
    from peerhub.core.database import db

    row = db.session.get_one(Post, post)
    for name, value in values.items():
        setattr(row, name, value)


def test_a_fixed_term_ends_for_that_reason_unless_another_is_given(app: Flask, browse: Browse, world: World) -> None:
    hana, address = browse(world.hana), f"/people/{world.tom_person}/posts/start"
    days = typed(starts=date(2026, 4, 1), ends=date(2027, 3, 31))
    hana.post(address, start(world, contract="fixed_term", **days))
    assert spells(app, world, world.tom_person)[1][6] is LeavingReason.END_OF_FIXED_TERM  # type: ignore[index]  # a row


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"post_id": ""}, "Choose the post they start in"),
        ({"starts-day": ""}, "First day must include a day"),
        ({"starts-month": "13"}, "First day must be a real date, such as 27 3 2025"),
        ({"wte": "1.2"}, "Whole time equivalent must be more than 0 and no more than 1, such as 0.6"),
        ({"wte": "0"}, "Whole time equivalent must be more than 0 and no more than 1, such as 0.6"),
        ({"wte": "most of it"}, "Write the WTE as a number up to 1, like 0.6"),
        ({"contract": "slavery"}, "Choose the contract"),
        (typed(starts=date(2021, 12, 31)), "This post opens on 1 January 2022. Choose a first day on or after it"),
        (
            typed(ends=date(2026, 3, 31)) | {"leaving_reason": "other"},
            "The last day must be the first day or later",
        ),
        (typed(ends=date(2026, 9, 30)), "Choose a reason for leaving"),
        ({"leaving_reason": "health"}, "Give the last day they worked, or leave the reason out"),
    ],
)
def test_a_start_that_may_not_be(app: Flask, browse: Browse, world: World, changed: dict[str, str], error: str) -> None:
    before = spells(app, world, world.tom_person)
    page = browse(world.hana).post(
        f"/people/{world.tom_person}/posts/start", start(world, campaign="Spring", **changed), status=422
    )
    assert page.errors == [error]
    assert sent(page)["campaign"] == "Spring", "nothing typed is lost"
    assert spells(app, world, world.tom_person) == before


def test_a_post_that_is_held_cannot_be_chosen(app: Flask, browse: Browse, world: World) -> None:
    hana, address = browse(world.hana), f"/people/{world.tom_person}/posts/start"
    page = hana.post(address, start(world, post_id=str(world.priya_post)), status=422)
    assert page.errors == ["Choose one from the list"]
    for post in (world.stranger_post, world.trust):
        assert hana.post(address, start(world, post_id=str(post)), status=422).errors == ["Choose one from the list"]
    assert len(spells(app, world, world.tom_person)) == 1


def test_a_post_held_until_a_day_is_free_from_the_next(app: Flask, browse: Browse, world: World) -> None:
    hana, address = browse(world.hana), f"/people/{world.tom_person}/posts/start"
    hana.post(
        f"/spells/{world.priya_spell}/end",
        typed(ends=date(2026, 4, 30)) | {"leaving_reason": "education", "version": "1"},
    )
    asked = start(world, post_id=str(world.priya_post))
    page = hana.post(address, asked | typed(starts=date(2026, 4, 30)), status=422)
    assert page.errors == [
        "This post is held from 1 March 2022 to 30 April 2026. Two people cannot hold one post on the same day"
    ]
    hana.post(address, asked | typed(starts=date(2026, 5, 1)))
    assert spells(app, world, world.tom_person)[1][0] == world.priya_post  # type: ignore[index]  # a row


def test_posts_that_make_more_than_full_time_are_pointed_out(browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    page = hana.post(
        f"/people/{world.tom_person}/posts/start", start(world, wte="0.5", **typed(starts=date(2026, 3, 2)))
    )
    assert "Their posts make 1.5 WTE together, which is more than full time." in page.text
    assert "From Mon 2 March 2026 on also Peer support worker, Harbour team: 1.5 WTE together." in page.text


def test_with_nothing_vacant_the_page_says_what_to_do(browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    hana.post(f"/people/{world.tom_person}/posts/start", start(world, **typed(starts=date(2024, 1, 2))))
    page = hana.get(f"/people/{world.tom_person}/posts/start")
    assert "No post you can fill is vacant." in page.text
    assert links(page)["Add a post"] == "/posts/add"


def test_the_address_may_choose_the_post(browse: Browse, world: World) -> None:
    page = browse(world.hana).get(f"/people/{world.tom_person}/posts/start?post={world.vacant_post}")
    assert sent(page)["post_id"] == str(world.vacant_post)
    page = browse(world.hana).get(f"/people/{world.tom_person}/posts/start?post=nothing")
    assert sent(page)["post_id"] == ""


def test_a_start_and_a_move_are_told_within_the_transaction(app: Flask, browse: Browse, world: World) -> None:
    told: list[object] = []

    def hear(fact: object) -> None:
        told.append(fact)
        raise RuntimeError("a listener fails")

    signals.spell_started.connect(hear)
    try:
        browse(world.hana).post(f"/people/{world.tom_person}/posts/start", start(world), status=500)
    finally:
        signals.spell_started.disconnect(hear)
    assert [type(fact) for fact in told] == [signals.SpellStarted]
    assert len(spells(app, world, world.tom_person)) == 1, "what a listener fails on is not saved"


def move(world: World, **changed: object) -> dict[str, object]:
    values = {
        "version": "1", "post_id": str(world.vacant_post), "leaving_reason": "promotion", "contract": "permanent",
    }  # fmt: skip
    return values | typed(starts=date(2026, 4, 1)) | changed


def test_a_move_ends_one_spell_and_starts_another_the_next_day(app: Flask, browse: Browse, world: World) -> None:
    told: list[object] = []
    hear = told.append
    signals.spell_started.connect(hear)
    signals.spell_ended.connect(hear)
    try:
        page = browse(world.hana).post(f"/spells/{world.tom_spell}/move", move(world))
    finally:
        signals.spell_started.disconnect(hear)
        signals.spell_ended.disconnect(hear)
    assert "Tom Okafor starts on Wed 1 April 2026 in the new post, and leaves the other the day before" in page.text
    before, after = spells(app, world, world.tom_person)
    assert before[1:3] == (date(2023, 5, 2), date(2026, 3, 31))  # type: ignore[index]  # a row
    assert before[6] is LeavingReason.PROMOTION  # type: ignore[index]  # a row
    assert after[:3] == (world.vacant_post, date(2026, 4, 1), None)  # type: ignore[index]  # a row
    assert [(type(fact).__name__, fact.post_id) for fact in told] == [  # type: ignore[attr-defined]  # facts of spells
        ("SpellEnded", world.tom_post),
        ("SpellStarted", world.vacant_post),
    ]


def test_a_move_to_a_fixed_term(app: Flask, browse: Browse, world: World) -> None:
    browse(world.hana).post(
        f"/spells/{world.tom_spell}/move", move(world, contract="fixed_term", **typed(ends=date(2026, 9, 30)))
    )
    after = spells(app, world, world.tom_person)[1]
    assert after[2] == date(2026, 9, 30)  # type: ignore[index]  # a row
    assert after[6] is LeavingReason.END_OF_FIXED_TERM  # type: ignore[index]  # a row


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"leaving_reason": ""}, "Choose what kind of move it is"),
        ({"leaving_reason": "dismissal"}, "Choose what kind of move it is"),
        (typed(starts=date(2023, 5, 2)), "The first day in the new post must be after they started in this one"),
        ({"post_id": ""}, "Choose the post they move to"),
        ({"wte": "2"}, "Whole time equivalent must be more than 0 and no more than 1, such as 0.6"),
        (typed(ends=date(2026, 9, 30)), "Choose a reason for leaving"),
    ],
)
def test_a_move_that_may_not_be(app: Flask, browse: Browse, world: World, changed: dict[str, str], error: str) -> None:
    before = spells(app, world, world.tom_person)
    page = browse(world.hana).post(f"/spells/{world.tom_spell}/move", move(world, **changed), status=422)
    assert page.errors == [error]
    assert spells(app, world, world.tom_person) == before, "the spell they would leave is as it was"


def test_only_those_who_may_start_and_move_people(app: Flask, browse: Browse, world: World) -> None:
    for user in (world.priya, world.sam, world.moses, world.ellen, world.ada):
        browse(user).post(f"/people/{world.priya_person}/posts/start", start(world), status=403)
        browse(user).post(f"/spells/{world.priya_spell}/move", move(world), status=403)
    browse(world.stig).post(f"/people/{world.priya_person}/posts/start", start(world), status=404)
    browse(world.stig).post(f"/spells/{world.priya_spell}/move", move(world), status=404)
    assert rows(app, world.trust, select(func.count(Spell.id))) == [(2,)]
