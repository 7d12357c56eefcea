"""What people do with their own account: ask for a link, set and change the password, put their name right."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from peerhub.access import audit
from peerhub.access.actions import letters, links, passwords, signing_in
from peerhub.access.actions.signing_in import Door
from peerhub.access.models import LinkPurpose, SignInAttempt, SingleUseLink, User
from peerhub.access.queries import accounts
from peerhub.access.queries import links as asked
from peerhub.access.rules import RESET_FOR, RESETS_AN_HOUR, is_locked, password_problem
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.core.time import utc_now

GONE = "This link no longer works. Ask for a new one"
HOUR = timedelta(hours=1)


class Present(StrEnum):
    """What came of checking somebody's present password."""

    FITS = "fits"
    WRONG = "wrong"
    LOCKED = "locked"


def ask_for_reset(email: str, base_url: str) -> None:
    """Send a link to a new password where an account has this address.

    The same is written down and about the same work is done where none has, or where several links left already.
    """
    user = accounts.user_by_email(email)
    before = asked.made_since(user.id if user else None, utc_now() - HOUR)
    audit.wrote("reset link asked for", user)
    if user is None or not user.is_active or before >= RESETS_AN_HOUR:
        links.for_nobody()
        return
    send_reset(user, base_url)


def send_reset(user: User, base_url: str) -> None:
    """Send the link to a new password."""
    token = links.for_user(user, LinkPurpose.RESET, RESET_FOR)
    letters.send_reset(user, base_url + links.path_of(token), int(RESET_FOR.total_seconds() // 60))


def print_reset(email: str) -> str:
    """The path of a link to a new password, for the server's own keyboard alone. Links that were sent before end.

    Raises:
        DomainError: no account has this address, or it is closed.
    """
    user = accounts.user_by_email(email)
    if user is None:
        raise DomainError("No account has this e-mail address", "email")
    if not user.is_active:
        raise DomainError("This account is closed. An administrator can open it again")
    token = links.for_user(user, LinkPurpose.RESET, RESET_FOR)
    audit.wrote("reset link printed", user)
    return links.path_of(token)


def set_password(link: SingleUseLink, user: User, password: str, secret: str) -> None:
    """Set the password of a link's account. The link is used up, every session ends, and signing in opens again.

    Raises:
        DomainError: the password will not do, or the link was used meanwhile.
    """
    _check(user, password)
    if not links.use(link):
        raise DomainError(GONE)
    _keep(user, password)
    signing_in.unlock(user.email, secret)
    audit.wrote("password set by link", user)


def check_present(user: User, password: str, door: Door) -> Present:
    """Whether this is the account's password now. Wrong ones are counted, and after some no more are tried for a while.

    Somebody who finds a screen left open cannot guess on.
    """
    now, counted = utc_now(), signing_in.digest(door.secret, "present password", str(user.id))
    if is_locked(accounts.tries(counted, counted, now - door.lock.window), now, door.lock):
        return Present.LOCKED
    fits = passwords.fits(user.password_hash, password)
    source = signing_in.digest(door.secret, "network", audit.actor().source)
    db.session.add(SignInAttempt(at=now, email_digest=counted, source_digest=source, succeeded=fits))
    if not fits:
        audit.wrote("present password wrong", user)
    return Present.FITS if fits else Present.WRONG


def change_password(user: User, password: str) -> None:
    """Change one's own password: every session ends, and no link that was sent before works.

    Raises:
        DomainError: the password will not do.
    """
    _check(user, password)
    _keep(user, password)
    audit.wrote("password changed", user)


def rename(user: User, version: int | None, name: str) -> None:
    """Put the name of an account right.

    Raises:
        Conflict: somebody else saved it first.
    """
    user.expect(version)
    with saving():
        fields = audit.changed(user, name=name.strip())
    if fields:
        audit.wrote("account changed", user, fields=fields)


def chose_organisation(organisation_id: UUID) -> None:
    """Record that somebody changed over to another organisation of theirs."""
    audit.wrote("changed over to organisation", None, organisation_id=organisation_id)


def refuse_weak(password: str, *, email: str, name: str) -> None:
    """Stop at a password that will not do.

    Raises:
        DomainError: in words, beside the field.
    """
    problem = password_problem(password, email=email, name=name)
    if problem:
        raise DomainError(problem, "new_password")


def _check(user: User, password: str) -> None:
    refuse_weak(password, email=user.email, name=user.name)


def _keep(user: User, password: str) -> None:
    user.password_hash = passwords.keep(password)
    signing_in.end_sessions(user)
    links.end_of_user(user)
    letters.tell_password_changed(user)
