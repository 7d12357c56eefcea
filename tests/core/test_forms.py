"""From WTForms to the NHS.UK macros: what a person gets, what is kept, where errors lead."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from wtforms import StringField

from peerhub.core import scope
from peerhub.core.conflicts import differences
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.core.forms import Form, parameters
from peerhub.workforce.models import ServiceLine
from tests.core.workshop import Everything
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Visit = Callable[[], Browser]
KINDS = {
    "name": "text", "email": "email", "phone": "tel", "beds": "text", "wte": "text", "file": "file",
    "password": "password",
}  # fmt: skip
GOOD = {
    "name": "Ann", "story": "Once\nupon", "email": "ann@example.org", "phone": "0100", "beds": "12", "wte": "0.60",
    "day-day": "27", "day-month": "3", "day-year": "2025", "kind": "a", "size": "s", "days": "tu", "agreed": "y",
    "password": "three random words",
}  # fmt: skip


def good(**changed: Any) -> dict[str, Any]:
    """A form filled in well, but for what is said otherwise."""
    return GOOD | {"file": (io.BytesIO(b"a,b"), "list.csv")} | {key.replace("_", "-"): v for key, v in changed.items()}


def links(page: Page) -> dict[str, str]:
    """The error summary: each message with where it leads."""
    return {" ".join(a.to_text().split()): a.attrs["href"] for a in page.all(".nhsuk-error-summary__list a")}


def value(page: Page, name: str) -> str:
    return str(page.all(f"#{name}")[0].attrs.get("value", ""))


def test_each_kind_of_field_is_drawn_by_its_macro(visit: Visit) -> None:
    page = visit().get("/workshop/everything")
    for name, kind in KINDS.items():
        assert page.all(f"input#{name}")[0].attrs["type"] == kind, name
    assert page.all("textarea#story")[0].attrs["rows"] == "7"
    assert [option.attrs["value"] for option in page.all("select#kind option")] == ["", "a", "b"]
    assert [radio.attrs["value"] for radio in page.all("input[type=radio]")] == ["s", "l"]
    assert [box.attrs["name"] for box in page.all("input[type=checkbox]")] == ["days", "days", "agreed"]
    assert [part.attrs["name"] for part in page.all(".nhsuk-date-input input")] == ["day-day", "day-month", "day-year"]
    assert {"As on the badge.", "Fits a hand.", "It can be taken back."} <= {
        " ".join(hint.to_text().split()) for hint in page.all(".nhsuk-hint")
    }
    assert (page.all("#email")[0].attrs["autocomplete"], page.all("#beds")[0].attrs["inputmode"]) == (
        "email",
        "numeric",
    )
    assert page.all("#password")[0].attrs["autocomplete"] == "new-password"
    assert page.all("#file")[0].attrs["accept"] == ".csv"
    assert page.all("form")[0].attrs["enctype"] == "multipart/form-data"
    assert "nhsuk-input--width-20" in page.all("#name")[0].attrs["class"]
    assert {box.attrs["name"] for box in page.all("input[type=hidden]")} == {"version", "csrf_token"}


def test_each_field_that_is_left_out_is_told_and_its_link_leads_to_an_input(visit: Visit) -> None:
    page = visit().post("/workshop/everything", {"name": "  "}, status=422)
    told = links(page)
    assert told == {
        "Enter the name": "#name",
        "Tell the story": "#story",
        "Enter the e-mail address": "#email",
        "Enter the phone number": "#phone",
        "Enter how many beds": "#beds",
        "Enter the last day": "#day-day",
        "Choose the kind": "#kind",
        "Choose the size": "#size-1",
        "Choose a day": "#days-1",
        "Say that you agree": "#agreed",
        "Choose a file": "#file",
        "Enter the password": "#password",
    }
    for message, href in told.items():
        assert page.all(href)[0].name in {"input", "select", "textarea"}, message
    beside = {" ".join(span.to_text().split()).removeprefix("Error: ") for span in page.all(".nhsuk-error-message")}
    assert beside == set(told)
    assert page.all("title")[0].to_text().startswith("Error: ")


def test_a_file_that_was_not_chosen_is_left_out(visit: Visit) -> None:
    page = visit().post("/workshop/everything", good(file=(io.BytesIO(b""), "")), status=422)
    assert links(page) == {"Choose a file": "#file"}


def test_what_was_typed_is_kept_but_for_the_password(visit: Visit) -> None:
    typed = good(name=' "Ann" <b>', beds="a dozen", day_month="Febuary")
    page = visit().post("/workshop/everything", typed, status=422)
    assert value(page, "name") == ' "Ann" <b>'
    assert page.all("#story")[0].to_text() == "Once\nupon"
    assert (value(page, "beds"), value(page, "wte"), value(page, "email")) == ("a dozen", "0.60", "ann@example.org")
    assert [value(page, f"day-{part}") for part in ("day", "month", "year")] == ["27", "Febuary", "2025"]
    chosen = [box.attrs["id"] for box in page.all("input") if "checked" in box.attrs]
    assert chosen == ["size-1", "days-2", "agreed"]
    assert [option.attrs["value"] for option in page.all("option[selected]")] == ["a"]
    assert "value" not in page.all("#password")[0].attrs
    assert "three random words" not in page.response.text


def test_a_form_that_is_right_is_saved(visit: Visit) -> None:
    page = visit().post("/workshop/everything", good())
    assert page.errors == []
    assert "Saved" in page.text


def test_a_record_is_shown_in_its_fields(visit: Visit) -> None:
    page = visit().get("/workshop/filled")
    assert [value(page, f"day-{part}") for part in ("day", "month", "year")] == ["27", "3", "2025"]
    assert (value(page, "beds"), value(page, "wte")) == ("4", "0.6")
    assert [box.attrs["id"] for box in page.all("input") if "checked" in box.attrs] == ["size-2", "days-2", "agreed"]


@pytest.mark.parametrize(("field", "href"), [("name", "#name"), ("day", "#day-day"), ("", "#maincontent")])
def test_a_rules_refusal_stands_beside_its_field_or_at_the_top(field: str, href: str, visit: Visit) -> None:
    page = visit().post(f"/workshop/everything?refuse={field or 'whole'}", good(), status=422)
    assert links(page) == {"That will not do": href}


def test_a_refusal_about_a_hidden_field_leads_to_the_page(visit: Visit) -> None:
    assert links(visit().post("/workshop/everything?refuse=version", good(), status=422)) == {
        "That will not do": "#maincontent"
    }


DAYS_READ = [
    ("27", "3", "2025", date(2025, 3, 27)),
    ("27", "March", "2025", date(2025, 3, 27)),
    ("01", "sept", "2025", date(2025, 9, 1)),
    (" 1 ", "DEC", "1999", date(1999, 12, 1)),
    ("29", "2", "2024", date(2024, 2, 29)),
]


@pytest.mark.parametrize(("day", "month", "year", "expected"), DAYS_READ)
def test_a_day_is_read_as_people_type_it(day: str, month: str, year: str, expected: date, workshop: Flask) -> None:
    typed = good(day_day=day, day_month=month, day_year=year)
    with workshop.test_request_context("/", method="POST", data=typed):
        form = Everything()
        assert (form.day.data, form.day.process_errors) == (expected, [])


@pytest.mark.parametrize(("typed", "meant"), [("26", 2026), ("00", 2000), ("68", 2068), ("69", 1969), ("99", 1999)])
def test_a_year_of_two_figures_is_read_as_a_file_has_it_and_said_in_full(
    typed: str, meant: int, workshop: Flask, visit: Visit
) -> None:
    from peerhub.core.forms import DayField

    class Ending(Form):
        ends = DayField("Last day")

    sent = {"ends-day": "1", "ends-month": "Apr", "ends-year": typed}
    with workshop.test_request_context("/", method="POST", data=sent):
        assert Ending().ends.data == date(meant, 4, 1)
    page = visit().post("/workshop/everything", good(name="", day_day="1", day_month="4", day_year=typed), status=422)
    assert value(page, "day-year") == str(meant)


DAYS_REFUSED = [
    ("27", "", "2025", "Last day must include a month", ["month"]),
    ("27", "", "", "Last day must include a month and a year", ["month", "year"]),
    ("", "3", "2025", "Last day must include a day", ["day"]),
    ("29", "2", "2025", "Last day must be a real date, such as 27 3 2025", ["day", "month", "year"]),
    ("31", "9", "2025", "Last day must be a real date, such as 27 3 2025", ["day", "month", "year"]),
    ("0", "1", "2025", "Last day must be a real date, such as 27 3 2025", ["day", "month", "year"]),
    ("1_0", "1", "2025", "Last day must be a real date, such as 27 3 2025", ["day", "month", "year"]),
    ("1", "Octember", "2025", "Last day must be a real date, such as 27 3 2025", ["day", "month", "year"]),
    ("1", "1", "99999999999", "Last day must be a real date, such as 27 3 2025", ["day", "month", "year"]),
    ("1", "1", "225", "Last day must have a year of four figures, such as 2025", ["year"]),
    ("1", "1", "1899", "Last day must have a year of four figures, such as 2025", ["year"]),
    ("1", "1", "2101", "Last day must have a year of four figures, such as 2025", ["year"]),
]


@pytest.mark.parametrize(("day", "month", "year", "message", "wrong"), DAYS_REFUSED)
def test_a_day_that_is_none_is_told_and_the_wrong_part_shown(
    day: str, month: str, year: str, message: str, wrong: list[str], visit: Visit
) -> None:
    page = visit().post("/workshop/everything", good(day_day=day, day_month=month, day_year=year), status=422)
    assert links(page) == {message: f"#day-{wrong[0]}"}
    assert [value(page, f"day-{part}") for part in ("day", "month", "year")] == [day, month, year]
    red = [box.attrs["id"] for box in page.all(".nhsuk-input--error")]
    assert red == [f"day-{part}" for part in wrong]


def test_an_optional_day_is_told_by_its_name_alone(workshop: Flask) -> None:
    from peerhub.core.forms import DayField

    class Ending(Form):
        ends = DayField("Last day (optional)")

    with workshop.test_request_context("/", method="POST", data={"ends-day": "1"}):
        assert Ending().ends.process_errors == ["Last day must include a month and a year"]


def test_a_field_without_a_macro_is_a_fault_of_ours(workshop: Flask) -> None:
    with workshop.test_request_context("/"), pytest.raises(TypeError, match="str"):
        parameters("not a field")  # type: ignore[arg-type]  # wrong on purpose


def lines(app: Flask, world: World) -> int:
    with app.app_context():
        scope.enter(world.trust)
        return db.session.scalar(select(func.count(ServiceLine.id))) or 0


def test_a_broken_constraint_is_told_beside_its_field_and_all_is_undone(
    visit: Visit, workshop: Flask, world: World
) -> None:
    before = lines(workshop, world)
    page = visit().post("/workshop/line", {"name": "Perinatal"}, status=422)
    assert links(page) == {"There is already a service line with this name": "#name"}
    assert value(page, "name") == "Perinatal"
    assert lines(workshop, world) == before
    visit().post("/workshop/line", {"name": "Crisis"})
    assert lines(workshop, world) == before + 2


def test_two_refusals_about_one_field_are_both_told(workshop: Flask) -> None:
    class Named(Form):
        name = StringField("Name")

    with workshop.test_request_context("/", method="POST", data={"name": "x"}):
        form = Named()
        assert form.is_clean
        for words in ("Too short", "Not a name"):
            with form.attempt():
                raise DomainError(words, "name")
        assert not form.is_clean
        assert [problem["text"] for problem in form.problems()] == ["Too short", "Not a name"]


def test_both_versions_are_said_as_a_person_reads_them(workshop: Flask) -> None:
    saved = {
        "name": "Ben", "wte": "0.6", "day": date(2025, 3, 28), "kind": "b", "size": None, "days": ["mo", "tu"],
        "agreed": False, "beds": 12, "phone": " 0100", "story": "Once\nupon",
    }  # fmt: skip
    with workshop.test_request_context("/", method="POST", data=good()):
        found = differences(Everything(), saved)
    assert [(row.label, row.typed, row.saved) for row in found] == [
        ("Name", "Ann", "Ben"),
        ("Last day", "Thu 27 March 2025", "Fri 28 March 2025"),
        ("Kind", "Apple", "Bean"),
        ("Size", "Small", "Nothing"),
        ("Days", "Tuesday", "Monday, Tuesday"),
        ("I agree", "Yes", "No"),
    ]
