"""What people come to do, done in a real browser: by mouse, by keyboard alone, without scripts, two at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from peerhub.access.actions import passwords
from peerhub.access.models import User
from peerhub.access.permissions import Role
from peerhub.core.database import db
from tests.browser.conftest import PHONE, Visitor
from tests.fixtures.demonstration import session_key
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


STAFF = (
    "Employee Number,First Name,Last Name,Service,Setting,Ward,Position Title,FTE,Lived Experience,Peer Service,"
    "Actual Start Date,Leave Date\n"
    "20499001,Nadia,Sorensen,Perinatal,community,Perinatal Team East,Peer support worker,0.6,yes,yes,01/09/2026,\n"
    "20499002,Leon,O'Hare,Perinatal,community,Perinatal Team South,Peer support worker,1,yes,yes,1-Sep-26,\n"
    "20499003,Bad,Date,Perinatal,community,Perinatal Team East,Peer support worker,1,yes,yes,31/02/2026,\n"
)


def test_hr_loads_a_staff_record_with_a_bad_row_and_an_unknown_team(
    demonstration: Flask, visit: Visit, tmp_path: Path
) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(STAFF, encoding="utf-8")
    visitor = visit(demonstration, session_key(demonstration, Role.HR))
    page = visitor.open("/")
    page.get_by_role("link", name="Staff record").click()
    page.get_by_role("button", name="Upload a file").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Upload file").click()
    assert page.get_by_label("Staff number").evaluate("box => box.selectedOptions[0].text") == "A: Employee Number"
    visitor.check()
    page.get_by_role("button", name="Check the file").click()
    told = page.locator("main").inner_text()
    assert "'31/02/2026' is not a day that exists. Check the day and the month." in told
    assert "Perinatal has no team called Perinatal Team South." in told
    visitor.check()
    page.get_by_label("Perinatal Team South, in Perinatal").check()
    page.get_by_role("button", name="Check again with these teams").click()
    page.get_by_label("Load the good rows now").check()
    page.get_by_role("button", name="Go on").click()
    assert "2 periods in post" in page.locator("main").inner_text()
    visitor.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 1 row with what is wrong with each").click()
    refused = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "20499003" in refused
    assert "is not a day that exists" in refused
    assert "20499001" not in refused


def test_hr_goes_from_today_to_who_is_still_here_and_to_the_people_behind_it(
    demonstration: Flask, visit: Visit
) -> None:
    visitor = visit(demonstration, session_key(demonstration, Role.HR))
    page = visitor.open("/")
    page.get_by_role("link", name="View retention").click()
    page.wait_for_load_state("load")
    told = page.locator("main").inner_text()
    assert "Inpatient: 16" in told
    chart = page.locator("figure img").first
    assert chart.evaluate("image => image.complete && image.naturalWidth > 300"), "the chart is drawn"
    assert "in a lived experience role 79%" in str(chart.get_attribute("alt"))
    page.get_by_role("link", name="14", exact=False).first.click()
    assert "3 years after they started" in visitor.heading()
    assert page.locator("tbody tr").count() == 14
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert Path(download.value.path()).read_text(encoding="utf-8-sig").count("\n") == 15
