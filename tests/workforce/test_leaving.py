"""A person leaves a post, is away from it, and what was recorded of it is put right or taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from peerhub.access.models import AuditEntry
from peerhub.core.database import db
from peerhub.workforce import signals
from peerhub.workforce.actions import spells as actions
from peerhub.workforce.models import Break, Person, Post, Spell
from peerhub.workforce.rules.words import BreakKind, LeavingReason
from tests.fixtures.people import World
from tests.workforce.looking import Browse, links, rows, sent, typed, write

TODAY = date(2026, 3, 2)
LEFT = {"leaving_reason": "education", "destination": "", "version": "1"}


@pytest.fixture(autouse=True)
def frozen() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def tom(app: Flask, world: World) -> Callable[..., tuple[Any, ...]]:
    """Tom's spell as the database holds it, by the names of its columns."""

    def read(*names: str) -> tuple[Any, ...]:
        columns = [getattr(Spell, name) for name in names]
        return tuple(rows(app, world.trust, select(*columns).where(Spell.id == world.tom_spell))[0])

    return read


def away(app: Flask, world: World) -> list[tuple[Any, ...]]:
    statement = select(Break.kind, Break.starts, Break.ends).where(Break.spell_id == world.tom_spell)
    return [tuple(row) for row in rows(app, world.trust, statement.order_by(Break.starts))]


def test_what_somebody_else_took_out_meanwhile_is_told_kindly(browse: Browse, world: World) -> None:
    hana, address = browse(world.hana), f"/spells/{world.tom_spell}/delete"
    opened = sent(hana.get(address))
    del opened["csrf_token"]
    browse(world.hugo).post(address, opened)
    page = hana.post(address, opened, status=404)
    assert page.heading == "This is not here any more"
    assert "Somebody may have taken it out meanwhile" in page.text
    assert hana.get(address, status=404).heading == "Page not found"


def test_somebody_leaves_on_a_day_to_come(app: Flask, browse: Browse, world: World, tom: Callable[..., Any]) -> None:
    told: list[signals.SpellEnded] = []
    hear = told.append
    signals.spell_ended.connect(hear)
    try:
        page = browse(world.hugo).post(
            f"/spells/{world.tom_spell}/end", LEFT | typed(ends=date(2026, 3, 31)) | {"destination": " A college "}
        )
    finally:
        signals.spell_ended.disconnect(hear)
    assert "Saved. The last day of Tom Okafor is Tue 31 March 2026. The post is vacant from the next day." in page.text
    assert "What usually comes next" in page.text
    assert tom("ends", "leaving_reason", "destination") == (date(2026, 3, 31), LeavingReason.EDUCATION, "A college")
    assert "Ending" in [tag.to_text() for tag in page.all(".nhsuk-tag")]
    assert [(fact.spell_id, fact.ends, fact.in_error) for fact in told] == [(world.tom_spell, date(2026, 3, 31), False)]
    facts = rows(app, world.trust, select(AuditEntry.facts).where(AuditEntry.action == "spell ended"))
    assert facts == [({"fields": ["ends", "leaving_reason", "destination"]},)]


def test_somebody_has_left(browse: Browse, world: World) -> None:
    page = browse(world.hugo).post(f"/spells/{world.tom_spell}/end", LEFT | typed(ends=date(2026, 2, 27)))
    assert "Saved. The last day of Tom Okafor is Fri 27 February 2026." in page.text
    assert "Their last day was Fri 27 February 2026." in page.text
    assert "Reason for leaving: Education." in page.text


def test_every_reason_can_be_given(browse: Browse, world: World, tom: Callable[..., Any]) -> None:
    hugo, values = browse(world.hugo), LEFT | typed(ends=date(2026, 2, 27))
    for version, reason in enumerate(LeavingReason, start=1):
        changed = {"leaving_reason": reason.value, "version": str(version)}
        hugo.post(f"/spells/{world.tom_spell}/end", values | changed)
        assert tom("leaving_reason") == (reason,)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"leaving_reason": ""}, "Choose a reason for leaving"),
        ({"leaving_reason": "because"}, "Choose a reason for leaving"),
        (typed(ends=None), "Enter their last day worked"),
        (typed(ends=date(2023, 5, 1)), "The last day must be the first day or later"),
        ({"destination": "x" * 161}, "Where they go next must be 160 characters or fewer"),
    ],
)
def test_a_leaving_that_may_not_be(
    browse: Browse, world: World, tom: Callable[..., Any], changed: dict[str, str], error: str
) -> None:
    page = browse(world.hugo).post(
        f"/spells/{world.tom_spell}/end",
        LEFT | typed(ends=date(2026, 2, 27)) | {"destination": "Kept"} | changed,
        status=422,
    )
    assert page.errors == [error]
    assert "destination" in changed or sent(page)["destination"] == "Kept"
    assert tom("ends", "leaving_reason", "version") == (None, None, 1)


