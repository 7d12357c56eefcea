"""A worker: stands by until no other one is at work, then runs every job when it is due.

The scheduler's library is loaded with this module, and this module only where work is done.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from uuid_utils.compat import uuid7

from peerhub.core import jobs, runs
from peerhub.core.due import RETRY, Why, next_due
from peerhub.core.feature import Job
from peerhub.core.standby import lock_of
from peerhub.core.time import utc_now

SECONDS_BETWEEN_LOOKS = 2
SECONDS_BETWEEN_BEATS = 5
AT_ONCE = 10
"""How many jobs run at the same time."""
log = structlog.get_logger()


class Worker:
    """One process's part in the work."""

    def __init__(self, app: Flask, work: Iterable[Job], stop: threading.Event) -> None:
        self.app = app
        self.work = tuple(work)
        self.stop = stop
        self.id = uuid7()
        self.lock = lock_of(app, "worker")
        self.next_beat = 0.0
        self.is_troubled = False

    def run(self) -> None:
        """Stand by, and work when nobody else does, until told to stop."""
        try:
            while not self.stop.is_set():
                if self._takes_over():
                    self._work()
                else:
                    self._beat(is_at_work=False)
                self.stop.wait(SECONDS_BETWEEN_LOOKS)
        finally:
            self.lock.release()
            with suppress(SQLAlchemyError), self.app.app_context():
                runs.leave(self.id)

    def _takes_over(self) -> bool:
        try:
            return self.lock.take()
        except SQLAlchemyError as error:
            self._tell_trouble(error)
            return False

    def _work(self) -> None:
        log.info("worker at work", worker=str(self.id))
        try:
            scheduler = self._begin()
        except SQLAlchemyError as error:
            self._tell_trouble(error)
            self.lock.release()
            return
        self.is_troubled, self.next_beat = False, 0.0
        try:
            while True:
                self._beat(is_at_work=True)
                if self.stop.wait(SECONDS_BETWEEN_LOOKS):
                    break
                if not self.lock.is_held():
                    log.warning("worker stands by again", worker=str(self.id))
                    break
                scheduler.wakeup()  # after the machine slept, the scheduler's own clock is behind
        finally:
            scheduler.shutdown(wait=self.stop.is_set())
            self.lock.release()
            self.next_beat = 0.0

    def _begin(self) -> BackgroundScheduler:
        """Put every job on the clock; those that are overdue, or were cut off, run at once."""
        for job in self.work:
            jobs.settle(self.app, job)
        now = utc_now()
        with self.app.app_context():
            histories = runs.histories(job.name for job in self.work)
        scheduler = scheduler_of_jobs()
        for job in self.work:
            history = histories[job.name]
            due = next_due(job, history, now)
            first = Why.AGAIN if history.ended_badly else Why.CATCHING_UP if due <= now else Why.ON_TIME
            scheduler.add_job(
                partial(self._turn, scheduler, job, [first]),
                IntervalTrigger(seconds=job.seconds or RETRY.total_seconds(), timezone=UTC),
                id=job.name,
                next_run_time=max(due, now),
            )
        scheduler.start()
        return scheduler

    def _turn(self, scheduler: BackgroundScheduler, job: Job, first: list[Why]) -> None:
        """Run a job whose turn it is, and say when it is due next where that is not simply so many seconds later."""
        why = first.pop() if first else Why.ON_TIME
        again: datetime | None = None
        try:
            is_done = jobs.run(self.app, job, why)
            if job.daily_at is not None or not is_done:
                again = max(jobs.due_at(self.app, job), utc_now() + timedelta(seconds=1))
        except jobs.Busy:
            first.append(why)
            again = utc_now() + timedelta(seconds=SECONDS_BETWEEN_LOOKS)
        except SQLAlchemyError as error:
            first.append(why)
            log.error("job could not be begun", job=job.name, cause=type(error).__name__)
        if again is not None:
            with suppress(JobLookupError):  # the worker has stopped meanwhile
                scheduler.modify_job(job.name, next_run_time=again)

    def _beat(self, *, is_at_work: bool) -> None:
        if monotonic() < self.next_beat:
            return
        self.next_beat = monotonic() + SECONDS_BETWEEN_BEATS
        try:
            with self.app.app_context():
                runs.beat(self.id, is_at_work=is_at_work)
        except SQLAlchemyError as error:
            self._tell_trouble(error)

    def _tell_trouble(self, error: SQLAlchemyError) -> None:
        """Say once that the database cannot be asked; every two seconds would fill the log."""
        if not self.is_troubled:
            log.error("worker cannot ask the database", cause=type(error).__name__)
        self.is_troubled = True


def scheduler_of_jobs() -> BackgroundScheduler:
    """A scheduler that runs each job once at a time, and one that was missed as soon as it can."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns each time a job is still running
    return BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(AT_ONCE)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
