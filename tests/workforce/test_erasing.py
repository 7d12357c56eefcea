"""The record of somebody who has left is erased: their name and words go, every count stays true."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import String, select, type_coerce

from peerhub.access.models import AuditEntry
from peerhub.core.database import Base, db
from peerhub.workforce import signals
from peerhub.workforce.actions import adjustments as adjustment_actions
from peerhub.workforce.actions import spells as spell_actions
from peerhub.workforce.models import Adjustment, AdjustmentStep, EqualityProfile, Person, Spell, WellnessPlan
from peerhub.workforce.rules.words import AdjustmentKind, AskedState, LeavingReason
from tests.fixtures.people import World
from tests.workforce.looking import Browse, links, rows, sent, write

TODAY = date(2026, 3, 2)
RETENTION = "/retention?from=2022-01-01&to=2023-12-31&as_at=2026-03-02"


@pytest.fixture(autouse=True)
def frozen() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def left(app: Flask, world: World) -> UUID:
    """Tom, who has left, with everything a record can hold, and his old record merged into it."""

    def make() -> None:
        tom = db.session.get_one(Person, world.tom_person)
        tom.preferred_name, tom.pronouns, tom.phone, tom.user_id = "Tommy", "he", "0300 999", world.mel
        spell = db.session.get_one(Spell, world.tom_spell)
        spell.weekdays = "MoTu"
        spell_actions.end_spell(spell, date(2025, 8, 29), LeavingReason.HEALTH, "Zetland College")
        adjustment_actions.ask(tom, AdjustmentKind.HOURS, "Quiet mornings", with_manager=False)
        db.session.add(EqualityProfile(person_id=tom.id, state=AskedState.DECLINED))
        db.session.add(WellnessPlan(person_id=tom.id, content="Swims on Fridays"))

    write(app, world.trust, make)
    return world.tom_person


def everything(app: Flask) -> str:
    """All that every table holds, as text."""
    with app.app_context():
        tables = Base.metadata.sorted_tables
        return "\n".join(str(row) for table in tables for row in db.session.execute(select(table)).all())


def erase(browse: Browse, user: UUID, person: UUID, typed: str, status: int = 200) -> Any:
    browser, address = browse(user), f"/people/{person}/erase"
    return browser.post(address, sent(browser.get(address)) | {"typed": typed}, status=status)


def test_the_page_says_what_goes_and_what_stays(browse: Browse, world: World, left: UUID) -> None:
    hugo = browse(world.hugo)
    assert links(hugo.get(f"/people/{left}"))["Erase this record"] == f"/people/{left}/erase"
    page = hugo.get(f"/people/{left}/erase")
    for words in ("What goes", "What stays, without a name", "Tom Okafor, staff number 10002", "the same of 1 record"):
        assert words in page.text


@pytest.mark.parametrize("typed", ["10002", " okafor "])
def test_nothing_that_names_the_person_is_left(
    app: Flask, browse: Browse, world: World, left: UUID, typed: str
) -> None:
    told: list[signals.PersonErased] = []
    hear = told.append
    words = (
        "Okafor", "Tommy", "Thomas", "10002", "90002", "tom@example.org", "0300 999", "Zetland", "Quiet mornings",
        "Swims", "MoTu",
    )  # fmt: skip
    before = everything(app)
    assert [word for word in words if word not in before] == []
    signals.person_erased.connect(hear)
    try:
        page = erase(browse, world.hugo, left, typed)
    finally:
        signals.person_erased.disconnect(hear)
    assert "Saved. The record is erased." in page.text
    after = everything(app)
    assert [word for word in words if word in after] == []
    record = rows(app, world.trust, select(Person.user_id, Person.erased_on).where(Person.id == left))
    assert record == [(None, TODAY)]
    for kind in (EqualityProfile, WellnessPlan, AdjustmentStep):
        assert rows(app, world.trust, select(kind.id)) == []
    assert [row[0] for row in rows(app, world.trust, select(Adjustment.id))] == [world.priya_adjustment]
    old = rows(app, world.trust, select(Person.id).where(Person.merged_into_id == left))[0][0]
    assert {fact.person_id for fact in told} == {left, old}
    entry = rows(
        app, world.trust, select(AuditEntry.user_id, AuditEntry.facts).where(AuditEntry.action == "person erased")
    )
    assert [tuple(row) for row in entry] == [(world.hugo, {"spells": 1, "records": 2})]


def test_the_days_worked_stay(app: Flask, browse: Browse, world: World, left: UUID) -> None:
    erase(browse, world.hugo, left, "Okafor")
    columns = (Spell.person_id, Spell.starts, Spell.ends, Spell.leaving_reason, type_coerce(Spell.contract, String))
    held = rows(app, world.trust, select(*columns).where(Spell.id == world.tom_spell))
    assert [tuple(row) for row in held] == [
        (left, date(2023, 5, 2), date(2025, 8, 29), LeavingReason.HEALTH, "permanent")
    ]


def test_retention_counts_the_same_before_and_after(browse: Browse, world: World, left: UUID) -> None:
    hugo = browse(world.hugo)

    def counted() -> dict[str, str]:
        tables = [" ".join(table.to_text().split()) for table in hugo.get(RETENTION).all("main table")]
        return {table[:19]: table for table in tables}

    before = counted()
    erase(browse, world.hugo, left, "Okafor")
    after = counted()
    where = "By where they went "
    assert "Zetland College People 1" in before.pop(where)
    assert "Not recorded People 1" in after.pop(where), "they still count among those who left"
    assert after == before
    assert len(before) > 3


def test_nobody_finds_an_erased_person(browse: Browse, world: World, left: UUID) -> None:
    erase(browse, world.hugo, left, "Okafor")
    hugo = browse(world.hugo)
    for address in (f"/people/{left}", f"/people/{left}/edit", f"/people/{left}/history", f"/people/{left}/erase"):
        hugo.get(address, status=404)
    hugo.get(f"/spells/{world.tom_spell}/correct", status=404)
    assert "Okafor" not in hugo.get("/people?show=everybody").text
    assert "Nothing found" in hugo.post("/search", {"q": "okafor"}).text
    assert "Okafor" not in hugo.get("/people?show=everybody&format=csv").response.get_data(as_text=True)
    page = hugo.get(f"/merges/{world.tom_merge}/undo")
    assert "These records were erased. They cannot be parted." in page.text


@pytest.mark.parametrize("typed", ["", "Tom", "10001", "Okafo"])
def test_without_a_sign_that_this_is_the_person_nothing_goes(
    app: Flask, browse: Browse, world: World, left: UUID, typed: str
) -> None:
    page = erase(browse, world.hugo, left, typed, status=422)
    assert page.errors == ["Type their staff number or last name as it stands above"]
    assert rows(app, world.trust, select(Person.last_name).where(Person.id == left)) == [("Okafor",)]


def test_somebody_with_a_post_now_or_to_come_is_not_erased(app: Flask, browse: Browse, world: World) -> None:
    hugo, address = browse(world.hugo), f"/people/{world.priya_person}/erase"
    page = hugo.get(address)
    assert "They have a post, now or to come. Give their last day in it first." in page.text
    assert not page.all("main form")
    page = hugo.post(address, {"version": "1", "typed": "Rahman"}, status=422)
    assert page.errors == ["They have a post, now or to come. Give their last day in it first"]
    assert rows(app, world.trust, select(Person.last_name).where(Person.id == world.priya_person)) == [("Rahman",)]


def test_a_record_changed_meanwhile_is_looked_at_again(browse: Browse, world: World, left: UUID) -> None:
    hugo, hana = browse(world.hugo), browse(world.hana)
    opened = sent(hugo.get(f"/people/{left}/erase"))
    edit = f"/people/{left}/edit"
    hana.post(edit, sent(hana.get(edit)) | {"phone": "0300 111"})
    page = hugo.post(f"/people/{left}/erase", opened | {"typed": "Okafor"}, status=409)
    assert "Somebody else changed this meanwhile" in page.text
    assert hugo.get(f"/people/{left}").heading == "Tommy Okafor"


def test_only_hr_erases_and_only_within_their_trust(app: Flask, browse: Browse, world: World, left: UUID) -> None:
    for user in (world.priya, world.sam, world.moses, world.hana, world.ellen, world.ada):
        browse(user).post(f"/people/{left}/erase", {"version": "", "typed": "Okafor"}, status=403)
    browse(world.stig).post(f"/people/{left}/erase", {"version": "", "typed": "Okafor"}, status=404)
    assert rows(app, world.trust, select(Person.last_name).where(Person.id == left)) == [("Okafor",)]
