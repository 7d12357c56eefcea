"""Retention of a large file and of a large organisation: how long the figures take, from rows to report."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from peerhub.app import create_app
from peerhub.config import Settings
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.schema import bring_up_to_date
from tests.bench import crowd
from tests.bench.lines import Line, timed

PEOPLE = 100_000
HEADINGS = (
    "staff_number", "first_name", "last_name", "employer", "service_line", "setting", "team", "position_title",
    "role_kind", "band", "wte", "lived_experience_role", "peer_service", "contract", "start_date", "end_date",
    "leaving_reason", "destination", "campaign",
)  # fmt: skip
WINDOW = (date(2020, 1, 1), date(2020, 12, 31), date(2025, 6, 30))


def measure(folder: Path) -> Iterator[Line]:
    """Retention from a file and from the database."""
    yield from _from_a_file(folder)
    yield from _from_the_database(folder)


def _from_a_file(folder: Path) -> Iterator[Line]:
    from peerhub.retention.files import facts_from_file
    from peerhub.retention.rules.report import retention_report

    path = folder / "spells.csv"
    write_spells(path)
    with timed() as watch:
        retention_report(facts_from_file(path), *WINDOW, compare="setting")
    yield Line(f"Retention of {PEOPLE:,} people from a file", watch.seconds, 2)


def write_spells(path: Path, people: int = PEOPLE) -> None:
    """Spells of so many people, a third of whom have two."""
    dice = random.Random(20261124)
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADINGS)
        for number in range(people):
            starts = date(2015, 1, 1) + timedelta(dice.randrange(3650))
            ends = starts + timedelta(dice.randrange(30, 2500))
            writer.writerow(_spell(number, starts, ends, "yes", dice))
            if dice.random() < 1 / 3:
                writer.writerow(_spell(number, ends + timedelta(1), None, dice.choice(("yes", "no")), dice))


def _spell(number: int, starts: date, ends: date | None, peer: str, dice: random.Random) -> tuple[object, ...]:
    setting = dice.choice(("inpatient", "community", "crisis"))
    return (
        f"{number:07}", f"First{number}", f"Last{number}", "Large Trust", "Line", setting, "Team",
        "Peer support worker", "peer_support_worker", "3", dice.choice(("0.6", "1")), "yes", peer, "permanent",
        starts.isoformat(), ends.isoformat() if ends else "", dice.choice(("health", "other_nhs", "")), "", "",
    )  # fmt: skip


def _from_the_database(folder: Path) -> Iterator[Line]:
    from peerhub.access.models import User
    from peerhub.access.queries.accounts import viewer_of
    from peerhub.retention.queries.facts import load
    from peerhub.retention.queries.reports import ask, report_from_database
    from peerhub.retention.queries.suppressed import released_by

    app = create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'peerhub.db'}",
            secret_key="for measuring alone",
            instance=folder,
            log_level="ERROR",
        )
    )
    with app.app_context():
        bring_up_to_date(app)
        organisation, head = crowd.settle()
        scope.enter(organisation)
        viewer = viewer_of(db.session.get_one(User, head), None)
        with timed() as watch:
            report_from_database(*WINDOW)
        yield Line(f"Retention of {crowd.PEOPLE:,} people from the database, first time", watch.seconds, 1)
        with timed() as watch:
            ask(viewer, {}, crowd.LAST)
        yield Line(f"Everything the retention page of {crowd.PEOPLE:,} people says", watch.seconds, 1)
        loaded = load(viewer)
        with timed() as watch:
            released_by(loaded, date(crowd.LAST.year - 1, 12, 31))
        yield Line("Hiding small numbers across all its years", watch.seconds, 1)
        db.session.remove()
