"""Supervision lived through in a browser: logged on a phone, agreed to by the other, looked at by the head."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import today
from tests.browser.conftest import PHONE, WIDE, Visitor
from tests.fixtures.people import World
from tests.supervision.making import Pair, hold, miss, pair

pytestmark = pytest.mark.browser
NOTE = "Nights are hard. We look at the rota together."


@pytest.fixture
def sam(app: Flask, world: World) -> Pair:
    """Sam supervises Priya, with a spring of sessions."""
    with app.app_context():
        made = pair(world)
        scope.enter(world.trust)
        for when, said in ((date(2025, 1, 27), "3"), (date(2025, 2, 24), "4")):
            hold(made.agreement, when, themes=("wellbeing", "boundaries"), wellbeing=said)
        miss(made.agreement, date(2025, 3, 24), "service_pressure")
        db.session.commit()
        return made


def look(visitor: Visitor, path: str | None = None, keep: str = "") -> None:
    """Open a page, or stay, and check it at the width of a desk and of a phone."""
    if path is not None:
        visitor.open(path)
    for width, size in (("wide", WIDE), ("phone", PHONE)):
        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
        visitor.check(width=width)
        folder = os.environ.get("PEERHUB_TEST_PICTURES")
        if folder and keep:
            visitor.page.screenshot(path=Path(folder) / f"{keep}-{width}.png", full_page=True)


def test_a_session_is_logged_on_a_phone_and_agreed_to(
    app: Flask, world: World, sam: Pair, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(app, world.sam, viewport=PHONE)
    page = visitor.open("/")
    page.get_by_role("link", name="Log supervision").click()
    assert visitor.heading() == "Log supervision"
    look(visitor, keep="log")
    page.get_by_label("Wellbeing", exact=True).check()
    page.get_by_label("Note you share (optional)").fill(NOTE)
    page.get_by_role("button", name="Log supervision").last.click()
    assert "is logged" in page.locator("main").inner_text()
    look(visitor, keep="session")
    page.get_by_role("button", name="I agree to this note").click()
    address = page.url.removeprefix(visitor.address)
    look(visitor, "/supervision", keep="caseload")

    priya = visit(app, world.priya, viewport=PHONE)
    priya.open("/")
    priya.page.get_by_role("link", name="Read a supervision note, and agree to it").click()
    assert NOTE in priya.page.locator("main").inner_text()
    priya.page.get_by_role("button", name="I agree to this note").click()
    assert "Agreed by both" in priya.page.locator("main").inner_text()
    look(priya, "/my-supervision", keep="my-supervision")

    hana = visit(app, world.hana)
    hana.open(address)
    assert NOTE not in hana.page.content()
    look(hana, keep="session-of-others")


@pytest.mark.parametrize(
    "path",
    [
        "service", "unsupervised", "agreements", "agreements/add", "settings", "log-missed", "agreements/{0}",
        "agreements/{0}/change", "agreements/{0}/end", "agreements/{0}/cover", "agreements/{0}/hand-over",
    ],
)  # fmt: skip
def test_each_page_of_the_head_holds_at_both_widths(
    path: str, app: Flask, world: World, sam: Pair, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(app, world.hana)
    look(visitor, f"/supervision/{path.format(sam.agreement)}", keep=path.replace("/", "-").format("one"))
    assert visitor.page.locator("h1").count() == 1
    assert today() >= date(2025, 3, 24)
