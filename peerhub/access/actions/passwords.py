"""Passwords are kept as Argon2id hashes alone."""

from __future__ import annotations

from functools import cache
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=3, memory_cost=19_456, parallelism=1)
"""Argon2id with 19 MiB, so that several people who sign in at once do not fill a small server."""


def keep(password: str) -> str:
    """The hash to keep for a password. The same letters typed on another device give the same password (NFKC)."""
    return HASHER.hash(_typed(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. With nothing kept the same work is done, and the answer is no."""
    nobody = _nobodys()
    try:
        HASHER.verify(kept or nobody, _typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other settings than today's and should be made again."""
    return HASHER.check_needs_rehash(kept)


def _typed(password: str) -> str:
    return normalize("NFKC", password)


@cache
def _nobodys() -> str:
    """A hash no password is behind, made once: trying an account that does not exist costs what a real one does."""
    return HASHER.hash("nobody has this password")
