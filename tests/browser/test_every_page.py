"""Every page that each role can reach by its links, checked by axe at the width of a phone.

The head of peer work reaches most pages: hers are checked at the width of a desk too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from peerhub.access.permissions import Role
from tests.browser.conftest import PHONE, WIDE, Visitor
from tests.fixtures.demonstration import session_key

pytestmark = pytest.mark.browser
MOST_PAGES = 120


def endpoint_of(app: Flask, address: str) -> str | None:
    """Which page an address is; None for what is no page."""
    try:
        return str(app.url_map.bind("127.0.0.1").match(urlsplit(address).path, method="GET")[0])
    except HTTPException:
        return None


def links_on(visitor: Visitor) -> list[str]:
    """Where the page leads on this site, files aside."""
    found = visitor.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    return [
        address.removeprefix(visitor.address)
        for address in found
        if address.startswith(visitor.address + "/") and "format=" not in address and "download=" not in address
    ]


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_every_page_of_a_role(role: Role, demonstration: Flask, visit: Callable[..., Visitor]) -> None:
    app = demonstration
    visitor = visit(app, session_key(app, role))
    widths = [("phone", PHONE)] if role is not Role.HEAD_OF_PEER_WORK else [("wide", WIDE), ("phone", PHONE)]
    waiting, seen = deque(["/"]), {"home.today_page"}
    while waiting and len(seen) < MOST_PAGES:
        visitor.open(waiting.popleft())
        for width, size in widths:
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
            visitor.check(width=width)
        for address in links_on(visitor):
            endpoint = endpoint_of(app, address)
            if endpoint and endpoint not in seen and not endpoint.startswith(("static", "retention.chart")):
                seen.add(endpoint)
                waiting.append(address.partition("#")[0])
    assert len(seen) > 1, "the role reaches something besides Today"
