"""The settings of an organisation: checked as they are said, audited, and safe when two save at once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from peerhub.access.models import Organisation
from peerhub.access.permissions import Role
from peerhub.access.rules import OrganisationKind, SupportOffer
from tests.access.desk import Desk
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
AS_IT_IS = {
    "name": "Northmoor Mental Health Trust",
    "ods_code": "",
    "kind": "nhs_trust",
    "support_offer": "none",
    "role_target": "100",
    "small_number": "5",
    "least_denominator": "10",
    "gap_days": "14",
    "version": "1",
}


def save(browser: Browser, status: int = 200, **changed: str) -> Page:
    return browser.post("/organisation", AS_IT_IS | changed, status=status)


def test_settings_are_shown_and_saved(browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.ada)
    shown = {
        field.attrs["name"]: field.attrs.get("value", "") for field in browser.get("/organisation").all("main input")
    }
    assert shown["name"] == "Northmoor Mental Health Trust"
    assert shown["small_number"] == "5"
    page = save(
        browser, name=" Northmoor Trust ", ods_code="rx 1", support_offer="full", role_target="120", gap_days="0"
    )
    assert "The settings are up to date" in page.text
    row = desk.organisation()
    assert (row.name, row.ods_code, row.support_offer) == ("Northmoor Trust", "RX1", SupportOffer.FULL)
    assert (row.role_target, row.small_number, row.least_denominator, row.gap_days) == (120, 5, 10, 0)
    entry = desk.audited("settings changed")[-1]
    assert (entry.user_id, entry.subject_id) == (world.ada, world.trust)
    assert entry.facts["fields"] == ["name", "ods_code", "support_offer", "role_target", "gap_days"]
    assert entry.facts["numbers"] == {"role_target": [100, 120], "gap_days": [14, 0]}
    assert "Northmoor Trust" in browser.get("/").text


def test_saving_what_is_there_changes_nothing(browse: Browse, world: World, desk: Desk) -> None:
    save(browse(world.ada))
    assert desk.organisation().version == 1
    assert desk.audited("settings changed") == []


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "", "Enter the name of the organisation"),
        ("name", "x" * 201, "Name of the organisation must be 200 characters or fewer"),
        ("name", "Elsewhere Mental Health Trust", "There is already an organisation with this name"),
        ("ods_code", "R", "Enter the ODS code as 3 to 10 letters and numbers, such as RX1"),
        ("ods_code", "RX-1", "Enter the ODS code as 3 to 10 letters and numbers, such as RX1"),
        ("kind", "", "Choose the kind of organisation"),
        ("kind", "programme", "Choose one from the list"),
        ("support_offer", "lots", "Choose the support"),
        ("small_number", "1", "Smallest count shown must be a whole number from 2 to 50"),
        ("small_number", "51", "Smallest count shown must be a whole number from 2 to 50"),
        ("small_number", "five", "Smallest count shown must be a whole number from 2 to 50"),
        ("small_number", "", "Smallest count shown must be a whole number from 2 to 50"),
        ("least_denominator", "0", "Smallest group with percentages must be a whole number from 1 to 100"),
        ("gap_days", "-1", "Days between two posts that do not count as leaving must be a whole number from 0 to 365"),
        ("gap_days", "1.5", "Days between two posts that do not count as leaving must be a whole number from 0 to 365"),
        ("role_target", "10001", "Peer roles aimed for must be a whole number from 0 to 10,000"),
    ],
)
def test_what_will_not_do_is_told_beside_its_field(
    field: str, typed: str, told: str, browse: Browse, world: World, desk: Desk
) -> None:
    page = save(browse(world.ada), 422, **{field: typed})
    assert page.errors == [told]
    assert page.all(f".nhsuk-error-summary a[href='#{field}']")
    kept = page.all(f"main [name={field}]")[0]
    if kept.name == "input":
        assert kept.attrs.get("value", "") == typed
    assert desk.organisation().version == 1


def test_two_administrators_saving_see_both_versions(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.mel, Role.SYSTEM_ADMINISTRATOR)
    save(browse(world.ada), role_target="120", kind="vcse")
    page = save(browse(world.mel), 409, role_target="130")
    shown = " ".join(page.all("#both-versions")[0].to_text().split())
    for word in ("130", "120", "NHS trust", "Voluntary-sector employer (VCSE)"):
        assert word in shown
    assert desk.organisation().role_target == 120
    sent = {field.attrs["name"]: field.attrs.get("value", "") for field in page.all("main input")}
    assert sent["role_target"] == "130"
    save(browse(world.mel), role_target="130", version=sent["version"])
    assert desk.organisation().role_target == 130
    assert desk.organisation().kind is OrganisationKind.NHS_TRUST


def test_the_national_programme_stays_that(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.nadia, Role.SYSTEM_ADMINISTRATOR, organisation=world.programme)
    browser = browse(world.nadia)
    options = browser.get("/organisation").all("select[name=kind] option")
    assert [option.attrs["value"] for option in options] == ["", "programme"]
    page = save(browser, 422, name="Culture of Care programme", kind="nhs_trust")
    assert page.errors == ["Choose one from the list"]
    assert desk.organisation(world.programme).kind is OrganisationKind.PROGRAMME


def test_the_action_itself_keeps_the_programme_apart(in_app: object, world: World) -> None:
    from peerhub.access.actions.organisations import change_settings
    from peerhub.core.database import db
    from peerhub.core.errors import DomainError

    row = db.session.get_one(Organisation, world.trust)
    with pytest.raises(DomainError, match="runs the server"):
        change_settings(row, None, name=row.name, ods_code=None, kind=OrganisationKind.PROGRAMME)


def test_settings_are_ones_own_organisations(browse: Browse, world: World, desk: Desk) -> None:
    save(browse(world.ada), role_target="7", organisation_id=str(world.other_trust), id=str(world.other_trust))
    assert desk.organisation(world.other_trust).role_target == 100
    assert desk.organisation().role_target == 7
