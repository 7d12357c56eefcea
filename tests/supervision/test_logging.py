"""Logging a session: one short form, after the fact, by whoever gave it, or facts alone for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import LONDON
from peerhub.meetings.actions.arranging import Coming, Details, arrange_meeting
from peerhub.meetings.actions.recording import hold_meeting, miss_meeting
from peerhub.meetings.models import Meeting, MeetingAction
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.words import Came, Correction, State
from peerhub.supervision.models import SupervisionCover, SupervisionNote, SupervisionSession
from peerhub.supervision.queries.due import due_on
from peerhub.supervision.rules.words import DueState
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.supervision.making import Pair, agree, supervisor

Browse = Callable[[UUID | None], Browser]
TODAY = date(2025, 6, 2)


@pytest.fixture(autouse=True)
def _second_of_june() -> Iterator[None]:
    with time_machine.travel("2025-06-02 15:00:00+01:00", tick=False):
        yield


def filled(sam: Pair, **changed: Any) -> dict[str, Any]:
    """The form as it comes, with what a test changes."""
    return {
        "agreement_id": str(sam.agreement), "day-day": "2", "day-month": "6", "day-year": "2025", "at": "2pm",
        "minutes": "50", "how": "video",
    } | changed  # fmt: skip


def last(app: Flask, world: World) -> SupervisionSession:
    scope.enter(world.trust)
    return db.session.scalars(select(SupervisionSession).order_by(SupervisionSession.id.desc()).limit(1)).one()


def many(app: Flask, world: World) -> int:
    with app.app_context():
        scope.enter(world.trust)
        return db.session.scalar(select(func.count(SupervisionSession.id))) or 0


def test_it_is_one_click_from_today_and_filled_in_already(browse: Browse, world: World, sam: Pair) -> None:
    browser = browse(world.sam)
    links = {link.to_text().strip(): link.attrs["href"] for link in browser.get("/").all("a")}
    page = browser.get(links["Log supervision"])
    assert [one.attrs["value"] for one in page.all("#agreement_id option[selected]")] == [str(sam.agreement)]
    held = {name: page.all(f"#{name}")[0].attrs["value"] for name in ("day-day", "day-month", "day-year", "minutes")}
    assert held == {"day-day": "2", "day-month": "6", "day-year": "2025", "minutes": "60"}
    assert page.all("#at")[0].attrs["value"] == "3pm"


def test_what_was_logged_is_held_and_moves_the_due_date(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    page = browse(world.sam).post(
        "/supervision/log",
        filled(sam, themes=["boundaries", "wellbeing"], wellbeing="4", follow_up="y", words="We talked.")
        | {"action": "Call"},
    )
    assert "The session with Priya Rahman is logged" in page.text
    assert "We talked." in page.text
    assert "4 of 5" in page.text
    with app.app_context():
        held = last(app, world)
        meeting = db.session.get_one(Meeting, held.meeting_id)
        assert (meeting.state, meeting.held_minutes, meeting.how.value) == (State.HELD, 50, "video")
        assert meeting.starts_at == datetime(2025, 6, 2, 14, 0, tzinfo=LONDON)
        assert meeting.themes == ["boundaries", "wellbeing"]
        assert {row.came for row in meeting.parties} == {Came.CAME}
        assert (held.held_on, held.next_on, held.wellbeing, held.follow_up) == (TODAY, date(2025, 6, 30), "4", True)
        agreed = select(MeetingAction.what).where(MeetingAction.meeting_id == held.meeting_id)
        assert db.session.scalars(agreed).all() == ["Call"]
        assert due_on(TODAY)[0].due == date(2025, 6, 30)


def test_it_can_be_logged_after_the_fact(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    browse(world.sam).post("/supervision/log", filled(sam, **{"day-day": "12", "day-month": "may", "at": "09:30"}))
    with app.app_context():
        assert last(app, world).held_on == date(2025, 5, 12)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"day-day": "3"}, "A session can be logged once it has begun"),
        ({"at": "3:01pm"}, "A session can be logged once it has begun"),
        ({"day-day": "5", "day-month": "1"}, "This is before the agreement began"),
        ({"at": "soonish"}, "Time must be a time, such as 9:30am or 2pm"),
        ({"minutes": "5"}, "Minutes must be a whole number from 10 to 240"),
        ({"agreement_id": ""}, "Choose who it was with"),
        ({"next_on-day": "1", "next_on-month": "6", "next_on-year": "2025"}, "The next session must be after this one"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    changed: dict[str, str], says: str, app: Flask, browse: Browse, world: World, sam: Pair
) -> None:
    before = many(app, world)
    page = browse(world.sam).post("/supervision/log", filled(sam, words="Kept words", **changed), status=422)
    assert any(says in error for error in page.errors), page.errors
    assert "Kept words" in page.response.text
    assert many(app, world) == before


def test_a_planned_meeting_of_that_day_is_recorded_and_not_made_twice(
    app: Flask, browse: Browse, world: World, sam: Pair
) -> None:
    with app.app_context():
        scope.enter(world.trust)
        planned = arrange_meeting(
            Details(kind="peer_supervision", minutes=60), datetime(2025, 6, 2, 13, 0),  # noqa: DTZ001 - local time
            Coming((Party(person_id=sam.sam),), (Party(person_id=world.priya_person),)),
        ).id  # fmt: skip
        db.session.commit()
    browse(world.sam).post("/supervision/log", filled(sam))
    with app.app_context():
        held = last(app, world)
        assert held.meeting_id == planned
        assert db.session.get_one(Meeting, planned).state is State.HELD


def test_a_meeting_recorded_on_the_engines_own_page_counts_too(in_app: Flask, world: World, sam: Pair) -> None:
    meeting = arrange_meeting(
        Details(kind="peer_supervision", minutes=60), datetime(2025, 5, 30, 13, 0),  # noqa: DTZ001 - local time
        Coming((Party(person_id=sam.sam),), (Party(person_id=world.priya_person),)),
    )  # fmt: skip
    hold_meeting(meeting)
    assert due_on(TODAY)[0].last_held == date(2025, 5, 30)
    miss_meeting(meeting, "leave", correction=Correction.WRONG_OUTCOME)
    assert due_on(TODAY)[0].last_held is None
    hold_meeting(meeting, correction=Correction.WRONG_OUTCOME)
    assert due_on(TODAY)[0].last_held == date(2025, 5, 30)


def test_a_meeting_of_two_without_an_agreement_is_no_session(in_app: Flask, world: World, sam: Pair) -> None:
    meeting = arrange_meeting(
        Details(kind="peer_supervision", minutes=60), datetime(2025, 5, 30, 13, 0),  # noqa: DTZ001 - local time
        Coming((Party(person_id=sam.sam),), (Party(person_id=world.tom_person),)),
    )  # fmt: skip
    before = db.session.scalar(select(func.count(SupervisionSession.id)))
    hold_meeting(meeting)
    assert db.session.scalar(select(func.count(SupervisionSession.id))) == before


def test_a_missed_session_has_a_reason_and_moves_nothing(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    sent = filled(sam, reason="service_pressure")
    page = browse(world.sam).post("/supervision/log-missed", sent)
    assert "noted as not held" in page.text
    assert "Missed: Service pressure" in page.text
    with app.app_context():
        assert last(app, world).held_on is None
        assert due_on(TODAY)[0].state is DueState.OVERDUE
    page = browse(world.sam).post("/supervision/log-missed", sent | {"reason": ""}, status=422)
    assert page.errors == ["Choose why it was not held"]


def test_the_head_logs_facts_for_a_supervisor_and_no_words(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    page = browse(world.hana).get(f"/supervision/log?agreement={sam.agreement}")
    assert not page.all("#words, #wellbeing-1, #action")
    assert "What was said is for the two who met" in page.text
    page = browse(world.hana).post("/supervision/log", filled(sam, words="Slipped in", wellbeing="1"))
    assert "Slipped in" not in page.text
    with app.app_context():
        held = last(app, world)
        assert (held.supervisor_id, held.wellbeing, held.held_on) == (sam.sam, None, TODAY)
        assert db.session.scalars(select(SupervisionNote)).all() == []


def test_whoever_covers_logs_as_themselves(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        rita = supervisor(world, world.hana, "Hana", "Hale", "20009")
        db.session.add(SupervisionCover(agreement_id=sam.agreement, cover_id=rita, starts=TODAY, ends=TODAY))
        db.session.commit()
    page = browse(world.hana).post("/supervision/log", filled(sam, words="While Sam is away"))
    assert "While Sam is away" in page.text
    with app.app_context():
        assert last(app, world).supervisor_id == rita


@pytest.mark.parametrize("who", ["moses", "priya", "hugo", "ellen", "ada", "stig"])
def test_nobody_else_logs(who: str, app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    before = many(app, world)
    answer = browse(getattr(world, who)).client
    token = browse(getattr(world, who)).token()
    status = answer.post("/supervision/log", data=filled(sam, csrf_token=token)).status_code
    assert status in {400, 403, 422}, status
    assert many(app, world) == before


def test_a_supervisor_does_not_log_for_somebody_elses_people(
    app: Flask, browse: Browse, world: World, sam: Pair
) -> None:
    with app.app_context():
        scope.enter(world.trust)
        rita = supervisor(world, None, "Rita", "Rowe", "20002")
        other = agree(rita, world.tom_person)
        db.session.commit()
    page = browse(world.sam).post("/supervision/log", filled(sam, agreement_id=str(other)), status=422)
    assert page.errors == ["Choose one from the list"]


def test_without_anybody_the_page_says_what_comes_first(browse: Browse, world: World) -> None:
    assert "An agreement comes first" in browse(world.sam).get("/supervision/log").text


def test_logging_takes_as_many_statements_whoever_else_there_is(
    app: Flask, browse: Browse, world: World, sam: Pair, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.sam)

    def opened() -> int:
        browser.get("/supervision/log")
        count_queries()
        page: Page = browser.get("/supervision/log")
        assert page.status == 200
        return count_queries()

    def more(first: int, until: int) -> None:
        with app.app_context():
            scope.enter(world.trust)
            for number in range(first, until):
                agree(sam.sam, supervisor(world, None, "Some", f"One{number}", f"3000{number}"))
            db.session.commit()

    more(0, 1)
    few = opened()
    more(1, 9)
    assert opened() == few
