"""Organisations, users, their sessions, roles held, single-use links, sign-in attempts, audit entries."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth, Holding, OrganisationKind, SupportOffer
from peerhub.core.database import Base, Keyed, Stamped, Versioned, tell


def _words(kind: type[StrEnum], name: str) -> Enum:
    return Enum(kind, native_enum=False, length=40, name=name, values_callable=lambda k: [m.value for m in k])


class Organisation(Keyed, Stamped, Versioned, Base):
    """An employer, a board or the national programme. Everything in workforce belongs to one."""

    __tablename__ = "organisation"
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(_words(OrganisationKind, "kind"))
    ods_code: Mapped[str | None] = mapped_column(String(10))
    support_offer: Mapped[SupportOffer] = mapped_column(_words(SupportOffer, "offer"), default=SupportOffer.NONE)
    paired_with_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    role_target: Mapped[int] = mapped_column(default=100)
    small_number: Mapped[int] = mapped_column(default=5)
    least_denominator: Mapped[int] = mapped_column(default=10)
    gap_days: Mapped[int] = mapped_column(default=14)
    __table_args__ = (
        CheckConstraint("small_number >= 2", name="small_number"),
        CheckConstraint("least_denominator >= 1", name="least_denominator"),
        CheckConstraint("gap_days >= 0", name="gap_days"),
    )


class User(Keyed, Stamped, Versioned, Base):
    """Somebody who can sign in. Belongs to one organisation; may hold roles in several."""

    __tablename__ = "user"
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(64), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="user", order_by="RoleGrant.starts")
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session cookie holds: changing it signs the person out everywhere."""
        return self.session_key


class UserSession(Keyed, Stamped, Base):
    """Somebody is signed in, in one browser: until they sign out there, everywhere, or it has lasted long enough.

    The cookie alone opens nothing: a copy of it ends with the row. When the browser last asked for a page is in the
    cookie, because reading writes nothing.

    Attributes:
        digest: of what only the browser holds.
    """

    __tablename__ = "user_session"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    ended_at: Mapped[datetime | None]


class RoleGrant(Keyed, Stamped, Versioned, Base):
    """A role held by a user for an organisation, a service line or a team, from a day to a day."""

    __tablename__ = "role_grant"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(_words(Role, "role"))
    breadth: Mapped[Breadth] = mapped_column(_words(Breadth, "breadth"), default=Breadth.ORGANISATION)
    place_id: Mapped[UUID | None]
    starts: Mapped[date]
    ends: Mapped[date | None]
    user: Mapped[User] = relationship(back_populates="grants")
    organisation: Mapped[Organisation] = relationship()
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="days"),
        CheckConstraint("(breadth = 'organisation') = (place_id IS NULL)", name="place"),
    )

    @property
    def holding(self) -> Holding:
        """The same as a plain value."""
        return Holding(self.role, self.organisation_id, self.breadth, self.place_id, self.starts, self.ends)


class Invitation(Keyed, Stamped, Base):
    """Somebody is asked to come in and hold a role here. They have no account, or no role here, until they accept.

    Attributes:
        invited_by_id: None when the command line invited the first administrator.
        expires_at: until when the latest link works.
    """

    __tablename__ = "invitation"
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(_words(Role, "role"))
    breadth: Mapped[Breadth] = mapped_column(_words(Breadth, "breadth"), default=Breadth.ORGANISATION)
    place_id: Mapped[UUID | None]
    starts: Mapped[date]
    ends: Mapped[date | None]
    invited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="days"),
        CheckConstraint("(breadth = 'organisation') = (place_id IS NULL)", name="place"),
    )


class LinkPurpose(StrEnum):
    """What a single-use link is for."""

    INVITATION = "invitation"
    RESET = "reset"
    FIRST_ADMINISTRATOR = "first_administrator"


class SingleUseLink(Keyed, Stamped, Base):
    """A link that works once, until a moment. Only a digest of its token is kept.

    It sets the password of ``user``, or lets somebody accept an ``invitation``. One that belongs to neither was asked
    for with an address that has no account: it never worked, and is there so that asking is the same work.
    """

    __tablename__ = "single_use_link"
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(_words(LinkPurpose, "purpose"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    user: Mapped[User | None] = relationship()
    invitation: Mapped[Invitation | None] = relationship()
    __table_args__ = (CheckConstraint("user_id IS NULL OR invitation_id IS NULL", name="owner"),)


class SignInAttempt(Keyed, Base):
    """A try to sign in, whether or not the address has an account; address and network are kept as digests."""

    __tablename__ = "sign_in_attempt"
    at: Mapped[datetime] = mapped_column(index=True)
    email_digest: Mapped[str] = mapped_column(String(64))
    source_digest: Mapped[str] = mapped_column(String(64))
    succeeded: Mapped[bool]
    __table_args__ = (Index(None, "email_digest", "at"), Index(None, "source_digest", "at"))


class AuditEntry(Keyed, Base):
    """Who did what to what, when and from where. Never the content itself: field names, not their values."""

    __tablename__ = "audit_entry"
    at: Mapped[datetime] = mapped_column(index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[UUID | None]
    is_read: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(45), default="")
    request_id: Mapped[str] = mapped_column(String(40), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    __table_args__ = (
        Index(None, "organisation_id", "at"),
        Index(None, "subject_id", "organisation_id", "at"),
        Index(None, "user_id", "organisation_id", "at"),
    )


tell("uq_user_email", "Somebody with this e-mail address already has an account", "email")
tell("uq_organisation_name", "There is already an organisation with this name", "name")
tell("ck_organisation_small_number", "Numbers are hidden below 2 or more", "small_number")
tell("ck_organisation_least_denominator", "Percentages need 1 person or more", "least_denominator")
tell("ck_organisation_gap_days", "The gap must be 0 days or more", "gap_days")
tell("ck_role_grant_days", "The last day must be the first day or later", "ends")
tell("ck_role_grant_place", "Choose what the role is held for", "place")
tell("ck_invitation_days", "The last day must be the first day or later", "ends")
tell("ck_invitation_place", "Choose what the role is held for", "place")
