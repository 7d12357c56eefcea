"""Serving pages: gunicorn with a few processes, of which one at a time also does the work nobody asks for."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from peerhub.core.database import db
from peerhub.core.feature import Job

SECONDS_TO_ANSWER = 60
SECONDS_TO_END = 20


@dataclass(frozen=True, slots=True)
class Where:
    """Where pages are served, and by how many."""

    host: str
    port: int
    processes: int = 2
    threads: int = 4


class Served(BaseApplication):  # type: ignore[misc]  # gunicorn comes without types
    """The application behind gunicorn, loaded once and shared by every process; without work, it serves pages alone."""

    def __init__(self, app: Flask, where: Where, work: Iterable[Job]) -> None:
        self.application = app
        self.where = where
        self.work = tuple(work)
        self.stop = threading.Event()
        self.worker: threading.Thread | None = None
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
            "worker_exit": lambda _server, _worker: self.end(),
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
        if self.work:
            self.worker = threading.Thread(target=self.do_work, daemon=True)
            self.worker.start()

    def do_work(self) -> None:
        """Stand by for the work beside serving pages."""
        from peerhub.core.worker import Worker  # noqa: PLC0415 - loads the scheduler, which no page needs

        Worker(self.application, self.work, self.stop).run()

    def end(self) -> None:
        """As the process ends: let a job that runs come to its end, within reason."""
        self.stop.set()
        if self.worker is not None:
            self.worker.join(SECONDS_TO_END)
