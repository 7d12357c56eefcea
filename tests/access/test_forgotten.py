"""Forgotten passwords: a link that works once, for whoever holds the address, and tells nobody else anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
import structlog.testing
import time_machine
from flask import Flask

from peerhub.access.actions import accounts, links
from peerhub.access.models import User
from peerhub.access.queries.links import open_link
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from tests.access.desk import OTHER_PASSWORD, PASSWORD, Desk, sign_in
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
HANA = "hana@example.org"
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)


def ask(browser: Browser, email: str = HANA) -> None:
    assert browser.post("/forgot-password", {"email": email}).heading == "Ask for your link"


def set_password(browser: Browser, path: str, password: str = OTHER_PASSWORD, status: int = 200) -> str:
    assert browser.get(path).heading == "Choose a new password"
    return browser.post("/link", {"new_password": password}, status=status).heading


def test_a_link_sets_a_new_password_once(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    ask(browser)
    path = desk.link_to(HANA)
    assert set_password(browser, path) == "Sign in"
    assert browser.get(path, status=410).heading == "This link no longer works"
    assert sign_in(browse(None), HANA, PASSWORD, status=422).errors
    assert sign_in(browse(None), HANA, OTHER_PASSWORD).heading.startswith("Today")


def test_only_a_digest_of_the_token_is_kept(browse: Browse, desk: Desk) -> None:
    ask(browse(None))
    token = desk.link_to(HANA).removeprefix("/link/")
    assert len(token) >= 40
    assert desk.links()[-1].digest == sha256(token.encode()).hexdigest()


def test_opening_a_link_does_not_use_it_up(browse: Browse, desk: Desk) -> None:
    ask(browse(None))
    path = desk.link_to(HANA)
    for _ in range(3):
        scanner = browse(None)
        scanner.get(path)
        scanner.client.head(path)
        scanner.get("/link")
    assert set_password(browse(None), path) == "Sign in"


def test_the_token_leaves_the_address_at_once_and_no_page_says_it(browse: Browse, desk: Desk) -> None:
    browser = browse(None)
    ask(browser)
    path = desk.link_to(HANA)
    answer = browser.client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/link")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    token = path.removeprefix("/link/")
    assert token not in browser.get("/link").response.text
    assert token not in answer.headers.get("Set-Cookie", "")


def test_the_token_is_not_in_the_log(browse: Browse, desk: Desk) -> None:
    ask(browse(None))
    path = desk.link_to(HANA)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    with structlog.testing.capture_logs() as logged:
        browse(None).get(path)
    assert [entry["endpoint"] for entry in logged] == ["access.use_link", "access.behind_link"]
    assert path.removeprefix("/link/") not in repr(logged)


def test_a_link_works_for_sixty_minutes(browse: Browse, desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        browser = browse(None)
        ask(browser)
        path = desk.link_to(HANA)
        clock.move_to(NOON + timedelta(minutes=59))
        assert browser.get(path).heading == "Choose a new password"
        clock.move_to(NOON + timedelta(minutes=60))
        assert browser.get(path, status=410).heading == "This link no longer works"
        page = browser.post("/link", {"new_password": OTHER_PASSWORD}, status=410)
        assert page.heading == "This link no longer works"


def test_a_newer_link_ends_the_one_before(browse: Browse, desk: Desk) -> None:
    browser = browse(None)
    ask(browser)
    first = desk.link_to(HANA)
    ask(browser)
    assert browser.get(first, status=410).heading == "This link no longer works"
    assert set_password(browser, desk.link_to(HANA)) == "Sign in"


def test_a_newer_link_of_somebody_else_ends_nothing(browse: Browse, desk: Desk) -> None:
    browser = browse(None)
    ask(browser)
    first = desk.link_to(HANA)
    ask(browser, "hugo@example.org")
    assert browser.get(first).heading == "Choose a new password"


def test_a_new_password_ends_every_session(browse: Browse, world: World, desk: Desk) -> None:
    elsewhere = browse(world.hana)
    assert elsewhere.get("/account").heading == "Your account"
    browser = browse(None)
    ask(browser)
    set_password(browser, desk.link_to(HANA))
    assert elsewhere.get("/account").heading == "Sign in"


def test_a_new_password_opens_a_closed_door(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    for _ in range(5):
        sign_in(browser, HANA, "a wrong password", status=422)
    assert sign_in(browser, HANA, status=422).errors
    ask(browser)
    set_password(browser, desk.link_to(HANA))
    assert sign_in(browser, HANA, OTHER_PASSWORD).heading.startswith("Today")


def test_it_opens_it_in_a_browser_known_from_before_as_well(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    known, other = browse(None), browse(None)
    sign_in(known, HANA)
    known.post("/sign-out")
    for _ in range(5):
        sign_in(known, HANA, "a wrong password", status=422)
    assert sign_in(known, HANA, status=422).errors
    ask(other)
    set_password(other, desk.link_to(HANA))
    assert sign_in(known, HANA, OTHER_PASSWORD).heading.startswith("Today")


def test_a_password_that_will_not_do_is_refused_and_the_link_goes_on_working(browse: Browse, desk: Desk) -> None:
    browser = browse(None)
    ask(browser)
    path = desk.link_to(HANA)
    for poor, told in (
        ("short", "Use at least 12 characters"),
        ("password12345", "easy to guess"),
        ("hana is my name", "Leave your own name"),
        ("", "Enter a new password"),
    ):
        browser.get(path)
        page = browser.post("/link", {"new_password": poor}, status=422)
        assert told in page.errors[0]
        assert poor not in page.response.text or not poor
    assert set_password(browser, path) == "Sign in"


@pytest.mark.parametrize("email", ["nobody@example.org", "closed@example.org", HANA, " HANA@Example.org "])
def test_the_answer_is_the_same_whether_or_not_there_is_an_account(
    email: str, browse: Browse, world: World, desk: Desk
) -> None:
    desk.change(User, world.hugo, email="closed@example.org", is_active=False)
    browser = browse(None)
    answer = browser.client.post("/forgot-password", data={"csrf_token": browser.token(), "email": email})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/forgot-password/sent")
    assert email.strip() not in browser.get("/forgot-password/sent").response.text
    assert len(desk.messages(email.strip().casefold())) == ("hana" in email.casefold())


def test_about_the_same_work_is_done(browse: Browse, desk: Desk, count_queries: Callable[[], int]) -> None:
    browser = browse(None)
    token = browser.token()
    work = {}
    for email in (HANA, "nobody@example.org"):
        count_queries()
        browser.client.post("/forgot-password", data={"csrf_token": token, "email": email})
        work[email] = count_queries()
    assert abs(work[HANA] - work["nobody@example.org"]) <= 1, work
    assert len(desk.links()) == 2, "a link is written down for either"
    assert len(desk.audited("reset link asked for")) == 2


def test_what_is_written_down_for_nobody_opens_nothing(browse: Browse, desk: Desk) -> None:
    ask(browse(None), "nobody@example.org")
    dead = desk.links()[-1]
    assert dead.used_at is not None
    assert (dead.user_id, dead.invitation_id) == (None, None)


def test_three_links_leave_within_an_hour_and_no_more(browse: Browse, desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        browser = browse(None)
        for _ in range(5):
            ask(browser)
        assert len(desk.messages(HANA)) == 3
        assert browser.get(desk.link_to(HANA)).heading == "Choose a new password", "the third one still works"
        clock.move_to(NOON + timedelta(minutes=61))
        ask(browser)
        assert len(desk.messages(HANA)) == 4


def test_the_link_of_a_closed_account_no_longer_works(browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(None)
    ask(browser)
    path = desk.link_to(HANA)
    desk.change(User, world.hana, is_active=False)
    browser.get(path, status=410)


def test_mail_holds_nothing_personal(browse: Browse, desk: Desk, app: Flask) -> None:
    browser = browse(None)
    ask(browser)
    set_password(browser, desk.link_to(HANA))
    sent = desk.messages(HANA)
    assert [message.subject for message in sent] == [
        "Choose a new PeerHub password",
        "Your PeerHub password was changed",
    ]
    for message in sent:
        for word in ("Hana", "Northmoor", "peer work", "Head"):
            assert word not in message.subject + message.body


def test_a_link_is_no_way_to_somebody_elses_page(browse: Browse) -> None:
    browser = browse(None)
    assert browser.get("/link", status=410).heading == "This link no longer works"
    assert browser.get("/link/made-up", status=410).heading == "This link no longer works"
    browser.post("/link", {"new_password": OTHER_PASSWORD}, status=410)


def test_a_link_in_the_address_of_another_host_is_never_made(browse: Browse, desk: Desk) -> None:
    evil, client = "http://evil.example", browse(None).client
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/forgot-password", base_url=evil).text)
    assert found
    client.post("/forgot-password", base_url=evil, data={"csrf_token": found[1], "email": HANA})
    assert "evil.example" not in desk.messages(HANA)[-1].body
    assert "http://127.0.0.1:8000/link/" in desk.messages(HANA)[-1].body


def test_of_two_who_use_a_link_at_once_one_gets_through(app: Flask, browse: Browse, world: World, desk: Desk) -> None:
    ask(browse(None))
    digest = links.digest_of(desk.link_to(HANA).removeprefix("/link/"))
    with app.app_context():
        mine = open_link(digest)
        assert mine is not None
        assert mine.user is not None
        db.session.commit()
        with app.app_context():
            theirs = open_link(digest)
            assert theirs is not None
            assert links.use(theirs)
            db.session.commit()
        with pytest.raises(DomainError, match="no longer works"):
            accounts.set_password(mine, mine.user, OTHER_PASSWORD, "secret")
        db.session.rollback()
    assert desk.user(world.hana).password_hash is None
