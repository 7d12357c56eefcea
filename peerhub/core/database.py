"""Tables, keys, moments and saving: what every model stands on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, ForeignKey, MetaData, UniqueConstraint, Uuid, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

from peerhub.core.errors import Conflict, DomainError
from peerhub.core.time import utc_now

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcMoment(TypeDecorator[datetime]):
    """A moment in UTC: aware when read, whichever database holds it.

    Raises:
        ValueError: a naive moment was given.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table: a time-ordered key and named constraints."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcMoment, UUID: Uuid}


class Keyed:
    """A row with a key that sorts by the time it was made."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-10)


class Stamped:
    """A row that knows when it was made."""

    made_at: Mapped[datetime] = mapped_column(default=utc_now, sort_order=90)


class Versioned:
    """A row two people may open at once: the second to save is told, and sees both versions."""

    version: Mapped[int] = mapped_column(default=1, sort_order=91)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a declared attribute receives the class
        return {"version_id_col": cls.version}

    def expect(self, version: int | None) -> None:
        """Refuse to go on when the row has moved on since the form was opened.

        Raises:
            Conflict: the row's version is not ``version``.
        """
        if version is not None and version != self.version:
            raise Conflict(self.version)


class TenantOwned:
    """A row that belongs to one organisation. The session filters on it by itself (see ``core.scope``)."""

    @declared_attr
    def organisation_id(cls) -> Mapped[UUID]:  # noqa: N805 - a declared attribute receives the class
        return mapped_column(ForeignKey("organisation.id"), index=True, sort_order=-9)


db = SQLAlchemy(metadata=Base.metadata)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """SQLite keeps foreign keys, waits for a writer and lets readers go on meanwhile."""
    if "sqlite" not in type(connection).__module__:
        return
    cursor = connection.cursor()
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


_told: dict[str, tuple[str, str | None]] = {}


def tell(constraint: str, message: str, field: str | None = None) -> None:
    """Say what a named constraint means, once, beside the model that declares it."""
    _told[constraint] = (message, field)


def domain_error(error: IntegrityError) -> DomainError:
    """Turn a database's refusal into the words registered with :func:`tell`; an unknown one is raised as it is."""
    diagnosis = getattr(error.orig, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    said = str(error.orig)
    for constraint, (message, field) in _told.items():
        if constraint in (name, said) or constraint in said or _sqlite_unique(constraint) in said:
            return DomainError(message, field)
    raise error


def _sqlite_unique(constraint: str) -> str:
    """SQLite names a unique constraint by its columns: 'user.email' for uq_user_email."""
    for table in Base.metadata.tables.values():
        for known in table.constraints:
            if isinstance(known, UniqueConstraint) and known.name == constraint:
                return ", ".join(f"{table.name}.{column.name}" for column in known.columns)
    return "no such constraint"


@contextmanager
def saving() -> Iterator[None]:
    """Write now, and turn a broken constraint into a :class:`DomainError`; what was written in the block is undone.

    Raises:
        DomainError: a constraint with words was broken.
    """
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except IntegrityError as error:
        raise domain_error(error) from error
