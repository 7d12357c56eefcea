"""Posts as people get them: list, page, adding, correcting, closing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import short_date, today
from peerhub.workforce.models import Post, Team
from peerhub.workforce.rules.posts import NEVER_COUNTED
from peerhub.workforce.rules.words import Band, RoleKind
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.workforce.rows import add_post, add_spell, held

Browse = Callable[[UUID | None], Browser]
TAKEN = "There is already a post with this number. If its terms have changed, open it and give it new terms"


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


def sent(world: World, **changed: str | None) -> dict[str, str]:
    """What the form of a post sends; None leaves a tick out."""
    values: dict[str, str | None] = {
        "title": "Peer support worker", "role_kind": "peer_support_worker", "band": "3", "wte": "0.8",
        "team_id": str(world.willow), "lived_experience": "y", "peer_service": "y", "version": "1",
    } | day("opens", date(2024, 1, 1)) | changed  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def titles(page: Page) -> list[str]:
    return [" ".join(link.to_text().split()) for link in page.all("tbody td:first-child a")]


def test_vacant_posts_come_first_and_every_post_can_be_asked_for(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        add_post(world.harbour, title="Ending", funding="Pilot money", funding_ends=today() + timedelta(days=100))
        add_post(world.harbour, title="Later", funding_ends=today() + timedelta(days=121))
        add_post(world.harbour, title="Gone", closes=date(2023, 1, 1))
        add_post(world.harbour, title="To come", opens=today() + timedelta(days=9))
        db.session.commit()
    hana = browse(world.hana)
    assert titles(hana.get("/posts?sort=title")) == ["Ending", "Later", "Peer support worker"]
    assert titles(hana.get("/posts?show=filled")) == ["Peer support worker"] * 2
    assert titles(hana.get("/posts?show=funding")) == ["Ending"]
    assert "Pilot money" in hana.get("/posts?show=funding").text
    assert "Gone" not in titles(hana.get("/posts?show=open"))
    assert len(titles(hana.get("/posts?show=everything"))) == 7
    assert titles(hana.get(f"/posts?show=open&team={world.willow}")) == ["Peer support worker"] * 2
    assert titles(hana.get("/posts?show=open&setting=inpatient&role_kind=peer_lead")) == []
    assert "Not open yet" in hana.get("/posts?show=open").text


def test_the_file_holds_what_the_list_holds(browse: Browse, world: World) -> None:
    page = browse(world.moses).get("/posts?show=everything&format=csv")
    rows = list(csv.DictReader(io.StringIO(page.response.text.removeprefix("\ufeff"))))
    assert {row["Number"] for row in rows} == {"P001", "P003"}
    assert {row["Who is in it"] for row in rows} == {"Priya Rahman", ""}
    assert browse(world.hugo).get("/posts?format=xlsx").response.mimetype.endswith("sheet")


def test_a_post_page_says_its_terms_and_who_held_it(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        add_spell(world.vacant_post, date(2022, 2, 1), date(2023, 1, 31), name="Bygone")
        db.session.commit()
    page = browse(world.hana).get(f"/posts/{world.vacant_post}")
    assert "Bygone Person" in page.text
    assert "Vacant" in page.text
    assert "Northmoor Mental Health Trust" in page.text
    manager = browse(world.moses).get(f"/posts/{world.vacant_post}")
    assert "Somebody who has left" in manager.text
    assert "Bygone" not in manager.text
    assert "Correct this post" not in manager.text
    assert "Priya Rahman" in browse(world.moses).get(f"/posts/{world.priya_post}").text


def test_add_a_post(app: Flask, browse: Browse, world: World) -> None:
    values = sent(world, number=" P777 ", employer="Anchor Mind", funding="ICB") | day(
        "funding_ends", date(2027, 3, 31)
    )
    page = browse(world.hana).post("/posts/add", values)
    assert page.heading == "Post P777 Peer support worker"
    with app.app_context():
        scope.enter(world.trust)
        post = db.session.scalars(select(Post).where(Post.number == "P777")).one()
        assert (post.team_id, post.wte, post.band) == (world.willow, Decimal("0.8"), Band.B3)
        assert (post.employer, post.funding, post.funding_ends) == ("Anchor Mind", "ICB", date(2027, 3, 31))
        assert (post.opens, post.closes, post.first_id) == (date(2024, 1, 1), None, None)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"title": " "}, "Enter the title of the post"),
        ({"role_kind": "clown"}, "Choose the kind of role"),
        ({"wte": ""}, "Enter the WTE, such as 1 or 0.6"),
        ({"wte": "1.2"}, "Whole time equivalent must be more than 0 and no more than 1, such as 0.6"),
        ({"wte": "0"}, "Whole time equivalent must be more than 0 and no more than 1, such as 0.6"),
        ({"wte": "half"}, "Write the WTE as a number up to 1, like 0.6"),
        ({"lived_experience": None}, "A post of the peer service always requires lived experience"),
        ({"opens-day": "31", "opens-month": "2"}, "First day of the post must be a real date, such as 27 3 2025"),
        ({"number": "P001"}, TAKEN),
        ({"counted_in_numbers": "y"}, NEVER_COUNTED),
        ({"counted_in_numbers": "y", "peer_service": None}, NEVER_COUNTED),
    ],
)  # fmt: skip
def test_a_post_that_may_not_be(
    app: Flask, browse: Browse, world: World, changed: dict[str, str | None], error: str
) -> None:
    page = browse(world.hana).post("/posts/add", sent(world, **changed), status=422)
    assert page.errors == [error]
    assert (
        page.all("input[name=title]")[0].attrs["value"].strip()
        == (changed.get("title", "Peer support worker") or "").strip()
    )
    with app.app_context():
        scope.enter(world.trust)
        assert len(db.session.scalars(select(Post)).all()) == 3


def test_leadership_outside_the_peer_service_may_be_counted(app: Flask, browse: Browse, world: World) -> None:
    browse(world.hana).post(
        "/posts/add",
        sent(world, role_kind="lived_experience_leadership", peer_service=None, counted_in_numbers="y", number="L1"),
    )
    with app.app_context():
        scope.enter(world.trust)
        assert db.session.scalars(select(Post).where(Post.number == "L1")).one().counted_in_numbers


def test_posts_without_a_number_stay_apart(app: Flask, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    hana.post("/posts/add", sent(world, title="Same"))
    hana.post("/posts/add", sent(world, title="Same"))
    with app.app_context():
        scope.enter(world.trust)
        first, second = db.session.scalars(select(Post.id).where(Post.title == "Same")).all()
    page = hana.post(
        f"/posts/{first}/new-terms", sent(world, title="Same", band="4") | day("first_day", date(2025, 1, 1))
    )
    assert "Its terms, now and before" in page.text
    assert "Its terms, now and before" not in hana.get(f"/posts/{second}").text
    assert held(app, world.trust, Post, second).closes is None


def test_two_employers_may_use_one_number(browse: Browse, world: World) -> None:
    assert browse(world.hana).post("/posts/add", sent(world, number="P001", employer="Anchor Mind"))


def test_a_number_is_the_organisations_however_its_name_is_left_out(app: Flask, browse: Browse, world: World) -> None:
    hana, own = browse(world.hana), "Northmoor Mental Health Trust"
    for changed in ({"employer": own}, {"number": "p001"}, {"team_id": str(world.harbour)}):
        page = hana.post("/posts/add", sent(world, **{"number": "P001"} | changed), status=422)
        assert page.errors == [TAKEN]
        assert f"/posts/{world.priya_post}" in [link.attrs["href"] for link in page.all("main .nhsuk-inset-text a")]
    with app.app_context():
        scope.enter(world.trust)
        add_post(world.harbour, title="Theirs", number="H7", employer=own)
        db.session.commit()
    page = hana.post("/posts/add", sent(world, number="H7"), status=422)
    assert "This number belongs to Theirs, Harbour team" in page.text
    values = sent(world, number="H7") | day("opens", date(2022, 1, 1))
    page = hana.post(f"/posts/{world.priya_post}/correct", values, status=422)
    assert TAKEN in page.errors
    assert "This number belongs to Theirs, Harbour team" in page.text


def test_the_posts_to_choose_from_are_those_listed_as_vacant_today_or_later(
    app: Flask, browse: Browse, world: World
) -> None:
    soon = today() + timedelta(days=9)
    with app.app_context():
        scope.enter(world.trust)
        add_spell(add_post(world.harbour, title="Leaving"), date(2024, 1, 1), soon)
        add_spell(add_post(world.harbour, title="Next start"), soon)
        add_post(world.harbour, title="To come", opens=soon)
        add_spell(add_post(world.harbour, title="Ends with its holder", closes=soon), date(2024, 1, 1), soon)
        db.session.commit()
    hana = browse(world.hana)
    listed = hana.get("/posts?show=free&sort=title")
    assert titles(listed) == ["Leaving", "Next start", "Peer support worker", "To come"]
    assert "they are the ones that somebody can be started in" in listed.text
    assert set(titles(hana.get("/posts"))) <= set(titles(listed))
    offered = [option.to_text().strip() for option in hana.get("/people/add").all("#post_id option")][1:]
    assert offered == [
        "Willow ward: Peer support worker (P003), 1 WTE",
        f"Harbour team: Leaving, 1 WTE, vacant from {short_date(soon + timedelta(days=1))}",
        f"Harbour team: Next start, 1 WTE, vacant until {short_date(soon - timedelta(days=1))}",
        f"Harbour team: To come, 1 WTE, vacant from {short_date(soon)}",
    ]


def test_correct_a_post_as_if_it_had_always_been_so(app: Flask, browse: Browse, world: World) -> None:
    values = sent(world, title="Senior peer", number="P100", wte="0.5") | day("opens", date(2021, 6, 1))
    page = browse(world.hugo).post(f"/posts/{world.priya_post}/correct", values)
    assert "Saved. Senior peer is put right." in page.text
    post = held(app, world.trust, Post, world.priya_post)
    assert (post.title, post.number, post.wte, post.opens) == ("Senior peer", "P100", Decimal("0.5"), date(2021, 6, 1))
    log = browse(world.hugo).get(f"/posts/{world.priya_post}/history").text
    assert "Post corrected" in log
    assert "post number" in log
    assert "Senior peer put" not in log


def test_a_correction_leaves_nobody_outside_the_post(app: Flask, browse: Browse, world: World) -> None:
    values = sent(world, number="P001") | day("opens", date(2023, 1, 1))
    page = browse(world.hugo).post(f"/posts/{world.priya_post}/correct", values, status=422)
    assert page.errors == ["Somebody started in this post on 1 March 2022. It must open on or before that day"]
    assert held(app, world.trust, Post, world.priya_post).opens == date(2022, 1, 1)


def test_two_people_who_save_a_post_see_both_versions(app: Flask, browse: Browse, world: World) -> None:
    address = f"/posts/{world.priya_post}/correct"
    values = sent(world, number="P001") | day("opens", date(2022, 1, 1))
    browse(world.hana).post(address, values | {"title": "Peer"})
    page = browse(world.hugo).post(address, values | {"title": "Worker"}, status=409)
    told = page.all("#both-versions")[0].to_text()
    assert "Peer" in told
    assert "Worker" in told
    assert held(app, world.trust, Post, world.priya_post).title == "Peer"


def test_close_and_reopen(app: Flask, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    held_post = hana.post(
        f"/posts/{world.priya_post}/close", {"version": "1"} | day("closes", date(2026, 1, 1)), status=422
    )
    assert held_post.errors == ["Somebody is in this post and has no last day yet. End or move them first"]
    early = hana.post(
        f"/posts/{world.vacant_post}/close", {"version": "1"} | day("closes", date(2021, 1, 1)), status=422
    )
    assert early.errors == ["The day it closes must be the day it opens or later"]
    page = hana.post(f"/posts/{world.vacant_post}/close", {"version": "1"} | day("closes", date(2024, 5, 31)))
    assert "open until Fri 31 May 2024" in page.text
    assert "Closed" in page.text
    hana.post(f"/posts/{world.vacant_post}/reopen")
    assert held(app, world.trust, Post, world.vacant_post).closes is None


def test_a_post_of_a_closed_team_stays_closed(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        team = Team(service_line_id=world.willow_line, name="Old", closed_on=date(2023, 1, 1))
        db.session.add(team)
        db.session.flush()
        post, key = add_post(team.id, closes=date(2023, 1, 1)), team.id
        db.session.commit()
    page = browse(world.hana).post(f"/posts/{post}/reopen", status=400)
    assert "Its team has closed" in page.text
    refused = browse(world.hana).post("/posts/add", sent(world, team_id=str(key)), status=422)
    assert refused.errors == ["Choose one from the list"]
    assert held(app, world.trust, Post, post).closes == date(2023, 1, 1)


def test_another_trusts_team_is_never_taken(app: Flask, browse: Browse, world: World) -> None:
    page = browse(world.hana).post("/posts/add", sent(world, team_id=str(world.rook)), status=422)
    assert page.errors == ["Choose one from the list"]
    browse(world.hana).post(f"/posts/{world.priya_post}/correct", sent(world, team_id=str(world.rook)), status=422)
    assert held(app, world.trust, Post, world.priya_post).team_id == world.willow


def test_the_list_asks_the_same_number_of_questions_whatever_the_rows(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    addresses = ("/posts?show=everything", f"/posts/{world.priya_post}", f"/posts/{world.priya_post}/history", "/")
    hana = browse(world.hana)
    before = {}
    for address in addresses:
        count_queries()
        hana.get(address)
        before[address] = count_queries()
    with app.app_context():
        scope.enter(world.trust)
        for number in range(12):
            post = add_post(world.harbour, number=f"X{number}", role_kind=RoleKind.PEER_LEAD)
            add_spell(post, date(2023, 1, 1), date(2023, 6, 1))
            add_post(world.harbour, number="P001", opens=date(2020, 1, number + 1), closes=date(2020, 1, number + 1))
        db.session.commit()
    count_queries()
    for address in addresses:
        hana.get(address)
        assert count_queries() == before[address], address
