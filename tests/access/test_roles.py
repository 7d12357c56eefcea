"""Giving, ending and taking back roles; and the administrator an organisation always keeps."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
import time_machine

from peerhub.access.models import RoleGrant, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.workforce.models import Team
from tests.access.desk import Desk, day
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import SINCE, World

Browse = Callable[[UUID | None], Browser]
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)
TODAY = date(2025, 11, 14)


@pytest.fixture(autouse=True)
def noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def give(browser: Browser, user: UUID, status: int = 200, **values: str) -> Page:
    filled = {"role": "hr", "place": "organisation", **day("starts", TODAY)} | values
    return browser.post(f"/users/{user}/roles/give", filled, status=status)


def end(browser: Browser, user: UUID, grant: UUID, last: date, status: int = 200, version: int = 1) -> Page:
    return browser.post(
        f"/users/{user}/roles/{grant}/end", {"version": str(version), **day("ends", last)}, status=status
    )


def of_ada(desk: Desk) -> UUID:
    return desk.roles(desk.world.ada)[0].id


def test_a_role_is_given_for_the_whole_organisation(browse: Browse, world: World, desk: Desk) -> None:
    page = give(browse(world.ada), world.mel, **day("ends", date(2026, 3, 31)))
    assert "is given the role: HR" in page.text
    made = desk.roles(world.mel)[-1]
    assert (made.role, made.organisation_id, made.breadth, made.place_id) == (
        Role.HR, world.trust, Breadth.ORGANISATION, None,
    )  # fmt: skip
    assert (made.starts, made.ends) == (TODAY, date(2026, 3, 31))
    entry = desk.audited("role given")[-1]
    assert (entry.user_id, entry.subject_id, entry.facts) == (world.ada, world.mel, {"role": "hr"})
    browse(world.mel).get("/people")


@pytest.mark.parametrize(("breadth", "place"), [("service_line", "willow_line"), ("team", "willow")])
def test_a_role_is_given_for_a_part_that_the_form_offers(
    breadth: str, place: str, browse: Browse, world: World, desk: Desk
) -> None:
    key = getattr(world, place)
    offered = browse(world.ada).get(f"/users/{world.mel}/roles/give").all("select[name=place] option")
    words = {option.attrs["value"]: option.to_text().strip() for option in offered}
    assert words[f"{breadth}:{key}"] in {"Service line: Adult acute wards", "Team: Willow ward, Adult acute wards"}
    give(browse(world.ada), world.mel, role="peer_supervisor", place=f"{breadth}:{key}")
    made = desk.roles(world.mel)[-1]
    assert (made.breadth.value, made.place_id) == (breadth, key)


def test_no_place_of_another_organisation_and_none_made_up_can_be_chosen(
    browse: Browse, world: World, desk: Desk
) -> None:
    made_up = (f"team:{uuid4()}", f"service_line:{world.willow}", "team:", "team:x", "nonsense")
    for place in (f"team:{world.rook}", *made_up):
        page = give(browse(world.ada), world.mel, 422, role="peer_supervisor", place=place)
        assert page.errors == ["Choose one from the list"]
    assert len(desk.roles(world.mel)) == 1


def test_a_closed_team_is_not_offered_and_still_named(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.mel, Role.PEER_SUPERVISOR, team=world.harbour)
    from peerhub.core import scope
    from peerhub.core.database import db

    with desk.app.app_context():
        scope.enter(world.trust)
        db.session.get_one(Team, world.harbour).closed_on = TODAY - timedelta(days=1)
        db.session.commit()
    browser = browse(world.ada)
    assert "Harbour" not in browser.get(f"/users/{world.sam}/roles/give").text
    assert "Team: Harbour team, Perinatal" in browser.get(f"/users/{world.mel}").text


@pytest.mark.parametrize("role", [Role.PROGRAMME_LEAD, Role.QI_COACH])
def test_national_roles_are_held_in_the_programme_alone(role: Role, browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.ada)
    offered = browser.get(f"/users/{world.mel}/roles/give").all("select[name=role] option")
    assert role.value not in {option.attrs["value"] for option in offered}
    assert give(browser, world.mel, 422, role=role.value).errors
    assert len(desk.roles(world.mel)) == 1


def test_the_programme_can_give_them(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.nadia, Role.SYSTEM_ADMINISTRATOR, organisation=world.programme)
    give(browse(world.nadia), world.quinn, role="programme_lead")
    assert desk.roles(world.quinn)[-1].organisation_id == world.programme


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR])
def test_some_roles_make_no_sense_for_a_team(role: Role, browse: Browse, world: World, desk: Desk) -> None:
    page = give(browse(world.ada), world.mel, 422, role=role.value, place=f"team:{world.willow}")
    assert page.errors == ["This role is always held for the whole organisation. Choose that"]
    assert len(desk.roles(world.mel)) == 1


def test_a_role_is_given_in_ones_own_organisation_whatever_is_sent(browse: Browse, world: World, desk: Desk) -> None:
    give(browse(world.ada), world.mel, organisation_id=str(world.other_trust), organisation=str(world.other_trust))
    assert {role.organisation_id for role in desk.roles(world.mel)} == {world.trust}


@pytest.mark.parametrize(
    ("starts", "ends", "is_given"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), False),
        (date(2025, 2, 1), None, True),
        (date(2024, 6, 30), None, False),
        (date(2021, 1, 1), date(2022, 12, 31), True),
        (date(2021, 1, 1), date(2023, 1, 1), False),
    ],
)
def test_a_role_is_not_held_twice_at_once(
    starts: date, ends: date | None, is_given: bool, browse: Browse, world: World, desk: Desk
) -> None:
    desk.give_role(world.mel, Role.HR, starts=date(2023, 1, 1), ends=date(2024, 6, 30))
    days = day("starts", starts) | (day("ends", ends) if ends else {})
    page = give(browse(world.ada), world.mel, 200 if is_given else 422, **days)
    assert bool(page.errors) is not is_given
    assert len(desk.roles(world.mel)) == (3 if is_given else 2)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"role": ""}, "Choose the role"),
        ({"role": "emperor"}, "Choose the role"),
        ({"starts-day": "", "starts-month": "", "starts-year": ""}, "Enter the first day"),
        ({"starts-day": "31", "starts-month": "2"}, "First day must be a real date"),
        (day("ends", TODAY - timedelta(days=1)), "The last day must be the first day or later"),
    ],
)
def test_what_is_missing_or_wrong_is_told(
    sent: dict[str, str], told: str, browse: Browse, world: World, desk: Desk
) -> None:
    page = give(browse(world.ada), world.mel, 422, **sent)
    assert told in page.errors[0]
    assert len(desk.roles(world.mel)) == 1


def test_a_role_is_ended_on_a_day(browse: Browse, world: World, desk: Desk) -> None:
    page = end(browse(world.ada), world.hana, world.hana_role, TODAY)
    assert "The role has a last day" in page.text
    found = desk.role(world.hana_role)
    assert found is not None
    assert found.ends == TODAY
    browse(world.hana).get("/people")
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        browse(world.hana).get("/people", status=403)
    assert desk.audited("role ended")[-1].subject_id == world.hana


def test_the_last_day_is_not_before_the_first(browse: Browse, world: World, desk: Desk) -> None:
    page = end(browse(world.ada), world.hana, world.hana_role, SINCE - timedelta(days=1), 422)
    assert page.errors == ["The last day must be the first day or later"]
    found = desk.role(world.hana_role)
    assert found is not None
    assert found.ends is None


def test_two_administrators_ending_a_role_see_both_days(browse: Browse, world: World, desk: Desk) -> None:
    end(browse(world.ada), world.hana, world.hana_role, date(2026, 1, 31))
    page = end(browse(world.ada), world.hana, world.hana_role, date(2026, 2, 28), 409)
    shown = page.all("#both-versions")[0].to_text()
    assert "31 January 2026" in shown
    assert "28 February 2026" in shown


def test_the_last_administrator_stays(browse: Browse, world: World, desk: Desk) -> None:
    page = end(browse(world.ada), world.ada, of_ada(desk), TODAY, 422)
    assert "An organisation needs a system administrator" in page.errors[0]
    assert desk.roles(world.ada)[0].ends is None
    assert desk.audited("role ended") == []


@pytest.mark.parametrize(
    ("starts", "ends", "is_active", "is_enough"),
    [
        (SINCE, None, True, True),
        (SINCE, None, False, False),
        (SINCE, date(2026, 6, 30), True, False),
        (date(2026, 3, 1), None, True, True),
        (date(2026, 3, 2), None, True, False),
    ],
)
def test_another_administrator_must_go_on_from_the_day_after(
    starts: date, ends: date | None, is_active: bool, is_enough: bool, browse: Browse, world: World, desk: Desk
) -> None:
    """Ada's last day is 28 February 2026."""
    desk.give_role(world.mel, Role.SYSTEM_ADMINISTRATOR, starts=starts, ends=ends)
    desk.change(User, world.mel, is_active=is_active)
    last = date(2026, 2, 28)
    end(browse(world.ada), world.ada, of_ada(desk), last, 200 if is_enough else 422)
    assert desk.roles(world.ada)[0].ends == (last if is_enough else None)


