"""What no page of ours sends: versions that cannot be read, and characters that nobody types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for

from peerhub.access.permissions import Role
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.routes.test_walk import TABLE, holds, mark, methods, rows

Browse = Callable[[UUID | None], Browser]
Opened = tuple[str, Browser, str, Any]
UNREADABLE = (None, "", "abc", "-1", "1.0", "0", "9" * 4_400)
BAD = "a\x00b@x.exam\x1bple\x7f"
NAMES = (
    "q",
    "what",
    "email",
    "sort",
    "page",
    "format",
    "show",
    "from",
    "to",
    "as_at",
    "team",
    "account",
    "state",
    "next",
)


def forms(app: Flask, world: World, browse: Browse) -> Iterator[Opened]:
    """Each form of each page that somebody may open: its endpoint, their browser, where it goes, and the form."""
    browsers = {role: browse(user) for role, user in world.accounts.items()}
    for endpoint, route in sorted(TABLE.items()):
        if "GET" not in methods(app, endpoint) or endpoint == "static":
            continue
        wanted = mark(app, endpoint)
        for role in Role:
            if role in route.unseen or not holds(role, wanted):
                continue
            with app.test_request_context():
                address = url_for(endpoint, **route.ours(world))
            browser = browsers[role]
            answer = browser.client.get(address)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            page = browser.get(address)
            for form in page.all("main form[method=post]"):
                yield endpoint, browser, form.attrs.get("action") or address, form
            break


def filled(form: Any) -> dict[str, str]:
    """What a browser would send of a form that nobody touched."""
    sent = {}
    for box in form.query("input"):
        kind = box.attrs.get("type", "text")
        if kind not in {"submit", "file"} and (kind not in {"radio", "checkbox"} or "checked" in box.attrs):
            sent[box.attrs["name"]] = box.attrs.get("value", "")
    for area in form.query("textarea"):
        sent[area.attrs["name"]] = area.to_text()
    for select in form.query("select"):
        chosen = [option for option in select.query("option") if "selected" in option.attrs]
        sent[select.attrs["name"]] = chosen[0].attrs["value"] if chosen else ""
    return sent


def test_a_version_that_cannot_be_read_saves_nothing(app: Flask, world: World, browse: Browse) -> None:
    seen = set()
    for endpoint, browser, address, form in forms(app, world, browse):
        typed = filled(form)
        for name in {"version", "other_version"} & typed.keys():
            if typed[name] in {"", "0"}:
                continue  # nothing is saved yet
            before = rows(app)
            for version in UNREADABLE:
                sent = {key: value for key, value in typed.items() if key != name}
                answer = browser.client.post(address, data=sent if version is None else sent | {name: version})
                assert answer.status_code in {302, 409, 422}, (endpoint, address, name, str(version)[:9])
                seen.add((endpoint, answer.status_code))
            assert rows(app) == before, (endpoint, address, name)
    assert {endpoint for endpoint, status in seen if status == 409} >= {
        "access.own_name", "access.user_name", "access.settings", "access.end_role", "workforce.edit_person",
        "workforce.edit_team",
    }  # fmt: skip


def test_characters_that_nobody_types_are_taken_out_of_every_form(app: Flask, world: World, browse: Browse) -> None:
    tried = set()
    for endpoint, browser, address, form in [*forms(app, world, browse)]:
        texts = {
            box.attrs["name"]: BAD
            for box in [*form.query("input"), *form.query("textarea")]
            if box.attrs.get("type", "text") not in {"hidden", "submit", "file", "radio", "checkbox"}
        }
        if texts:
            answer = browser.client.post(address, data=filled(form) | texts | {"csrf_token": browser.token()})
            assert answer.status_code < 500, (endpoint, address)
            tried.add(endpoint)
    assert len(tried) > 20
    kept = repr(rows(app))
    assert not [mark for mark in ("\\x00", "\\x1b", "\\x7f") if mark in kept]
    assert "ab@x.example" in kept


@pytest.mark.parametrize("address", ["/sign-in", "/forgot-password", "/sign-in-again"])
def test_they_are_taken_out_for_strangers_too(address: str, browse: Browse) -> None:
    sent = {"email": "a\x00b@x.example", "password": "a\x00b", "typed_address": "/\x00", "typed-name": "a\x00b"}
    browser = browse(None)
    answer = browser.client.post(address, data=sent | {"csrf_token": browser.token()})
    assert answer.status_code in {200, 302, 422}
    assert "\x00" not in answer.text


def test_they_are_taken_out_of_every_address(app: Flask, world: World, browse: Browse) -> None:
    browsers = {role: browse(user) for role, user in world.accounts.items()}
    hostile = "&".join(f"{name}=a%00b%1b" for name in NAMES)
    for endpoint, route in TABLE.items():
        if "GET" not in methods(app, endpoint) or endpoint == "static":
            continue
        may = (role for role in Role if role not in route.unseen and holds(role, mark(app, endpoint)))
        role = next(may, Role.HEAD_OF_PEER_WORK)  # where no role alone opens it, whoever is kept out asks
        with app.test_request_context():
            address = url_for(endpoint, **route.ours(world))
        for asked in (f"{address}?{hostile}", f"{address}?what=%00", f"{address}?year={'9' * 4_400}"):
            assert browsers[role].client.get(asked).status_code != 500, (endpoint, asked[:80])
