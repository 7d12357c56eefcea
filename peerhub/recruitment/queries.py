"""Campaigns as a viewer may see them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.recruitment.models import Campaign
from peerhub.recruitment.rules import applications_per_role


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in the list."""

    id: UUID
    name: str
    year: int
    service: str
    applications: int
    roles: int
    lived_experience_led: bool
    note: str

    @property
    def per_role(self) -> Decimal | None:
        """Applications for each role."""
        return applications_per_role(self.applications, self.roles)


def campaigns(viewer: Viewer) -> list[CampaignLine]:
    """Every campaign of the organisation, oldest first. One statement."""
    if not viewer.may(Permission.RECRUITMENT_VIEW):
        raise NotFound
    rows = db.session.scalars(select(Campaign).order_by(Campaign.year, Campaign.name))
    return [
        CampaignLine(
            id=row.id, name=row.name, year=row.year, service=row.service, applications=row.applications,
            roles=row.roles, lived_experience_led=row.lived_experience_led, note=row.note,
        )
        for row in rows
    ]  # fmt: skip


def load_campaign(viewer: Viewer, campaign_id: UUID) -> Campaign:
    """A campaign that the viewer may change.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(select(Campaign).where(Campaign.id == campaign_id))
    if found is None or not may_edit(viewer):
        raise NotFound
    return found


def may_edit(viewer: Viewer) -> bool:
    """Whether the viewer may add and change campaigns: they belong to the whole organisation."""
    return viewer.reach(Permission.RECRUITMENT_EDIT).whole
