"""What only this installation can make: digests of what may not be kept, and words that nobody else can read."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class _Key:
    secret = b""


def install(secret: str) -> None:
    """Use the installation's key."""
    _Key.secret = secret.encode()


def digest(kind: str, text: str) -> str:
    """The same text of the same kind gives the same digest, and nobody without the key can make it.

    Raises:
        RuntimeError: no key was installed.
    """
    return hmac.new(_secret(), f"{kind}\n{text}".encode(), sha256).hexdigest()


def covered(kind: str, text: str) -> str:
    """Text that leaves the server for a while, as in a cookie, so that only :func:`uncovered` can read it.

    Raises:
        RuntimeError: no key was installed.
    """
    return _cover(kind).encrypt(text.encode()).decode("ascii")


def uncovered(kind: str, held: str, at_most: timedelta) -> str | None:
    """What was covered as this kind, no longer ago than ``at_most``; None where it was not, or not here.

    Raises:
        RuntimeError: no key was installed.
    """
    from cryptography.fernet import InvalidToken

    try:
        return _cover(kind).decrypt(held, ttl=int(at_most.total_seconds())).decode()
    except InvalidToken:
        return None


def _cover(kind: str) -> Fernet:
    from cryptography.fernet import Fernet

    return Fernet(urlsafe_b64encode(hmac.new(_secret(), f"cover\n{kind}".encode(), sha256).digest()))


def _secret() -> bytes:
    if not _Key.secret:
        raise RuntimeError("no key was installed")
    return _Key.secret
