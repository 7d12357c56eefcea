"""Work done without being asked: the jobs core has itself, a run of a job, and how all of them stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import perf_counter
from uuid import UUID

import structlog
from flask import Flask

from peerhub.core import mail, runs
from peerhub.core.database import db
from peerhub.core.due import History, Outcome, Run, Why, day_due, next_due, rhythm
from peerhub.core.feature import Job
from peerhub.core.smtp import Trouble
from peerhub.core.standby import lock_of
from peerhub.core.time import utc_now

SECONDS_BETWEEN_MAILS = 20
HOUR = 3600
OWN = (Job("old runs of jobs", HOUR, runs.clear_away),)
log = structlog.get_logger()


class Busy(Exception):
    """The job runs just now, in another process or thread."""


def of_mail(mail_url: str, sender: str) -> tuple[Job, ...]:
    """The job that sends what waits in the outbox; none where there is no mail server."""
    return (Job("mail", SECONDS_BETWEEN_MAILS, partial(_deliver, mail_url, sender)),) if mail_url else ()


def _deliver(mail_url: str, sender: str) -> None:
    run = runs.going()
    mail.let_go(but=run)
    done = mail.drain(mail_url, sender, claimed_by=run)
    if done.trouble is not None:
        raise done.trouble


def run(app: Flask, job: Job, why: Why = Why.ASKED) -> bool:
    """Run one job in a session of its own, write down how it went, and say whether it is done.

    A failure is logged, never raised, and the job comes round again. A daily job that was done for the day is not run
    again unless somebody asks for it.

    Raises:
        Busy: it runs just now.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be asked.
    """
    lock = lock_of(app, f"job {job.name}")
    try:
        if not lock.take():
            raise Busy(job.name)
        run_id = _begin(app, job, why)
        if run_id is None:
            return True
        started = perf_counter()
        cause = _do(app, job, run_id)
        with app.app_context():
            runs.end(run_id, cause, round((perf_counter() - started) * 1000))
        return cause is None
    finally:
        lock.release()


def _begin(app: Flask, job: Job, why: Why) -> UUID | None:
    """Write down that a run begins; None where there is nothing to do. Whoever asks holds the job's lock."""
    now = utc_now()
    day = day_due(job.daily_at, now) if job.daily_at is not None else None
    with app.app_context():
        runs.cut_off(job.name)
        if why is Why.CATCHING_UP and next_due(job, runs.histories([job.name])[job.name], now) > now:
            return None
        begun = runs.begin(job.name, why, day)
        if begun is None and why is Why.ASKED:
            begun = runs.begin(job.name, why, None)
        return begun


def _do(app: Flask, job: Job, run_id: UUID) -> str | None:
    """Do the work, and say what kind of error ended it, if one did."""
    with app.app_context():
        db.session.info[runs.RUN] = run_id
        try:
            job.run()
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one job's failure must not end the others
            db.session.rollback()
            cause = type(error.cause if isinstance(error, Trouble) else error).__name__
            log.error("job failed", job=job.name, cause=cause)
            return cause
        finally:
            db.session.remove()
    return None


def settle(app: Flask, job: Job) -> None:
    """Note a run that was cut off: one that nobody goes on with, since its lock is free."""
    lock = lock_of(app, f"job {job.name}")
    try:
        if lock.take():
            with app.app_context():
                runs.cut_off(job.name)
    finally:
        lock.release()


def due_at(app: Flask, job: Job) -> datetime:
    """When a job is due next."""
    with app.app_context():
        return next_due(job, runs.histories([job.name])[job.name], utc_now())


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands.

    Attributes:
        last: its last run, if it ever ran.
        ok_at: when the last run began that ended well.
        due_at: when it runs next, where a worker is at work; one that is over means at once.
        has_gone: whether its last run was cut off, although nobody was there yet to write that down.
    """

    name: str
    rhythm: str
    last: Run | None
    ok_at: datetime | None
    due_at: datetime
    has_gone: bool

    @property
    def state(self) -> str:
        """How its last run went: never_ran, running, ok, failed or cut_off."""
        if self.last is None:
            return "never_ran"
        if self.last.outcome is None:
            return Outcome.CUT_OFF.value if self.has_gone else "running"
        return self.last.outcome.value


def standings(jobs: Iterable[Job], *, is_anybody_there: bool) -> list[Standing]:
    """How each job stands, in order of name. Three statements.

    Args:
        is_anybody_there: whether a worker is alive; without one no job goes on, save one that somebody asked for.
    """
    known = {job.name: job for job in sorted(jobs, key=lambda job: job.name)}
    histories, now = runs.histories(known), utc_now()
    return [_standing(job, histories[name], now, is_anybody_there) for name, job in known.items()]


def _standing(job: Job, history: History, now: datetime, is_anybody_there: bool) -> Standing:
    last = history.last
    has_gone = last is not None and last.outcome is None and not is_anybody_there and last.why is not Why.ASKED
    return Standing(job.name, rhythm(job), last, history.ok_at, next_due(job, history, now), has_gone)
