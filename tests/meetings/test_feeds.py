"""Calendars: a secret address that shows its owner's meetings, all alike; read here by two readers of other people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
import vobject
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from peerhub.access.models import AuditEntry, User
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.meetings.actions import arranging, recording
from peerhub.meetings.models import CalendarFeed, Meeting
from peerhub.meetings.rules.words import How, State
from peerhub.workforce.models import Person
from tests.fixtures.people import World
from tests.meetings.making import TUESDAY, a_meeting
from tests.workforce.looking import Browse, rows, write

pytestmark = pytest.mark.usefixtures("frozen", "more_kinds")
SHAPE = {
    "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DURATION", "SUMMARY", "LOCATION", "URL", "STATUS", "TRANSP", "CLASS"
}  # fmt: skip


def address_of(page: Any) -> str:
    """The secret address, as it is shown once."""
    (shown,) = page.all(".nhsuk-inset-text .peerhub-letter")
    return str(shown.to_text()).strip().removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def feed(browse: Browse) -> Callable[[UUID], str]:
    """``feed(world.priya)`` is a calendar address that Priya has made."""
    return lambda user: address_of(browse(user).post("/meetings/calendar"))


def read(app: Flask, address: str) -> Any:
    answer = app.test_client().get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert len([*vobject.readComponents(answer.text)]) == 1  # another reader takes it whole
    return Calendar.from_ical(answer.get_data())


def entries(calendar: Any) -> list[dict[str, str]]:
    return [
        {name: value.to_ical().decode() for name, value in event.property_items() if name not in {"BEGIN", "END"}}
        for event in calendar.walk("VEVENT")
    ]


def make(app: Flask, world: World, act: Callable[[], Any]) -> Any:
    return write(app, world.trust, act)


def test_a_calendar_shows_ones_own_meetings_on_the_wall_clock(
    app: Flask, world: World, feed: Callable[[UUID], str]
) -> None:
    make(app, world, lambda: a_meeting(world, world.priya_person, place="Room 4"))
    make(app, world, lambda: a_meeting(world, world.tom_person))
    address = feed(world.priya)
    found = [event for event in read(app, address).walk("VEVENT") if event.start.year == 2025]
    assert len(found) == 1
    (event,) = found
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Meeting", "Room 4")
    assert event.start.isoformat() == "2025-05-06T10:00:00+01:00"
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event.end - event.start == timedelta(hours=1)
    by_another = vobject.readOne(app.test_client().get(address).text)
    starts = [component.dtstart.value for component in by_another.vevent_list]
    assert datetime(2025, 5, 6, 9, tzinfo=UTC) in starts
    assert by_another.vtimezone.tzid.value == "Europe/London"


def test_every_entry_has_the_same_shape_and_says_nothing_of_what_it_is(
    app: Flask, world: World, feed: Callable[[UUID], str]
) -> None:
    def several() -> None:
        a_meeting(world, world.priya_person, title="Night shift worries", how=How.PHONE)
        a_meeting(world, world.priya_person, kind="quiet_talk", how=How.VIDEO, link="https://meet.example/secret")
        a_meeting(world, world.priya_person, kind="drop_in", place="Hub")
        a_meeting(world, world.priya_person, state=State.MISSED, reason="attendee_unwell")
        recording.agree(a_meeting(world, world.priya_person, state=State.HELD), *_priyas(world))

    make(app, world, several)
    calendar = read(app, feed(world.priya))
    found = entries(calendar)
    assert len(found) == 6
    assert {frozenset(entry) for entry in found} == {frozenset(SHAPE)}
    assert {entry["SUMMARY"] for entry in found} == {"Meeting"}
    assert {entry["TRANSP"] + entry["CLASS"] for entry in found} == {"OPAQUEPRIVATE"}
    told = calendar.to_ical().decode()
    for secret in (
        "Night shift",
        "quiet",
        "Quiet",
        "secret",
        "unwell",
        "missed",
        "Ask about",
        "Sam",
        "Priya",
        "Willow",
    ):
        assert secret not in told


def _priyas(world: World) -> tuple[Any, str]:
    from peerhub.meetings.rules.parties import Party

    return Party(person_id=world.priya_person), "Ask about training"


def test_a_meeting_keeps_its_name_for_calendars_when_it_moves_and_is_cancelled(
    app: Flask, world: World, feed: Callable[[UUID], str]
) -> None:
    key = make(app, world, lambda: a_meeting(world, world.priya_person))
    address = feed(world.priya)

    def one() -> dict[str, str]:
        (found,) = [entry for entry in entries(read(app, address)) if "2025" in entry["DTSTART"]]
        return found

    first = one()
    assert (first["SEQUENCE"], first["STATUS"]) == ("0", "CONFIRMED")

    def move() -> Meeting:
        return arranging.move_meeting(db.session.get_one(Meeting, key), datetime.fromisoformat("2025-05-08T14:00"))

    moved_to = make(app, world, move)
    second = one()
    assert second["UID"] == first["UID"]
    assert (second["SEQUENCE"], second["DTSTART"]) == ("1", "20250508T140000")
    make(app, world, lambda: arranging.cancel_meeting(db.session.get_one(Meeting, moved_to)))
    third = one()
    assert third["UID"] == first["UID"]
    assert (third["SEQUENCE"], third["STATUS"]) == ("2", "CANCELLED")


def test_a_calendar_that_has_not_changed_is_not_sent_again(
    app: Flask, world: World, feed: Callable[[UUID], str]
) -> None:
    key = make(app, world, lambda: a_meeting(world, world.priya_person))
    address = feed(world.priya)
    client = app.test_client()
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")
    make(app, world, lambda: arranging.cancel_meeting(db.session.get_one(Meeting, key)))
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert "no-cache" in changed.headers["Cache-Control"]


def test_the_database_holds_no_address_and_says_when_one_was_last_read(
    app: Flask, world: World, feed: Callable[[UUID], str], browse: Browse
) -> None:
    address = feed(world.priya)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 40
    held = rows(app, world.trust, select(CalendarFeed).where(CalendarFeed.user_id == world.priya))
    assert all(token not in str(vars(row[0])) for row in held)
    assert token not in str(rows(app, world.trust, select(AuditEntry.facts)))
    assert token not in browse(world.priya).get("/meetings/calendar").response.text
    read(app, address)
    with app.app_context():
        scope.enter(world.trust)
        assert date(2025, 5, 1) in db.session.scalars(select(CalendarFeed.read_on)).all()
    assert "Last read on Thu 1 May 2025" in browse(world.priya).get("/meetings/calendar").text


def test_an_address_that_was_stopped_or_never_was_shows_nothing(
    app: Flask, world: World, feed: Callable[[UUID], str], browse: Browse
) -> None:
    address, other = feed(world.priya), feed(world.priya)
    newest = rows(
        app, world.trust,
        select(CalendarFeed.id).where(CalendarFeed.user_id == world.priya).order_by(CalendarFeed.id.desc()),
    )[0][0]  # fmt: skip
    assert browse(world.sam).client.get(address).status_code == 200  # whoever holds it
    browse(world.priya).post(f"/meetings/calendar/{newest}/stop")
    assert app.test_client().get(other).status_code == 404
    assert app.test_client().get(address).status_code == 200
    for wrong in ("/calendar/x.ics", "/calendar/.ics", "/calendar/" + "a" * 64 + ".ics", address[:-6] + ".ics"):
        assert app.test_client().get(wrong).status_code == 404


def test_an_address_of_a_closed_account_or_of_somebody_without_a_role_shows_nothing(
    app: Flask, world: World, feed: Callable[[UUID], str]
) -> None:
    address = feed(world.priya)
    with app.app_context():
        db.session.execute(update(User).where(User.id == world.priya).values(is_active=False))
        db.session.commit()
    assert app.test_client().get(address).status_code == 404
    with app.app_context():
        user = db.session.get_one(User, world.priya)
        user.is_active = True
        for grant in user.grants:
            grant.ends = date(2025, 4, 30)
        db.session.commit()
    assert app.test_client().get(address).status_code == 404


def test_nobody_collects_addresses_without_end(browse: Browse, world: World) -> None:
    priya = browse(world.priya)
    for _ in range(4):
        priya.post("/meetings/calendar")
    page = priya.post("/meetings/calendar", status=422)
    assert "You have 5 calendar addresses already. Stop one you no longer use first" in page.errors


def test_a_meeting_can_be_taken_into_a_calendar_by_those_in_it(app: Flask, browse: Browse, world: World) -> None:
    page = browse(world.priya).get(f"/meetings/{world.meeting}/meeting.ics")
    (entry,) = entries(Calendar.from_ical(page.response.get_data()))
    assert set(entry) == SHAPE
    assert entry["URL"].endswith(f"/meetings/{world.meeting}")
    browse(world.hana).get(f"/meetings/{world.meeting}/meeting.ics", status=404)


def test_a_calendar_holds_another_trusts_meetings_never(app: Flask, world: World, feed: Callable[[UUID], str]) -> None:
    def theirs() -> None:
        made = Meeting(kind="meeting", team_id=world.rook, starts_at=TUESDAY, minutes=60)
        db.session.add(made)
        db.session.flush()
        arranging.ask_party(made, _priyas(world)[0])

    before = len(entries(read(app, feed(world.priya))))
    write(app, world.other_trust, theirs)
    assert len(entries(read(app, feed(world.priya)))) == before


def test_the_clock_changes_within_a_calendar(app: Flask, world: World, feed: Callable[[UUID], str]) -> None:
    make(app, world, lambda: a_meeting(world, world.priya_person, starts_at=datetime(2025, 10, 26, 0, 30, tzinfo=UTC)))
    with time_machine.travel(datetime(2025, 10, 1, tzinfo=UTC), tick=False):
        (event,) = [event for event in read(app, feed(world.priya)).walk("VEVENT") if event.start.year == 2025]
    assert event.start.astimezone(UTC) == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert event["DURATION"].dt == timedelta(hours=1)


def test_the_zone_in_a_calendar_is_the_one_on_the_wall(app: Flask, feed: Callable[[UUID], str], world: World) -> None:
    zone = vobject.readOne(app.test_client().get(feed(world.priya)).text).vtimezone.gettzinfo()
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    while moment.year < 2030:
        wall = moment.astimezone(ZoneInfo("Europe/London")).replace(tzinfo=None)
        if wall.month not in {3, 10} or wall.hour != 1:  # an hour that comes twice, or never, has no one answer
            assert zone.utcoffset(wall) == moment.astimezone(ZoneInfo("Europe/London")).utcoffset(), wall
        moment += timedelta(hours=1)


def test_a_person_whose_record_is_linked_later_keeps_their_meetings(
    app: Flask, world: World, feed: Callable[[UUID], str]
) -> None:
    make(app, world, lambda: a_meeting(world))  # Sam comes as an account
    address = feed(world.sam)
    before = len(entries(read(app, address)))

    def link() -> None:
        db.session.add(Person(first_name="Sam", last_name="Test", user_id=world.sam))

    make(app, world, link)
    assert len(entries(read(app, address))) == before
