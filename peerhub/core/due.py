"""When a job is due next. Pure: what happened and the moment it is are arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from peerhub.core.feature import Job
from peerhub.core.time import LONDON, clock_time

RETRY = timedelta(minutes=15)
"""How long after a failure a job is tried again, where it would not come round sooner."""
MOST_AT_ONCE = 3
"""A job cut off so often in a row may be what ends the worker: it is not begun at once any more."""


class Outcome(StrEnum):
    """How a run of a job ended."""

    OK = "ok"
    FAILED = "failed"
    CUT_OFF = "cut_off"


class Why(StrEnum):
    """What a run of a job was begun by."""

    ON_TIME = "on_time"
    CATCHING_UP = "catching_up"
    AGAIN = "again"
    ASKED = "asked"

    @property
    def label(self) -> str:
        """In words."""
        return WHY_LABELS[self]


WHY_LABELS = {
    Why.ON_TIME: "Its time came",
    Why.CATCHING_UP: "It was overdue",
    Why.AGAIN: "It had not ended well",
    Why.ASKED: "Somebody asked for it",
}


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a job. ``outcome`` is None while it goes on, or where whoever ran it ended without a word."""

    began_at: datetime
    why: Why
    outcome: Outcome | None = None
    finished_at: datetime | None = None
    cause: str | None = None
    milliseconds: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a job's runs.

    Attributes:
        ok_at: when the last run began that ended well.
        ok_day: the last day that a daily job was done for.
        unlucky: how many runs did not end well since then.
    """

    last: Run | None = None
    ok_at: datetime | None = None
    ok_day: date | None = None
    unlucky: int = 0

    @property
    def ended_badly(self) -> bool:
        """Whether the last run did not end well, or did not end at all."""
        return self.last is not None and self.last.outcome is not Outcome.OK


def day_due(at: time, now: datetime) -> date:
    """The latest day on which a time of day has come in London.

    >>> day_due(time(6), datetime(2026, 7, 1, 4, 59, tzinfo=UTC)), day_due(time(6), datetime(2026, 7, 1, 5, tzinfo=UTC))
    (datetime.date(2026, 6, 30), datetime.date(2026, 7, 1))
    """
    today = now.astimezone(LONDON).date()
    return today if moment_of(today, at) <= now else today - timedelta(days=1)


def moment_of(day: date, at: time) -> datetime:
    """The moment of a time of day in London; one that the clocks leap over comes an hour later by the clock.

    Which of two comes first where the clocks go back: the first.
    """
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def next_due(job: Job, history: History, now: datetime) -> datetime:
    """When a job is due next; a moment that is over means at once."""
    if job.daily_at is not None:
        latest = day_due(job.daily_at, now)
        if history.ok_day is not None and history.ok_day >= latest:
            return moment_of(latest + timedelta(days=1), job.daily_at)
        usual = moment_of(latest, job.daily_at)
    else:
        usual = history.ok_at + timedelta(seconds=job.seconds or 0) if history.ok_at else now
    if history.last is None or not history.ended_badly:
        return usual
    return history.last.began_at + _rest(job, history)


def _rest(job: Job, history: History) -> timedelta:
    """How long after it began a run that did not end well is tried again."""
    was_failure = history.last is not None and history.last.outcome is Outcome.FAILED
    if not was_failure and history.unlucky < MOST_AT_ONCE:
        return timedelta()
    return min(RETRY, timedelta(seconds=job.seconds)) if job.seconds else RETRY


def rhythm(job: Job) -> str:
    """How often a job runs, in words.

    >>> rhythm(Job("a", 1, print)), rhythm(Job("b", 20, print)), rhythm(Job("c", 3600, print))
    ('Every second', 'Every 20 seconds', 'Every hour')
    >>> rhythm(Job("d", 7200, print)), rhythm(Job("e", 90, print)), rhythm(Job("f", None, print, daily_at=time(6, 30)))
    ('Every 2 hours', 'Every 90 seconds', 'Every day at 6:30am')
    """
    if job.daily_at is not None:
        return f"Every day at {clock_time(datetime.combine(date(2000, 1, 1), job.daily_at, LONDON))}"
    seconds = job.seconds or 0
    size, noun = next((s, n) for s, n in ((3600, "hour"), (60, "minute"), (1, "second")) if seconds % s == 0)
    count = seconds // size
    return f"Every {noun}" if count == 1 else f"Every {count} {noun}s"
