"""Users as an administrator sees and looks after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from peerhub.access.models import User
from peerhub.access.permissions import Role
from tests.access.desk import OTHER_PASSWORD, PASSWORD, Desk, sign_in
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
HANA = "hana@example.org"


def names(page: Page) -> list[str]:
    return [" ".join(link.to_text().split()) for link in page.all("tbody td a")]


@pytest.fixture
def bea(world: World, desk: Desk) -> UUID:
    """A second administrator of Northmoor."""
    desk.give_role(world.mel, Role.SYSTEM_ADMINISTRATOR)
    return world.mel


def test_the_list_shows_ones_own_organisation_alone(browse: Browse, world: World) -> None:
    page = browse(world.ada).get("/users")
    assert names(page) == [
        f"{name} Test" for name in ("Ada", "Ellen", "Hana", "Hugo", "Ivy", "Mel", "Moses", "Priya", "Sam")
    ]
    assert "Stig" not in page.text
    assert "Nadia" not in page.text
    assert "Head of peer work" in page.text


def test_somebody_of_another_organisation_with_a_role_here_is_listed(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.stig, Role.HR)
    assert "Stig Test" in names(browse(world.ada).get("/users"))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("role=hr", ["Hugo Test"]),
        ("state=closed", ["Sam Test"]),
        ("role=hr&state=closed", []),
    ],
)
def test_the_list_is_narrowed(search: str, found: list[str], browse: Browse, world: World, desk: Desk) -> None:
    desk.change(User, world.sam, is_active=False)
    page = browse(world.ada).get(f"/users?{search}")
    assert names(page) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [("han", ["Hana Test"]), ("test HUGO", ["Hugo Test"]), ("hugo@example", ["Hugo Test"]), ("%", []), ("stig", [])],
)
def test_an_account_is_found_without_its_name_in_an_address(
    words: str, found: list[str], browse: Browse, world: World
) -> None:
    page = browse(world.ada).post("/users", {"q": words})
    assert names(page) == found
    assert page.response.request.query_string == b""
    assert not [link for link in page.all("a") if "q=" in link.attrs.get("href", "")]
    if not found:
        assert "Nobody fits" in page.text


def test_nothing_to_look_for_is_told(browse: Browse, world: World) -> None:
    assert browse(world.ada).post("/users", {"q": " "}, status=422).errors == ["Enter a name or an e-mail address"]


def test_a_name_in_the_address_is_let_go(browse: Browse, world: World) -> None:
    page = browse(world.ada).get("/users?q=hana")
    assert len(names(page)) == 9
    assert not [link for link in page.all("a") if "hana" in link.attrs.get("href", "")]


def test_the_list_is_sorted_and_leaves_as_a_file(browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.ada)
    assert names(browser.get("/users?sort=-name"))[0] == "Sam Test"
    desk.change(User, world.sam, is_active=False)
    assert names(browser.get("/users?sort=-state"))[0] == "Sam Test"
    answer = browser.client.get("/users?format=csv&role=head_of_peer_work")
    assert answer.text.splitlines()[0].lstrip("\ufeff") == "Name,E-mail address,Roles today,Account"
    assert answer.text.splitlines()[1] == "Hana Test,hana@example.org,Head of peer work,Active"
    assert browser.client.get("/users?format=xlsx").data.startswith(b"PK")
    assert [entry.facts for entry in desk.audited("list of users exported")] == [{"rows": 1}, {"rows": 9}]
    assert all(entry.is_read for entry in desk.audited("list of users exported"))


def test_the_list_asks_a_fixed_number_of_times(
    browse: Browse, world: World, desk: Desk, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.ada)
    browser.get("/users?role=hr")
    count_queries()
    browser.get("/users?role=hr")
    few = count_queries()
    browser.get("/users")
    assert count_queries() == few


def test_a_page_shows_roles_and_what_can_be_done(browse: Browse, world: World, desk: Desk) -> None:
    page = browse(world.ada).get(f"/users/{world.sam}")
    assert page.heading == "Sam Test"
    assert "Team: Willow ward, Adult acute wards" in page.text
    assert "Peer supervisor" in page.text
    assert f"/audit-log?account={world.sam}" in page.response.text


def test_an_administrator_of_another_trust_gets_nowhere(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.stig, Role.SYSTEM_ADMINISTRATOR, organisation=world.other_trust)
    browser = browse(world.stig)
    before = desk.user(world.hana)
    browser.get(f"/users/{world.hana}", status=404)
    for act in ("close", "open", "unlock", "reset", "sign-out", "name", "roles/give"):
        browser.post(f"/users/{world.hana}/{act}", {"name": "Taken", "version": "1"}, status=404)
    browser.post(f"/users/{world.hana}/roles/{world.hana_role}/end", status=404)
    browser.post(f"/users/{world.stig}/roles/{world.hana_role}/end", status=404)
    after = desk.user(world.hana)
    assert (after.is_active, after.session_key, after.name) == (before.is_active, before.session_key, before.name)
    assert desk.messages(HANA) == []


def test_of_a_guest_only_the_roles_here_can_be_changed(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.stig, Role.HR)
    browser = browse(world.ada)
    page = browser.get(f"/users/{world.stig}")
    assert "belongs to another organisation" in page.text
    assert not page.all("form[action$=close]")
    assert len(page.all("tbody tr")) == 1, "what they hold at home is not told"
    for act in ("close", "unlock", "reset", "sign-out"):
        browser.post(f"/users/{world.stig}/{act}", status=404)
    browser.get(f"/users/{world.stig}/name", status=404)
    browser.post(f"/users/{world.stig}/roles/{world.stig_role}/end", status=404)
    assert desk.user(world.stig).is_active


def test_a_closed_account_is_out_and_comes_back_as_it_was(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    theirs = browse(None)
    sign_in(theirs, HANA)
    browser = browse(world.ada)
    assert "The account is closed" in browser.post(f"/users/{world.hana}/close").text
    assert theirs.get("/account").heading == "Sign in"
    sign_in(browse(None), HANA, status=422)
    assert "The account is open again" in browser.post(f"/users/{world.hana}/open").text
    assert theirs.get("/account").heading == "Sign in", "an old session does not come back"
    assert sign_in(browse(None), HANA).heading.startswith("Today")
    for action in ("account closed", "account opened again"):
        entry = desk.audited(action)[-1]
        assert (entry.user_id, entry.subject_id, entry.organisation_id) == (world.ada, world.hana, world.trust)


def test_nobody_closes_their_own_account(browse: Browse, world: World, desk: Desk, bea: UUID) -> None:
    page = browse(world.ada).post(f"/users/{world.ada}/close")
    assert "cannot close your own account" in page.text
    assert desk.user(world.ada).is_active
    assert not page.all("form[action$=close]")


def test_the_last_administrator_is_not_closed(browse: Browse, world: World, desk: Desk, bea: UUID) -> None:
    assert "account is closed" in browse(bea).post(f"/users/{world.ada}/close").text
    desk.change(User, world.ada, is_active=True)
    desk.give_role(world.stig, Role.SYSTEM_ADMINISTRATOR, ends=date(2090, 1, 1))
    for role in desk.roles(bea):
        if role.role is Role.SYSTEM_ADMINISTRATOR:
            desk.change(type(role), role.id, ends=date(2090, 1, 1))
    key = desk.user(world.ada).session_key
    page = browse(bea).post(f"/users/{world.ada}/close")
    assert "An organisation needs a system administrator" in page.text
    assert desk.user(world.ada).is_active
    assert desk.user(world.ada).session_key == key
    assert len(desk.audited("account closed")) == 1


def test_a_door_that_closed_is_opened(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    for _ in range(5):
        sign_in(browse(None), HANA, "a wrong password", status=422)
    browser = browse(world.ada)
    assert "too many wrong passwords" in browser.get(f"/users/{world.hana}").text
    page = browser.post(f"/users/{world.hana}/unlock")
    assert "They can try to sign in again now" in page.text
    assert "too many wrong passwords" not in page.text
    assert sign_in(browse(None), HANA).heading.startswith("Today")
    assert desk.audited("signing in opened")[-1].user_id == world.ada


def test_a_link_to_a_new_password_is_sent(browse: Browse, world: World, desk: Desk) -> None:
    page = browse(world.ada).post(f"/users/{world.hana}/reset")
    assert "in the outbox" in page.text
    assert page.heading == "Hana Test"
    link = desk.link_to(HANA)
    assert link not in page.response.text
    theirs = browse(None)
    theirs.get(link)
    theirs.post("/link", {"new_password": OTHER_PASSWORD})
    assert sign_in(browse(None), HANA, OTHER_PASSWORD).heading.startswith("Today")
    assert desk.messages(HANA)[0].organisation_id == world.trust


def test_no_link_is_sent_to_a_closed_account(browse: Browse, world: World, desk: Desk) -> None:
    desk.change(User, world.hana, is_active=False)
    page = browse(world.ada).post(f"/users/{world.hana}/reset")
    assert "This account is closed" in page.text
    assert desk.messages(HANA) == []


def test_somebody_is_signed_out_everywhere(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    theirs = browse(None)
    sign_in(theirs, HANA)
    assert "signed out on every device" in browse(world.ada).post(f"/users/{world.hana}/sign-out").text
    assert theirs.get("/account").heading == "Sign in"
    assert desk.audited("signed out everywhere")[-1].user_id == world.ada
    assert sign_in(browse(None), HANA, PASSWORD).heading.startswith("Today")


def test_two_administrators_saving_the_same_user_see_both_versions(
    browse: Browse, world: World, desk: Desk, bea: UUID
) -> None:
    browse(world.ada).post(f"/users/{world.hana}/name", {"name": "Hana One", "version": "1"})
    page = browse(bea).post(f"/users/{world.hana}/name", {"name": "Hana Two", "version": "1"}, status=409)
    shown = page.all("#both-versions")[0].to_text()
    assert "Hana One" in shown
    assert "Hana Two" in shown
    assert desk.user(world.hana).name == "Hana One"
    assert len(desk.audited("account changed")) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_name_that_will_not_do_is_refused(name: str, browse: Browse, world: World, desk: Desk) -> None:
    page = browse(world.ada).post(f"/users/{world.hana}/name", {"name": name, "version": "1"}, status=422)
    assert len(page.errors) == 1
    assert desk.user(world.hana).name == "Hana Test"
