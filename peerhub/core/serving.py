"""Serving pages: gunicorn with a few processes, of which one at a time also does the work nobody asks for."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from peerhub.core import jobs
from peerhub.core.database import db
from peerhub.core.feature import Job

SECONDS_TO_ANSWER = 60
SECONDS_BETWEEN_TRIES = 20


@dataclass(frozen=True, slots=True)
class Where:
    """Where pages are served, and by how many."""

    host: str
    port: int
    processes: int = 2
    threads: int = 4


class Served(BaseApplication):  # type: ignore[misc]  # gunicorn comes without types
    """The application behind gunicorn, loaded once and shared by every process."""

    def __init__(self, app: Flask, where: Where, work: Iterable[Job]) -> None:
        self.application = app
        self.where = where
        self.work = tuple(work)
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to serve."""
        settings: dict[str, Any] = {
            "bind": f"{self.where.host}:{self.where.port}",
            "workers": self.where.processes,
            "worker_class": "gthread",
            "threads": self.where.threads,
            "timeout": SECONDS_TO_ANSWER,
            "preload_app": True,
            "loglevel": "warning",
            "post_fork": lambda _server, _worker: self.begin(),
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made before the processes part."""
        return self.application

    def begin(self) -> None:
        """In a new process: leave the connections of the one it came from, and stand by for the work."""
        with self.application.app_context():
            for engine in db.engines.values():
                engine.dispose(close=False)
        threading.Thread(target=work_when_alone, args=(self.application, self.work), daemon=True).start()


def work_when_alone(app: Flask, work: Iterable[Job], stop: threading.Event | None = None) -> None:
    """Wait until no other process on this machine does the work, then do it until told to stop or the process ends."""
    stop = stop or threading.Event()
    lock = Path(app.instance_path) / "jobs.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a", encoding="ascii") as handle:
        while not taken(handle):
            if stop.wait(SECONDS_BETWEEN_TRIES):
                return
        scheduler = jobs.start(app, work)
        stop.wait()
        scheduler.shutdown()


def taken(handle: IO[str]) -> bool:
    """Whether this process now holds the lock; it lets go of it when it ends, however it ends."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
