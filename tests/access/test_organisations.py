"""The national programme's list of organisations: every organisation, and nobody in it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from peerhub.access.models import Organisation
from tests.access.desk import Desk
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]


def test_programme_leads_and_coaches_see_every_organisation_and_no_individual(
    browse: Browse, world: World, desk: Desk
) -> None:
    desk.change(Organisation, world.trust, ods_code="RX1", support_offer="full")
    for viewer in (world.nadia, world.quinn):
        page = browse(viewer).get("/organisations")
        for words in ("Northmoor Mental Health Trust", "Elsewhere Mental Health Trust", "NHS trust", "RX1", "Full"):
            assert words in page.text
        for name in ("Hana", "Priya", "Rahman", "Willow", "Stig"):
            assert name not in page.text
    assert len(desk.audited("list of organisations seen")) == 2


def test_an_organisation_has_a_page_of_its_facts(browse: Browse, world: World, desk: Desk) -> None:
    desk.change(Organisation, world.trust, ods_code="RX1", support_offer="full", paired_with_id=world.other_trust)
    address = f"/organisations/{world.trust}"
    for viewer in (world.nadia, world.quinn, world.ada):
        page = browse(viewer).get(address)
        assert page.heading == "Northmoor Mental Health Trust"
        for words in ("NHS trust", "RX1", "Full", "Elsewhere Mental Health Trust", "Not named yet"):
            assert words in page.text
        assert "Hana" not in page.text
    listed = browse(world.nadia).get("/organisations")
    assert address in [link.attrs["href"] for link in listed.all("tbody a")]
    assert address in [link.attrs["href"] for link in browse(world.ada).get("/organisation").all("main a")]
    browse(world.ada).get(f"/organisations/{world.other_trust}", status=404)
    browse(world.hana).get(address, status=403)
    assert "Northmoor" in browse(world.nadia).get(f"/organisations/{world.other_trust}").text, "paired either way"


@pytest.mark.parametrize(
    ("search", "rows"),
    [
        ("q=north", ["Northmoor Mental Health Trust"]),
        ("q=rx1", ["Northmoor Mental Health Trust"]),
        ("kind=programme", ["Culture of Care programme"]),
        ("support_offer=full", ["Northmoor Mental Health Trust"]),
        ("q=%25", []),
        ("sort=-name&kind=nhs_trust", ["Northmoor Mental Health Trust", "Elsewhere Mental Health Trust"]),
        (
            "sort=-support_offer",
            ["Culture of Care programme", "Elsewhere Mental Health Trust", "Northmoor Mental Health Trust"],
        ),
    ],
)
def test_the_list_is_searched_and_sorted(
    search: str, rows: list[str], browse: Browse, world: World, desk: Desk
) -> None:
    desk.change(Organisation, world.trust, ods_code="RX1", support_offer="full")
    page = browse(world.nadia).get(f"/organisations?{search}")
    shown = [" ".join(row.query("td")[0].to_text().split()).removeprefix("Name ") for row in page.all("tbody tr")]
    assert shown == rows


def test_the_list_leaves_as_a_file(browse: Browse, world: World, desk: Desk) -> None:
    answer = browse(world.nadia).client.get("/organisations?format=csv")
    assert answer.text.lstrip("\ufeff").splitlines()[0] == "Name,Kind,ODS code,Support"
    assert len(answer.text.splitlines()) == 4
    assert desk.audited("list of organisations exported")[-1].facts == {"rows": 3}
