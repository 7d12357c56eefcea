"""Keeping the totals of campaigns."""

from __future__ import annotations

from typing import Any

from peerhub.access import audit
from peerhub.core.database import db, saving
from peerhub.recruitment.models import Campaign

TOTALS = ("name", "year", "service", "applications", "roles", "lived_experience_led", "note")


def add_campaign(
    name: str,
    year: int,
    service: str,
    *,
    applications: int,
    roles: int,
    lived_experience_led: bool = False,
    note: str = "",
) -> Campaign:
    """Keep the totals of a campaign.

    Raises:
        DomainError: there is one of this name, or a number is out of bounds.
    """
    made = Campaign(
        name=name.strip(), year=year, service=service.strip(), applications=applications, roles=roles,
        lived_experience_led=lived_experience_led, note=note.strip(),
    )  # fmt: skip
    with saving():
        db.session.add(made)
    audit.wrote("campaign added", made)
    return made


def change_campaign(campaign: Campaign, version: int | None, **changed: Any) -> list[str]:
    """Put the totals of a campaign right; gives the names of what differed.

    Args:
        changed: any of :data:`TOTALS`.

    Raises:
        DomainError: there is another of this name, or a number is out of bounds.
        Conflict: somebody else saved it first.
    """
    campaign.expect(version)
    values = {name: value.strip() if isinstance(value, str) else value for name, value in changed.items()}
    with saving():
        fields = audit.changed(campaign, **values)
    if fields:
        audit.wrote("campaign changed", campaign, fields=fields)
    return fields
