"""When a job is due: after so many seconds, or once a day in London; at once where it was cut off."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from peerhub.core.due import History, Outcome, Run, Why, day_due, moment_of, next_due
from peerhub.core.feature import Job

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOURLY = Job("hourly", 3600, print)
QUICK = Job("quick", 20, print)
DAILY = Job("daily", None, print, daily_at=time(6))


def after(minutes: float = 0) -> datetime:
    return NOON + timedelta(minutes=minutes)


def history(outcome: Outcome | None, began: datetime, unlucky: int = 1, **known: object) -> History:
    return History(Run(began, Why.ON_TIME, outcome), unlucky=unlucky, **known)  # type: ignore[arg-type]  # days and moments


@pytest.mark.parametrize(("seconds", "daily_at"), [(None, None), (60, time(6))])
def test_a_job_says_its_rhythm_in_one_way(seconds: int | None, daily_at: time | None) -> None:
    with pytest.raises(ValueError, match="either every how many seconds"):
        Job("x", seconds, print, daily_at=daily_at)


@pytest.mark.parametrize("job", [HOURLY, QUICK, DAILY])
def test_a_job_that_never_ran_is_due_at_once(job: Job) -> None:
    assert next_due(job, History(), NOON) <= NOON


def test_a_job_is_due_so_many_seconds_after_it_last_went_well() -> None:
    assert next_due(HOURLY, history(Outcome.OK, after(-20), 0, ok_at=after(-20)), NOON) == after(40)
    assert next_due(HOURLY, history(Outcome.OK, after(-3000), 0, ok_at=after(-3000)), NOON) < NOON


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 2, 5, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 2, 6, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 7, 1, 5, 0, tzinfo=UTC), date(2026, 7, 1)),  # 6am in summer time
        (datetime(2026, 7, 1, 4, 59, tzinfo=UTC), date(2026, 6, 30)),
    ],
)
def test_a_daily_job_has_its_day_by_the_clock_on_the_wall(now: datetime, day: date) -> None:
    assert day_due(time(6), now) == day


def test_the_day_is_londons_where_it_is_already_tomorrow_there() -> None:
    assert day_due(time(0, 15), datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)


def test_clocks_that_change_neither_skip_nor_double_a_day() -> None:
    """In March 1:30am does not come; in October it comes twice. Looked at every ten minutes, each day comes once."""
    for start in (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)):
        days = [day_due(time(1, 30), start + timedelta(minutes=10 * look)) for look in range(6 * 72)]
        assert sorted(set(days)) == sorted(days[0] + timedelta(days=n) for n in range(4))
        assert days == sorted(days)
        assert day_due(time(1, 30), moment_of(days[-1], time(1, 30))) == days[-1]


def test_a_daily_job_makes_up_once_for_the_days_it_missed() -> None:
    done = history(Outcome.OK, after(-60 * 24 * 5), 0, ok_at=after(-60 * 24 * 5), ok_day=date(2026, 2, 25))
    assert next_due(DAILY, done, NOON) <= NOON
    done = history(Outcome.OK, NOON, 0, ok_at=NOON, ok_day=date(2026, 3, 2))
    assert next_due(DAILY, done, NOON) == datetime(2026, 3, 3, 6, tzinfo=UTC)


def test_a_job_that_failed_is_tried_again_after_a_quarter_of_an_hour_or_when_it_comes_round() -> None:
    failed = history(Outcome.FAILED, after(-5), ok_at=after(-10), ok_day=date(2026, 3, 1))
    assert next_due(HOURLY, failed, NOON) == after(10)
    assert next_due(QUICK, failed, NOON) < NOON
    assert next_due(DAILY, failed, NOON) == after(10)


def test_a_daily_job_that_is_done_for_the_day_does_not_run_because_a_later_try_failed() -> None:
    failed = history(Outcome.FAILED, after(-5), ok_at=after(-10), ok_day=date(2026, 3, 2))
    assert next_due(DAILY, failed, NOON) == datetime(2026, 3, 3, 6, tzinfo=UTC)


@pytest.mark.parametrize("outcome", [Outcome.CUT_OFF, None])
def test_a_job_that_was_cut_off_runs_at_once_unless_it_is_what_ends_the_worker(outcome: Outcome | None) -> None:
    assert next_due(HOURLY, history(outcome, after(-1), 2, ok_at=after(-10)), NOON) <= NOON
    assert next_due(HOURLY, history(outcome, after(-1), 3, ok_at=after(-10)), NOON) == after(14)
    assert next_due(DAILY, history(outcome, after(-1), 2, ok_day=date(2026, 3, 1)), NOON) <= NOON
