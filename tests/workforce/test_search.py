"""Search: who finds what, and that no name ever stands in an address or in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert

from peerhub.access.models import AuditEntry
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.workforce.models import Person, Post, Team
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.workforce.rows import add_post, add_spell, make_hr_of_team

Browse = Callable[[UUID | None], Browser]


def hits(page: Page) -> list[str]:
    return [link.to_text().strip() for link in page.all("main ul a")]


def test_the_box_is_empty_at_first_and_says_what_it_finds(browse: Browse, world: World) -> None:
    page = browse(world.hana).get("/search")
    assert page.heading == "Search"
    assert "Find people by name" in page.text
    assert hits(page) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rahman", ["Priya Rahman"]),
        (" RAHMAN  pri ", ["Priya Rahman"]),
        ("10002", ["Tom Okafor"]),
        ("willow", ["Willow ward", "Peer support worker", "Peer support worker"]),
        ("perinatal", ["Harbour team"]),
        ("P003", ["Peer support worker"]),
        ("peer support harbour", ["Peer support worker"]),
        ("Stranger", []),
        ("Rook", []),
        ("%", []),
        ("_", []),
    ],
)
def test_words_find_people_teams_and_posts(browse: Browse, world: World, words: str, found: list[str]) -> None:
    page = browse(world.hana).post("/search", {"q": words})
    assert hits(page) == found
    if not found:
        assert f"Nothing found for “{words}”" in page.text
        assert "Try fewer letters" in page.text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("zoe ozturk", "Zoë Öztürk"),
        ("ZOË", "Zoë Öztürk"),
        ("ÖZTÜRK", "Zoë Öztürk"),
        ("wrobel", "Łucja Wróbel"),
        ("lucja", "Łucja Wróbel"),
        ("o'shea", "Sinéad O’Shea"),
        ("oshea sinead", "Sinéad O’Shea"),
        ("D’Souza", "Anil D'Souza"),
    ],
)
def test_names_are_found_as_any_keyboard_types_them(
    app: Flask, browse: Browse, world: World, words: str, found: str
) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.add_all(
            Person(first_name=first, last_name=last) for first, last in (("Zoë", "Öztürk"), ("Łucja", "Wróbel"))
        )
        in_bulk = [{"first_name": "Sinéad", "last_name": "O’Shea"}, {"first_name": "Anil", "last_name": "D'Souza"}]
        db.session.execute(insert(Person), [row | {"organisation_id": world.trust} for row in in_bulk])
        db.session.commit()
    assert hits(browse(world.hana).post("/search", {"q": words})) == [found]


def test_a_name_that_changed_is_found_as_it_is_now(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        person = db.session.get_one(Person, world.tom_person)
        person.last_name = "Åkerström"
        db.session.commit()
    hana = browse(world.hana)
    assert hits(hana.post("/search", {"q": "akerstrom"})) == ["Tom Åkerström"]
    assert hits(hana.post("/search", {"q": "okafor"})) == []


def test_a_team_is_found_with_either_apostrophe(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.add(Team(service_line_id=world.willow_line, name="St Anne’s"))
        db.session.commit()
    for words in ("st anne's", "annes", "ANNE’S"):
        assert hits(browse(world.hana).post("/search", {"q": words})) == ["St Anne’s"]


def test_back_finds_each_search_again_and_nobody_elses(browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    first = hana.post("/search", {"q": "rahman"}).response.request.full_path
    second = hana.post("/search", {"q": "okafor"}).response.request.full_path
    assert hits(hana.get(first)) == ["Priya Rahman"]
    assert hits(hana.get(second)) == ["Tom Okafor"]
    assert hana.get(first).all("#q")[0].attrs["value"] == "rahman"
    assert hits(browse(world.hugo).get(first)) == [], "another session"
    with hana.client.session_transaction() as session:
        mine = session["looked_for"]
    hugo = browse(world.hugo)
    with hugo.client.session_transaction() as session:
        session["looked_for"] = mine
    assert hits(hugo.get(first)) == [], "the same browser, another account"
    for number in range(30):
        hana.post("/search", {"q": f"{number} " * 30})
    assert hits(hana.get(first)) == [], "the oldest are let go, so that the cookie stays small"
    with hana.client.session_transaction() as session:
        assert sum(map(len, session["looked_for"].values())) <= 2000


def test_links_lead_to_what_was_found(browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    for words, heading in (("rahman", "Priya Rahman"), ("harbour", "Harbour team"), ("p003", "Peer support worker")):
        page = hana.post("/search", {"q": words})
        assert hana.get(page.all("main ul a")[0].attrs["href"]).heading.endswith(heading)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("", "Enter a name, a staff number, a team or a post"),
        ("   ", "Enter a name, a staff number, a team or a post"),
        ("x" * 101, "Name, staff number, team or post must be 100 characters or fewer"),
    ],
)
def test_nothing_to_look_for_is_told(browse: Browse, world: World, words: str, error: str) -> None:
    page = browse(world.hana).post("/search", {"q": words}, status=422)
    assert page.errors == [error]


def test_a_team_manager_finds_their_own_team_alone(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        add_spell(world.vacant_post, date(2022, 1, 3), date(2022, 2, 1), name="Bygone")
        db.session.commit()
    moses = browse(world.moses)
    assert hits(moses.post("/search", {"q": "rahman"})) == ["Priya Rahman"]
    assert hits(moses.post("/search", {"q": "okafor"})) == []
    assert hits(moses.post("/search", {"q": "harbour"})) == []
    assert hits(moses.post("/search", {"q": "bygone"})) == [], "who left is found by those who see them elsewhere"
    assert hits(browse(world.hana).post("/search", {"q": "bygone"})) == ["Bygone Person"]


def test_nobody_searches_without_a_role_for_it(browse: Browse, world: World) -> None:
    for user in (world.priya, world.ellen, world.ada, world.nadia):
        browse(user).post("/search", {"q": "rahman"}, status=403)
    assert hits(browse(world.stig).post("/search", {"q": "rahman"})) == []


def test_the_first_few_are_shown_and_all_when_asked_for(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        for number in range(8):
            add_spell(add_post(world.willow, title=f"Zeta {number}"), date(2024, 1, 1), name=f"Zeta{number}")
        db.session.commit()
    hana = browse(world.hana)
    page = hana.post("/search", {"q": "zeta"})
    assert len(hits(page)) == 10, "five people, five posts"
    assert "8 people" in page.text
    assert [button.to_text().strip() for button in page.all("main form button")][1:] == [
        "Show all 8 people",
        "Show all 8 posts",
    ]
    whole = hana.post("/search", {"q": "zeta", "whole": "people"})
    assert len([name for name in hits(whole) if name.endswith("Person")]) == 8
    assert "Show all 8 people" not in whole.text
    assert hana.post("/search", {"q": "zeta", "whole": "nonsense"})


def test_closed_teams_and_former_terms_are_found_and_said_to_be(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        db.session.add(Team(service_line_id=world.willow_line, name="Omega", closed_on=date(2023, 1, 1)))
        add_post(world.willow, title="Omega post", closes=date(2023, 1, 1))
        db.session.commit()
    page = browse(world.hana).post("/search", {"q": "omega"})
    assert "Adult acute wards, closed" in page.text
    assert "closed or on other terms now" in page.text


def test_no_name_stands_in_an_address(
    app: Flask, browse: Browse, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    hana = browse(world.hana)
    page = hana.post("/search", {"q": "rahman"})
    assert page.response.request.query_string == b"found=1"
    with hana.client.session_transaction() as session:
        assert "rahman" not in str(dict(session)).lower()
    assert not [link for link in page.all("a[href]") if "rahman" in link.attrs["href"].lower()]
    people = hana.get("/people?q=okafor&show=everybody")
    assert "Priya Rahman" in people.text, "an old address with a name in it is not followed"
    assert "okafor" not in "".join(link.attrs["href"] for link in people.all("a[href]")).lower()
    assert not people.all("form[method=get] input[type=text], form[method=get] input[type=search]")
    assert "rahman" not in capsys.readouterr().err.lower()
    with app.app_context():
        entries = db.session.query(AuditEntry).all()
        assert not [entry for entry in entries if "rahman" in str(entry.facts).lower()]


def test_the_list_of_people_leads_to_the_search(browse: Browse, world: World) -> None:
    page = browse(world.hana).get("/people")
    assert page.all("form[role=search]")[0].attrs["action"] == "/search"


def test_it_asks_the_same_number_of_questions_whatever_it_finds(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    hana = browse(world.hana)
    hana.post("/search", {"q": "e"})
    count_queries()
    hana.post("/search", {"q": "peer"})
    before = count_queries()
    with app.app_context():
        scope.enter(world.trust)
        for number in range(12):
            add_spell(add_post(world.willow, title=f"Peer {number}"), date(2024, 1, 1), name="Peer")
        db.session.commit()
    count_queries()
    hana.post("/search", {"q": "peer", "whole": "posts"})
    assert count_queries() == before


def test_today_tells_of_funding_that_ends(app: Flask, browse: Browse, world: World) -> None:
    def set_funding(post: UUID, days: int) -> None:
        with app.app_context():
            scope.enter(world.trust)
            db.session.get_one(Post, post).funding_ends = today() + timedelta(days=days)
            db.session.commit()

    hana = browse(world.hana)
    assert "Funding" not in hana.get("/").text
    set_funding(world.priya_post, 121)
    assert "Funding" not in hana.get("/").text
    set_funding(world.priya_post, 120)
    page = hana.get("/")
    assert "Funding of a post ends on" in page.text
    assert f"/posts/{world.priya_post}" in [link.attrs["href"] for link in page.all("main a")]
    set_funding(world.tom_post, -3)
    page = hana.get("/")
    assert "Funding of 2 posts has ended or ends soon: the first on" in page.text
    assert "/posts?show=funding" in [link.attrs["href"] for link in page.all("main a")]
    for user in (world.moses, world.sam, world.priya, world.ellen):
        assert "Funding" not in browse(user).get("/").text


def test_today_tells_of_no_post_out_of_reach(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        for post in (world.priya_post, world.tom_post):
            db.session.get_one(Post, post).funding_ends = today()
        make_hr_of_team(world, world.priya, world.harbour)
        db.session.commit()
    page = browse(world.priya).get("/")
    assert "Funding of a post ends on" in page.text
    assert f"/posts/{world.tom_post}" in [link.attrs["href"] for link in page.all("main a")]
