"""Tables, keys, moments and saving: what every model stands on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    Index,
    MetaData,
    UniqueConstraint,
    Uuid,
    event,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    SessionTransaction,
    UOWTransaction,
    declared_attr,
    mapped_column,
)
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

from peerhub.core.errors import Conflict, DomainError, NotFound
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


ORGANISATION = "organisation_id"
ACROSS = "across"


class OwnSession(Session):
    """A session that gives out another organisation's row by its key no more than by a query."""

    def get(self, entity: Any, ident: Any, **how: Any) -> Any:
        """The row with this key, or None; a row that is in memory is looked at too."""
        found = super().get(entity, ident, **how)
        if isinstance(found, TenantOwned) and not self.info.get(ACROSS):
            return found if found.organisation_id == self.info.get(ORGANISATION) else None
        return found


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": OwnSession})


PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "analysis_limit=1000")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """SQLite keeps foreign keys, waits for a writer and lets readers go on meanwhile.

    A transaction begins with its first write and waits there for other writers: one that had read before could not.
    """
    if "sqlite" not in type(connection).__module__:
        return
    connection.isolation_level = "IMMEDIATE"
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=10000",
        "analysis_limit=1000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "savepoint")
def _begin_before_savepoint(connection: Connection, _name: str) -> None:
    """On SQLite a savepoint outside a transaction would be one of its own, saved at its end whatever follows."""
    if connection.dialect.name == "sqlite" and not connection.connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


WROTE = "wrote"
"""A session's note that something of this transaction has gone to the database."""


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, _context: UOWTransaction) -> None:
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        session.info[WROTE] = True


@event.listens_for(Session, "do_orm_execute")
def _note_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[WROTE] = True


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(WROTE, None)


def count_anew() -> None:
    """Let SQLite count its rows, by which it plans its queries; to be called after many were written.

    Without counts a list of 2,000 people took 1.8 s, with them 0.2 s. PostgreSQL counts by itself.
    """
    if db.session.connection().dialect.name == "sqlite":
        db.session.execute(text("ANALYZE"))


def hold(model: type[Keyed], key: UUID) -> None:
    """Keep this row for oneself until the transaction ends; whoever asks for it meanwhile waits, and then reads anew.

    To be called within :func:`saving`: SQLite holds the whole database from the start of a block on, and no rows.
    """
    db.session.execute(select(model.id).where(model.id == key).with_for_update(key_share=True))


_told: dict[str, tuple[str, str | None]] = {}


def tell(constraint: str, message: str, field: str | None = None) -> None:
    """Say what a named constraint means, once, beside the model that declares it."""
    _told[constraint] = (message, field)


def words_of(constraint: str) -> DomainError | None:
    """What was told of a constraint, or None."""
    return DomainError(*_told[constraint]) if constraint in _told else None


def domain_error(error: IntegrityError) -> DomainError:
    """Turn a database's refusal into the words registered with :func:`tell`; an unknown one is raised as it is."""
    found = words_of(_broken(error))
    if found is None:
        raise error
    return found


def _broken(error: IntegrityError) -> str:
    """The name of the constraint that was broken; empty where the database does not say."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or ""
    kind, _, told = str(error.orig).partition(" constraint failed: ")
    return _unique_over(told) if kind == "UNIQUE" else told


def _unique_over(columns: str) -> str:
    """SQLite names a unique constraint by its columns: 'user.email' for uq_user_email."""
    for table in Base.metadata.tables.values():
        unique: list[UniqueConstraint | Index] = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
        unique += [index for index in table.indexes if index.unique]
        for known in unique:
            if ", ".join(f"{table.name}.{column.name}" for column in known.columns) == columns:
                return str(known.name)
    return ""


@contextmanager
def saving() -> Iterator[None]:
    """Write now, and turn a broken constraint into a :class:`DomainError`; what was written in the block is undone.

    Raises:
        DomainError: a constraint with words was broken.
        Conflict: somebody else saved one of the rows while this was on its way.
    """
    opened: dict[Versioned, int] = {}
    try:
        with db.session.begin_nested():
            yield
            opened = {row: row.version for row in db.session.dirty if isinstance(row, Versioned)}
            db.session.flush()
    except IntegrityError as error:
        raise domain_error(error) from error
    except StaleDataError as error:
        raise Conflict(_newer(opened)) from error


def _newer(opened: dict[Versioned, int]) -> int:
    """The version that a row has now, of those that were open at an older one."""
    for row, version in opened.items():
        try:
            db.session.refresh(row)
        except InvalidRequestError:  # deleted meanwhile
            continue
        if row.version != version:
            return row.version
    raise NotFound
