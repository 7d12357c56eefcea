"""Supervision of the crowd: everybody who works there has a supervisor and ten years of sessions."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from peerhub.access.models import RoleGrant, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.app import create_app
from peerhub.config import Settings
from peerhub.core import scope
from peerhub.core.database import count_anew, db
from peerhub.core.schema import bring_up_to_date
from peerhub.core.time import today
from peerhub.meetings.models import Meeting
from peerhub.meetings.rules.words import State
from peerhub.supervision.models import SupervisionAgreement, SupervisionSession
from peerhub.supervision.rules.words import SupervisionKind, Theme
from peerhub.workforce.models import Person, Spell
from tests.bench import crowd
from tests.bench.lines import Line

ROUNDS, PEOPLE, SUPERVISORS = 15, 3_000, 200
"""Of 3,000 people over ten years about 2,000 work there today."""


def measure(folder: Path) -> Iterator[Line]:
    """Caseload and service view."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'supervision.db'}",
        secret_key="for measuring alone, and for nothing else at all",
        instance=folder,
        log_level="ERROR",
    )
    app = create_app(settings)
    with app.app_context():
        bring_up_to_date(app)
        organisation, _ = crowd.settle(PEOPLE)
        sessions = settle(organisation)
        db.session.remove()
    for name, key, path in (
        ("Caseload", "session-of-supervisor", "/supervision"),
        ("Supervision of the service", "session-of-head", "/supervision/service"),
    ):
        yield Line(f"{name}, {sessions:,} sessions: median of {ROUNDS}", median(app, key, path), 100, "ms")


def median(app: Flask, key: str, path: str) -> float:
    """Milliseconds a page takes, in this process."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    took = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        answer = client.get(path)
        took.append((perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.status
    return statistics.median(took[1:])


def settle(organisation: UUID) -> int:
    """Give everybody an agreement and a session every four weeks or so since they began; gives how many there are."""
    dice, day = random.Random(20261125), today()
    with scope.within(organisation):
        spells = db.session.execute(select(Spell.person_id, Spell.starts, Spell.ends))
        people = {who: starts for who, starts, ends in spells if starts <= day and (ends is None or ends >= day)}
        supervisors = list(people)[:SUPERVISORS]
        _account(organisation, supervisors[0])
        agreements = [
            _row(
                organisation, supervisor_id=dice.choice([key for key in supervisors if key != who]),
                supervisee_id=who, kind=SupervisionKind.PEER, every_weeks=4, minutes=60, starts=starts,
            )
            for who, starts in people.items()
        ]  # fmt: skip
        meetings, sessions = _sessions(organisation, agreements, day, dice)
        for model, rows in ((SupervisionAgreement, agreements), (Meeting, meetings), (SupervisionSession, sessions)):
            for start in range(0, len(rows), 5_000):
                db.session.execute(insert(model), rows[start : start + 5_000])
    count_anew()
    db.session.commit()
    return len(sessions)


def _account(organisation: UUID, person: UUID) -> None:
    user = User(
        organisation_id=organisation, email="supervisor@example.org", name="Sue Visor",
        session_key="session-of-supervisor",
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    db.session.add(
        RoleGrant(
            user_id=user.id, organisation_id=organisation, role=Role.PEER_SUPERVISOR, breadth=Breadth.ORGANISATION,
            starts=crowd.FIRST,
        )
    )  # fmt: skip
    db.session.get_one(Person, person).user_id = user.id
    db.session.flush()


def _row(organisation: UUID, **values: Any) -> dict[str, Any]:
    return {"id": uuid7(), "organisation_id": organisation, **values}


def _sessions(
    organisation: UUID, agreements: list[dict[str, Any]], day: date, dice: random.Random
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    meetings, sessions = [], []
    for agreement in agreements:
        # Ten years of sessions for each, so that there are as many as there may be.
        when = day - timedelta(days=3_650 - dice.randrange(28))
        while when < day:
            state = State.MISSED if dice.random() < 0.08 else State.HELD
            missed = state is State.MISSED
            meeting = _row(
                organisation, kind="peer_supervision", minutes=60, held_minutes=None if missed else 55, state=state,
                starts_at=datetime(when.year, when.month, when.day, 10, tzinfo=UTC), uid=uuid7(), sequence=0,
                reason="leave" if missed else None,
                themes=[] if missed else [theme.value for theme in dice.sample(list(Theme), 2)],
            )  # fmt: skip
            meetings.append(meeting)
            shared = {key: agreement[key] for key in ("supervisor_id", "supervisee_id", "kind")}
            sessions.append(
                _row(
                    organisation, meeting_id=meeting["id"], agreement_id=agreement["id"],
                    held_on=None if missed else when, follow_up=False, wellbeing=None, **shared,
                )
            )  # fmt: skip
            when += timedelta(days=28 + dice.randrange(-3, 6))
    return meetings, sessions
