"""A real browser on a served application: Debian's Chromium, driven by Playwright, with axe beside it."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from tests.build.repository import ROOT
from tests.fixtures.sessions import cookie_of

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 740}
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""The page has been laid out anew: its header moves links into a menu after the window has changed."""
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, one for each test process."""
    program = os.environ.get("PEERHUB_TEST_BROWSER") or shutil.which("chromium")
    if not program:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Flask], str]]:
    """``serve(app)`` serves an application on a free port of this machine and gives its address."""
    servers = []

    def begin(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.port}"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


class Visitor:
    """Somebody with a browser window."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: Any) -> None:
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        """Open a page of the application."""
        self.page.goto(self.address + path)
        return self.page

    def heading(self) -> str:
        """The main heading."""
        return " ".join(self.page.locator("h1").inner_text().split())

    def check(self, *, width: str = "wide") -> None:
        """Nothing that axe finds, nothing wider than the window, nothing the browser complains of."""
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        self.page.evaluate(SETTLED)
        found = self.page.evaluate(f"axe.run(document, {json.dumps(RULES)})")
        told = [
            f"{issue['id']}: {issue['help']}: {[node['html'][:160] for node in issue['nodes'][:3]]}"
            for issue in found["violations"]
        ]
        assert told == [], f"{self.page.url} ({width})"
        spill = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert spill <= 0, f"{self.page.url} ({width}) is {spill} pixels wider than the window"
        assert self.complaints == [], self.page.url


@pytest.fixture
def visit(chromium: Browser, serve: Callable[[Flask], str]) -> Iterator[Callable[..., Visitor]]:
    """``visit(app, user)`` opens a window signed in as an account (its key, or its session's), or as nobody."""
    contexts: list[BrowserContext] = []
    addresses: dict[int, str] = {}

    def begin(app: Flask, user: UUID | str | None = None, **options: Any) -> Visitor:
        if id(app) not in addresses:
            addresses[id(app)] = serve(app)
        address = addresses[id(app)]
        context = chromium.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        if user is not None:
            context.add_cookies([{"name": "peerhub", "value": cookie_of(app, user), "url": address}])
        return Visitor(context, address)

    yield begin
    for context in contexts:
        context.close()
