"""What only a browser can tell: the menu's More button, what is printed, and Back after a search."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, SETTLED, Visitor
from tests.fixtures.people import World

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
MORE = ".nhsuk-header__menu-toggle"


def test_the_more_button_says_that_this_page_is_behind_it_and_takes_escape_back(
    app: Flask, world: World, visit: Visit
) -> None:
    visitor = visit(app, world.hana)
    visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a width and a height
    page = visitor.open("/recruitment")
    page.wait_for_selector(".peerhub-menu-here")
    assert page.locator(MORE).inner_text().split()[-3:] == ["with", "this", "page"]
    page.locator(MORE).click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(MORE).get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.id") == "toggle-menu"
    visitor.open("/")
    page.evaluate(SETTLED)
    assert not page.locator(".peerhub-menu-here").count()


def test_one_link_alone_needs_no_menu(app: Flask, world: World, visit: Visit) -> None:
    visitor = visit(app, world.ivy)
    page = visitor.open("/recruitment")
    page.evaluate(SETTLED)
    assert page.get_by_role("link", name="Recruitment", exact=True).is_visible()
    assert not page.locator(MORE).is_visible()
    for width in (375, 1280, 400, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator(MORE)).to_be_visible(visible=width < 1280)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_links_are_printed_bare_tables_fit_and_what_is_folded_is_open(app: Flask, world: World, visit: Visit) -> None:
    visitor = visit(app, world.hana)
    page = visitor.open("/retention?print=1")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})
    said = "[...document.querySelectorAll('a')].map(link => getComputedStyle(link, '::after').content)"
    assert set(page.evaluate(said)) == {"none"}
    assert page.get_by_text("We look at each person on the day").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    page = visitor.open("/posts?show=everything")
    page.emulate_media(media="print")
    assert page.locator("thead").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 700


def test_back_leads_to_what_was_found(app: Flask, world: World, visit: Visit) -> None:
    visitor = visit(app, world.hana)
    page = visitor.open("/search")
    for words, name in (("rahman", "Priya Rahman"), ("okafor", "Tom Okafor")):
        page.get_by_label("Name, staff number").fill(words)
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name=name).click()
        page.go_back()
        assert page.get_by_role("link", name=name).is_visible()
        assert words not in page.url
    page.go_back()
    assert page.get_by_role("link", name="Priya Rahman").is_visible()
