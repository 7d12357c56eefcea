"""Every page sends as many statements with many rows as with few: nothing is asked for row by row."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask, url_for

from peerhub.access.permissions import Role
from peerhub.core import scope
from tests.fixtures.factories import TeamFactory, more_meetings, more_people
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.routes.test_walk import TABLE, methods

MOST = 40
"""Statements that no page needs more of."""
ROLES = (
    Role.HEAD_OF_PEER_WORK,
    Role.PEER_SUPERVISOR,
    Role.PEER_WORKER,
    Role.TEAM_MANAGER,
    Role.SYSTEM_ADMINISTRATOR,
    Role.EXECUTIVE,
)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.value)
def test_no_page_asks_row_by_row(
    role: Role,
    app: Flask,
    world: World,
    browse: Callable[[UUID | None], Browser],
    count_queries: Callable[[], int],
) -> None:
    addresses = {}
    with app.test_request_context():
        for endpoint, route in TABLE.items():
            if "GET" in methods(app, endpoint) and endpoint != "static":
                addresses[endpoint] = url_for(endpoint, **route.ours(world))
    with app.app_context():
        more_meetings(world, 1)
    client = browse(world.accounts[role]).client

    def counts() -> dict[str, int]:
        found = {}
        for endpoint, address in addresses.items():
            client.get(address)  # what is kept from one request to the next is there the second time
            count_queries()
            if client.get(address).status_code == 200:
                found[endpoint] = count_queries()
        return found

    few = counts()
    with app.app_context():
        scope.enter(world.trust)
        more = [TeamFactory(service_line_id=world.willow_line).id for _ in range(4)]
        more_people(world.trust, [world.willow, world.harbour, *more], 24)
        more_meetings(world, 12)
    many = counts()
    assert {name: (few[name], many[name]) for name in few if many.get(name) != few[name]} == {}
    assert {name: number for name, number in many.items() if number > MOST} == {}
