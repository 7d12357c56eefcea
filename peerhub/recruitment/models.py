"""Recruitment campaigns. Of past ones only totals may be known."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peerhub.core.database import Base, Keyed, Stamped, TenantOwned, Versioned, tell


class Campaign(Keyed, TenantOwned, Stamped, Versioned, Base):
    """A campaign by its totals.

    Attributes:
        name: as spells name the campaign that brought a person in.
        year: the calendar year it was advertised in.
        service: the service it recruited for, in words.
        applications: how many people applied.
        roles: how many posts it offered.
        lived_experience_led: whether the panel was led by people with lived experience.
    """

    __tablename__ = "campaign"
    name: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    service: Mapped[str] = mapped_column(String(120))
    applications: Mapped[int]
    roles: Mapped[int]
    lived_experience_led: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("applications >= 0", name="applications"),
        CheckConstraint("roles >= 0", name="roles"),
        CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
    )


tell("uq_campaign_organisation_id_name", "There is already a campaign with this name", "name")
tell("ck_campaign_applications", "Applications must be 0 or more", "applications")
tell("ck_campaign_roles", "Roles must be 0 or more", "roles")
tell("ck_campaign_year", "The year must be from 1990 to 2100", "year")
