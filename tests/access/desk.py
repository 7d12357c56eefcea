"""The database behind the pages: what the tests of access set up and look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from peerhub.access.actions import passwords
from peerhub.access.models import AuditEntry, Invitation, Organisation, RoleGrant, SingleUseLink, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core.database import db
from peerhub.core.mail import OutboxMail
from tests.fixtures.pages import Browser
from tests.fixtures.people import SINCE, World

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "purple monkey dishwasher"


@dataclass(frozen=True)
class Desk:
    """Reads and writes past the pages, each in a session of its own."""

    app: Flask
    world: World

    def give_password(self, user_id: UUID, password: str = PASSWORD) -> None:
        with self.app.app_context():
            db.session.get_one(User, user_id).password_hash = passwords.keep(password)
            db.session.commit()

    def give_role(
        self,
        user_id: UUID,
        role: Role,
        *,
        organisation: UUID | None = None,
        team: UUID | None = None,
        starts: date = SINCE,
        ends: date | None = None,
    ) -> UUID:
        with self.app.app_context():
            made = RoleGrant(
                user_id=user_id, organisation_id=organisation or self.world.trust, role=role, place_id=team,
                breadth=Breadth.TEAM if team else Breadth.ORGANISATION, starts=starts, ends=ends,
            )  # fmt: skip
            db.session.add(made)
            db.session.commit()
            return made.id

    def role(self, grant_id: UUID) -> RoleGrant | None:
        with self.app.app_context():
            return db.session.get(RoleGrant, grant_id)

    def roles(self, user_id: UUID) -> list[RoleGrant]:
        with self.app.app_context():
            found = select(RoleGrant).where(RoleGrant.user_id == user_id).order_by(RoleGrant.id)
            return list(db.session.scalars(found))

    def user(self, user_id: UUID) -> User:
        with self.app.app_context():
            return db.session.get_one(User, user_id)

    def user_at(self, email: str) -> User | None:
        with self.app.app_context():
            return db.session.scalar(select(User).where(User.email == email))

    def organisation(self, organisation_id: UUID | None = None) -> Organisation:
        with self.app.app_context():
            return db.session.get_one(Organisation, organisation_id or self.world.trust)

    def change(self, model: type[Any], key: UUID, **values: Any) -> None:
        with self.app.app_context():
            row = db.session.get_one(model, key)
            for name, value in values.items():
                setattr(row, name, value)
            db.session.commit()

    def invitation_at(self, email: str) -> Invitation | None:
        with self.app.app_context():
            newest = select(Invitation).where(Invitation.email == email).order_by(Invitation.id.desc())
            return db.session.scalars(newest).first()

    def links(self) -> list[SingleUseLink]:
        with self.app.app_context():
            return list(db.session.scalars(select(SingleUseLink).order_by(SingleUseLink.id)))

    def messages(self, email: str) -> list[OutboxMail]:
        """The messages to an address, oldest first."""
        with self.app.app_context():
            found = select(OutboxMail).where(OutboxMail.recipient == email).order_by(OutboxMail.id)
            return list(db.session.scalars(found))

    def link_to(self, email: str) -> str:
        """The path of the newest link that was sent to an address."""
        bodies = [message.body for message in self.messages(email)]
        found = [path for body in bodies for path in re.findall(r"http://127\.0\.0\.1:8000(/link/\S+)", body)]
        assert found, f"no link was sent to {email}"
        return str(found[-1])

    def audited(self, action: str) -> list[AuditEntry]:
        """The entries of something that was done, oldest first."""
        with self.app.app_context():
            found = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
            return list(db.session.scalars(found))


def sign_in(browser: Browser, email: str, password: str = PASSWORD, **expected: Any) -> Any:
    """Sign in through the page."""
    return browser.post("/sign-in", {"email": email, "password": password}, **expected)


def day(field: str, when: date) -> dict[str, str]:
    """A day as the three inputs of a form."""
    return {f"{field}-day": str(when.day), f"{field}-month": str(when.month), f"{field}-year": str(when.year)}
