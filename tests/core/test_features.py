"""The application stands without any one of its rooms."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask, url_for

from peerhub.core.feature import Feature
from peerhub.features import FEATURES
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.fixtures.sessions import session_of


@pytest.fixture(params=FEATURES, ids=lambda room: room.name)
def without(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """The application with one room left out."""
    left_out: Feature = request.param
    app = make_app([room for room in FEATURES if room is not left_out])
    app.extensions["left out"] = left_out
    return app


@pytest.fixture
def open_as(without: Flask) -> Callable[[UUID | None], Browser]:
    def opened(user: UUID | None) -> Browser:
        client = without.test_client()
        if user is not None:
            held = session_of(without, user)
            with client.session_transaction() as session:
                session.update(held)
        return Browser(client)

    return opened


def test_signing_in_and_errors_work_without_it(without: Flask, open_as: Callable[[UUID | None], Browser]) -> None:
    stranger = open_as(None)
    assert stranger.get("/sign-in").heading == "Sign in"
    assert stranger.get("/no-such-page", status=404).heading == "Page not found"
    assert stranger.client.get("/").headers["Location"].startswith("/sign-in")


def test_the_first_page_leads_somewhere_without_it(
    without: Flask, open_as: Callable[[UUID | None], Browser], world: World
) -> None:
    for user in world.accounts.values():
        page = open_as(user).get("/")
        assert page.all("h1")
        assert without.extensions["left out"].name not in {href.partition("/")[0] for href in menu(page)}


def menu(page: object) -> list[str]:
    return [link.attrs["href"] for link in page.all(".nhsuk-header__navigation a")]  # type: ignore[attr-defined]  # a page of ours


def test_every_page_of_the_menu_works_without_it(
    without: Flask, open_as: Callable[[UUID | None], Browser], world: World
) -> None:
    gone = {item.endpoint for item in without.extensions["left out"].navigation}
    for user in (world.hana, world.hugo, world.ada, world.priya):
        browser = open_as(user)
        shown = menu(browser.get("/account"))
        for href in shown:
            browser.get(href)
        with without.test_request_context():
            here = {url_for(item.endpoint) for room in without.extensions["rooms"] for item in room.navigation}
        assert set(shown) <= here
    assert not gone & set(without.view_functions)
