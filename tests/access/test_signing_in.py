"""Signing in: the same answer for everybody, closed after several wrong tries, open to whoever is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from peerhub.access.models import User
from tests.access.desk import OTHER_PASSWORD, PASSWORD, Desk, sign_in
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
HANA, NOBODY = "hana@example.org", "nobody@example.org"
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def hana_has_a_password(desk: Desk, world: World) -> None:
    desk.give_password(world.hana)


def said(page: Page) -> str:
    """What a page says, apart from what was typed into it."""
    return page.text.replace(HANA, "").replace(NOBODY, "")


def test_the_right_password_leads_to_today_and_no_other_does(browse: Browse, desk: Desk) -> None:
    assert sign_in(browse(None), HANA).heading.startswith("Today")
    assert sign_in(browse(None), HANA, "a wrong password", status=422).errors
    assert [entry.action for entry in desk.audited("signed in")] == ["signed in"]


def test_the_same_letters_typed_on_another_device_are_the_same_password(
    browse: Browse, desk: Desk, world: World
) -> None:
    desk.give_password(world.hana, "caf\u00e9 caf\u00e9 caf\u00e9")
    assert sign_in(browse(None), HANA, "cafe\u0301 cafe\u0301 cafe\u0301").heading.startswith("Today")


def test_nobody_signs_in_without_a_password_of_their_own(browse: Browse, world: World) -> None:
    for guess in ("", "nobody has this password"):
        sign_in(browse(None), "hugo@example.org", guess, status=422)


@pytest.mark.parametrize("tries", [1, 5, 6])
def test_known_and_unknown_addresses_get_the_same_answers(tries: int, browse: Browse) -> None:
    pages = {}
    for email in (HANA, NOBODY):
        browser = browse(None)
        for _ in range(tries):
            pages[email] = sign_in(browser, email, "a wrong password", status=422)
    assert said(pages[HANA]) == said(pages[NOBODY])
    assert pages[HANA].errors == pages[NOBODY].errors
    left = [{name for name, _ in page.response.headers} for page in pages.values()]
    assert left[0] == left[1]


def test_known_and_unknown_addresses_are_the_same_work(
    browse: Browse, count_queries: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from peerhub.access.actions import passwords

    hashed: list[str] = []
    verify = passwords.HASHER.verify
    monkeypatch.setattr(
        type(passwords.HASHER), "verify", lambda _self, kept, typed: (hashed.append(kept), verify(kept, typed))[1]
    )
    work = {}
    for email in (HANA, NOBODY):
        browser = browse(None)
        token = browser.token()
        count_queries()
        hashed.clear()
        browser.client.post("/sign-in", data={"csrf_token": token, "email": email, "password": "wrong"})
        work[email] = (count_queries(), len(hashed))
    assert work[HANA] == work[NOBODY]
    assert work[HANA][1] == 1


def test_five_wrong_tries_close_the_door_even_to_the_right_password(browse: Browse, desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        browser = browse(None)
        for _ in range(5):
            sign_in(browser, HANA, "a wrong password", status=422)
        page = sign_in(browser, HANA, status=422)
        assert "signing in is closed for 15 minutes" in page.text
        clock.move_to(NOON + timedelta(minutes=14))
        sign_in(browser, HANA, status=422)
        clock.move_to(NOON + timedelta(minutes=15))
        assert sign_in(browser, HANA).heading.startswith("Today")
    assert len(desk.audited("sign-in failed and locked")) == 1
    assert len(desk.audited("sign-in refused while locked")) == 2


def test_four_wrong_tries_and_a_right_one_start_anew(browse: Browse) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(4):
            sign_in(browse(None), HANA, "a wrong password", status=422)
        assert sign_in(browse(None), HANA).heading.startswith("Today")
        for _ in range(4):
            sign_in(browse(None), HANA, "a wrong password", status=422)
        assert sign_in(browse(None), HANA).heading.startswith("Today")


def test_a_stranger_does_not_lock_out_a_browser_known_from_before(browse: Browse) -> None:
    known, stranger = browse(None), browse(None)
    sign_in(known, HANA)
    known.post("/sign-out")
    for _ in range(6):
        sign_in(stranger, HANA, "a wrong password", status=422)
    assert sign_in(stranger, HANA, status=422).errors
    assert sign_in(known, HANA).heading.startswith("Today")


def test_a_known_browser_is_known_for_its_own_address_alone(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hugo)
    known = browse(None)
    sign_in(known, HANA)
    known.post("/sign-out")
    for _ in range(5):
        sign_in(browse(None), "hugo@example.org", "a wrong password", status=422)
    assert sign_in(known, "hugo@example.org", status=422).errors


def test_a_known_browser_is_known_when_signing_in_again_too(browse: Browse) -> None:
    known = browse(None)
    sign_in(known, HANA)
    known.post("/sign-out")
    for _ in range(5):
        sign_in(browse(None), HANA, "a wrong password", status=422)
    page = known.post("/sign-in-again", {"email": HANA, "password": PASSWORD, "typed_address": "/"})
    assert page.heading == "You are signed in"


def test_a_known_browser_has_a_limit_of_its_own(browse: Browse) -> None:
    known = browse(None)
    sign_in(known, HANA)
    known.post("/sign-out")
    for _ in range(5):
        sign_in(known, HANA, "a wrong password", status=422)
    assert sign_in(known, HANA, status=422).errors


def test_a_network_that_tries_address_after_address_is_closed(app: Flask, browse: Browse, desk: Desk) -> None:
    from peerhub.access.actions.signing_in import digest
    from peerhub.access.models import SignInAttempt
    from peerhub.core.database import db
    from peerhub.core.time import utc_now

    with app.app_context():
        network = digest(app.extensions["settings"].secret_key, "network", "127.0.0.1")
        for number in range(5 * 20 - 1):
            db.session.add(
                SignInAttempt(at=utc_now(), email_digest=f"address {number}", source_digest=network, succeeded=False)
            )
        db.session.commit()
    assert sign_in(browse(None), HANA).heading.startswith("Today"), "a whole trust may stand behind one address"
    sign_in(browse(None), NOBODY, "a wrong password", status=422)
    assert sign_in(browse(None), HANA, status=422).errors
    browse(None).post("/forgot-password", {"email": HANA})
    holder = browse(None)
    holder.get(desk.link_to(HANA))
    holder.post("/link", {"new_password": OTHER_PASSWORD})
    assert sign_in(holder, HANA, OTHER_PASSWORD).heading.startswith("Today"), "a link opens this too"


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in-again"])
@pytest.mark.parametrize("email", [HANA, NOBODY])
def test_who_is_locked_out_is_told_what_to_do(address: str, email: str, browse: Browse) -> None:
    victim = browse(None)
    assert "failed tries" not in victim.get("/sign-in").text
    for _ in range(5):
        sign_in(browse(None), email, "a wrong password", status=422)
    page = victim.post(address, {"email": email, "password": PASSWORD}, status=422)
    assert "Somebody else may have tried with your address" in page.text
    assert "Your system administrator can open it too" in page.text
    (link,) = [link for link in page.all("main p a") if "link to a new password" in link.to_text()]
    assert link.attrs["href"] == "/forgot-password"


def test_too_many_tries_a_minute_get_a_page_in_words(browse: Browse) -> None:
    with time_machine.travel(NOON, tick=False):
        browser = browse(None)
        token = browser.token()
        for _ in range(60):
            browser.client.post("/forgot-password", data={"csrf_token": token, "email": ""})
        answer = browser.post("/forgot-password", {"email": ""}, status=429)
    assert answer.heading == "Too many tries"
    assert "Wait a few minutes" in answer.text
    assert browser.get("/forgot-password").heading == "Forgotten password", "reading is not limited"


def test_a_closed_account_cannot_sign_in_and_is_out_at_once(browse: Browse, world: World, desk: Desk) -> None:
    inside = browse(None)
    sign_in(inside, HANA)
    assert inside.get("/account").heading == "Your account"
    desk.change(User, world.hana, is_active=False)
    assert inside.get("/account").heading == "Sign in"
    page = sign_in(browse(None), HANA, status=422)
    assert page.errors == sign_in(browse(None), NOBODY, status=422).errors


def test_a_hash_of_older_settings_is_made_again(browse: Browse, world: World, desk: Desk) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    desk.change(User, world.hana, password_hash=old)
    sign_in(browse(None), HANA)
    kept = desk.user(world.hana).password_hash
    assert kept is not None
    assert "m=19456,t=3" in kept
    sign_in(browse(None), HANA)


def test_no_address_and_no_password_is_written_into_the_audit_log(browse: Browse, desk: Desk) -> None:
    sign_in(browse(None), HANA, "a wrong password", status=422)
    entry = desk.audited("sign-in failed")[-1]
    assert HANA not in repr(entry.facts)
    assert "wrong" not in repr(entry.facts)
    assert entry.source == "127.0.0.1"
    assert entry.organisation_id == desk.world.trust


def test_tries_are_kept_as_digests(app: Flask, browse: Browse) -> None:
    from sqlalchemy import select

    from peerhub.access.models import SignInAttempt
    from peerhub.core.database import db

    sign_in(browse(None), HANA, "a wrong password", status=422)
    with app.app_context():
        kept = db.session.scalars(select(SignInAttempt)).one()
    assert HANA not in kept.email_digest
    assert "127.0.0.1" not in kept.source_digest
    assert len(kept.email_digest) == len(kept.source_digest) == 64
