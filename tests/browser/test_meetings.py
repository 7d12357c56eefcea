"""A supervisor arranges a meeting, takes a time that suits everybody, and records it: at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from peerhub.core.time import today, utc_now
from peerhub.meetings.actions.making import horizon, make_ahead
from peerhub.meetings.models import Meeting, Series
from tests.browser.conftest import PHONE, WIDE, Visitor
from tests.fixtures.people import World
from tests.meetings.making import a_meeting, a_series
from tests.workforce.looking import write

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


@pytest.fixture
def over(app: Flask, world: World) -> UUID:
    """A meeting on Willow ward that ended an hour ago."""
    starts = utc_now().replace(second=0, microsecond=0) - timedelta(hours=2)
    return write(app, world.trust, lambda: a_meeting(world, world.priya_person, world.tom_person, starts_at=starts))  # type: ignore[no-any-return]  # its key


def next_working_day() -> date:
    day = today() + timedelta(days=7)
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)


def test_a_time_that_suits_everybody_is_taken_without_scripts(app: Flask, world: World, visit: Visit) -> None:
    day = next_working_day()
    busy = datetime.combine(day, datetime.min.time(), tzinfo=utc_now().tzinfo) + timedelta(hours=10)
    write(app, world.trust, lambda: a_meeting(world, world.priya_person, starts_at=busy, minutes=180))
    visitor = visit(app, world.sam, java_script_enabled=False, viewport=PHONE)
    page = visitor.open("/meetings/arrange")
    page.get_by_label("Whom it is for").select_option(label="Team: Willow ward")
    page.get_by_role("button", name="Go on").click()
    for part in ("day", "month", "year"):
        page.locator(f"#starts-{part}").fill(str(getattr(day, part)))
    page.get_by_label("Time", exact=True).fill("11am")
    page.get_by_role("group", name="Who else comes").get_by_label("Priya Rahman").check()
    page.get_by_label("Title").fill("Handover")
    page.get_by_role("button", name="Arrange").click()
    assert "Somebody cannot come" in page.locator(".nhsuk-error-summary").inner_text()
    page.locator("button[name=take]").first.click()
    assert visitor.heading() == "Willow ward Handover"
    assert "Saved. The meeting is on" in page.locator("main").inner_text()


def test_a_register_is_filled_from_today_in_two_clicks(app: Flask, world: World, visit: Visit, over: UUID) -> None:
    visitor = visit(app, world.sam, viewport=PHONE)
    page = visitor.open("/")
    page.get_by_role("link", name="Record how it went").click()
    page.get_by_role("group", name="Tom Okafor").get_by_label("Apologies").check()
    page.get_by_role("button", name="Save").click()
    assert "Saved. The meeting was held, and 2 came." in page.locator("main").inner_text()


def test_every_page_about_a_meeting_can_be_used_by_all(app: Flask, world: World, visit: Visit, over: UUID) -> None:
    def make() -> Series:
        made = a_series(world, world.priya_person, starts=today(), facilitators=(world.sam, world.hana))
        make_ahead(made, horizon(today()))
        return made

    series = write(app, world.trust, make)
    first = write(app, world.trust, lambda: _first_of(series))
    visitor = visit(app, world.sam)
    where = f"t{world.willow.hex}"
    for path in (
        f"/meetings/{over}", f"/meetings/{over}/record", f"/meetings/{over}/actions/add",
        *(f"/meetings/{first}/{name}" for name in ("move", "edit", "cancel", "facilitator", "swap", "people/add")),
        f"/meetings/{first}", f"/meetings/series/{series}", f"/meetings/series/{series}/people/add",
        f"/meetings/arrange?kind=meeting&where={where}",
    ):  # fmt: skip
        visitor.open(path)
        for width, size in (("wide", WIDE), ("phone", PHONE)):
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
            visitor.check(width=width)
    visitor.page.get_by_role("button", name="Arrange").click()
    visitor.check()


def _first_of(series: UUID) -> UUID:
    from sqlalchemy import select

    from peerhub.core.database import db

    found = select(Meeting.id).where(Meeting.series_id == series).order_by(Meeting.starts_at).limit(1)
    return db.session.scalars(found).one()
