"""What an organisation settles for itself."""

from __future__ import annotations

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.supervision.models import SupervisionSettings


def settle(version: int | None, *, every_weeks: int, ceiling: int, phased_days: int) -> list[str]:
    """Set the usual interval, how many people a full-time supervisor looks after, the longest phased return.

    Raises:
        DomainError: a number is out of bounds.
        Conflict: somebody else saved them first.
    """
    held = db.session.scalar(select(SupervisionSettings))
    if held is None:
        held = SupervisionSettings(every_weeks=4, ceiling=10, phased_days=28)
        db.session.add(held)
        db.session.flush()
    else:
        held.expect(version)
    fields = audit.changed(held, every_weeks=every_weeks, ceiling=ceiling, phased_days=phased_days)
    db.session.flush()
    if fields:
        audit.wrote("supervision settings changed", held, fields=fields)
    return fields
