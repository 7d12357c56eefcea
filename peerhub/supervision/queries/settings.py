"""What an organisation has settled for supervision, as its form has it."""

from __future__ import annotations

from sqlalchemy import select

from peerhub.core.database import db
from peerhub.supervision.models import SupervisionSettings
from peerhub.supervision.queries.facts import Settled


def as_saved() -> dict[str, int]:
    """The numbers in force, with the version they are at; 0 where nothing was settled yet."""
    held = db.session.scalar(select(SupervisionSettings))
    usual = Settled()
    return {
        "version": held.version if held else 0,
        "every_weeks": held.every_weeks if held else usual.every_weeks,
        "ceiling": held.ceiling if held else usual.ceiling,
        "phased_days": held.phased_days if held else usual.phased_days,
    }
