"""`peerhub serve`: pages over the wire from several processes, of which one alone does the work in the background."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask

from peerhub.core import serving
from peerhub.core.feature import Job

PEERHUB = [sys.executable, "-c", "from peerhub.cli.main import main; main()"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """The port of a fresh installation that is served."""
    environment = os.environ | {"PEERHUB_INSTANCE": str(tmp_path), "PEERHUB_LOG_LEVEL": "ERROR"}
    environment.pop("PEERHUB_DATABASE_URL", None)
    subprocess.run([*PEERHUB, "init"], env=environment, check=True, capture_output=True, timeout=60)
    port = 8100 + os.getpid() % 800
    process = subprocess.Popen(
        [*PEERHUB, "serve", "--port", str(port)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert f"PeerHub is at http://127.0.0.1:{port}" in said.decode()
    assert process.returncode == 0


def ask(port: int, path: str) -> tuple[HTTPResponse, bytes]:
    """Ask until the server is up; at most 20 seconds."""
    until = monotonic() + 20
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer, answer.read()
        except ConnectionRefusedError:
            assert monotonic() < until, "nobody answers"
        finally:
            connection.close()


def test_pages_come_over_the_wire(served: int) -> None:
    assert ask(served, "/readyz")[1] == b"ready\n"
    answer, body = ask(served, "/sign-in")
    assert answer.status == 200
    assert b"<h1" in body
    assert "default-src 'none'" in (answer.getheader("Content-Security-Policy") or "")
    assert (ask(served, "/")[0].getheader("Location") or "").startswith("/sign-in")


def test_only_one_holder_of_the_lock_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "jobs.lock"
    with lock.open("a") as first, lock.open("a") as second:
        assert serving.taken(first)
        assert not serving.taken(second)
        first.close()
        assert serving.taken(second), "the standby takes over when the first is gone"


def test_the_work_is_done_by_whoever_holds_the_lock(app: Flask) -> None:
    done, stop = threading.Event(), threading.Event()
    work = [Job("a test", 1, done.set)]
    worker = threading.Thread(target=serving.work_when_alone, args=(app, work, stop))
    worker.start()
    assert done.wait(20)
    stop.set()
    worker.join(20)
    assert not worker.is_alive()
    with (Path(app.instance_path) / "jobs.lock").open("a") as other:
        assert serving.taken(other), "the lock is let go"