def test_time_away_ends_with_the_spell(app: Flask, browse: Browse, world: World) -> None:
    def later() -> None:
        spell = spell_of(world)
        actions.add_break(spell, BreakKind.MATERNITY, date(2026, 2, 1))
        actions.add_break(spell, BreakKind.CAREER_BREAK, date(2025, 1, 1), date(2025, 2, 1))

    write(app, world.trust, later)
    browse(world.hugo).post(f"/spells/{world.tom_spell}/end", LEFT | typed(ends=date(2026, 3, 31)))
    assert away(app, world)[-1] == (BreakKind.MATERNITY, date(2026, 2, 1), date(2026, 3, 31))
    browse(world.hugo).post(f"/spells/{world.tom_spell}/end", LEFT | typed(ends=date(2025, 1, 15)) | {"version": "2"})
    assert away(app, world)[1:] == [(BreakKind.CAREER_BREAK, date(2025, 1, 1), date(2025, 1, 15))]


def spell_of(world: World) -> Spell:
    return db.session.get_one(Spell, world.tom_spell)


def test_after_a_death_nothing_comes_next(browse: Browse, world: World) -> None:
    values = LEFT | typed(ends=date(2026, 2, 27)) | {"leaving_reason": "death_in_service"}
    page = browse(world.hugo).post(f"/spells/{world.tom_spell}/end", values)
    assert "The last day of Tom Okafor is Fri 27 February 2026" in page.text
    assert "What usually comes next" not in page.text


def test_who_has_a_last_day_needs_no_confirming(app: Flask, browse: Browse, world: World) -> None:
    def leave_out() -> None:
        tom = db.session.get_one(Person, world.tom_person)
        tom.unconfirmed_since = date(2026, 2, 2)
        actions.start_spell(tom, db.session.get_one(Post, world.vacant_post), date(2025, 1, 1))

    def waits() -> bool:
        return rows(app, world.trust, select(Person.unconfirmed_since).where(Person.id == world.tom_person)) != [
            (None,)
        ]

    write(app, world.trust, leave_out)
    hugo = browse(world.hugo)
    hugo.post(f"/spells/{world.tom_spell}/end", LEFT | typed(ends=date(2026, 2, 27)))
    assert waits(), "they still have another post"
    other = rows(app, world.trust, select(Spell.id).where(Spell.post_id == world.vacant_post))[0][0]
    hugo.post(f"/spells/{other}/end", LEFT | typed(ends=date(2026, 2, 27)))
    assert not waits()


def test_somebody_who_stays_after_all(browse: Browse, world: World, tom: Callable[..., Any]) -> None:
    hugo, address = browse(world.hugo), f"/spells/{world.tom_spell}/correct"
    page = hugo.post(f"/spells/{world.tom_spell}/end", LEFT | typed(ends=date(2026, 3, 31)))
    assert "See the posts that are vacant today or later" in links(page)
    page = hugo.get(f"/spells/{world.tom_spell}/end")
    assert links(page)["put this post right"] == address
    hugo.post(address, sent(hugo.get(address)) | typed(ends=None) | {"leaving_reason": ""})
    assert tom("ends", "leaving_reason") == (None, None)


def test_two_people_end_the_same_spell(browse: Browse, world: World, tom: Callable[..., Any]) -> None:
    hana, hugo = browse(world.hana), browse(world.hugo)
    address = f"/spells/{world.tom_spell}/end"
    opened = sent(hugo.get(address))
    hana.post(address, LEFT | typed(ends=date(2026, 3, 31)))
    page = hugo.post(address, opened | typed(ends=date(2026, 4, 30)) | {"leaving_reason": "caring"}, status=409)
    table = page.all("#both-versions")[0].to_text()
    assert "Somebody else saved this while you were writing" in table
    for words in ("Thu 30 April 2026", "Tue 31 March 2026", "Caring for someone", "Education"):
        assert words in table
    assert tom("ends") == (date(2026, 3, 31),)
    again = sent(page)
    assert (again["ends-day"], again["ends-month"], again["leaving_reason"]) == ("30", "4", "caring")
    hugo.post(address, again)
    assert tom("ends", "leaving_reason") == (date(2026, 4, 30), LeavingReason.CARING)


