"""What people come to do, done in a real browser: by mouse, by keyboard alone, without scripts, two at once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from peerhub.access.actions import passwords
from peerhub.access.models import User
from peerhub.core.database import db
from tests.browser.conftest import PHONE, Visitor
from tests.fixtures.people import World

pytestmark = pytest.mark.browser

PASSWORD = "four quiet green herons"
Visit = Callable[..., Visitor]


def give_password(app: Flask, user: UUID) -> str:
    """Give an account a password; gives its e-mail address."""
    with app.app_context():
        account = db.session.get_one(User, user)
        account.password_hash = passwords.keep(PASSWORD)
        email = account.email
        db.session.commit()
        db.session.remove()
    return email


def sign_in(visitor: Visitor, email: str, password: str) -> None:
    visitor.page.get_by_label("E-mail address").fill(email)
    visitor.page.get_by_label("Password", exact=True).fill(password)
    visitor.page.get_by_role("button", name="Sign in").click()


def test_the_head_signs_in_is_told_what_is_wrong_and_signs_out(app: Flask, world: World, visit: Visit) -> None:
    email = give_password(app, world.hana)
    visitor = visit(app)
    visitor.open("/people")
    assert visitor.heading() == "Sign in"
    sign_in(visitor, email, "not the password")
    summary = visitor.page.locator(".nhsuk-error-summary")
    assert summary.evaluate("box => box === document.activeElement"), "the summary is what is read next"
    assert "do not open an account" in summary.inner_text()
    assert visitor.page.get_by_label("E-mail address").input_value() == email, "what was typed is kept"
    assert visitor.page.title().startswith("Error: ")
    visitor.check()
    sign_in(visitor, email, PASSWORD)
    assert visitor.heading() == "People", "she is where she wanted to go"
    visitor.page.get_by_role("button", name="Sign out").click()
    assert "You have signed out." in visitor.page.locator("main").inner_text()
    visitor.open("/people")
    assert visitor.heading() == "Sign in"


def test_every_job_is_done_without_scripts(app: Flask, world: World, visit: Visit) -> None:
    email = give_password(app, world.hana)
    visitor = visit(app, java_script_enabled=False, viewport=PHONE)
    visitor.open("/sign-in")
    sign_in(visitor, email, PASSWORD)
    visitor.page.get_by_role("link", name="Add a person").first.click()
    visitor.page.get_by_role("button", name="Add").click()
    assert "Enter the first name" in visitor.page.locator(".nhsuk-error-summary").inner_text()
    visitor.page.get_by_role("textbox", name="First name", exact=True).fill("Amina")
    visitor.page.get_by_label("Last name").fill("Yusuf")
    visitor.page.get_by_role("button", name="Add").click()
    assert visitor.heading() == "Amina Yusuf"


def test_a_person_is_added_by_keyboard_alone(app: Flask, world: World, visit: Visit) -> None:
    visitor = visit(app, world.hana)
    page = visitor.open("/people/add")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for words in ("Grace", "Adeyemi"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*-*")
    assert visitor.heading() == "Grace Adeyemi"
    assert "Saved." in page.locator("main").inner_text()


def test_two_people_save_one_record_and_the_second_sees_both_versions(app: Flask, world: World, visit: Visit) -> None:
    path = f"/people/{world.priya_person}/edit"
    hana, hugo = visit(app, world.hana), visit(app, world.hugo)
    hana.open(path)
    hugo.open(path)
    hana.page.get_by_label("Preferred first name").fill("Pri")
    hana.page.get_by_role("button", name="Save").click()
    assert hana.heading() == "Pri Rahman"
    hugo.page.get_by_label("Work phone number").fill("020 7946 0000")
    hugo.page.get_by_role("button", name="Save").click()
    both = hugo.page.locator("#both-versions")
    assert "Somebody else saved this while you were writing" in both.inner_text()
    assert "Pri" in both.inner_text()
    hugo.check()
    assert hugo.page.get_by_label("Work phone number").input_value() == "020 7946 0000", "nothing typed is lost"
    hugo.page.get_by_label("Preferred first name").fill("Pri")
    hugo.page.get_by_role("button", name="Save").click()
    assert hugo.heading() == "Pri Rahman"
    assert "020 7946 0000" in hugo.page.locator("main").inner_text()
