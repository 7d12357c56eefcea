"""A PostgreSQL server for the tests: one for each test process, with as many databases as the tests ask for.

``PEERHUB_TEST_POSTGRES`` names the folder of the server programs; without it the newest of Debian's is taken.
PostgreSQL refuses to run as root, so for root everything runs as the user whom Debian's package makes. That is also
why the plugin pytest-postgresql is not used: it starts the server as whoever runs the tests, and the gate is root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

SERVER_USER = "postgres"
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "32MB"}


@dataclass(frozen=True)
class Server:
    """A running server that listens on a socket in ``folder`` and nowhere else."""

    folder: Path
    numbers: count[int]

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Connect with autocommit, for statements about whole databases."""
        return psycopg.connect(host=str(self.folder), user=SERVER_USER, dbname=database, autocommit=True)

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database; gives its address for SQLAlchemy, and drops it in the end."""
        name = f"peerhub_{next(self.numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield f"postgresql+psycopg://{SERVER_USER}@/{name}?host={quote(str(self.folder), safe='')}"
        finally:
            with self.connect() as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def programs() -> Path | None:
    """Return the folder with ``initdb`` and ``pg_ctl``, or nothing if the machine has none."""
    named = os.environ.get("PEERHUB_TEST_POSTGRES")
    if named is not None:
        return Path(named) if named else None
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def as_server_user(arguments: list[str | Path], cwd: Path) -> None:
    """Run a program as a user whom PostgreSQL accepts; what it says on failing is in the error."""
    switch = ["runuser", "-u", SERVER_USER, "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*switch, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def running(where: Path) -> Iterator[Server]:
    """Start a server in a new folder under /tmp (a socket's path must be short), and stop and remove it after."""
    folder = Path(tempfile.mkdtemp(prefix="peerhub-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            user = pwd.getpwnam(SERVER_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        options = " ".join(f"-c {name}={value}" for name, value in QUICK.items())
        made = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={SERVER_USER}"]
        as_server_user([where / "initdb", "-D", data, *made], folder)
        settings = f"-c listen_addresses= -c unix_socket_directories={folder} {options}"
        start = [where / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", settings, "start"]
        as_server_user(start, folder)
        try:
            yield Server(folder, count(1))
        finally:
            as_server_user([where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server of this test process."""
    where = programs()
    if where is None:
        pytest.skip("PostgreSQL's server programs are not on this machine (Debian: apt-get install postgresql)")
    with running(where) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The address of an empty database that only this test process has."""
    with postgres_server.database() as address:
        yield address


@pytest.fixture
def empty_postgres_url(postgres_server: Server) -> Iterator[str]:
    """The address of an empty database that only this test has."""
    with postgres_server.database() as address:
        yield address