def test_a_spell_is_put_right(app: Flask, browse: Browse, world: World, tom: Callable[..., Any]) -> None:
    hana, address = browse(world.hana), f"/spells/{world.tom_spell}/correct"
    opened = sent(hana.get(address))
    assert (opened["starts-day"], opened["wte"], opened["contract"]) == ("2", "1", "permanent")
    changed = opened | typed(starts=date(2023, 4, 24)) | {"wte": "0.80", "weekdays": "Tu", "contract": "secondment"}
    page = hana.post(address, changed)
    assert "Saved. What is recorded of this post is put right." in page.text
    assert tom("starts", "wte", "weekdays", "version") == (date(2023, 4, 24), Decimal("0.8"), "Tu", 2)
    facts = rows(app, world.trust, select(AuditEntry.facts).where(AuditEntry.action == "spell changed"))
    assert [set(fact["fields"]) for (fact,) in facts] == [{"starts", "wte", "weekdays", "contract"}]
    hana.post(address, sent(hana.get(address)))
    assert tom("version") == (2,), "saving what is there changes nothing"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        (typed(starts=date(2021, 5, 1)), "This post opens on 1 January 2022. Choose a first day on or after it"),
        (typed(starts=date(2024, 2, 1)), "They were away on days outside these. Change the time away first"),
        (typed(ends=date(2025, 5, 1)), "Choose a reason for leaving"),
        ({"leaving_reason": "health"}, "Give the last day they worked, or leave the reason out"),
        ({"wte": "1.01"}, "Whole time equivalent must be more than 0 and no more than 1, such as 0.6"),
    ],
)
def test_a_correction_that_may_not_be(
    browse: Browse, world: World, tom: Callable[..., Any], changed: dict[str, str], error: str
) -> None:
    hana, address = browse(world.hana), f"/spells/{world.tom_spell}/correct"
    page = hana.post(address, sent(hana.get(address)) | {"campaign": "Kept"} | changed, status=422)
    assert page.errors == [error]
    assert sent(page)["campaign"] == "Kept"
    assert tom("starts", "version", "campaign") == (date(2023, 5, 2), 1, "")


def test_two_people_put_the_same_spell_right(browse: Browse, world: World, tom: Callable[..., Any]) -> None:
    hana, hugo = browse(world.hana), browse(world.hugo)
    address = f"/spells/{world.tom_spell}/correct"
    mine, theirs = sent(hana.get(address)), sent(hugo.get(address))
    hana.post(address, mine | {"wte": "0.5", "weekdays": "Mo"})
    page = hugo.post(address, theirs | {"wte": "0.6"}, status=409)
    listed = [[cell.to_text().strip() for cell in line.query("td")] for line in page.all("#both-versions tbody tr")]
    assert [(line[1].removeprefix("What you typed "), line[2].removeprefix("What they saved ")) for line in listed] == [
        ("0.6", "0.5"),
        ("Nothing", "Monday"),
    ]
    assert tom("wte") == (Decimal("0.5"),)


def test_a_spell_entered_in_error_is_taken_out(app: Flask, browse: Browse, world: World) -> None:
    told: list[signals.SpellEnded] = []
    hear = told.append
    hana, address = browse(world.hana), f"/spells/{world.tom_spell}/delete"
    page = hana.get(address)
    assert "Do this only if Tom Okafor never held this post." in page.text
    signals.spell_ended.connect(hear)
    try:
        page = hana.post(address, sent(page))
    finally:
        signals.spell_ended.disconnect(hear)
    assert "Saved. The post was taken out of this record." in page.text
    assert "No post yet." in page.text
    assert rows(app, world.trust, select(Spell.id).where(Spell.id == world.tom_spell)) == []
    assert away(app, world) == []
    assert [fact.in_error for fact in told] == [True]
    history = hana.get(f"/people/{world.tom_person}/history")
    assert "Post entered in error taken out" in history.text
    hana.get(address, status=404)


def test_a_spell_somebody_changed_meanwhile_is_not_taken_out(
    browse: Browse, world: World, tom: Callable[..., Any]
) -> None:
    hana, hugo = browse(world.hana), browse(world.hugo)
    opened = sent(hana.get(f"/spells/{world.tom_spell}/delete"))
    hugo.post(f"/spells/{world.tom_spell}/end", LEFT | typed(ends=date(2026, 3, 31)))
    page = hana.post(f"/spells/{world.tom_spell}/delete", opened, status=409)
    assert "Somebody else changed this meanwhile" in page.text
    assert tom("ends") == (date(2026, 3, 31),)


