"""The words of the messages that access sends: no name, no role, no organisation, nothing but what to do."""

from __future__ import annotations

from uuid import UUID

from peerhub.access.models import User
from peerhub.core import mail

IF_NOT_YOU = "If you did not ask for this, you can leave this message alone. Nothing changes until the link is used."


def send_reset(user: User, address: str, minutes: int) -> None:
    """The link to a new password. With it an account that is in use could be taken over: no administrator reads it."""
    body = (
        f"Open this link to choose a new password for PeerHub:\n\n{address}\n\n"
        f"It works once, for {minutes} minutes.\n\n{IF_NOT_YOU}\n"
    )
    is_sealed = user.password_hash is not None
    mail.post(
        user.email, "Choose a new PeerHub password", body, organisation_id=user.organisation_id, is_sealed=is_sealed
    )


def send_invitation(email: str, address: str, days: int, organisation_id: UUID) -> None:
    """The link to accept an invitation."""
    body = (
        f"You are invited to PeerHub. Open this link to accept:\n\n{address}\n\n"
        f"It works once, for {days} days. If it has run out, ask whoever invited you to send it again.\n\n"
        "If you did not expect this, you can leave this message alone.\n"
    )
    _post(email, "Your invitation to PeerHub", body, organisation_id)


def tell_password_changed(user: User) -> None:
    """Word that the password was changed, in case somebody else did it."""
    body = (
        "The password of your PeerHub account was changed.\n\n"
        "If it was not you who changed it, tell your system administrator at once.\n"
    )
    _post(user.email, "Your PeerHub password was changed", body, user.organisation_id)


def tell_roles_changed(email: str, organisation_id: UUID) -> None:
    """Word that more of what is held of people is open to somebody: whose role it is stands in PeerHub alone."""
    body = (
        "Somebody was given a role in PeerHub that can see people's records.\n\n"
        "If you did not expect this, ask your system administrator. The audit log says who it was, and who gave it.\n"
    )
    _post(email, "Roles changed in PeerHub", body, organisation_id)


def _post(email: str, subject: str, body: str, organisation_id: UUID) -> None:
    mail.post(email, subject, body, organisation_id=organisation_id)
