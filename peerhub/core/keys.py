"""Digests that only this installation can make: for what must be recognised again and may not be kept."""

from __future__ import annotations

import hmac
from hashlib import sha256


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
    if not _Key.secret:
        raise RuntimeError("no key was installed")
    return hmac.new(_Key.secret, f"{kind}\n{text}".encode(), sha256).hexdigest()
