"""The list of people."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]


def test_hr_sees_everybody(browse: Browse, world: World) -> None:
    page = browse(world.hugo).get("/people")
    assert "Priya Rahman" in page.text
    assert browse(world.hugo).get(f"/people/{world.priya_person}").heading == "Priya Rahman"
    assert browse(world.hugo).get(f"/people/{world.priya_person}/edit")
    assert browse(world.hugo).get(f"/people/{world.priya_person}/history")
    assert browse(world.hugo).get(f"/people/{world.priya_person}/account")
    assert browse(world.hugo).get("/people/add")
    assert browse(world.priya).get("/my-record")
    assert browse(world.hana).get("/my-record")
