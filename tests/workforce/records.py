"""Staff-record files for tests: rows in our columns, with everything that a test does not say filled in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peerhub.core.database import db
from peerhub.workforce.actions.loading import load_file
from peerhub.workforce.rules.columns import COLUMNS
from peerhub.workforce.rules.outcome import Outcome

USUAL = {
    "staff_number": "20001",
    "first_name": "Ada",
    "last_name": "Nwosu",
    "service_line": "Adult acute wards",
    "setting": "inpatient",
    "team": "Willow ward",
    "post_number": "P100",
    "position_title": "Peer support worker",
    "role_kind": "peer_support_worker",
    "band": "3",
    "lived_experience_role": "yes",
    "peer_service": "yes",
    "contract": "permanent",
    "start_date": "2024-04-01",
}
PRIYA = {"staff_number": "10001", "first_name": "Priya", "last_name": "Rahman", "post_number": "P001"}
"""Priya as the file tells of her; her spell began on 1 March 2022."""


def priya(**changes: str) -> dict[str, str]:
    """Priya's row."""
    return PRIYA | {"start_date": "2022-03-01"} | changes


def file_of(*rows: dict[str, str], columns: tuple[str, ...] = tuple(column.value for column in COLUMNS)) -> bytes:
    """A CSV file of rows; each is :data:`USUAL` with changes."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows({column: (USUAL | row).get(column, "") for column in columns} for row in rows)
    return target.getvalue().encode()


Load = Callable[..., Outcome]


def loader(folder: Path) -> Load:
    """``load(row, row..., create_places=True)`` loads rows as the command line does, and commits."""

    def load(*rows: dict[str, str], columns: Any = None, **options: Any) -> Outcome:
        path = folder / "spells.csv"
        path.write_bytes(file_of(*rows, columns=columns) if columns else file_of(*rows))
        outcome = load_file(path, **options)
        db.session.commit()
        return outcome

    return load
