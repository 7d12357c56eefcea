"""HR loads a staff record in a real browser: what is wrong is told, a team is made, the good rows are loaded."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from peerhub.core.database import db
from peerhub.workforce.actions import imports as actions
from peerhub.workforce.jobs import work_on_loads
from tests.browser.conftest import PHONE, WIDE, Visitor
from tests.fixtures.people import World
from tests.workforce.records import file_of, priya

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def look(visitor: Visitor, name: str) -> None:
    """Check the page at both widths; keep a picture of it where PEERHUB_TEST_PICTURES names a folder."""
    for width, size in (("phone", PHONE), ("wide", WIDE)):
        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
        visitor.check(width=width)
        if folder := os.environ.get("PEERHUB_TEST_PICTURES"):
            visitor.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def test_hr_puts_a_file_right_and_loads_it(app: Flask, world: World, visit: Visit, tmp_path: Path) -> None:
    visitor = visit(app, world.hugo)
    page = visitor.page
    path = tmp_path / "staff record.csv"
    rows = [{}, {"staff_number": "20002", "start_date": "31/02/2024", "post_number": "P2"}]
    rows += [{"staff_number": "20003", "team": "Larch ward", "post_number": "P3"}, priya(end_date="2024-06-30")]
    path.write_bytes(file_of(*rows).replace(b"end_date", b"Finished on"))

    visitor.open("/staff-record")
    look(visitor, "1-list")
    page.get_by_role("button", name="Upload a file").click()
    page.get_by_role("button", name="Upload file").click()
    assert "Choose the file to load" in page.locator(".nhsuk-error-summary").inner_text()
    look(visitor, "2-upload")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload file").click()
    page.get_by_role("button", name="Check the file").click()
    assert "Choose the column that holds the end date" in page.locator(".nhsuk-error-summary").inner_text()
    page.get_by_label("End date (the last day worked)").select_option(label="S: Finished on")
    page.get_by_label("This file lists everybody").check()
    look(visitor, "3-columns")
    page.get_by_role("button", name="Check the file").click()
    assert "31/02/2024" in page.locator("main").inner_text()
    look(visitor, "4-check")
    page.get_by_label("Larch ward, in Adult acute wards").check()
    page.get_by_role("button", name="Check again with these teams").click()
    page.get_by_role("button", name="Go on").click()
    assert "Choose whether to load" in page.locator(".nhsuk-error-summary").inner_text()
    look(visitor, "5-choose")
    page.get_by_label("Load the good rows now").check()
    page.get_by_role("button", name="Go on").click()
    assert "Staff record loaded" in visitor.heading()
    look(visitor, "6-done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 1 row").click()
    assert "not a day that exists" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    remove_refused_rows(visitor)


def remove_refused_rows(visitor: Visitor) -> None:
    """From the list of files, by way of the page that asks."""
    page = visitor.page
    visitor.open("/staff-record")
    page.get_by_role("link", name="Remove staff record.csv").click()
    look(visitor, "8-remove")
    page.get_by_role("link", name="Keep it and go back").click()
    assert "Staff record loaded" in visitor.heading()
    page.get_by_role("link", name="Remove them from PeerHub").click()
    page.get_by_role("button", name="Remove it").click()
    assert "no longer keeps what staff record.csv held" in page.locator("main").inner_text()
    look(visitor, "9-finished")


def test_hr_matches_an_export_without_our_own_columns_and_looks_at_what_is_new(
    app: Flask, world: World, visit: Visit, tmp_path: Path
) -> None:
    visitor = visit(app, world.hugo)
    page = visitor.page
    path = tmp_path / "esr.csv"
    path.write_text(
        "Employee Number,First Name,Last Name,Organisation,Org L5,Position Title,Latest Start Date,Termination Date\n"
        "30001,Ada,Nwosu,Northmoor,Willow ward,Peer support worker,01/04/2024,\n",
        encoding="utf-8",
    )
    visitor.open("/staff-record/upload")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Upload file").click()
    assert "'Organisation' or 'Org L5' may be it" in page.locator("main").inner_text()
    look(visitor, "10-export")
    page.get_by_role("button", name="Check the file").click()
    look(visitor, "11-what-to-choose")
    page.get_by_label("Service line").select_option(label="E: Org L5")
    page.get_by_label("Team").select_option(label="E: Org L5")
    page.get_by_label("Start date (the first day in this post)").select_option(label="G: Latest Start Date")
    page.get_by_label("Setting").select_option(label="The same for every row: Inpatient")
    page.get_by_role("button", name="Check the file").click()
    assert "PeerHub has Willow ward under Adult acute wards, not under Willow ward" in page.locator("main").inner_text()
    look(visitor, "12-other-line")
    page.get_by_role("link", name="Change which column is which").click()
    page.get_by_label("Service line").select_option(label="Not in this file: the one PeerHub has the team in")
    page.get_by_role("button", name="Check the file").click()
    assert "Ada Nwosu (new person), Peer support worker in Willow ward" in page.locator("main").inner_text()


def test_hr_sees_what_is_new_and_that_a_file_has_nothing_new(
    app: Flask, world: World, visit: Visit, tmp_path: Path
) -> None:
    visitor = visit(app, world.hugo)
    page = visitor.page
    path = tmp_path / "spells.csv"
    path.write_bytes(file_of({}, {"staff_number": "20002", "post_number": "P2"}))
    for is_first in (True, False):
        visitor.open("/staff-record/upload")
        page.locator("input[type=file]").set_input_files(path)
        page.get_by_role("button", name="Upload file").click()
        page.get_by_role("button", name="Check the file").click()
        if is_first:
            assert "Ada Nwosu (new person), Peer support worker in Willow ward" in page.locator("main").inner_text()
            look(visitor, "13-new")
            page.get_by_role("button", name="Load 2 rows").click()
    assert "There is nothing to load" in page.locator("main").inner_text()
    look(visitor, "14-nothing")


def test_a_page_that_waits_looks_again_by_itself(
    app: Flask, world: World, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SMALL", {"csv": 10, "xlsx": 10})
    visitor = visit(app, world.hugo)
    path = tmp_path / "large.csv"
    path.write_bytes(file_of({}))
    visitor.open("/staff-record/upload")
    visitor.page.locator("input[type=file]").set_input_files(path)
    visitor.page.get_by_role("button", name="Upload file").click()
    visitor.page.get_by_role("button", name="Check the file").click()
    assert "Checking your file" in visitor.heading()
    look(visitor, "7-waiting")
    with app.app_context():
        work_on_loads()
        db.session.remove()
    visitor.page.get_by_role("heading", name="What this file would do").wait_for()
