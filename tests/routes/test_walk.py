"""Every route with every role, with nobody signed in, and with a user of another organisation.

The table is one file a room in this folder; it must name the whole URL map. What a route asks for is read from the mark
on its view, and what a role has from the matrix, so that a page opened too far fails here whoever forgot it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from peerhub.access.permissions import MATRIX, Role
from peerhub.core.database import Base, db
from peerhub.core.marks import Mark, mark_of
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.fixtures.sessions import sessions_of
from tests.routes import (
    access,
    core,
    home,
    imports,
    indicators,
    meetings,
    people,
    personal,
    places,
    privacy,
    recruitment,
    reports,
    retention,
    supervision,
)
from tests.routes.route import Parameters, Route

ROOMS = (
    access,
    core,
    home,
    imports,
    indicators,
    meetings,
    people,
    personal,
    places,
    privacy,
    recruitment,
    reports,
    retention,
    supervision,
)
TABLE: dict[str, Route] = {endpoint: route for room in ROOMS for endpoint, route in room.ROUTES.items()}
WRITTEN_ANYWAY = {"audit_entry", "sign_in_attempt"}
"""What a refused request may leave behind: that it was made."""
OF_NORTHMOOR = ("Rahman", "Okafor", "Willow ward", "Harbour team", "Hana Test", "hugo@example.org")
"""What a page of another trust must never say."""

Browse = Callable[[UUID | None], Browser]


def test_the_table_names_every_route_and_no_other(app: Flask) -> None:
    assert {*TABLE} == {rule.endpoint for rule in app.url_map.iter_rules()}


@pytest.fixture
def ask(app: Flask, world: World, browse: Browse) -> Callable[..., int]:
    """``ask(user, endpoint, parameters, method)`` gives the status, and the text in ``ask.text``."""
    users = [*world.accounts.values(), world.stig]
    browsers: dict[UUID | None, Browser] = {None: browse(None)}
    for user, held in zip(users, sessions_of(app, users), strict=True):
        browsers[user] = browse(None)
        with browsers[user].client.session_transaction() as session:
            session.update(held)
    tokens: dict[UUID | None, str] = {}

    def asked(user: UUID | None, endpoint: str, parameters: Parameters, method: str) -> int:
        browser = browsers[user]
        token = tokens[user] = tokens.get(user) or browser.token()
        with app.test_request_context():
            address = url_for(endpoint, **parameters(world))
        if method == "GET":
            answer = browser.client.get(address)
        else:
            answer = browser.client.post(address, data={"csrf_token": token})
        body = answer.get_data(as_text=True) if answer.mimetype.startswith("text/") else ""
        asked.text = body  # type: ignore[attr-defined]  # a note on the function
        answer.close()
        return answer.status_code

    return asked


def rows(app: Flask) -> dict[str, list[Any]]:
    """Every row of every table but those that say who asked."""
    with app.app_context():
        tables = [table for table in Base.metadata.sorted_tables if table.name not in WRITTEN_ANYWAY]
        return {table.name: sorted(map(repr, db.session.execute(select(table)).all())) for table in tables}


def methods(app: Flask, endpoint: str) -> list[str]:
    allowed = {method for rule in app.url_map.iter_rules(endpoint) for method in rule.methods or ()}
    return sorted(allowed & {"GET", "POST"})


def mark(app: Flask, endpoint: str) -> Mark:
    found = mark_of(app.view_functions[endpoint])
    assert found is not None
    return found


def holds(role: Role, wanted: Mark) -> bool:
    return not wanted.permissions or bool(wanted.permissions & MATRIX[role])


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_each_role_gets_what_the_matrix_gives_it(
    endpoint: str, app: Flask, world: World, ask: Callable[..., int]
) -> None:
    route, wanted = TABLE[endpoint], mark(app, endpoint)
    before = rows(app)
    for role, user in world.accounts.items():
        for method in methods(app, endpoint):
            if not holds(role, wanted):
                assert ask(user, endpoint, route.ours, method) == 403, (role, method)
            elif role in route.unseen:
                assert ask(user, endpoint, route.ours, method) == 404, (role, method)
            elif method == "GET":
                assert ask(user, endpoint, route.ours, method) in route.found, (role, method)
    assert rows(app) == before, "a refused request or a page that was only read changed something"


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_nobody_gets_in_without_signing_in(endpoint: str, app: Flask, ask: Callable[..., int]) -> None:
    route, wanted = TABLE[endpoint], mark(app, endpoint)
    if not wanted.needs_sign_in:
        return
    before = rows(app)
    for method in methods(app, endpoint):
        status = ask(None, endpoint, route.ours, method)
        assert status == (302 if method == "GET" or endpoint == "access.sign_out" else 401), method
    assert rows(app) == before


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_another_organisation_sees_and_changes_nothing_of_ours(
    endpoint: str, app: Flask, world: World, ask: Callable[..., int]
) -> None:
    route, wanted = TABLE[endpoint], mark(app, endpoint)
    if not wanted.needs_sign_in:
        return
    before = rows(app)
    for method in methods(app, endpoint):
        refused = 403 if not holds(Role.HR, wanted) else 404
        if route.theirs is not None:
            assert ask(world.stig, endpoint, route.ours, method) == refused, "a stranger asks for our row"
            for role, user in world.accounts.items():
                expected = 404 if holds(role, wanted) else 403
                assert ask(user, endpoint, route.theirs, method) == expected, (role, "asks for a stranger's row")
        elif method == "GET":
            assert ask(world.stig, endpoint, route.ours, method) in {*route.found, 403, 404}
            assert [name for name in OF_NORTHMOOR if name in ask.text] == []  # type: ignore[attr-defined]  # set by the call
    assert rows(app) == before
