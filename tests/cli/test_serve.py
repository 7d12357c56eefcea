"""`peerhub serve`: pages over the wire from several processes, of which one alone does the work in the background."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from time import monotonic

import pytest

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
