"""Meetings made ahead for 100 series, a calendar of 500 of them, and the page of a week, among 2,000 people."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import delete, func, select

from peerhub.app import create_app
from peerhub.config import Settings
from peerhub.core import scope
from peerhub.core.database import count_anew, db
from peerhub.core.time import today
from peerhub.meetings import jobs
from peerhub.meetings.actions.feeds import make_feed
from peerhub.meetings.models import Meeting, MeetingParty, Series, SeriesParty
from peerhub.meetings.rules.recurrence import working_days
from peerhub.meetings.rules.words import Part
from peerhub.workforce.models import Person, Team
from tests.bench import crowd
from tests.bench.lines import Line, timed

SERIES, ENTRIES, ROUNDS = 100, 500, 20
GOAL_TO_MAKE, GOAL_OF_FEED, GOAL_OF_WEEK = 10.0, 100.0, 100.0


def measure(folder: Path) -> Iterator[Line]:
    """Everything about meetings."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'peerhub.db'}",
        secret_key="for measuring alone, and for nothing else at all",
        instance=folder,
        log_level="ERROR",
    )
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        organisation, head = crowd.settle()
        scope.enter(organisation)
        _series(head)
        db.session.commit()
        scope.enter(None)
        with timed() as watch:
            jobs.make_meetings()
        scope.enter(organisation)
        made = db.session.scalar(select(func.count()).select_from(Meeting))
        yield Line(f"90 days of meetings for {SERIES} series ({made:,} made)", watch.seconds, GOAL_TO_MAKE)
        token = _one_calendar(head)
        db.session.commit()
        db.session.remove()
    yield from _pages(app, head, token)


def _series(head: UUID) -> None:
    """A series every working day for each team and some more, with ten people each; the head facilitates all."""
    teams = list(db.session.scalars(select(Team.id).order_by(Team.id)))
    people = list(db.session.scalars(select(Person.id).order_by(Person.id)))
    for number in range(SERIES):
        made = Series(
            kind="meeting", team_id=teams[number % len(teams)], rule=working_days(), starts=today(),
            at=time(8 + number % 9, 15 * (number % 4)), minutes=15,
        )  # fmt: skip
        made.parties.append(SeriesParty(user_id=head, part=Part.FACILITATOR))
        made.parties += [SeriesParty(person_id=people[(number * 10 + one) % len(people)]) for one in range(10)]
        db.session.add(made)
    db.session.flush()
    count_anew()


def _one_calendar(head: UUID) -> str:
    """The head stays in 500 meetings; gives the token of their calendar."""
    kept = select(MeetingParty.id).where(MeetingParty.user_id == head).order_by(MeetingParty.id).limit(ENTRIES)
    db.session.execute(
        delete(MeetingParty)
        .where(MeetingParty.user_id == head, MeetingParty.id.not_in(list(db.session.scalars(kept))))
        .execution_options(synchronize_session=False)
    )
    count_anew()
    return make_feed(head)


def _pages(app: Flask, head: UUID, token: str) -> Iterator[Line]:
    client = app.test_client()
    first, times = 0.0, []
    for number in range(ROUNDS):
        with timed() as watch:
            answer = client.get(f"/calendar/{token}.ics")
        if answer.status_code != 200 or answer.text.count("BEGIN:VEVENT") != ENTRIES:
            raise RuntimeError("the calendar does not hold its entries")
        if number == 0:
            first = watch.seconds * 1000
        times.append(watch.seconds * 1000)
    yield Line(f"A calendar of {ENTRIES} meetings, none of them written before", first, 3 * GOAL_OF_FEED, "ms")
    yield Line(f"A calendar of {ENTRIES} meetings: median of {ROUNDS}", statistics.median(times), GOAL_OF_FEED, "ms")
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = "session-of-head", True
    for name, address in (("My week", "/meetings"), ("Everybody’s week", "/meetings?whose=all")):
        spent = []
        for _ in range(5):
            with timed() as watch:
                status = client.get(address).status_code
            if status != 200:
                raise RuntimeError(f"{address} answered {status}")
            spent.append(watch.seconds * 1000)
        yield Line(f"{name}: median of 5", statistics.median(spent), GOAL_OF_WEEK, "ms")
