"""Locks that one process at a time holds, and that are free as soon as it ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO, Protocol

from flask import Flask
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

ENGINE = "engine of locks"
NOTICED_AFTER = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""Seconds, and how often: a network that is gone is noticed by us within half a minute..."""
NOTICED_BY_SERVER = tuple(f"SET tcp_keepalives_{name}" for name in ("idle = 10", "interval = 5", "count = 3"))
"""... and by the server, which would otherwise keep the lock for a machine that is gone, for hours."""


class Lock(Protocol):
    """A lock with a name."""

    def take(self) -> bool:
        """Whether this holder has it now. Never waits for another holder.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database cannot be asked.
        """
        ...

    def is_held(self) -> bool:
        """Whether this holder still has it."""
        ...

    def release(self) -> None:
        """Let go of it, if it is held."""
        ...


class FileLock:
    """A lock on a file: for SQLite, whose users are all on one machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle: IO[str] | None = None

    def take(self) -> bool:
        """Whether this holder has it now."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = self.path.open("a", encoding="ascii")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self.handle = handle
        if not self.is_held():  # the file was removed between opening and locking
            self.release()
            return False
        return True

    def is_held(self) -> bool:
        """Whether this holder still has it: not where somebody removed the file, and another may hold a new one."""
        if self.handle is None:
            return False
        try:
            return os.path.samestat(os.fstat(self.handle.fileno()), self.path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let go of it."""
        if self.handle is not None:
            self.handle.close()
            self.handle = None


class AdvisoryLock:
    """A lock of a PostgreSQL session, on a connection that nothing else uses."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.key = int.from_bytes(blake2b(f"peerhub {name}".encode(), digest_size=8).digest(), signed=True)
        self.connection: Connection | None = None
        self.was_taken = False

    def take(self) -> bool:
        """Whether this holder has it now."""
        try:
            if self.connection is None:
                self.connection = self.engine.connect()
                for statement in NOTICED_BY_SERVER:
                    self.connection.execute(text(statement))
            asked = self.connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self.key})
            self.was_taken = bool(asked.scalar_one())
        except SQLAlchemyError:
            self.release()
            raise
        return self.was_taken

    def is_held(self) -> bool:
        """Whether this session still has it; a connection that is lost has let go of it."""
        if self.connection is None:
            return False
        low, high = self.key & 0xFFFFFFFF, (self.key >> 32) & 0xFFFFFFFF
        held = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND pid = pg_backend_pid() AND classid::bigint = :high AND objid::bigint = :low"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        try:
            return bool(self.connection.execute(held, {"high": high, "low": low}).scalar_one())
        except SQLAlchemyError:
            return False

    def release(self) -> None:
        """Let go of it, and end its session, which may take the server a moment longer."""
        if self.connection is not None:
            if self.was_taken:
                with suppress(SQLAlchemyError):
                    self.connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": self.key})
            with suppress(SQLAlchemyError):
                self.connection.close()
        self.connection, self.was_taken = None, False


def lock_of(app: Flask, name: str) -> Lock:
    """The lock of this name, among all the processes that work on the application's database."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "postgresql":
        return FileLock(Path(app.instance_path) / "locks" / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.lock")
    if ENGINE not in app.extensions:
        app.extensions[ENGINE] = _engine(url)
    return AdvisoryLock(app.extensions[ENGINE], name)


def _engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=dict(NOTICED_AFTER))
