"""When something goes wrong: kind words, an id that the log holds too, and nothing of anybody's in either."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.core.workshop import SECRET
from tests.fixtures.pages import Browser, Page

Log = Callable[[], list[dict[str, Any]]]
STATUSES = [
    ("not-found", 404, "Page not found"),
    ("refused", 403, "You do not have access to this page"),
    ("conflict", 409, "Somebody else saved this first"),
    ("value", 500, "Something went wrong on our side"),
    ("unknown", 500, "Something went wrong on our side"),
    ("400", 400, "We could not read that"),
    ("401", 401, "Sign in to go on"),
    ("403", 403, "You do not have access to this page"),
    ("404", 404, "Page not found"),
    ("413", 413, "That file is too large"),
    ("415", 415, "We could not read that"),
    ("429", 429, "Too many tries"),
    ("500", 500, "Something went wrong on our side"),
    ("503", 503, "Something went wrong on our side"),
]


@pytest.fixture
def talkative(make_app: Callable[..., Flask], capfd: pytest.CaptureFixture[str]) -> tuple[Flask, Log]:
    """The workshop with its log: a line of JSON each."""
    app = make_app(log_level="INFO")

    def lines() -> list[dict[str, Any]]:
        told = capfd.readouterr()
        assert told.out == ""
        return [json.loads(line) for line in told.err.splitlines()]

    return app, lines


def id_on(page: Page) -> str:
    return page.all("main code")[0].to_text()


@pytest.mark.parametrize(("kind", "status", "heading"), STATUSES)
def test_each_status_has_a_page_in_words_with_an_id_that_the_log_holds(
    kind: str, status: int, heading: str, talkative: tuple[Flask, Log]
) -> None:
    app, log = talkative
    page = Browser(app.test_client()).get(f"/workshop/fault/{kind}?who={SECRET}", status=status)
    assert page.heading == heading
    assert page.all("main a")[0].attrs["href"] == "/"
    assert id_on(page) == page.response.headers["X-Request-Id"] != ""
    told = log()
    assert {line["request_id"] for line in told} == {id_on(page)}
    assert [line["status"] for line in told if line["event"] == "request"] == [status]


def test_a_rules_refusal_is_told_as_it_is(talkative: tuple[Flask, Log]) -> None:
    page = Browser(talkative[0].test_client()).get("/workshop/fault/domain", status=400)
    assert "Choose another day" in page.text


def test_a_fault_tells_where_in_our_code_and_nothing_of_anybody(talkative: tuple[Flask, Log]) -> None:
    app, log = talkative
    page = Browser(app.test_client()).get("/workshop/fault/value?who=Priya", status=500)
    (fault,) = [line for line in log() if line["event"] == "fault"]
    assert (fault["cause"], fault["endpoint"], fault["level"]) == ("ValueError", "workshop.fault", "error")
    assert fault["where"][-1].startswith("core/web.py:")
    for told in (page.text, json.dumps(fault)):
        assert SECRET not in told
        assert "Priya" not in told
        assert "10001" not in told
    assert "ValueError" not in page.text


def test_a_fault_of_the_page_that_tells_faults_says_no_more(
    talkative: tuple[Flask, Log], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, log = talkative

    def fail(_response: object) -> None:
        raise ValueError(SECRET)

    app.after_request_funcs[None].append(fail)
    answer = app.test_client().get("/workshop/everything?who=Priya")
    assert answer.status_code == 500
    told = json.dumps(log())
    assert "ValueError" in told
    assert "Priya" not in told


def test_a_wrong_method_says_which_would_do(talkative: tuple[Flask, Log]) -> None:
    app, _ = talkative
    browser = Browser(app.test_client())
    page = browser.post("/workshop/list", status=405)
    assert page.heading == "That page cannot be used that way"
    assert set(page.response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_an_address_of_no_page_and_of_no_file(talkative: tuple[Flask, Log]) -> None:
    app, log = talkative
    browser = Browser(app.test_client())
    for address in ("/people/Priya-Rahman", "/static/Priya-Rahman.css"):
        page = browser.get(address, status=404)
        told = log()
        assert [line["request_id"] for line in told] == [id_on(page)]
        assert "Priya" not in json.dumps(told)


def test_a_form_without_its_token_is_told_kindly(talkative: tuple[Flask, Log]) -> None:
    app, log = talkative
    answer = app.test_client().post("/workshop/everything", data={"name": "Priya"})
    page = Browser(app.test_client())._checked(answer, 400)
    assert page.heading == "Open that page again"
    assert "signed in or out in another window" in page.text
    assert "CSRF" not in page.text
    assert {line["request_id"] for line in log()} == {id_on(page)}


def test_too_large_a_file_is_told_with_an_id(talkative: tuple[Flask, Log]) -> None:
    app, log = talkative
    told = {"CONTENT_LENGTH": str(12 * 2**20)}
    answer = app.test_client().post("/workshop/everything", data={"file": (BytesIO(b"x"), "a")}, environ_overrides=told)
    page = Browser(app.test_client())._checked(answer, 413)
    assert page.heading == "That file is too large"
    assert {line["request_id"] for line in log()} == {id_on(page)}


def test_too_many_tries_are_told_with_an_id(talkative: tuple[Flask, Log]) -> None:
    app, log = talkative
    browser = Browser(app.test_client())
    token = browser.token()
    for _ in range(60):
        answer = browser.client.post("/sign-in", data={"csrf_token": token, "email": ""})
        assert answer.status_code == 422
    log()
    page = browser._checked(browser.client.post("/sign-in", data={"csrf_token": token, "email": ""}), 429)
    assert page.heading == "Too many tries"
    assert {line["request_id"] for line in log()} == {id_on(page)}


def test_a_database_that_is_gone_is_a_fault_like_another(tmp_path: Path, make_app: Callable[..., Flask]) -> None:
    app = make_app(database_url=f"sqlite:///{tmp_path / 'no' / 'such.db'}")
    page = Browser(app.test_client()).get("/workshop/writes/once", status=500)
    assert "such.db" not in page.text
