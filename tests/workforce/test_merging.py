"""Two records of one person become one, and two again."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from peerhub.access.models import AuditEntry
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce import signals
from peerhub.workforce.actions import merging
from peerhub.workforce.actions import spells as spell_actions
from peerhub.workforce.models import Adjustment, EqualityProfile, Person, PersonMerge, Post, Spell, WellnessPlan
from peerhub.workforce.queries.held import everything_held
from peerhub.workforce.queries.records import parts_of
from peerhub.workforce.rules.words import AdjustmentKind, AdjustmentStatus, AskedState, LeavingReason
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.workforce.looking import Browse, at_once, links, rows, sent, write

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def frozen() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def second(app: Flask, world: World) -> UUID:
    """A second record of Tom's, with a post he held before, an adjustment, equality answers and a plan."""

    def make() -> Person:
        tom = Person(first_name="Tom", last_name="Okafor", staff_number="10077", phone="0300 123", pronouns="he")
        db.session.add(tom)
        db.session.flush()
        spell_actions.start_spell(
            tom,
            db.session.get_one(Post, world.vacant_post),
            date(2022, 6, 1),
            ends=date(2023, 6, 30),
            leaving_reason=LeavingReason.NEW_ROLE_IN_ORGANISATION,
        )
        asked = {"asked_on": date(2023, 1, 9), "status": AdjustmentStatus.REQUESTED}
        db.session.add(
            Adjustment(person_id=tom.id, kind=AdjustmentKind.HOURS.value, description="Later start", **asked)
        )
        db.session.add(EqualityProfile(person_id=tom.id, state=AskedState.DECLINED))
        db.session.add(WellnessPlan(person_id=tom.id, content="Walks"))
        return tom

    key = write(app, world.trust, make)
    assert isinstance(key, UUID)
    return key


def owned(app: Flask, world: World, person: UUID) -> dict[str, int]:
    """How many rows of each kind belong to a record."""
    kinds: tuple[Any, ...] = (Spell, Adjustment, EqualityProfile, WellnessPlan)
    return {
        kind.__name__: rows(app, world.trust, select(func.count(kind.id)).where(kind.person_id == person))[0][0]
        for kind in kinds
    }


def record(app: Flask, world: World, person: UUID) -> Any:
    columns = (Person.staff_number, Person.phone, Person.pronouns, Person.user_id, Person.merged_into_id)
    return rows(app, world.trust, select(*columns).where(Person.id == person))[0]


ALL = {"Spell": 1, "Adjustment": 1, "EqualityProfile": 1, "WellnessPlan": 1}
NONE = dict.fromkeys(ALL, 0)


def merge(browse: Browse, user: UUID, kept: UUID, other: UUID, status: int = 200) -> Any:
    browser, address = browse(user), f"/people/{kept}/merge/{other}"
    return browser.post(address, sent(browser.get(address)), status=status)


def test_the_other_record_is_found_by_name_or_by_search(browse: Browse, world: World, second: UUID) -> None:
    hana = browse(world.hana)
    page = hana.get(f"/people/{world.tom_person}/merge")
    compare = f"/people/{world.tom_person}/merge/{second}"
    assert compare in links(page).values()
    assert "Staff number 10077, 1 post" in page.text
    found = links(hana.post(f"/people/{world.tom_person}/merge", {"q": "rahman"})).values()
    assert f"/people/{world.tom_person}/merge/{world.priya_person}" in found
    assert "Nobody else matches." in hana.post(f"/people/{world.tom_person}/merge", {"q": "stranger"}).text
    assert hana.post(f"/people/{world.tom_person}/merge", {"q": " "}, status=422).errors == [
        "Enter a name or a staff number"
    ]
    assert "No other record has this name." in hana.get(f"/people/{world.priya_person}/merge").text


def test_both_are_seen_side_by_side_before_anything_changes(
    app: Flask, browse: Browse, world: World, second: UUID
) -> None:
    page = browse(world.hugo).get(f"/people/{world.tom_person}/merge/{second}")
    cells = {row.query("th")[0].to_text(): [cell.to_text() for cell in row.query("td")] for row in page.all("tbody tr")}
    assert "10002" in cells["Staff number"][0]
    assert "10077" in cells["Staff number"][1]
    assert "Harbour team: 2 May 2023 to now" in cells["Posts"][0]
    assert "Willow ward: 1 Jun 2022 to 30 Jun 2023" in cells["Posts"][1]
    assert "The two records hold posts at the same time, first on Tue 2 May 2023." in page.text
    assert owned(app, world, second) == ALL
    assert f"/people/{second}/merge/{world.tom_person}" in links(page).values()