def test_an_administrator_of_another_trust_is_not_enough(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.mel, Role.SYSTEM_ADMINISTRATOR, organisation=world.other_trust)
    end(browse(world.ada), world.ada, of_ada(desk), TODAY, 422)


def test_a_role_that_has_not_begun_is_taken_back(browse: Browse, world: World, desk: Desk) -> None:
    grant = desk.give_role(world.mel, Role.HR, starts=TODAY + timedelta(days=1))
    page = browse(world.ada).get(f"/users/{world.mel}")
    assert page.all(f"form[action$='{grant}/take-back']")
    assert "taken back" in browse(world.ada).post(f"/users/{world.mel}/roles/{grant}/take-back").text
    assert desk.role(grant) is None
    assert desk.audited("role taken back")[-1].subject_id == world.mel


def test_a_role_that_has_begun_is_not(browse: Browse, world: World, desk: Desk) -> None:
    page = browse(world.ada).post(f"/users/{world.hana}/roles/{world.hana_role}/take-back")
    assert "This role has begun" in page.text
    assert desk.role(world.hana_role) is not None


def test_a_role_is_found_with_its_own_user_alone(browse: Browse, world: World, desk: Desk) -> None:
    browse(world.ada).post(f"/users/{world.mel}/roles/{world.hana_role}/end", day("ends", TODAY), status=404)
    found = desk.role(world.hana_role)
    assert isinstance(found, RoleGrant)
    assert found.ends is None


