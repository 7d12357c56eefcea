"""One's own account: roles in words, name, password, and the organisation one works in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine

from peerhub.access.models import RoleGrant
from peerhub.access.permissions import Role
from tests.access.desk import OTHER_PASSWORD, PASSWORD, Desk, sign_in
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
HANA = "hana@example.org"
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)


def change(browser: Browser, present: str, new: str, status: int = 200) -> list[str]:
    return browser.post("/account/password", {"present_password": present, "new_password": new}, status=status).errors


def test_roles_are_told_with_their_days_and_what_they_are_held_for(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.hana, Role.PEER_SUPERVISOR, team=world.willow, starts=date(2024, 2, 1), ends=date(2024, 3, 31))
    page = browse(world.hana).get("/account")
    assert "Head of peer work" in page.text
    assert "The whole organisation" in page.text
    assert "Team: Willow ward, Adult acute wards" in page.text
    assert "1 Feb 2024" in page.text
    assert "31 Mar 2024" in page.text
    assert [" ".join(tag.to_text().split()) for tag in page.all("td .nhsuk-tag")] == ["Ended", "Now"]
    assert "Change organisation" not in page.text


def test_somebody_without_a_role_is_told_so(browse: Browse, world: World, desk: Desk) -> None:
    desk.change(RoleGrant, desk.roles(world.mel)[0].id, ends=date(2022, 2, 1))
    page = browse(world.mel).get("/account")
    assert "Ended" in page.text
    browse(world.mel).get("/users", status=403)


def test_a_changed_password_ends_other_sessions_and_this_one_goes_on(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    here, elsewhere = browse(None), browse(None)
    sign_in(here, HANA)
    sign_in(elsewhere, HANA)
    page = here.post("/account/password", {"present_password": PASSWORD, "new_password": OTHER_PASSWORD})
    assert page.heading == "Your account"
    assert "Your password is changed" in page.text
    assert here.get("/account").heading == "Your account"
    assert elsewhere.get("/account").heading == "Sign in"
    assert sign_in(browse(None), HANA, PASSWORD, status=422).errors
    assert sign_in(browse(None), HANA, OTHER_PASSWORD).heading.startswith("Today")
    assert len(desk.audited("password changed")) == 1
    assert desk.messages(HANA)[-1].subject == "Your PeerHub password was changed"


def test_a_changed_password_ends_links_that_were_sent_before(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browse(None).post("/forgot-password", {"email": HANA})
    path = desk.link_to(HANA)
    browser = browse(None)
    sign_in(browser, HANA)
    change(browser, PASSWORD, OTHER_PASSWORD)
    browse(None).get(path, status=410)


def test_the_present_password_is_asked_for(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    kept = desk.user(world.hana).password_hash
    browser = browse(world.hana)
    assert change(browser, "not the one I have", OTHER_PASSWORD, 422) == [
        "That is not your present password. Enter it again"
    ]
    assert change(browser, "", OTHER_PASSWORD, 422) == ["Enter your present password"]
    assert change(browser, PASSWORD, "short", 422)[0].startswith("Use at least 12 characters")
    assert desk.user(world.hana).password_hash == kept
    page = browser.post("/account/password", {"present_password": PASSWORD, "new_password": "short"}, status=422)
    assert PASSWORD not in page.response.text


def test_whoever_finds_an_open_screen_cannot_guess_on(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    with time_machine.travel(NOON, tick=False) as clock:
        browser = browse(None)
        sign_in(browser, HANA)
        for _ in range(5):
            change(browser, "a wrong password", OTHER_PASSWORD, 422)
        told = change(browser, PASSWORD, OTHER_PASSWORD, 422)
        assert told == ["Too many tries. Wait 15 minutes, then try again"]
        clock.move_to(NOON + timedelta(minutes=15))
        assert change(browser, PASSWORD, OTHER_PASSWORD) == []
    assert len(desk.audited("present password wrong")) == 5


def test_guesses_there_do_not_close_the_door_of_signing_in(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hana)
    browser = browse(None)
    sign_in(browser, HANA)
    for _ in range(5):
        change(browser, "a wrong password", OTHER_PASSWORD, 422)
    assert sign_in(browse(None), HANA).heading.startswith("Today")


def test_ones_own_name_can_be_put_right(browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.hana)
    page = browser.post("/account/name", {"name": "  Hana Tested ", "version": "1"})
    assert "Hana Tested" in page.text
    assert desk.user(world.hana).name == "Hana Tested"
    entry = desk.audited("account changed")[-1]
    assert entry.facts == {"fields": ["name"]}
    assert browser.post("/account/name", {"name": "", "version": "2"}, status=422).errors == ["Enter the name"]


def test_two_saves_at_once_show_both_names(browse: Browse, world: World, desk: Desk) -> None:
    mine, administrators = browse(world.hana), browse(world.ada)
    administrators.post(f"/users/{world.hana}/name", {"name": "Hana Theirs", "version": "1"})
    page = mine.post("/account/name", {"name": "Hana Mine", "version": "1"}, status=409)
    assert page.all("#both-versions")
    assert "Hana Theirs" in page.text
    assert "Hana Mine" in page.text
    assert desk.user(world.hana).name == "Hana Theirs"
    sent = {element.attrs["name"]: element.attrs["value"] for element in page.all("main form input")}
    mine.post("/account/name", {"name": sent["name"], "version": sent["version"]})
    assert desk.user(world.hana).name == "Hana Mine"


@pytest.fixture
def mel_in_both(world: World, desk: Desk) -> UUID:
    """Mel holds a role in the other trust too."""
    desk.give_role(world.mel, Role.HR, organisation=world.other_trust)
    return world.mel


def test_one_works_in_one_organisation_at_a_time(browse: Browse, world: World, desk: Desk, mel_in_both: UUID) -> None:
    browser = browse(mel_in_both)
    page = browser.get("/account")
    assert "Northmoor" in page.text
    assert "Change organisation" in page.text
    browser.get(f"/people/{world.stranger_person}", status=404)
    chosen = browser.post("/account/organisation", {"organisation_id": str(world.other_trust)})
    assert "You now work in Elsewhere Mental Health Trust" in chosen.text
    assert "Elsewhere Mental Health Trust" in browser.get("/account").text
    browser.get(f"/people/{world.stranger_person}")
    browser.get(f"/people/{world.priya_person}", status=404)
    browser.post("/account/organisation", {"organisation_id": str(world.trust)})
    browser.get(f"/people/{world.stranger_person}", status=404)
    entries = desk.audited("changed over to organisation")
    assert [entry.organisation_id for entry in entries] == [world.other_trust, world.trust]


def test_only_where_a_role_is_held_can_be_chosen(browse: Browse, world: World, desk: Desk, mel_in_both: UUID) -> None:
    browser = browse(mel_in_both)
    page = browser.post("/account/organisation", {"organisation_id": str(world.programme)}, status=422)
    assert page.errors
    assert "Northmoor" in browser.get("/account").text
    browse(world.hana).post("/account/organisation", {"organisation_id": str(world.other_trust)}, status=404)


def test_a_choice_ends_with_the_role(browse: Browse, world: World, desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        desk.give_role(world.mel, Role.HR, organisation=world.other_trust, ends=date(2025, 11, 14))
        browser = browse(world.mel)
        browser.post("/account/organisation", {"organisation_id": str(world.other_trust)})
        browser.get(f"/people/{world.stranger_person}")
        clock.move_to(NOON + timedelta(hours=12, minutes=1))
        browser = browse(world.mel)
        with browser.client.session_transaction() as session:
            session["organisation"] = str(world.other_trust)
        browser.get(f"/people/{world.stranger_person}", status=404)
        assert "Northmoor" in browser.get("/account").text


def test_a_chosen_organisation_stays_when_the_password_is_changed(
    browse: Browse, world: World, desk: Desk, mel_in_both: UUID
) -> None:
    desk.give_password(mel_in_both)
    browser = browse(None)
    sign_in(browser, "mel@example.org")
    browser.post("/account/organisation", {"organisation_id": str(world.other_trust)})
    change(browser, PASSWORD, OTHER_PASSWORD)
    assert "Elsewhere" in browser.get("/account").text


def test_somebody_with_a_role_elsewhere_alone_works_there(browse: Browse, world: World, desk: Desk) -> None:
    desk.change(RoleGrant, desk.roles(world.mel)[0].id, ends=date(2022, 2, 1))
    desk.give_role(world.mel, Role.HR, organisation=world.other_trust)
    browser = browse(world.mel)
    assert "Elsewhere" in browser.get("/account").text
    browser.get(f"/people/{world.stranger_person}")


def test_pages_ask_the_database_a_fixed_number_of_times(
    browse: Browse, world: World, desk: Desk, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.hana)
    desk.give_role(world.hana, Role.PEER_SUPERVISOR, team=world.willow, starts=date(2024, 2, 1), ends=date(2024, 3, 31))
    browser.get("/account")
    count_queries()
    browser.get("/account")
    few = count_queries()
    for year in range(1990, 2010):
        desk.give_role(
            world.hana, Role.PEER_SUPERVISOR, team=world.harbour, starts=date(year, 2, 1), ends=date(year, 3, 31)
        )
    count_queries()
    browser.get("/account")
    assert count_queries() == few