def test_everything_moves_to_the_record_kept(app: Flask, browse: Browse, world: World, second: UUID) -> None:
    told: list[signals.PersonMerged] = []
    hear = told.append
    signals.person_merged.connect(hear)
    try:
        page = merge(browse, world.hana, world.tom_person, second)
    finally:
        signals.person_merged.disconnect(hear)
    assert "Saved. The two records are one." in page.text
    assert "Staff number 10077, merged on Mon 2 March 2026" in page.text
    assert "From Tue 2 May 2023 to Fri 30 June 2023 also" in page.text, "overlapping spells are kept and told"
    assert owned(app, world, world.tom_person) == ALL | {"Spell": 2}
    assert owned(app, world, second) == NONE
    assert tuple(record(app, world, world.tom_person)) == ("10002", "0300 123", "he", None, None)
    assert tuple(record(app, world, second)) == ("10077", "0300 123", "he", None, world.tom_person)
    assert told == [signals.PersonMerged(world.tom_person, second)]
    done = rows(
        app,
        world.trust,
        select(AuditEntry.action, AuditEntry.subject_id, AuditEntry.user_id).where(
            AuditEntry.action.like("record merged%")
        ),
    )
    assert {tuple(row) for row in done} == {
        ("record merged into this one", world.tom_person, world.hana),
        ("record merged into another", second, world.hana),
    }
    people = browse(world.hugo).get("/people?show=everybody")
    assert people.text.count("Tom Okafor") == 1
    assert browse(world.hugo).get(f"/people/{second}").heading == "Tom Okafor", (
        "the old address leads to the record kept"
    )


def test_what_a_record_has_one_of_stays_with_the_record_kept(
    app: Flask, browse: Browse, world: World, second: UUID
) -> None:
    write(app, world.trust, lambda: WellnessPlan(person_id=world.tom_person, content="Swims"))
    merge(browse, world.hugo, world.tom_person, second)
    plans = rows(app, world.trust, select(WellnessPlan.person_id, WellnessPlan.content))
    assert {tuple(row) for row in plans} == {(world.tom_person, "Swims"), (second, "Walks")}


def test_the_account_and_the_number_go_to_a_record_without(app: Flask, browse: Browse, world: World) -> None:
    bare = write(app, world.trust, lambda: Person(first_name="Priya", last_name="Rahman"))
    merge(browse, world.hugo, bare, world.priya_person)
    assert record(app, world, bare)[0] == "10001"
    assert record(app, world, bare)[3] == world.priya
    assert record(app, world, world.priya_person)[0] is None
    page = browse(world.priya).get("/my-record")
    assert page.heading.endswith("Priya Rahman")
    hugo = browse(world.hugo)
    undo = f"/merges/{rows(app, world.trust, select(PersonMerge.id).where(PersonMerge.kept_id == bare))[0][0]}/undo"
    hugo.post(undo, sent(hugo.get(undo)))
    assert (record(app, world, world.priya_person)[0], record(app, world, world.priya_person)[3]) == (
        "10001",
        world.priya,
    )
    assert (record(app, world, bare)[0], record(app, world, bare)[3]) == (None, None)


def test_a_merge_is_undone(app: Flask, browse: Browse, world: World, second: UUID) -> None:
    merge(browse, world.hana, world.tom_person, second)
    write(app, world.trust, lambda: db.session.get_one(Person, world.tom_person).__setattr__("pronouns", "they"))
    key = rows(app, world.trust, select(PersonMerge.id).where(PersonMerge.merged_id == second))[0][0]
    hana, address = browse(world.hana), f"/merges/{key}/undo"
    told: list[signals.PersonMerged] = []
    hear = told.append
    signals.person_merged.connect(hear)
    try:
        page = hana.post(address, sent(hana.get(address)))
    finally:
        signals.person_merged.disconnect(hear)
    assert "Saved. They are two records again." in page.text
    assert owned(app, world, second) == ALL
    assert owned(app, world, world.tom_person) == NONE | {"Spell": 1}
    assert tuple(record(app, world, second)) == ("10077", "0300 123", "he", None, None)
    assert tuple(record(app, world, world.tom_person)) == ("10002", "", "they", None, None), (
        "what was typed since stays"
    )
    assert told == [signals.PersonMerged(world.tom_person, second, undone=True)]
    page = hana.get(address)
    assert "This merge is undone already." in page.text
    assert hana.post(address, {"version": "9"}, status=409)
    undone = rows(app, world.trust, select(PersonMerge.undone_on).where(PersonMerge.id == key))
    assert undone == [(TODAY,)]


