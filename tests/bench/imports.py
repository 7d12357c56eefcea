"""How long a staff record of 10,000 spells takes to look at and to load, on a fresh SQLite database."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from peerhub.access.models import Organisation, OrganisationKind
from peerhub.app import create_app
from peerhub.config import Settings
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.actions.loading import load_file
from peerhub.workforce.files import write_staff_record
from peerhub.workforce.queries.exporting import spell_rows
from peerhub.workforce.rules.rows import SpellRow
from peerhub.workforce.rules.words import Band, LeavingReason, RoleKind, Setting
from tests.bench.lines import Line, timed

SPELLS = 10_000
GOAL = 10.0


def record(spells: int = SPELLS, seed: int = 7) -> list[SpellRow]:
    """A staff record: people with two spells one after the other, two of three in numbered posts."""
    chance = random.Random(seed)
    rows: list[SpellRow] = []
    for person in range(spells // 2):
        starts = date(2012, 1, 2) + timedelta(days=chance.randrange(4000))
        ends = starts + timedelta(days=chance.randrange(30, 700))
        for first, last in ((starts, ends), (ends + timedelta(days=1), None)):
            line = chance.randrange(9)
            rows.append(
                SpellRow(
                    line=len(rows) + 2,
                    staff_number=str(20_000_000 + person),
                    first_name=f"First{person}",
                    last_name=f"Last{person}",
                    email=f"person{person}@example.org",
                    employer="Benchmark Trust",
                    service_line=f"Line {line}",
                    setting=list(Setting)[line % len(Setting)],
                    team=f"Team {line}-{chance.randrange(20)}",
                    post_number=f"P{len(rows)}" if person % 3 else "",
                    position_title="Peer support worker",
                    role_kind=RoleKind.PEER_SUPPORT_WORKER,
                    band=Band.B3,
                    wte=Decimal("0.6"),
                    lived_experience_role=True,
                    peer_service=True,
                    start_date=first,
                    end_date=last,
                    leaving_reason=LeavingReason.PROMOTION if last else None,
                )
            )
    return rows


def measure(folder: Path) -> Iterator[Line]:
    """Time a dry run with the load after it, the same file again, and the record written out again."""
    for kind in ("csv", "xlsx"):
        yield from _of(folder, kind)


def _of(folder: Path, kind: str) -> Iterator[Line]:
    path = folder / f"spells.{kind}"
    path.write_bytes(write_staff_record(record(), kind))
    instance = folder / kind
    instance.mkdir()
    app = create_app(
        Settings(
            database_url=f"sqlite:///{instance / 'bench.db'}", secret_key="for the benchmark alone", instance=instance,
            log_level="ERROR",
        )
    )  # fmt: skip
    with app.app_context():
        db.create_all()
        trust = Organisation(name="Benchmark Trust", kind=OrganisationKind.NHS_TRUST)
        db.session.add(trust)
        db.session.commit()
        scope.enter(trust.id)
        with timed() as watch:
            load_file(path, create_places=True, dry_run=True)
            outcome = load_file(path, create_places=True)
            db.session.commit()
        yield Line(f"Import of {outcome.counts.new:,} spells from {kind}, dry run included", watch.seconds, GOAL)
        with timed() as watch:
            outcome = load_file(path)
            db.session.commit()
        yield Line(f"The same file again, {outcome.counts.unchanged:,} spells unchanged", watch.seconds, GOAL)
        with timed() as watch:
            (folder / f"again.{kind}").write_bytes(write_staff_record(spell_rows(), kind))
        yield Line(f"Export of {SPELLS:,} spells to {kind}", watch.seconds, GOAL)
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
