"""Signing in: the same words and the same work whoever is asked for, so that nobody learns who has an account."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import ColumnElement, update

from peerhub.access import audit
from peerhub.access.actions import passwords
from peerhub.access.models import SignInAttempt, User, UserSession
from peerhub.access.queries import accounts
from peerhub.access.rules import NETWORK_SHARE, Lock, is_locked
from peerhub.core.database import db
from peerhub.core.time import utc_now


@dataclass(frozen=True, slots=True)
class Door:
    """What signing in depends on here.

    Attributes:
        secret: the installation's key; addresses are kept as digests made with it.
        known_browser: the mark of a browser this address signed in from before, or nothing. It has tries of its own, so
            that a stranger's guesses elsewhere do not lock the real person out.
    """

    secret: str
    lock: Lock
    known_browser: str = ""


def digest(secret: str, kind: str, text: str) -> str:
    """A keyed digest: the same address gives the same one, and nobody without the key can make it."""
    return hmac.new(secret.encode(), f"{kind}\n{text}".encode(), sha256).hexdigest()


def address_digest(secret: str, email: str, known_browser: str = "") -> str:
    """The digest that tries with an address are counted under."""
    address = email.strip().casefold()
    return (
        digest(secret, "browser", f"{address}\n{known_browser}")
        if known_browser
        else digest(secret, "address", address)
    )


def sign_in(email: str, password: str, door: Door) -> User | None:
    """The account, when address and password belong together and the door is not locked; otherwise None, never why."""
    now, source = utc_now(), audit.actor().source
    address, counted = address_digest(door.secret, email), address_digest(door.secret, email, door.known_browser)
    network = digest(door.secret, "network", source)
    since = now - door.lock.window
    before = accounts.tries(counted, address, since)
    from_network = accounts.failures_from(network, since)
    locked = is_locked(before, now, door.lock) or (
        not door.known_browser and from_network >= door.lock.failures * NETWORK_SHARE
    )
    user = accounts.user_by_email(email)
    kept = user.password_hash if user is not None and user.is_active else None
    fits = passwords.fits(kept, password)
    if locked:
        audit.wrote("sign-in refused while locked", user)
        return None
    db.session.add(SignInAttempt(at=now, email_digest=counted, source_digest=network, succeeded=fits))
    if not fits or user is None:
        locks = is_locked([*before, (now, False)], now, door.lock)
        audit.wrote("sign-in failed and locked" if locks else "sign-in failed", user)
        return None
    _greet(user, password)
    return user


def _greet(user: User, password: str) -> None:
    if user.password_hash is not None and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.keep(password)
    act_as(user)
    audit.wrote("signed in", user)


def sign_out_everywhere(user: User) -> None:
    """End every session of this account, on every device."""
    end_sessions(user)
    audit.wrote("signed out everywhere", user)


def signed_out(user: User) -> None:
    """Record that somebody signed out."""
    audit.wrote("signed out", user)


def begin_session(user: User) -> str:
    """Begin a session in one browser; gives the token that this browser alone holds, and of which a digest is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(UserSession(user_id=user.id, digest=session_digest(token)))
    return token


def end_session(token: str) -> None:
    """End the session of one browser; no copy of its cookie works any more."""
    _end(UserSession.digest == session_digest(token))


def end_sessions(user: User) -> None:
    """End every session of an account."""
    user.session_key = new_session_key()
    _end(UserSession.user_id == user.id)


def session_digest(token: str) -> str:
    """What is kept of a session's token. Tokens are long and random, so that a plain digest cannot be turned back."""
    return sha256(token.encode()).hexdigest()


def new_session_key() -> str:
    """A session key nobody can guess."""
    return secrets.token_urlsafe(32)


def _end(which: ColumnElement[bool]) -> None:
    db.session.execute(
        update(UserSession)
        .where(which, UserSession.ended_at.is_(None))
        .values(ended_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def unlock(email: str, secret: str) -> None:
    """Wipe the slate of an address, in every browser: a reset link that reached its owner opens the door again."""
    source = digest(secret, "network", audit.actor().source)
    db.session.add(
        SignInAttempt(at=utc_now(), email_digest=address_digest(secret, email), source_digest=source, succeeded=True)
    )


def is_closed(email: str, door: Door) -> bool:
    """Whether signing in with an address from a browser nobody knows is closed for now."""
    now, address = utc_now(), address_digest(door.secret, email)
    return is_locked(accounts.tries(address, address, now - door.lock.window), now, door.lock)


def act_as(user: User) -> None:
    """What is written from here on is this account's doing, in its own organisation."""
    audit.act_as(replace(audit.actor(), user_id=user.id, organisation_id=user.organisation_id))