def test_merges_in_a_chain_are_parted_in_turn(app: Flask, browse: Browse, world: World, second: UUID) -> None:
    third = write(app, world.trust, lambda: Person(first_name="Tom", last_name="Okafor", staff_number="10088"))
    merge(browse, world.hana, second, third)
    merge(browse, world.hana, world.tom_person, second)
    assert record(app, world, third)[4] == world.tom_person, "every record leads straight to the one that stands"
    assert record(app, world, second)[4] == world.tom_person
    first_merge, last_merge = (
        rows(app, world.trust, select(PersonMerge.id).where(PersonMerge.merged_id == key))[0][0]
        for key in (third, second)
    )
    hana = browse(world.hana)
    page = hana.get(f"/merges/{first_merge}/undo")
    assert "This record was merged into another one since. Undo that first." in page.text
    version = rows(app, world.trust, select(Person.version).where(Person.id == second))[0][0]
    page = hana.post(f"/merges/{first_merge}/undo", {"version": str(version)}, status=422)
    assert page.errors == ["This record was merged into another one since. Undo that first"]
    hana.post(f"/merges/{last_merge}/undo", sent(hana.get(f"/merges/{last_merge}/undo")))
    assert record(app, world, third)[4] == second
    hana.post(f"/merges/{first_merge}/undo", sent(hana.get(f"/merges/{first_merge}/undo")))
    assert record(app, world, third)[4] is None


def version_of(browser: Browser, person: UUID) -> str:
    with browser.client.application.app_context(), scope.across("a test"):
        return str(db.session.scalars(select(Person.version).where(Person.id == person)).one())


def refused(browse: Browse, user: UUID, kept: UUID, other: UUID, words: str) -> None:
    browser, address = browse(user), f"/people/{kept}/merge/{other}"
    page = browser.get(address)
    assert words in page.text
    assert not page.all("main form"), "there is no button for what may not be"
    page = browser.post(
        address, {"version": version_of(browser, kept), "other_version": version_of(browser, other)}, status=422
    )
    assert page.errors == [words]


def test_what_may_not_be_merged_is_told_in_words(app: Flask, browse: Browse, world: World, second: UUID) -> None:
    refused(browse, world.hana, second, second, "This is the same record. Choose the other one")
    merge(browse, world.hana, world.tom_person, second)
    words = "That record is part of another one already. Open the one it is part of, and merge that"
    refused(browse, world.hana, world.priya_person, second, words)
    words = "This record is part of another one already. Open that one, and merge from there"
    refused(browse, world.hana, second, world.priya_person, words)

    def erase() -> Person:
        return Person(first_name="", last_name="", erased_on=date(2025, 1, 1))

    erased = write(app, world.trust, erase)
    words = "One of these records was erased. Nothing of it can be brought back or merged"
    refused(browse, world.hana, world.priya_person, erased, words)
    write(app, world.trust, lambda: db.session.get_one(Person, world.tom_person).__setattr__("user_id", world.moses))
    words = (
        "Each of these records is linked to an account. Take the link away from the one they do not sign in with, "
        "then merge"
    )
    refused(browse, world.hana, world.priya_person, world.tom_person, words)
    assert rows(app, world.trust, select(func.count(PersonMerge.id))) == [(2,)]


def test_nobody_merges_their_own_record(app: Flask, browse: Browse, world: World, second: UUID) -> None:
    write(app, world.trust, lambda: db.session.get_one(Person, world.tom_person).__setattr__("user_id", world.hana))
    words = (
        "One of these is your own record. Ask somebody else who looks after records: what people say of themselves "
        "moves with a record, and is theirs alone"
    )
    refused(browse, world.hana, world.tom_person, second, words)
    refused(browse, world.hana, second, world.tom_person, words)
    assert owned(app, world, second) == ALL
    merge(browse, world.hugo, world.tom_person, second)
    assert owned(app, world, second) == NONE


