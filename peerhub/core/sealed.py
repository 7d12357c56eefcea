"""Words that the database holds sealed: whoever has the file has not the words without the installation's keys."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Dialect, Table, Text, select, type_coerce, update
from sqlalchemy.types import TypeDecorator

from peerhub.core.database import Base, db

if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet

ROWS_AT_A_TIME = 200


class Unreadable(Exception):
    """What is sealed cannot be opened with any key of this installation."""


class _Keys:
    told: tuple[str, ...] = ()
    secret = ""
    all: tuple[Fernet, ...] = ()


def install(keys: Sequence[str], secret: str) -> None:
    """Use these keys, the newest first, and after them one made from the installation's secret.

    The newest seals; all of them open. The one made from the secret comes last, so that what was sealed before keys
    were set can still be read.
    """
    _Keys.told, _Keys.secret, _Keys.all = tuple(keys), secret, ()


def new_key() -> str:
    """A fresh key for the setting ``PEERHUB_NOTE_KEYS``."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode("ascii")


def _all() -> tuple[Fernet, ...]:
    """The keys, made from what was told when the first of them is needed.

    Raises:
        RuntimeError: no key was installed.
    """
    from cryptography.fernet import Fernet

    if not _Keys.secret:
        raise RuntimeError("no key was installed")
    if not _Keys.all:
        _Keys.all = (*map(Fernet, _Keys.told), Fernet(_derived(_Keys.secret)))
    return _Keys.all


def _derived(secret: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"peerhub sealed words").derive(secret.encode())
    return urlsafe_b64encode(made)


def seal(words: str) -> str:
    """Words as the database holds them.

    Raises:
        RuntimeError: no key was installed.
    """
    return _ring().encrypt(words.encode()).decode("ascii")


def unseal(held: str) -> str:
    """What the database holds as words.

    Raises:
        Unreadable: none of the keys opens it.
    """
    from cryptography.fernet import InvalidToken

    try:
        return _ring().decrypt(held.encode("ascii")).decode()
    except InvalidToken as error:
        raise Unreadable("no key of this installation opens it") from error


def _ring() -> MultiFernet:
    from cryptography.fernet import MultiFernet

    return MultiFernet(_all())


class Sealed(TypeDecorator[str]):
    """Text that is sealed in the database and open in Python. It cannot be searched or put in order there."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else unseal(value)


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many cells were sealed anew, how many had the newest key already, and how many no key opens."""

    anew: int = 0
    already: int = 0
    unreadable: int = 0

    def __add__(self, other: Rotated) -> Rotated:
        return Rotated(self.anew + other.anew, self.already + other.already, self.unreadable + other.unreadable)


def rotate() -> Rotated:
    """Seal every sealed cell of every table with the newest key, some rows at a time, and commit after each.

    Safe to run again, and while people write: a cell that somebody changes meanwhile is left as they wrote it, which
    is with the newest key.
    """
    done = Rotated()
    for table, column in _sealed_columns():
        for rows in _batches(table, column):
            for key, held in rows:
                done += _reseal(table, column, key, held)
            db.session.commit()
    return done


def _sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                yield table, column


def _batches(table: Table, column: Column[Any]) -> Iterator[list[tuple[Any, str]]]:
    held, last = type_coerce(column, Text), None
    while True:
        wanted = select(table.c.id, held).where(column.is_not(None)).order_by(table.c.id).limit(ROWS_AT_A_TIME)
        rows = list(db.session.execute(wanted if last is None else wanted.where(table.c.id > last)))
        if not rows:
            return
        last = rows[-1][0]
        yield [(row[0], row[1]) for row in rows]


def _reseal(table: Table, column: Column[Any], key: Any, held: str) -> Rotated:
    from cryptography.fernet import InvalidToken

    token = held.encode("ascii")
    try:
        _all()[0].decrypt(token)
    except InvalidToken:
        pass
    else:
        return Rotated(already=1)
    try:
        anew = _ring().rotate(token).decode("ascii")
    except InvalidToken:
        return Rotated(unreadable=1)
    same = type_coerce(column, Text) == held
    db.session.execute(update(table).where(table.c.id == key, same).values({column.name: type_coerce(anew, Text)}))
    return Rotated(anew=1)
