"""The list of people: who is in it, narrowed, in order, page by page, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.core.database import db
from peerhub.workforce.models import Person, Post, Spell
from peerhub.workforce.rules.words import Contract, LeavingReason, RoleKind
from tests.fixtures.pages import Page
from tests.fixtures.people import World
from tests.workforce.looking import Browse, links, rows, write

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def frozen() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def names(page: Page) -> list[str]:
    """Who is listed, in order."""
    return [" ".join(row.query("td")[0].to_text().split()).removeprefix("Name ") for row in page.all("tbody tr")]


def add(app: Flask, world: World, first: str, last: str, *spells: Spell, **more: object) -> None:
    """Somebody with some spells."""

    def make() -> Person:
        person = Person(first_name=first, last_name=last, **more)
        db.session.add(person)
        db.session.flush()
        for spell in spells:
            spell.person_id = person.id
            db.session.add(spell)
        return person

    write(app, world.trust, make)


@pytest.fixture
def crowd(app: Flask, world: World) -> None:
    """Besides Priya and Tom: Lena who left, Stan who is to start, Nora without a post."""
    over = {"starts": date(2022, 2, 1), "ends": date(2023, 1, 31), "leaving_reason": LeavingReason.OTHER}
    add(app, world, "Lena", "Adams", Spell(post_id=world.vacant_post, **over), staff_number="20001")
    add(app, world, "Stan", "Zimmer", Spell(post_id=world.vacant_post, starts=date(2026, 4, 1)))
    add(app, world, "Nora", "Nowhere", preferred_name="Nonnie")


def test_people_who_have_not_left_are_listed_by_last_name(browse: Browse, world: World, crowd: None) -> None:
    page = browse(world.hugo).get("/people")
    assert names(page) == ["Nonnie Nowhere", "Tom Okafor", "Priya Rahman", "Stan Zimmer"]
    assert "4 in all" in page.text
    tags = [tag.to_text() for tag in page.all(".nhsuk-tag")]
    assert tags == ["No post yet", "Works here", "Works here", "Starting soon"]
    assert page.all("table.nhsuk-table-responsive"), "a phone shows cards"
    assert links(page)["Tom Okafor"] == f"/people/{world.tom_person}"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=rahman", ["Nonnie Nowhere", "Tom Okafor", "Priya Rahman", "Stan Zimmer"]),
        ("show=left", ["Lena Adams"]),
        ("show=here", ["Tom Okafor", "Priya Rahman"]),
        ("show=starting", ["Stan Zimmer"]),
        ("show=no_post", ["Nonnie Nowhere"]),
        ("show=unconfirmed", []),
        ("show=ending", []),
        ("show=nonsense", ["Nonnie Nowhere", "Tom Okafor", "Priya Rahman", "Stan Zimmer"]),
        ("team={harbour}", ["Tom Okafor"]),
        ("team=nonsense", []),
        ("service_line={willow_line}", ["Priya Rahman", "Stan Zimmer"]),
        ("service_line={willow_line}&show=everybody", ["Lena Adams", "Priya Rahman", "Stan Zimmer"]),
        ("role_kind=peer_support_worker", ["Tom Okafor", "Priya Rahman", "Stan Zimmer"]),
        ("role_kind=peer_lead", []),
        ("role_kind=wizard", ["Nonnie Nowhere", "Tom Okafor", "Priya Rahman", "Stan Zimmer"]),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    browse: Browse, world: World, crowd: None, asked: str, found: list[str]
) -> None:
    places = {"harbour": world.harbour, "willow_line": world.willow_line}
    page = browse(world.hugo).get(f"/people?{asked.format(**places)}")
    assert names(page) == found
    assert found or "Nobody matches. Clear these choices, or show everybody." in page.text
    assert ("Clear these choices" in links(page)) is not asked.startswith("q="), "no name is read from an address"


def test_a_second_post_is_found_too(app: Flask, browse: Browse, world: World) -> None:
    second = {"starts": date(2025, 1, 1), "wte": Decimal("0.2")}
    write(app, world.trust, lambda: Spell(person_id=world.tom_person, post_id=world.vacant_post, **second))
    page = browse(world.hugo).get(f"/people?team={world.willow}")
    assert names(page) == ["Tom Okafor", "Priya Rahman"]
    page = browse(world.hugo).get(f"/people?team={world.harbour}&service_line={world.willow_line}")
    assert names(page) == [], "one post must be all that was asked for"


def test_somebody_who_moved_is_found_where_they_are(app: Flask, browse: Browse, world: World) -> None:
    before = {"starts": date(2022, 2, 1), "ends": date(2023, 1, 31)}
    write(app, world.trust, lambda: Spell(person_id=world.tom_person, post_id=world.vacant_post, **before))
    hugo = browse(world.hugo)
    assert names(hugo.get(f"/people?team={world.willow}")) == ["Priya Rahman"]
    assert names(hugo.get("/people?show=left")) == [], "nobody has left who works here today"


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("name", "Nonnie Nowhere", "Stan Zimmer"),
        ("-name", "Stan Zimmer", "Nonnie Nowhere"),
        ("starts", "Priya Rahman", "Nonnie Nowhere"),
        ("-starts", "Stan Zimmer", "Nonnie Nowhere"),
        ("team", "Tom Okafor", "Nonnie Nowhere"),
        ("whereabouts", "Tom Okafor", "Nonnie Nowhere"),
        ("staff_number", "Priya Rahman", "Stan Zimmer"),
        ("nonsense", "Nonnie Nowhere", "Stan Zimmer"),
    ],
)
def test_the_list_is_put_in_order(browse: Browse, world: World, crowd: None, sort: str, first: str, last: str) -> None:
    listed = names(browse(world.hugo).get(f"/people?sort={sort}"))
    assert (listed[0], listed[-1]) == (first, last)


def test_the_list_goes_on_page_by_page(app: Flask, browse: Browse, world: World) -> None:
    people = [{"first_name": "Person", "last_name": f"N{number:03}"} for number in range(60)]
    write(app, world.trust, lambda: db.session.add_all([Person(**one) for one in people]))
    hugo = browse(world.hugo)
    first = hugo.get("/people?show=no_post")
    assert (len(names(first)), "1 to 50 of 60" in first.text) == (50, True)
    second = hugo.get("/people?show=no_post&page=2")
    assert names(second) == [f"Person N{number:03}" for number in range(50, 60)]
    assert "51 to 60 of 60" in second.text


def test_a_file_holds_every_row_that_the_list_shows(app: Flask, browse: Browse, world: World, crowd: None) -> None:
    write(app, world.trust, lambda: Person(first_name="=cmd", last_name="Evil"))
    hugo = browse(world.hugo)
    text = hugo.get("/people?format=csv&show=everybody&sort=name").response.get_data().decode("utf-8-sig")
    listed = list(csv.DictReader(io.StringIO(text)))
    assert [row["Name"] for row in listed] == [
        "Lena Adams", "'=cmd Evil", "Nonnie Nowhere", "Tom Okafor", "Priya Rahman", "Stan Zimmer",
    ]  # fmt: skip
    assert listed[3]["Started"] == "2023-05-02"
    book = hugo.get(f"/people?format=xlsx&service_line={world.willow_line}").response.get_data()
    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert cells[1][:2] == ["Priya Rahman", "10001"]
    started = cells[1][cells[0].index("Started")]
    assert started.date() == date(2022, 3, 1)  # type: ignore[union-attr]  # a real date
    reads = rows(app, world.trust, select(AuditEntry.user_id, AuditEntry.facts).where(AuditEntry.is_read.is_(True)))
    assert [tuple(row) for row in reads] == [(world.hugo, {"people": 6}), (world.hugo, {"people": 2})]


def test_a_team_manager_sees_those_of_the_team_and_the_file_no_more(browse: Browse, world: World, crowd: None) -> None:
    for user in (world.moses, world.sam):
        browser = browse(user)
        assert names(browser.get("/people?show=everybody")) == ["Priya Rahman", "Stan Zimmer"]
        text = browser.get("/people?show=everybody&format=csv").response.get_data(as_text=True)
        assert "Tom" not in text
        assert "Lena" not in text
        assert "Add a person" not in browser.get("/people").text


def test_a_post_in_another_team_is_not_told_to_a_team_manager(app: Flask, browse: Browse, world: World) -> None:
    def make() -> None:
        db.session.get_one(Spell, world.priya_spell).wte = Decimal("0.4")
        post = db.session.get_one(Post, world.vacant_post)
        post.team_id, post.title = world.harbour, "Peer lead"
        db.session.add(Spell(person_id=world.priya_person, post_id=post.id, starts=date(2025, 1, 1)))

    write(app, world.trust, make)
    shown = browse(world.hugo).get("/people").all("tbody tr")[1].to_text()
    assert "Peer lead" in shown, "the post of most hours stands for somebody"
    page = browse(world.moses).get("/people")
    assert "Willow ward" in page.all("tbody tr")[0].to_text()
    for words in ("Peer lead", "Harbour"):
        assert words not in page.all("table")[0].to_text()
    assert "Harbour" not in browse(world.moses).get(f"/people/{world.priya_person}").text


def test_other_organisations_are_no_part_of_it(browse: Browse, world: World) -> None:
    assert names(browse(world.stig).get("/people?show=everybody")) == ["Vera Stranger"]
    for user in (world.priya, world.ellen, world.ada, world.mel):
        browse(user).get("/people", status=403)


def test_an_empty_list_says_how_to_begin(app: Flask, browse: Browse, world: World) -> None:
    write(app, world.other_trust, lambda: _take_out(world))
    page = browse(world.stig).get("/people")
    assert "Nobody is here yet. Add a person, or load your staff record" in page.text
    assert links(page)["Add a person"] == "/people/add"
    assert not page.all("table")


def _take_out(world: World) -> None:
    for person in db.session.scalars(select(Person)):
        person.erased_on = TODAY


def test_it_takes_the_same_statements_however_many_people(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    hugo = browse(world.hugo)
    hugo.get("/people")
    count_queries()
    hugo.get("/people")
    few = count_queries()
    people = [{"first_name": "Person", "last_name": f"N{number:03}"} for number in range(40)]

    def hire() -> None:
        for one in people:
            post = Post(
                team_id=world.harbour, title="Peer lead", role_kind=RoleKind.PEER_LEAD, lived_experience=True,
                peer_service=True, opens=date(2022, 1, 1),
            )  # fmt: skip
            person = Person(**one)
            db.session.add_all([post, person])
            db.session.flush()
            db.session.add(Spell(person_id=person.id, post_id=post.id, starts=date(2025, 1, 1)))

    write(app, world.trust, hire)
    count_queries()
    assert len(names(hugo.get("/people"))) == 42
    assert count_queries() == few


def test_today_tells_of_fixed_terms_that_end_and_of_people_left_out(app: Flask, browse: Browse, world: World) -> None:
    def change() -> None:
        spell = db.session.get_one(Spell, world.tom_spell)
        spell.contract, spell.ends, spell.leaving_reason = (
            Contract.FIXED_TERM, date(2026, 5, 1), LeavingReason.END_OF_FIXED_TERM,
        )  # fmt: skip
        db.session.get_one(Person, world.priya_person).unconfirmed_since = date(2026, 2, 1)

    write(app, world.trust, change)
    for user in (world.hana, world.hugo):
        page = browse(user).get("/")
        assert links(page)["Plan what follows the fixed term of Tom Okafor"] == f"/people/{world.tom_person}"
        href = links(page)["Find out whether 1 person whom the staff record leaves out has left"]
        assert names(browse(user).get(href)) == ["Priya Rahman"]
        assert names(browse(user).get("/people?show=ending&sort=ends")) == ["Tom Okafor"]
    for user in (world.sam, world.moses, world.priya, world.ellen, world.ada):
        assert "fixed term" not in browse(user).get("/").text
        assert "staff record leaves out" not in browse(user).get("/").text


@pytest.mark.parametrize(
    ("ends", "is_told"),
    [(date(2026, 6, 30), True), (date(2026, 7, 1), False), (date(2026, 3, 2), True), (date(2026, 3, 1), False)],
)
def test_a_fixed_term_is_told_of_120_days_before(
    app: Flask, browse: Browse, world: World, ends: date, *, is_told: bool
) -> None:
    terms = {"contract": Contract.FIXED_TERM, "leaving_reason": LeavingReason.END_OF_FIXED_TERM, "ends": ends}
    add(app, world, "Fay", "Fixed", Spell(post_id=world.vacant_post, starts=date(2025, 1, 1), **terms))
    assert ("Plan what follows the fixed term of Fay Fixed" in browse(world.hugo).get("/").text) is is_told


def test_a_fixed_term_that_something_follows_needs_nobody(app: Flask, browse: Browse, world: World) -> None:
    terms = {"contract": Contract.FIXED_TERM, "leaving_reason": LeavingReason.PROMOTION, "ends": date(2026, 4, 30)}
    add(
        app, world, "Fay", "Fixed", Spell(post_id=world.vacant_post, starts=date(2025, 1, 1), **terms),
        Spell(post_id=world.vacant_post, starts=date(2026, 5, 1)),
    )  # fmt: skip
    assert "Fay Fixed" not in browse(world.hugo).get("/").text


def test_several_fixed_terms_are_told_as_one(app: Flask, browse: Browse, world: World) -> None:
    terms = {"contract": Contract.FIXED_TERM, "leaving_reason": LeavingReason.END_OF_FIXED_TERM}
    for last, ends in (("Aye", date(2026, 4, 1)), ("Bee", date(2026, 4, 30)), ("Cee", date(2026, 5, 20))):
        add(app, world, "Fay", last, Spell(post_id=world.vacant_post, starts=date(2025, 1, 1), ends=ends, **terms))
    hugo = browse(world.hugo)
    found = links(hugo.get("/"))
    assert names(hugo.get(found["Plan what follows 2 fixed terms that end within 60 days"])) == [
        "Fay Aye", "Fay Bee", "Fay Cee",
    ]  # fmt: skip
    assert "Plan what follows the fixed term of Fay Cee" in found