def test_a_record_changed_meanwhile_is_looked_at_again(app: Flask, browse: Browse, world: World, second: UUID) -> None:
    hana, hugo = browse(world.hana), browse(world.hugo)
    address = f"/people/{world.tom_person}/merge/{second}"
    opened = sent(hana.get(address))
    edit = f"/people/{second}/edit"
    hugo.post(edit, sent(hugo.get(edit)) | {"last_name": "Okafor-Bell"})
    page = hana.post(address, opened, status=409)
    assert "Somebody else changed this meanwhile" in page.text
    assert "Okafor-Bell" in page.text
    assert owned(app, world, second) == ALL
    hana.post(address, sent(page))
    assert owned(app, world, second) == NONE


def test_only_heads_and_hr_merge_and_only_within_their_trust(
    app: Flask, browse: Browse, world: World, second: UUID
) -> None:
    addresses = (f"/people/{world.tom_person}/merge/{second}", f"/merges/{world.tom_merge}/undo")
    for user in (world.priya, world.sam, world.moses, world.ellen, world.ada):
        for address in addresses:
            browse(user).get(address, status=403)
            browse(user).post(address, {}, status=403)
    for address in (*addresses, f"/people/{world.stranger_person}/merge/{second}"):
        browse(world.stig).post(address, {"version": "1", "other_version": "1"}, status=404)
    browse(world.hana).post(f"/people/{world.tom_person}/merge/{world.stranger_person}", {}, status=404)
    assert owned(app, world, second) == ALL
    assert record(app, world, second)[4] is None


@pytest.mark.parametrize("is_ring", [True, False])
def test_of_two_merges_at_once_the_later_finds_what_the_first_made(
    app: Flask, browse: Browse, world: World, monkeypatch: pytest.MonkeyPatch, *, is_ring: bool
) -> None:
    """Each record into the other would be a ring that no page can show; one into another's part, one erasing misses."""
    one, other, third = (
        write(app, world.trust, lambda number=number: Person(first_name="Al", last_name="Rae", staff_number=number))
        for number in ("80001", "80002", "80003")
    )
    browsers = (browse(world.hana), browse(world.hugo))
    sides = (f"/people/{one}/merge/{other}", f"/people/{other if is_ring else third}/merge/{one}")
    given = [sent(at.get(side)) | {"csrf_token": at.token()} for at, side in zip(browsers, sides, strict=True)]
    both_looked, refuse_if = Barrier(2), merging.refuse_if

    def look_together(refusal: Any) -> None:
        refuse_if(refusal)
        with suppress(BrokenBarrierError):  # taking turns, the second never comes to look beside the first
            both_looked.wait(1)

    monkeypatch.setattr(merging, "refuse_if", look_together)
    answers = at_once(
        lambda: browsers[0].client.post(sides[0], data=given[0]),
        lambda: browsers[1].client.post(sides[1], data=given[1]),
    )
    assert min(answer.status_code for answer in answers) == 302
    is_part = Person.merged_into_id.is_not(None)
    into = dict(tuple(row) for row in rows(app, world.trust, select(Person.id, Person.merged_into_id).where(is_part)))
    assert not set(into.values()) & set(into), "a record that took in another is in no other itself"


def test_a_ring_and_a_chain_from_before_do_no_harm(app: Flask, browse: Browse, world: World, second: UUID) -> None:
    def make() -> None:
        parts = [Person(first_name="Tom", last_name="Okafor", staff_number=f"9{place}") for place in range(4)]
        db.session.add_all(parts)
        db.session.flush()
        parts[0].merged_into_id, parts[1].merged_into_id = parts[1].id, parts[0].id
        parts[2].merged_into_id, parts[3].merged_into_id = second, parts[2].id

    write(app, world.trust, make)
    with app.app_context():
        scope.enter(world.trust)
        assert everything_held().people["10077"].key == second
        assert {row.staff_number for row in parts_of(db.session.get_one(Person, second))} == {"92", "93"}
        ring = db.session.scalars(select(Person).where(Person.staff_number == "90")).one()
        assert [row.staff_number for row in parts_of(ring)] == ["91"]
        db.session.remove()