def test_two_administrators_who_end_each_other_at_once_leave_one(browse: Browse, world: World, desk: Desk) -> None:
    mels = desk.give_role(world.mel, Role.SYSTEM_ADMINISTRATOR)
    adas, start = of_ada(desk), Barrier(2)
    tries = [(browse(world.ada), world.mel, mels), (browse(world.mel), world.ada, adas)]
    tokens = [browser.token() for browser, _, _ in tries]

    def end_other(number: int) -> int:
        browser, user, grant = tries[number]
        typed = {"csrf_token": tokens[number], "version": "1", **day("ends", TODAY)}
        start.wait()
        return browser.client.post(f"/users/{user}/roles/{grant}/end", data=typed).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(end_other, range(2)))
    assert answers == [302, 422]
    left = [grant for grant in (desk.role(mels), desk.role(adas)) if grant is not None and grant.ends is None]
    assert len(left) == 1


@pytest.mark.parametrize("role", ["hr", "executive", "system_administrator"])
def test_nobody_gives_themselves_a_role(role: str, browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.ada)
    assert "cannot give yourself a role" in browser.get(f"/users/{world.ada}").text
    page = give(browser, world.ada, 422, role=role, **day("starts", TODAY + timedelta(days=1)))
    assert page.errors == ["You cannot give yourself a role, or more days in one. Ask another system administrator"]
    assert len(desk.roles(world.ada)) == 1
    assert desk.audited("role given") == []
    browser.get("/people", status=403)


