"""The door before every page: sessions that end, what was typed and is kept, and addresses that lead nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from peerhub.access.models import UserSession
from peerhub.access.permissions import Role
from peerhub.access.rules import safe_path
from peerhub.core.database import db
from tests.access.desk import OTHER_PASSWORD, PASSWORD, Desk, sign_in
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
HANA = "hana@example.org"
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)
TODAY = date(2025, 11, 14)
HOME = {"Origin": "http://localhost"}


def test_an_idle_session_ends_after_an_hour(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    with time_machine.travel(NOON, tick=False) as clock:
        browser = browse(None)
        sign_in(browser, HANA)
        for minutes in (60, 120, 180):
            clock.move_to(NOON + timedelta(minutes=minutes))
            assert browser.get("/account").heading == "Your account", "each page starts the hour anew"
        clock.move_to(NOON + timedelta(minutes=180, seconds=60 * 60 + 1))
        assert browser.get("/account").heading == "Sign in"
        assert browser.get("/account").heading == "Sign in"


def test_after_signing_in_one_is_where_one_wanted_to_be(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    asked = browser.client.get("/account/name?x=1")
    assert asked.headers["Location"] == "/sign-in?next=/account/name?x%3D1"
    page = browser.post(asked.headers["Location"], {"email": HANA, "password": PASSWORD})
    assert page.heading == "Change your name"
    assert page.response.request.path == "/account/name"


ELSEWHERE = [
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "javascript:alert(1)", "http:evil.example", "/\t/evil.example", "/%0d%0aLocation:%20x\r\n",
    " //evil.example", "evil.example", "",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_next_never_leads_to_another_site(wanted: str, browse: Browse, world: World, desk: Desk) -> None:
    assert safe_path(wanted) == "/"
    desk.give_password(world.hana)
    browser = browse(None)
    answer = browser.client.post(
        "/sign-in",
        query_string={"next": wanted},
        data={"csrf_token": browser.token(), "email": HANA, "password": PASSWORD},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_signing_in_begins_a_fresh_session(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    with browser.client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["organisation"] = str(world.other_trust)
    sign_in(browser, HANA)
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert "organisation" not in session
        assert session["_user_id"] == desk.user(world.hana).session_key


def copied(browser: Browser, browse: Browse) -> Browser:
    """Another browser with a copy of the same cookies."""
    other, held = browse(None), browser.client.get_cookie("peerhub")
    assert held is not None
    other.client.set_cookie("peerhub", held.value)
    return other


def test_a_copied_cookie_opens_nothing_once_its_owner_signed_out(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    sign_in(browser, HANA)
    copy = copied(browser, browse)
    assert copy.get("/account").heading == "Your account"
    browser.post("/sign-out")
    assert copy.get("/account").heading == "Sign in"


@pytest.mark.parametrize("address", ["/account/sign-out-everywhere", "/account/password", "/sign-in-again"])
def test_a_copied_cookie_ends_with_what_it_was_copied_from(
    address: str, browse: Browse, world: World, desk: Desk
) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    sign_in(browser, HANA)
    copy = copied(browser, browse)
    typed = {"email": HANA, "password": PASSWORD, "present_password": PASSWORD, "new_password": OTHER_PASSWORD}
    browser.post(address, typed)
    assert copy.get("/account").heading == "Sign in"


def test_what_the_cookie_holds_is_kept_as_a_digest(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    sign_in(browser, HANA)
    with browser.client.session_transaction() as session, desk.app.app_context():
        token = session["browser"]
        assert db.session.scalars(select(UserSession.digest)).one() == sha256(token.encode()).hexdigest()


@pytest.mark.parametrize("token", ["", "made up", None])
def test_the_key_of_an_account_is_not_enough(token: str | None, browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.hana)
    with browser.client.session_transaction() as session:
        if token is None:
            del session["browser"]
        else:
            session["browser"] = token
    assert browser.get("/account").heading == "Sign in"


def test_a_session_of_another_account_is_not_enough(browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.hana)
    with browser.client.session_transaction() as session:
        session["_user_id"] = desk.user(world.ada).session_key
    assert browser.get("/account").heading == "Sign in"


def test_a_session_lasts_twelve_hours_however_busy_it_is(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    with time_machine.travel(NOON, tick=False) as clock:
        browser = browse(None)
        sign_in(browser, HANA)
        for minutes in range(30, 12 * 60, 30):
            clock.move_to(NOON + timedelta(minutes=minutes))
            assert browser.client.get("/account").status_code == 200
        clock.move_to(NOON + timedelta(hours=12))
        assert browser.get("/account").heading == "Sign in"


def test_looking_who_is_signed_in_is_one_statement(
    browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.hana)
    browser.get("/account")
    count_queries()
    browser.get("/account")
    assert count_queries() == 2, "the account with its session, and its roles"


def test_a_form_sent_after_the_session_ended_is_kept_and_sent_again(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    typed = {"name": "Hana Tested", "version": str(desk.user(world.hana).version)}
    page = browser.client.post("/account/name", data=typed, headers=HOME)
    assert page.status_code == 401
    assert "What you typed is kept" in page.text
    assert 'value="Hana Tested"' in page.text
    again = browser.post(
        "/sign-in-again",
        {
            "email": HANA,
            "password": PASSWORD,
            "typed_address": "/account/name",
            "typed-name": "Hana Tested",
            "typed-version": typed["version"],
        },
    )
    assert again.heading == "You are signed in"
    kept = {element.attrs["name"]: element.attrs["value"] for element in again.all("main input")}
    assert kept.pop("csrf_token")
    assert kept == typed
    assert again.all("main form")[0].attrs["action"] == "/account/name"
    assert desk.user(world.hana).name == "Hana Test", "nothing is saved before it is sent again"
    browser.post("/account/name", kept)
    assert desk.user(world.hana).name == "Hana Tested"


def test_what_was_typed_is_kept_through_a_wrong_password(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    page = browse(None).post(
        "/sign-in-again",
        {"email": HANA, "password": "wrong", "typed_address": "/account/name", "typed-name": "Kept"},
        status=422,
    )
    kept = {element.attrs["name"]: element.attrs.get("value") for element in page.all("main input")}
    assert kept["typed-name"] == "Kept"
    assert kept["typed_address"] == "/account/name"


def test_passwords_and_tokens_are_not_carried_along(browse: Browse) -> None:
    page = browse(None).client.post(
        "/account/password",
        data={"csrf_token": "old", "present_password": "secret one", "new_password": "secret two", "note": "kept"},
        headers=HOME,
    )
    assert page.status_code == 401
    assert 'value="kept"' in page.text
    for secret in ("secret one", "secret two", 'value="old"', "typed-csrf_token", "typed-present_password"):
        assert secret not in page.text


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_what_another_site_sends_is_not_kept(headers: dict[str, str], browse: Browse) -> None:
    page = browse(None).client.post("/account/name", data={"name": "Planted"}, headers=headers)
    assert page.status_code == 401
    assert "Planted" not in page.text
    assert 'name="typed_address" value="/"' in page.text


def test_an_address_planted_in_the_form_leads_nowhere_else(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    page = browse(None).post(
        "/sign-in-again",
        {"email": HANA, "password": PASSWORD, "typed_address": "https://evil.example/", "typed-name": "x"},
    )
    assert page.all("main form")[0].attrs["action"] == "/"


def test_signing_out_everywhere_ends_other_sessions(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    phone, desktop = browse(None), browse(None)
    sign_in(phone, HANA)
    sign_in(desktop, HANA)
    assert "signed out on every device" in desktop.post("/account/sign-out-everywhere").text
    assert phone.get("/account").heading == "Sign in"
    assert desktop.get("/account").heading == "Sign in"


def test_signing_out_ends_this_session_alone(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    phone, desktop = browse(None), browse(None)
    sign_in(phone, HANA)
    sign_in(desktop, HANA)
    desktop.post("/sign-out")
    assert phone.get("/account").heading == "Your account"
    assert desktop.get("/account").heading == "Sign in"


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [
        (TODAY, None, 200),
        (TODAY, TODAY, 200),
        (TODAY + timedelta(days=1), None, 403),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), 403),
    ],
)
def test_a_role_counts_from_its_first_day_to_its_last(
    starts: date, ends: date | None, status: int, browse: Browse, world: World, desk: Desk
) -> None:
    desk.give_role(world.mel, Role.SYSTEM_ADMINISTRATOR, starts=starts, ends=ends)
    with time_machine.travel(NOON, tick=False):
        browse(world.mel).get("/users", status=status)


def test_a_role_ends_at_midnight_in_london(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.mel, Role.SYSTEM_ADMINISTRATOR, ends=date(2025, 7, 1))
    with time_machine.travel(datetime(2025, 7, 1, 22, 59, tzinfo=UTC), tick=False) as clock:
        browser = browse(world.mel)
        assert browser.get("/users").heading == "Users"
        clock.move_to(datetime(2025, 7, 1, 23, 1, tzinfo=UTC))
        browser.get("/users", status=403)


def test_a_role_in_another_organisation_gives_nothing_here(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.mel, Role.SYSTEM_ADMINISTRATOR, organisation=world.other_trust)
    browse(world.mel).get("/users", status=403)


def test_a_forged_session_is_nobodys(browse: Browse) -> None:
    browser = browse(None)
    with browser.client.session_transaction() as session:
        session["_user_id"] = "session-of-nobody"
    assert browser.get("/account").heading == "Sign in"


def test_a_post_without_a_token_is_refused(browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.ada)
    answer = browser.client.post(f"/users/{world.hana}/close")
    assert answer.status_code == 400
    assert desk.user(world.hana).is_active
