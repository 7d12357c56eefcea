"""How long 5,000 messages take to leave for a mail server on this machine, on a fresh SQLite database."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from peerhub.app import create_app
from peerhub.config import Settings
from peerhub.core import mail
from peerhub.core.database import db
from tests.bench.lines import Line, timed

MAILS = 5_000
GOAL = 30.0


@contextmanager
def server() -> Iterator[int]:
    """The port of a mail server in a process of its own, which takes everything and keeps nothing."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = int(asked.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    )
    try:
        until = monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if monotonic() > until:
                    raise
                sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def measure(folder: Path) -> Iterator[Line]:
    """Time the whole outbox."""
    app = create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'bench.db'}", secret_key="for the benchmark alone", instance=folder,
            log_level="ERROR",
        )
    )  # fmt: skip
    with app.app_context(), server() as port:
        db.create_all()
        for number in range(MAILS):
            mail.post(f"person{number}@example.org", "Something to see", "Sign in to see it:\nhttps://example.org/\n")
        db.session.commit()
        with timed() as watch:
            gone = mail.deliver(f"smtp://127.0.0.1:{port}", "peerhub@example.org")
        yield Line(f"{gone:,} mails drained to a local mail server", watch.seconds, GOAL)
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
