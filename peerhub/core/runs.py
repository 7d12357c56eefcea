"""What is kept of the work done without being asked: each run of each job, and which workers are alive."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CursorResult, Enum, Index, Select, String, case, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from peerhub.core.database import Base, Keyed, db
from peerhub.core.due import History, Outcome, Run, Why
from peerhub.core.time import utc_now

KEPT = timedelta(days=30)
MOST_KEPT = 1_000
"""Good runs kept of each job: one that runs every few seconds would fill the database in a month."""
ALIVE_FOR = timedelta(seconds=20)
"""A worker that was not heard of for so long is not there."""
RUN = "run"


def _words(kind: type[StrEnum], name: str) -> Enum:
    return Enum(kind, native_enum=False, length=20, name=name, values_callable=lambda k: [m.value for m in k])


class JobRun(Keyed, Base):
    """One run of a job.

    Attributes:
        day: the day that a daily job ran for: done for each day once.
        outcome: None while it runs.
        cause: the kind of the error, never its words.
    """

    __tablename__ = "job_run"
    name: Mapped[str] = mapped_column(String(80))
    day: Mapped[date | None]
    why: Mapped[Why] = mapped_column(_words(Why, "why"))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(_words(Outcome, "outcome"))
    cause: Mapped[str | None] = mapped_column(String(80))
    milliseconds: Mapped[int | None]


GOES_ON = JobRun.outcome.is_(None)
STANDS = GOES_ON | (JobRun.outcome == Outcome.OK)
Index("ix_job_run_name", JobRun.name, JobRun.started_at)
Index("uq_job_run_going", JobRun.name, unique=True, postgresql_where=GOES_ON, sqlite_where=GOES_ON)
Index("uq_job_run_day", JobRun.name, JobRun.day, unique=True, postgresql_where=STANDS, sqlite_where=STANDS)


class WorkerProcess(Keyed, Base):
    """A process that does the work, or stands by for it."""

    __tablename__ = "worker_process"
    host: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    is_at_work: Mapped[bool]


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker that is alive."""

    host: str
    number: int
    began_at: datetime
    is_at_work: bool


def begin(name: str, why: Why, day: date | None) -> UUID | None:
    """Write down that a run begins, and commit; None where it has been done for that day, or goes on elsewhere."""
    run = JobRun(name=name, why=why, day=day, started_at=utc_now())
    db.session.add(run)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return None
    return run.id


def end(run_id: UUID, cause: str | None, milliseconds: int) -> None:
    """Write down how a run ended, and commit."""
    db.session.execute(
        update(JobRun)
        .where(JobRun.id == run_id)
        .values(
            finished_at=utc_now(),
            outcome=Outcome.OK if cause is None else Outcome.FAILED,
            cause=cause and cause[:80],
            milliseconds=milliseconds,
        )
    )
    db.session.commit()


def cut_off(name: str) -> bool:
    """Note that whoever ran a job ended without a word, and commit. Asked by the holder of the job's lock alone."""
    done = db.session.execute(update(JobRun).where(JobRun.name == name, GOES_ON).values(outcome=Outcome.CUT_OFF))
    db.session.commit()
    return isinstance(done, CursorResult) and done.rowcount > 0


def going() -> UUID:
    """The run that this session belongs to."""
    found: UUID = db.session.info[RUN]
    return found


def histories(names: Iterable[str]) -> dict[str, History]:
    """What is known of each job's runs. Three statements."""
    known = {name: History() for name in names}
    went_well = JobRun.outcome == Outcome.OK
    ok = (
        select(
            JobRun.name,
            func.max(case((went_well, JobRun.started_at))).label("ok_at"),
            func.max(case((went_well, JobRun.day))).label("ok_day"),
        )
        .where(JobRun.name.in_(known))
        .group_by(JobRun.name)
        .subquery()
    )
    counted = db.session.execute(
        select(JobRun.name, func.count())
        .join(ok, ok.c.name == JobRun.name)
        .where(ok.c.ok_at.is_(None) | (JobRun.started_at > ok.c.ok_at))
        .where(GOES_ON | (JobRun.outcome != Outcome.OK))
        .group_by(JobRun.name)
    )
    unlucky = {name: int(number) for name, number in counted}
    last = {run.name: run for run in db.session.scalars(_newest(known))}
    for name, ok_at, ok_day in db.session.execute(select(ok)):
        known[name] = History(_run(last[name]), ok_at, ok_day, unlucky.get(name, 0))
    return known


def _newest(names: Iterable[str]) -> Select[JobRun]:
    """The last run of each job."""
    place = func.row_number().over(partition_by=JobRun.name, order_by=(JobRun.started_at.desc(), JobRun.id.desc()))
    numbered = select(JobRun.id, place.label("place")).where(JobRun.name.in_(names)).subquery()
    return select(JobRun).join(numbered, numbered.c.id == JobRun.id).where(numbered.c.place == 1)


def _run(row: JobRun) -> Run:
    return Run(row.started_at, row.why, row.outcome, row.finished_at, row.cause, row.milliseconds)


def clear_away() -> None:
    """Remove runs that are older than a month, and good ones beyond the last thousand; the last of each job stays."""
    newest = func.row_number().over(partition_by=JobRun.name, order_by=JobRun.started_at.desc())
    good = func.row_number().over(partition_by=(JobRun.name, JobRun.outcome), order_by=JobRun.started_at.desc())
    numbered = select(JobRun.id, newest.label("place"), good.label("good_place")).subquery()
    is_old = JobRun.started_at < utc_now() - KEPT
    is_beyond = (JobRun.outcome == Outcome.OK) & (numbered.c.good_place > MOST_KEPT)
    gone = (
        select(JobRun.id)
        .join(numbered, numbered.c.id == JobRun.id)
        .where(numbered.c.place > 1, ~GOES_ON, is_old | is_beyond)
    )
    # The last run that went well says what a daily job was done for, so it stays too.
    stays = (JobRun.outcome == Outcome.OK) & (numbered.c.good_place == 1)
    gone = gone.where(~stays)
    db.session.execute(delete(JobRun).where(JobRun.id.in_(gone)).execution_options(synchronize_session=False))
    db.session.execute(delete(WorkerProcess).where(WorkerProcess.seen_at < utc_now() - timedelta(days=1)))


def beat(worker_id: UUID, *, is_at_work: bool) -> None:
    """Say that a worker is alive, and commit."""
    now = utc_now()
    known = update(WorkerProcess).where(WorkerProcess.id == worker_id).values(seen_at=now, is_at_work=is_at_work)
    done = db.session.execute(known)
    if isinstance(done, CursorResult) and done.rowcount == 0:
        db.session.add(
            WorkerProcess(
                id=worker_id, host=platform.node()[:200], number=os.getpid(), began_at=now, seen_at=now,
                is_at_work=is_at_work,
            )
        )  # fmt: skip
    db.session.commit()


def leave(worker_id: UUID) -> None:
    """Say that a worker has ended, and commit."""
    db.session.execute(delete(WorkerProcess).where(WorkerProcess.id == worker_id))
    db.session.commit()


def alive() -> list[WorkerSeen]:
    """The workers that were heard of just now: the one at work first."""
    found = db.session.scalars(
        select(WorkerProcess)
        .where(WorkerProcess.seen_at > utc_now() - ALIVE_FOR)
        .order_by(WorkerProcess.is_at_work.desc(), WorkerProcess.id)
    )
    return [WorkerSeen(row.host, row.number, row.began_at, row.is_at_work) for row in found]
