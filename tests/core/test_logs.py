"""The log: one line of JSON a request, by page and not by address, and nobody's name."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask


def lines(told: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in told.splitlines()]


def test_a_request_is_told_by_its_page(make_app: Callable[..., Flask], capsys: pytest.CaptureFixture[str]) -> None:
    client = make_app(log_level="INFO").test_client()
    told_by_browser = {"User-Agent": "Rahman", "X-Real-IP": "10.1.2.3"}
    answer = client.get("/workshop/list?q=Priya+Rahman", headers=told_by_browser)
    (told,) = lines(capsys.readouterr().err)
    assert isinstance(told.pop("ms"), float)
    assert str(told.pop("timestamp")).endswith("Z")
    assert told == {
        "endpoint": "workshop.listing",
        "event": "request",
        "level": "info",
        "method": "GET",
        "request_id": answer.headers["X-Request-Id"],
        "status": 200,
    }


def test_what_happens_all_the_time_is_not_told(
    make_app: Callable[..., Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    client = make_app(log_level="INFO").test_client()
    client.get("/healthz")
    client.get("/static/peerhub/app.css", buffered=True)
    assert capsys.readouterr().err == ""
    client.get("/readyz")
    assert [line["status"] for line in lines(capsys.readouterr().err)] == [503]


@pytest.mark.parametrize(("level", "told"), [("INFO", 1), ("WARNING", 0), ("ERROR", 0)])
def test_the_level_is_a_setting(
    level: str, told: int, make_app: Callable[..., Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    make_app(log_level=level).test_client().get("/sign-in")
    assert len(lines(capsys.readouterr().err)) == told


@pytest.mark.parametrize(("trusted", "times"), [(0, 1), (1, 0)])
def test_a_web_server_in_front_that_is_not_trusted_is_told_of_once(
    trusted: int, times: int, make_app: Callable[..., Flask], capsys: pytest.CaptureFixture[str]
) -> None:
    client = make_app(log_level="WARNING", trusted_proxies=trusted).test_client()
    client.get("/sign-in")
    assert capsys.readouterr().err == ""
    for _ in range(3):
        client.get("/sign-in", headers={"X-Forwarded-For": "10.1.2.3"})
    told = capsys.readouterr().err
    assert [line["setting"] for line in lines(told)] == ["PEERHUB_TRUSTED_PROXIES"] * times
    assert "10.1.2.3" not in told
