"""The numbers by which figures are hidden, as they were at a moment.

Figures shown under one setting and again under another are two sets of figures: what the one hides, the other gives
away. So whoever may not see individuals gets a release's figures by the settings of its own moment, whatever was saved
since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlalchemy import select

from peerhub.access.models import AuditEntry, Organisation
from peerhub.core.database import db
from peerhub.core.time import LONDON

SETTINGS_CHANGED = "settings changed"
"""What the audit log calls a change of settings; the numbers before and after stand in its facts."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts from 1 to one below ``small_number`` are hidden, percentages of fewer than ``least_denominator`` as well.

    Attributes:
        gap_days: days between two posts that are not leaving.
    """

    small_number: int
    least_denominator: int
    gap_days: int


def limits_now(organisation_id: UUID) -> Limits:
    """The settings of an organisation today."""
    row = db.session.get_one(Organisation, organisation_id)
    return Limits(row.small_number, row.least_denominator, row.gap_days)


def limits_at(organisation_id: UUID, moments: Sequence[datetime]) -> list[Limits]:
    """The settings of an organisation as they were at each of some moments, read back from the audit log."""
    now = asdict(limits_now(organisation_id))
    changes = db.session.execute(
        select(AuditEntry.at, AuditEntry.facts)
        .where(
            AuditEntry.subject_id == organisation_id,
            AuditEntry.organisation_id == organisation_id,
            AuditEntry.action == SETTINGS_CHANGED,
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    ).all()
    found = []
    for moment in moments:
        then = dict(now)
        for at, facts in changes:
            if at <= moment:
                break
            then |= {name: before for name, (before, _) in facts.get("numbers", {}).items() if name in then}
        found.append(Limits(**then))
    return found


def limits_of_year(organisation_id: UUID, day: date) -> Limits:
    """The settings that hold for the figures released in the year of a day: those of its first moment."""
    return limits_at(organisation_id, [datetime.combine(date(day.year, 1, 1), time(), LONDON).astimezone(UTC)])[0]