def test_nobody_gives_themselves_more_days_in_a_role(browse: Browse, world: World, desk: Desk) -> None:
    over, open_ended = desk.give_role(world.ada, Role.HR, ends=TODAY), desk.give_role(world.ada, Role.EXECUTIVE)
    browser = browse(world.ada)
    page = end(browser, world.ada, over, TODAY + timedelta(days=1), 422)
    assert "cannot give yourself" in page.errors[0]
    end(browser, world.ada, over, TODAY - timedelta(days=1))
    end(browser, world.ada, open_ended, TODAY)
    assert [(grant.role, grant.ends) for grant in desk.roles(world.ada)[1:]] == [
        (Role.HR, TODAY - timedelta(days=1)), (Role.EXECUTIVE, TODAY),
    ]  # fmt: skip


def roles_changed(desk: Desk, email: str = "hana@example.org") -> list[str]:
    return [message.body for message in desk.messages(email) if message.subject == "Roles changed in PeerHub"]


def test_the_head_of_peer_work_is_told_that_more_is_open_to_somebody(browse: Browse, world: World, desk: Desk) -> None:
    give(browse(world.ada), world.mel)
    (told,) = roles_changed(desk)
    assert "Somebody was given a role in PeerHub that can see people's records" in told
    assert not [word for word in ("Mel", "Ada", "HR", "Northmoor", "peer work") if word in told]
    for other in ("hugo", "mel", "ada", "stig"):
        assert roles_changed(desk, f"{other}@example.org") == []
    longer = desk.give_role(world.ivy, Role.HR, ends=TODAY)
    end(browse(world.ada), world.ivy, longer, TODAY + timedelta(days=9))
    assert len(roles_changed(desk)) == 2


@pytest.mark.parametrize("role", ["executive", "system_administrator", "peer_worker"])
def test_of_a_role_that_sees_nobodys_record_nobody_is_told(role: str, browse: Browse, world: World, desk: Desk) -> None:
    give(browse(world.ada), world.mel, role=role)
    assert roles_changed(desk) == []


def test_a_head_is_not_told_of_their_own_role(browse: Browse, world: World, desk: Desk) -> None:
    give(browse(world.ada), world.hana)
    give(browse(world.ada), world.mel, role="head_of_peer_work")
    assert len(roles_changed(desk)) == 1
    assert roles_changed(desk, "mel@example.org") == []


def test_of_five_who_give_the_same_role_at_once_one_gets_through(browse: Browse, world: World, desk: Desk) -> None:
    start, browsers = Barrier(5), [browse(world.ada) for _ in range(5)]
    tokens = [browser.token() for browser in browsers]

    def give_once(number: int) -> int:
        typed = {"csrf_token": tokens[number], "role": "hr", "place": "organisation", **day("starts", TODAY)}
        start.wait()
        return browsers[number].client.post(f"/users/{world.mel}/roles/give", data=typed).status_code

    with ThreadPoolExecutor(5) as pool:
        answers = sorted(pool.map(give_once, range(5)))
    assert answers == [302, 422, 422, 422, 422]
    assert [grant.role for grant in desk.roles(world.mel)] == [Role.MEASURES_LEAD, Role.HR]
    assert len(desk.audited("role given")) == 1
