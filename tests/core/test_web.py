"""One transaction a request, and headers that keep every answer to this origin."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import User
from peerhub.core.database import db
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Visit = Callable[[], Browser]
STATIC = Path(__file__).parents[2] / "peerhub" / "static"


def name_of_hana(app: Flask, world: World) -> str:
    with app.app_context():
        return str(db.session.scalar(select(User.name).where(User.id == world.hana)))


def test_a_form_that_was_sent_is_saved(visit: Visit, workshop: Flask, world: World) -> None:
    visit().post("/workshop/writes/once")
    assert name_of_hana(workshop, world) == "Hana Changed"


@pytest.mark.parametrize(("how", "status"), [("then-fails", 500), ("refused", 400)])
def test_what_was_written_before_an_error_is_undone(
    how: str, status: int, visit: Visit, workshop: Flask, world: World
) -> None:
    visit().post(f"/workshop/writes/{how}", status=status)
    assert name_of_hana(workshop, world) == "Hana Test"


@pytest.mark.parametrize("how", ["once", "flushed", "statement"])
def test_a_page_that_only_reads_may_leave_nothing_written(
    how: str, visit: Visit, workshop: Flask, world: World
) -> None:
    visit().get(f"/workshop/writes/{how}", status=500)
    assert name_of_hana(workshop, world) == "Hana Test"


def test_a_request_without_the_token_writes_nothing(workshop: Flask, world: World) -> None:
    assert workshop.test_client().post("/workshop/writes/once").status_code == 400
    assert name_of_hana(workshop, world) == "Hana Test"


ADDRESSES = [
    ("/sign-in", 200),
    ("/workshop/everything", 200),
    ("/workshop/list?format=csv", 200),
    ("/no-such-page", 404),
    ("/workshop/fault/value", 500),
    ("/static/peerhub/app.css", 200),
    ("/static/no-such-file.css", 404),
    ("/healthz", 200),
]


@pytest.mark.parametrize(("address", "status"), ADDRESSES)
def test_every_answer_keeps_to_this_origin(address: str, status: int, visit: Visit) -> None:
    answer = visit().client.get(address, buffered=True)
    assert answer.status_code == status
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert len(answer.headers["X-Request-Id"]) == 12
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("address", ["/sign-in", "/no-such-page", "/workshop/list?format=csv", "/static/none.css"])
def test_nothing_of_a_person_is_kept_by_a_browser_or_a_proxy(address: str, visit: Visit) -> None:
    assert visit().client.get(address, buffered=True).headers["Cache-Control"] == "no-store"


def test_https_once_is_https_always(make_app: Callable[..., Flask]) -> None:
    client = make_app(base_url="https://peerhub.example.org").test_client()
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    for address in ("/sign-in", "/no-such-page", "/static/peerhub/app.css"):
        headers = client.get(address, buffered=True).headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_what_stands_under_the_mark_of_its_content_is_kept_for_good(visit: Visit) -> None:
    page = visit().get("/sign-in")
    found = [link.attrs["href"] for link in page.all("head link")] + [
        script.attrs["src"] for script in page.all("script")
    ]
    assert len(found) >= 4
    for address in found:
        answer = visit().client.get(address, buffered=True)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        assert "Set-Cookie" not in answer.headers
        again = visit().client.get(address, headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
        assert (again.status_code, again.headers["Cache-Control"]) == (304, answer.headers["Cache-Control"])


def test_other_static_addresses_are_asked_for_each_time(visit: Visit) -> None:
    folder = json.loads((STATIC / "nhsuk" / "assets.json").read_text(encoding="utf-8"))["folder"]
    for address in ("peerhub/app.css", "peerhub/app.css?v=0123456789", "peerhub/app.css?v=", "nhsuk/assets.json"):
        assert visit().client.get(f"/static/{address}", buffered=True).headers["Cache-Control"] == "no-cache", address
    icons = sorted((STATIC / folder / "images").iterdir())
    kept = visit().client.get(f"/static/{folder}/images/{icons[0].name}", buffered=True).headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"


def test_a_static_address_cannot_leave_its_folder(visit: Visit) -> None:
    for address in ("../app.py", "%2e%2e/app.py", "peerhub/../../app.py", "/etc/passwd"):
        assert visit().client.get(f"/static/{address}", buffered=True).status_code in {301, 308, 404}


def test_a_signed_in_page_loads_its_styles_without_its_session(
    browse: Callable[[object], Browser], world: World
) -> None:
    browser = browse(world.hana)
    browser.get("/account")
    answer = browser.client.get("/static/peerhub/app.css", buffered=True)
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