def test_time_away_is_noted_and_the_spell_stays_open(
    app: Flask, browse: Browse, world: World, tom: Callable[..., Any]
) -> None:
    hana = browse(world.hana)
    page = hana.post(
        f"/spells/{world.tom_spell}/away", {"kind": "secondment_out"} | typed(starts=date(2026, 2, 2), ends=None)
    )
    assert "Saved. Their time away is noted, and their post stays theirs." in page.text
    assert "Since Mon 2 February 2026, until a day not known yet: Secondment out" in page.text
    assert tom("ends") == (None,)
    assert away(app, world)[1] == (BreakKind.SECONDMENT_OUT, date(2026, 2, 2), None)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"kind": ""}, "Choose the kind of time away"),
        (typed(starts=None), "Enter the first day away"),
        (typed(starts=date(2023, 5, 1)), "The first day away must be a day they are in this post"),
        (typed(ends=date(2026, 2, 1)), "The last day must be the first day or later"),
        (typed(starts=date(2024, 3, 1), ends=date(2024, 4, 1)), "They are already away on some of these days"),
    ],
)
def test_time_away_that_may_not_be(
    app: Flask, browse: Browse, world: World, changed: dict[str, str], error: str
) -> None:
    before = away(app, world)
    values = {"kind": "maternity"} | typed(starts=date(2026, 2, 2), ends=date(2026, 9, 30)) | changed
    page = browse(world.hana).post(f"/spells/{world.tom_spell}/away", values, status=422)
    assert page.errors == [error]
    assert away(app, world) == before


def test_time_away_is_changed_and_taken_out(app: Flask, browse: Browse, world: World) -> None:
    hana, address = browse(world.hana), f"/away/{world.tom_break}"
    opened = sent(hana.get(address))
    assert opened["kind"] == "career_break"
    hana.post(address, opened | typed(ends=date(2024, 4, 5)) | {"kind": "long_sickness"})
    assert away(app, world) == [(BreakKind.LONG_SICKNESS, date(2024, 1, 8), date(2024, 4, 5))]
    page = hana.post(address, opened | typed(ends=date(2024, 5, 1)), status=409)
    assert "Somebody else saved this while you were writing" in page.text
    assert hana.post(f"{address}/delete", {"version": "1"}, status=409)
    page = hana.get(f"{address}/delete")
    assert "Long sickness absence, Mon 8 January 2024 to Fri 5 April 2024." in page.text
    hana.post(f"{address}/delete", sent(page))
    assert away(app, world) == []
    assert "Time away deleted as an error" in hana.get(f"/people/{world.tom_person}/history").text


def test_only_those_who_may_end_and_put_right(app: Flask, browse: Browse, world: World) -> None:
    addresses = [
        *(f"/spells/{world.priya_spell}/{name}" for name in ("end", "correct", "delete", "away")),
        f"/away/{world.tom_break}",
        f"/away/{world.tom_break}/delete",
    ]
    for address in addresses:
        for user in (world.priya, world.sam, world.moses, world.ellen, world.ada):
            browse(user).post(address, LEFT | typed(ends=date(2026, 2, 27)), status=403)
        browse(world.stig).post(address, LEFT | typed(ends=date(2026, 2, 27)), status=404)
    counted = rows(app, world.trust, select(func.count(Spell.id)).where(Spell.ends.is_(None)))
    assert counted == [(2,)]
    assert len(away(app, world)) == 1


def test_the_kind_of_time_away_is_for_those_who_need_it(app: Flask, browse: Browse, world: World) -> None:
    def break_of(spell: UUID) -> Callable[[], Break]:
        return lambda: Break(spell_id=spell, kind=BreakKind.LONG_SICKNESS, starts=date(2026, 2, 2))

    write(app, world.trust, break_of(world.priya_spell))
    address = f"/people/{world.priya_person}"
    for user in (world.hana, world.hugo, world.moses, world.priya):
        assert "Long sickness" in browse(user).get(address).text
    page = browse(world.sam).get(address)
    assert "Away from Mon 2 February 2026 on" in page.text
    assert "ickness" not in page.response.text
    assert not [href for href in links(page).values() if "/away/" in href]
