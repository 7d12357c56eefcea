"""Today: the first page after signing in."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from tests.fixtures.pages import Browser
from tests.fixtures.people import World


def test_a_stranger_is_asked_to_sign_in(browse: Callable[[UUID | None], Browser]) -> None:
    answer = browse(None).client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_the_head_of_peer_work_sees_today(browse: Callable[[UUID | None], Browser], world: World) -> None:
    page = browse(world.hana).get("/")
    assert page.heading.startswith("Today")
    assert "Hana Test" in page.text
