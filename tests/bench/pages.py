"""Pages through gunicorn with two processes: how long they take, how many statements, how much memory."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, sleep
from uuid import UUID

from flask import Flask
from sqlalchemy import event, select

from peerhub.app import create_app
from peerhub.config import Settings
from peerhub.core.database import db
from peerhub.core.schema import bring_up_to_date
from tests.bench import crowd
from tests.bench.lines import Line
from tests.fixtures.sessions import cookie_of

ROUNDS = 40
CHART = re.compile(r'src="(/retention/charts/tiers\.svg[^"]*)"')
Ask = Callable[[str], tuple[int, bytes, float]]


def measure(folder: Path) -> Iterator[Line]:
    """Everything about pages."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'peerhub.db'}",
        secret_key="for measuring alone, and for nothing else at all",
        instance=folder,
        log_level="ERROR",
    )
    app = create_app(settings)
    with app.app_context():
        bring_up_to_date(app)
        _, head = crowd.settle()
        person, team = some_keys()
        db.session.remove()
    cookie = session_of(app, head)
    yield Line("Cold start: from the command to the first answer", cold_start(folder, cookie), 2)
    paths = {
        "Today": "/",
        "A person": f"/people/{person}",
        "A team": f"/teams/{team}",
        "Retention, its charts drawn before": "/retention",
    }
    with served(folder) as port:
        ask = asker(port, cookie)
        yield from chart_times(ask, folder)
        for name, path in paths.items():
            yield Line(f"{name}: median of {ROUNDS}", median(ask, path), 50, "ms")
        yield Line("Memory of the largest process", largest_process(port), 200, "MB")
    yield from statements(app, head, paths)


def some_keys() -> tuple[UUID, UUID]:
    """A person with a post and the team of it."""
    from peerhub.workforce.models import Post, Spell

    found = db.session.execute(
        select(Spell.person_id, Post.team_id).join(Post, Spell.post_id == Post.id).limit(1)
    ).one()
    return found.person_id, found.team_id


def session_of(app: Flask, user: UUID) -> str:
    return f"peerhub={cookie_of(app, user)}"


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """`peerhub serve` on a free port."""
    port = free_port()
    environment = os.environ | {
        "PEERHUB_INSTANCE": str(folder),
        "PEERHUB_DATABASE_URL": f"sqlite:///{folder / 'peerhub.db'}",
        "PEERHUB_SECRET_KEY": "for measuring alone, and for nothing else at all",
        "PEERHUB_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", "from peerhub.cli.main import main; main()", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def asker(port: int, cookie: str) -> Ask:
    """Ask for an address; gives the status, the body and the milliseconds. Waits until the server is there."""

    def ask(path: str) -> tuple[int, bytes, float]:
        begun = perf_counter()
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body, (perf_counter() - begun) * 1000

    for _ in range(600):
        try:
            if ask("/healthz")[0] == 200:
                return ask
        except OSError:
            sleep(0.02)
    raise RuntimeError("the server did not answer")


def cold_start(folder: Path, cookie: str) -> float:
    begun = perf_counter()
    with served(folder) as port:
        asker(port, cookie)("/healthz")
        return perf_counter() - begun


def median(ask: Ask, path: str) -> float:
    statuses, times = set(), []
    for _ in range(ROUNDS):
        status, _, spent = ask(path)
        statuses.add(status)
        times.append(spent)
    if statuses != {200}:
        raise RuntimeError(f"{path} answered {statuses}")
    return statistics.median(times)


def chart_times(ask: Ask, folder: Path) -> Iterator[Line]:
    """A chart that must be drawn: different each time, once the library is there."""
    status, body, _ = ask("/retention")
    found = CHART.search(body.decode())
    if status != 200 or found is None:
        raise RuntimeError(f"no chart on the retention page ({status})")
    address = found[1].replace("&amp;", "&")
    first = ask(address)[2]
    ask(address)
    times = []
    for _ in range(8):
        shutil.rmtree(folder / "charts", ignore_errors=True)
        times.append(ask(address)[2])
    yield Line("A chart that must be drawn: median of 8", statistics.median(times), 250, "ms")
    yield Line("The first chart of a process, which loads the library", first, 5000, "ms")


def largest_process(port: int) -> float:
    """Megabytes of resident memory of the largest process of the server."""
    listed = subprocess.run(["ps", "-eo", "rss=,args="], capture_output=True, text=True, check=True).stdout
    sizes = [int(line.split()[0]) for line in listed.splitlines() if f"--port {port}" in line]
    return max(sizes) / 1024


def statements(app: Flask, user: UUID, paths: dict[str, str]) -> Iterator[Line]:
    """How many statements a page sends; the tests hold each number fixed, whatever the rows."""
    client = app.test_client()
    client.set_cookie("peerhub", session_of(app, user).partition("=")[2])
    for name, path in paths.items():
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object, sent: list[str] = sent) -> None:
            if not statement.startswith("PRAGMA"):
                sent.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        status = client.get(path).status_code
        event.remove(engine, "before_cursor_execute", note)
        if status != 200 or not sent:
            raise RuntimeError(f"{path} answered {status} with {len(sent)} statements")
        yield Line(f"{name}: statements", len(sent), 20, "queries")
