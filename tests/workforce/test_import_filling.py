"""A normal export of the staff record: what no HR system has is given for every row, or worked out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Person, Post, Spell, StaffImport
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.workforce.records import file_of, priya
from tests.workforce.test_import_pages import address, inside, load, seen_version, summary, upload

Browse = Callable[[UUID | None], Browser]
EXPORT = {
    "Employee Number": "staff_number",
    "First Name": "first_name",
    "Last Name": "last_name",
    "Org L5": "service_line",
    "Position Number": "post_number",
    "Position Title": "position_title",
    "Pay Grade": "band",
    "Latest Start Date": "start_date",
    "Termination Date": "end_date",
}


@pytest.fixture
def hugo(browse: Browse, world: World) -> Browser:
    """HR at work."""
    return browse(world.hugo)


def export(*rows: dict[str, str]) -> bytes:
    """An export as an HR system writes it: one column says where somebody works, none says what they are to us."""
    lines = file_of(*rows, columns=tuple(EXPORT.values())).decode().splitlines()
    lines[0] = ",".join(EXPORT)
    return "\r\n".join(lines).encode()


def chosen(page: Page) -> dict[str, str]:
    """What is chosen on the page that matches columns."""
    fields = {str(found.attrs["id"]): found for found in page.all("select")}
    return {
        name: next((str(option.attrs["value"]) for option in page.all(f"#{name} option[selected]")), "")
        for name in fields
    }


def match(browser: Browser, page: Page, status: int = 200, **changed: str) -> Page:
    """Send the page as it is filled in, with changes."""
    sent = {"version": seen_version(page)} | chosen(page) | changed
    return browser.post(f"{address(page)}/columns", sent, status=status)


def test_an_export_without_our_own_columns_is_loaded_by_choosing(hugo: Browser, app: Flask, world: World) -> None:
    page = upload(hugo, export(priya(), {}, {"staff_number": "20002", "post_number": "P200"}))
    assert {name: sent for name, sent in chosen(page).items() if sent == "auto"} == {
        "at_setting": "auto", "at_lived_experience_role": "auto", "at_peer_service": "auto",
    }  # fmt: skip
    told = match(hugo, page, 422, at_setting="", at_peer_service="")
    assert told.errors == [
        "Choose the column that holds the service line.",
        "Choose the column that says the setting, the same for every row, or that PeerHub works it out.",
        "Choose the column that holds the team.",
        (
            "Choose the column that says whether it is part of the peer service, the same for every row, or that "
            "PeerHub works it out."
        ),
        "Choose the column that holds the start date.",
    ]
    checked = match(hugo, page, at_service_line="3", at_team="3", at_start_date="7")
    assert "Willow ward" not in checked.text
    assert summary(checked)["Cannot be loaded"] == "3 rows", "no line has a team of its own name yet"
    box = checked.all('input[name="create"]')[0].attrs["value"]
    again = hugo.post(f"{address(checked)}/teams", {"version": seen_version(checked), "create": box})
    assert summary(again)["Cannot be loaded"] == "0 rows"
    load(hugo, again)
    held = inside(app, world, lambda: db.session.execute(
        select(Post.lived_experience, Post.peer_service).join(Post.spells).join(Spell.person)
        .where(Person.staff_number.in_(["20001", "20002"]))).all())  # fmt: skip
    assert [tuple(flags) for flags in held] == [(True, True), (True, True)]


def test_what_cannot_be_worked_out_is_told_and_can_be_given_for_every_row(
    hugo: Browser, app: Flask, world: World
) -> None:
    rows = [{"service_line": "Perinatal north", "position_title": "Involvement officer"}]
    page = upload(hugo, export(*rows))
    places = {"at_service_line": "3", "at_team": "3", "at_start_date": "7"}
    checked = match(hugo, page, **places)
    assert "PeerHub does not know Perinatal north, so it cannot work out its setting" in checked.text
    assert "cannot work out from 'Involvement officer' whether this is a lived experience role" in checked.text
    page = hugo.get(f"{address(checked)}/columns")
    same = {"at_setting": "same:community", "at_lived_experience_role": "same:yes", "at_peer_service": "same:no"}
    checked = match(hugo, page, **same)
    box = checked.all('input[name="create"]')[0].attrs["value"]
    again = hugo.post(f"{address(checked)}/teams", {"version": seen_version(checked), "create": box})
    assert summary(again)["Cannot be loaded"] == "0 rows"
    load(hugo, again)
    post = inside(app, world, lambda: db.session.scalars(select(Post).where(Post.title == "Involvement officer")).one())
    assert (post.lived_experience, post.peer_service) == (True, False)
    later = match(hugo, upload(hugo, export(*rows)), at_setting="auto", at_lived_experience_role="auto",
                  at_peer_service="auto")  # fmt: skip
    assert summary(later)["Unchanged"] == "1 period in post", "the line and the post are known now"


def test_the_service_line_can_be_that_of_the_team(hugo: Browser) -> None:
    rows = [{"service_line": "WILLOW Ward"}, {"service_line": "Larch ward", "staff_number": "2", "post_number": "P2"}]
    places = {"at_service_line": "auto", "at_team": "3", "at_start_date": "7"}
    checked = match(hugo, upload(hugo, export(*rows)), **places)
    assert summary(checked)["New"] == "1 period in post"
    told = [" ".join(cell.to_text().split()) for cell in checked.all("tbody td")]
    assert told[1].endswith("service_line")
    assert "PeerHub knows no team called Larch ward, or more than one" in told[2]


def test_a_setting_for_every_row_leaves_known_service_lines_as_they_are(hugo: Browser) -> None:
    checked = match(hugo, upload(hugo, file_of({})), at_setting="same:secure")
    assert summary(checked)["New"] == "1 period in post"
    assert summary(checked)["Cannot be loaded"] == "0 rows"


def test_the_next_file_with_these_headings_is_matched_alike(
    hugo: Browser, browse: Browse, world: World, app: Flask
) -> None:
    first = upload(hugo, export({}))
    assert "Those we recognised are chosen already" in first.text
    same = {
        "at_service_line": "3", "at_team": "3", "at_start_date": "7", "at_setting": "same:crisis",
        "at_peer_service": "same:yes",
    }  # fmt: skip
    checked = match(hugo, first, **same)
    hugo.post(f"{address(checked)}/let-go", {"version": seen_version(checked)})
    again = upload(browse(world.hana), export(priya(), {}))
    assert "chosen as for the last file with these headings" in again.text
    assert same.items() <= chosen(again).items()
    assert chosen(upload(hugo, file_of({}))).items() >= {"at_team": "8", "at_service_line": "6"}.items()
    key = UUID(address(checked).rpartition("/")[2])
    kept = inside(app, world, lambda: db.session.get_one(StaffImport, key))
    assert kept.headings == []
    assert "Employee" not in repr((kept.choices, kept.matching)), "headings are known again by a digest alone"


def test_the_file_of_refused_rows_is_matched_as_the_file_it_comes_from(hugo: Browser) -> None:
    content = file_of({"start_date": "never"}).replace(b"end_date", b"Finished on")
    checked = match(hugo, upload(hugo, content), at_end_date="18")
    back = hugo.get(f"{address(checked)}/refused").response.get_data()
    again = upload(hugo, back)
    assert chosen(again)["at_end_date"] == "18"
    twice = match(hugo, again)
    text = hugo.get(f"{address(twice)}/refused").response.get_data(as_text=True)
    assert text.splitlines()[0].count("reason") == 2, "leaving_reason, and one column of reasons"
    assert text.count("is not a date we can read") == 1


def test_another_organisation_is_not_told_how_ours_matched(hugo: Browser, app: Flask, world: World) -> None:
    match(hugo, upload(hugo, export({})), at_service_line="3", at_team="3", at_start_date="7")

    def elsewhere() -> Any:
        from peerhub.workforce.queries.imports import matched_before

        scope.enter(world.other_trust)
        return matched_before(tuple(EXPORT))

    with app.app_context():
        assert elsewhere() is None
