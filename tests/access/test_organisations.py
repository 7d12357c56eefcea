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
