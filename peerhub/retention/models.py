"""Figures that were published: kept as they were, beside any revision."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerhub.access.models import User
from peerhub.core.database import Base, Keyed, Stamped, TenantOwned, tell


class PublishedFigure(Keyed, TenantOwned, Stamped, Base):
    """Counts of a cohort as they were published on a day. Never written over: a correction is a row of its own.

    Attributes:
        parameters: the question, as its address holds it.
        revises_id: the figure this one corrects; each is corrected once at most, so that versions make one line.
        counts: what was counted, by the keys of ``rules.publishing``; counts alone, so erasing a person changes none.
    """

    __tablename__ = "published_figure"
    title: Mapped[str] = mapped_column(String(160))
    parameters: Mapped[dict[str, str]] = mapped_column(JSON)
    as_at: Mapped[date]
    rules_version: Mapped[str] = mapped_column(String(20))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    revises_id: Mapped[UUID | None] = mapped_column(ForeignKey("published_figure.id"))
    made_by: Mapped[User | None] = relationship()
    __table_args__ = (UniqueConstraint("revises_id"),)


tell(
    "uq_published_figure_revises_id",
    "Somebody has already published a revision of this figure. Look at that one first",
)
