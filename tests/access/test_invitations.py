"""Invitations: a link for seven days, an account for whoever is new, and nothing told of accounts elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
import time_machine

from peerhub.access.models import Invitation, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from tests.access.desk import OTHER_PASSWORD, PASSWORD, Desk, day, sign_in
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
NEW = "nora@example.org"
STIG = "stig@example.org"
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)
TODAY = date(2025, 11, 14)


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOON, tick=False) as travelled:
        yield travelled


def filled(email: str) -> dict[str, str]:
    return {"name": "Nora New", "email": email, "role": "hr", "place": "organisation", **day("starts", TODAY)}


def invite(browser: Browser, email: str = NEW, status: int = 200, **values: str) -> Page:
    filled = {
        "name": "Nora New",
        "email": email,
        "role": "hr",
        "place": "organisation",
        **day("starts", TODAY),
    } | values
    return browser.post("/invitations/new", filled, status=status)


def join(desk: Desk, browser: Browser, email: str = NEW, status: int = 200, **values: str) -> Page:
    browser.get(desk.link_to(email))
    return browser.post("/link", {"name": "Nora Nova", "new_password": PASSWORD} | values, status=status)


def test_somebody_new_joins_with_the_role_and_signs_in(browse: Browse, world: World, desk: Desk) -> None:
    page = invite(
        browse(world.ada), role="peer_supervisor", place=f"team:{world.willow}", **day("ends", date(2026, 3, 31))
    )
    assert "The link in it works once, for 7 days" in page.text
    assert desk.user_at(NEW) is None, "there is no account before it is accepted"
    theirs = browse(None)
    shown = theirs.get(desk.link_to(NEW))
    assert "Northmoor Mental Health Trust invites you" in shown.text
    assert "Peer supervisor" in shown.text
    assert join(desk, theirs).heading.startswith("Today")
    made = desk.user_at(NEW)
    assert made is not None
    assert (made.name, made.organisation_id, made.is_active) == ("Nora Nova", world.trust, True)
    held = desk.roles(made.id)
    assert [(role.role, role.breadth, role.place_id, role.starts, role.ends) for role in held] == [
        (Role.PEER_SUPERVISOR, Breadth.TEAM, world.willow, TODAY, date(2026, 3, 31))
    ]
    assert sign_in(browse(None), NEW).heading.startswith("Today")
    entry = desk.audited("invitation accepted")[-1]
    assert (entry.user_id, entry.organisation_id) == (made.id, world.trust)
    assert desk.audited("role given")[-1].user_id == made.id


def test_a_link_is_good_for_one(browse: Browse, world: World, desk: Desk) -> None:
    invite(browse(world.ada))
    path = desk.link_to(NEW)
    join(desk, browse(None))
    again = browse(None)
    assert again.get(path, status=410).heading == "This link no longer works"
    again.post("/link", {"name": "Somebody", "new_password": OTHER_PASSWORD}, status=410)
    sign_in(browse(None), NEW, OTHER_PASSWORD, status=422)


def test_a_link_works_for_seven_days_and_can_be_sent_again(
    browse: Browse, world: World, desk: Desk, clock: time_machine.Coordinates
) -> None:
    invite(browse(world.ada))
    path = desk.link_to(NEW)
    clock.move_to(NOON + timedelta(days=7) - timedelta(seconds=1))
    assert browse(None).get(path).heading == "Your invitation"
    clock.move_to(NOON + timedelta(days=7))
    browse(None).get(path, status=410)
    waiting = desk.invitation_at(NEW)
    assert waiting is not None
    administrator = browse(world.ada)
    assert "Link ran out" in administrator.get(f"/invitations/{waiting.id}").text
    assert "A new link is sent" in administrator.post(f"/invitations/{waiting.id}/send-again").text
    assert desk.link_to(NEW) != path
    browse(None).get(path, status=410)
    assert join(desk, browse(None)).heading.startswith("Today")


def test_sent_again_the_link_before_ends(browse: Browse, world: World, desk: Desk) -> None:
    invite(browse(world.ada))
    path, waiting = desk.link_to(NEW), desk.invitation_at(NEW)
    assert waiting is not None
    browse(world.ada).post(f"/invitations/{waiting.id}/send-again")
    browse(None).get(path, status=410)


def test_a_cancelled_invitation_lets_nobody_in(browse: Browse, world: World, desk: Desk) -> None:
    invite(browse(world.ada))
    path, waiting = desk.link_to(NEW), desk.invitation_at(NEW)
    assert waiting is not None
    page = browse(world.ada).post(f"/invitations/{waiting.id}/cancel")
    assert "Cancelled" in page.text
    assert not page.all("main form")
    browse(None).get(path, status=410)
    for act in ("send-again", "cancel"):
        assert "meanwhile" in browse(world.ada).post(f"/invitations/{waiting.id}/{act}").text
    assert len(desk.messages(NEW)) == 1
    invite(browse(world.ada))
    assert join(desk, browse(None)).heading.startswith("Today")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": ""}, "Enter the name"),
        ({"email": ""}, "Enter the e-mail address"),
        ({"email": "not an address"}, "Enter an e-mail address in the correct format, such as name@example.org"),
        ({"email": "two@example.org, three@example.org"}, "Enter an e-mail address in the correct format"),
        ({"email": "x@example.org\r\nBcc: y@example.org"}, "Enter an e-mail address in the correct format"),
        ({"role": ""}, "Choose the role"),
        ({"role": "programme_lead"}, "Choose one from the list"),
        ({"role": "system_administrator", "place": "team"}, "Choose one from the list"),
        (day("ends", TODAY - timedelta(days=1)), "The last day must be the first day or later"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_is_sent(
    sent: dict[str, str], told: str, browse: Browse, world: World, desk: Desk
) -> None:
    page = invite(browse(world.ada), status=422, **sent)
    assert told in page.errors[0]
    assert desk.invitation_at(NEW) is None
    assert desk.messages(NEW) == []


def test_somebody_who_is_here_is_not_invited(browse: Browse, world: World, desk: Desk) -> None:
    page = invite(browse(world.ada), " HANA@example.org", 422)
    assert "Give them the role on their page" in page.errors[0]
    desk.give_role(world.stig, Role.HR)
    assert invite(browse(world.ada), STIG, 422).errors == page.errors


def test_an_address_is_invited_once_at_a_time(browse: Browse, world: World, desk: Desk) -> None:
    invite(browse(world.ada))
    assert "has an invitation already" in invite(browse(world.ada), status=422).errors[0]
    assert len(desk.messages(NEW)) == 1


def test_inviting_tells_nothing_of_an_account_elsewhere(
    browse: Browse, world: World, desk: Desk, count_queries: Callable[[], int]
) -> None:
    told, work = {}, {}
    for email in (STIG, NEW):
        browser = browse(world.ada)
        token = browser.token()
        count_queries()
        answer = browser.client.post("/invitations/new", data=filled(email) | {"csrf_token": token})
        work[email] = count_queries()
        waiting, message = desk.invitation_at(email), desk.messages(email)[-1]
        assert waiting is not None
        told[email] = [
            f"{answer.status_code} {answer.headers['Location']}",
            browser.get(f"/invitations/{waiting.id}").text.replace(email, ""),
            " ".join(browser.post("/users", {"q": email}).text.partition("Nobody fits")[1:]).replace(email, ""),
            message.body.replace(desk.link_to(email), ""),
        ]
    assert told[STIG] == told[NEW]
    assert work[STIG] == work[NEW]


def test_an_account_elsewhere_is_joined_by_its_holder_alone(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.stig)
    invite(browse(world.ada), STIG)
    theirs = browse(None)
    shown = theirs.get(desk.link_to(STIG))
    assert "You have an account with stig@example.org already" in shown.text
    assert not shown.all("[name=new_password]")
    wrong = theirs.post("/link", {"password": OTHER_PASSWORD, "new_password": OTHER_PASSWORD}, status=422)
    assert wrong.errors
    assert len(desk.roles(world.stig)) == 1
    page = theirs.post("/link", {"password": PASSWORD})
    assert page.heading.startswith("Today")
    assert "Northmoor" in theirs.get("/account").text, "they start where they were invited to"
    assert [(role.role, role.organisation_id) for role in desk.roles(world.stig)] == [
        (Role.HR, world.other_trust), (Role.HR, world.trust),
    ]  # fmt: skip
    assert desk.user(world.stig).organisation_id == world.other_trust
    assert desk.audited("role given")[-1].organisation_id == world.trust
    browse(None).get(desk.link_to(STIG), status=410)


def test_guesses_at_an_invitation_are_counted_as_tries_to_sign_in(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.stig)
    invite(browse(world.ada), STIG)
    theirs = browse(None)
    theirs.get(desk.link_to(STIG))
    for _ in range(5):
        theirs.post("/link", {"password": "a wrong password"}, status=422)
    theirs.post("/link", {"password": PASSWORD}, status=422)
    assert len(desk.roles(world.stig)) == 1


def test_a_closed_account_elsewhere_does_not_come_in(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.stig)
    desk.change(User, world.stig, is_active=False)
    invite(browse(world.ada), STIG)
    theirs = browse(None)
    theirs.get(desk.link_to(STIG))
    theirs.post("/link", {"password": PASSWORD}, status=422)


@pytest.mark.parametrize(
    ("sent", "told"), [({"name": ""}, "Enter your name"), ({"new_password": "nora@example"}, "own name")]
)
def test_what_is_wrong_while_joining_is_told_and_the_link_goes_on(
    sent: dict[str, str], told: str, browse: Browse, world: World, desk: Desk
) -> None:
    invite(browse(world.ada))
    theirs = browse(None)
    assert told in join(desk, theirs, status=422, **sent).errors[0]
    assert desk.user_at(NEW) is None
    assert join(desk, theirs).heading.startswith("Today")


def test_a_role_that_begins_later_gives_nothing_before(browse: Browse, world: World, desk: Desk) -> None:
    invite(browse(world.ada), **day("starts", TODAY + timedelta(days=1)))
    theirs = browse(None)
    join(desk, theirs)
    theirs.get("/people", status=403)


def test_the_list_tells_where_each_stands(browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.ada)
    assert "1 invitation waiting for an answer" in browser.get("/users").text
    invite(browser)
    assert "2 invitations waiting for an answer" in browser.get("/users").text
    join(desk, browse(None))
    page = browser.get("/invitations")
    tags = [" ".join(tag.to_text().split()) for tag in page.all("td .nhsuk-tag")]
    assert tags == ["Accepted", "Waiting"]
    assert "Nils" not in page.text


def test_the_list_asks_a_fixed_number_of_times(
    browse: Browse, world: World, desk: Desk, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.ada)
    browser.get("/invitations")
    count_queries()
    browser.get("/invitations")
    few = count_queries()
    for number in range(5):
        invite(browser, f"n{number}@example.org")
    count_queries()
    browser.get("/invitations")
    assert count_queries() == few


def test_another_trust_sees_and_changes_no_invitation_of_ours(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.stig, Role.SYSTEM_ADMINISTRATOR, organisation=world.other_trust)
    browser = browse(world.stig)
    browser.get(f"/invitations/{world.invitation}", status=404)
    for act in ("send-again", "cancel"):
        browser.post(f"/invitations/{world.invitation}/{act}", status=404)
    waiting = desk.invitation_at("nell@example.org")
    assert isinstance(waiting, Invitation)
    assert waiting.cancelled_at is None


def test_mail_holds_nothing_personal(browse: Browse, world: World, desk: Desk) -> None:
    invite(browse(world.ada))
    message = desk.messages(NEW)[-1]
    assert message.organisation_id == world.trust
    words = (message.subject + message.body).replace(desk.link_to(NEW), "").replace("PeerHub", "")
    assert "/link/" not in words, "the link is drawn by lot and may hold any letters"
    for word in ("Nora", "Ada", "Northmoor", "HR", "peer"):
        assert word not in words


def test_of_five_who_invite_the_same_address_at_once_one_gets_through(browse: Browse, world: World, desk: Desk) -> None:
    start, browsers = Barrier(5), [browse(world.ada) for _ in range(5)]
    tokens = [browser.token() for browser in browsers]

    def invite_once(number: int) -> int:
        typed = {"csrf_token": tokens[number], **filled(NEW)}
        start.wait()
        return browsers[number].client.post("/invitations/new", data=typed).status_code

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(invite_once, range(5)))
    assert answers == [302, 422, 422, 422, 422]
    assert len(desk.messages(NEW)) == 1
    assert len(desk.audited("user invited")) == 1
