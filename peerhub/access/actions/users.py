"""What an administrator does with an account of their organisation."""

from __future__ import annotations

from peerhub.access import audit
from peerhub.access.actions import accounts, links, signing_in
from peerhub.access.actions.roles import keep_administrator
from peerhub.access.models import User
from peerhub.access.permissions import Role
from peerhub.core.errors import DomainError
from peerhub.core.time import today


def deactivate(user: User) -> None:
    """Close an account: it is out at once, everywhere, and no link to it works. What it did stays in the audit log.

    Raises:
        DomainError: it is the actor's own, or an organisation would have no administrator.
    """
    if user.id == audit.actor().user_id:
        raise DomainError("You cannot close your own account. Ask another system administrator")
    user.is_active = False
    signing_in.end_sessions(user)
    links.end_of_user(user)
    for grant in user.grants:
        if grant.role is Role.SYSTEM_ADMINISTRATOR and grant.ends is None:
            keep_administrator(grant.organisation_id, today())
    audit.wrote("account closed", user)


def reactivate(user: User) -> None:
    """Open a closed account again, with the password and the roles it had."""
    user.is_active = True
    audit.wrote("account opened again", user)


def unlock(user: User, secret: str) -> None:
    """Let somebody try again who entered a wrong password too often."""
    signing_in.unlock(user.email, secret)
    audit.wrote("signing in opened", user)


def send_reset(user: User, base_url: str) -> None:
    """Send somebody the link to a new password.

    Raises:
        DomainError: the account is closed.
    """
    if not user.is_active:
        raise DomainError("This account is closed. Open it again first")
    accounts.send_reset(user, base_url)
    audit.wrote("reset link sent", user)


def sign_out(user: User) -> None:
    """End every session of somebody's account."""
    signing_in.sign_out_everywhere(user)
