"""The page of jobs: what each last did, when it is due, and whether anybody does the work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from uuid_utils.compat import uuid7

from peerhub.core import jobs, runs
from peerhub.core.database import db
from peerhub.core.due import Outcome, Why
from peerhub.core.feature import Job
from peerhub.core.runs import JobRun
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]


def ran(app: Flask, name: str, outcome: Outcome | None, **more: object) -> None:
    values = {"why": Why.ON_TIME, "started_at": datetime.now(UTC) - timedelta(minutes=2)} | more
    with app.app_context():
        db.session.add(JobRun(name=name, outcome=outcome, **values))
        db.session.commit()


def beats(app: Flask, *, is_at_work: bool) -> None:
    with app.app_context():
        runs.beat(uuid7(), is_at_work=is_at_work)


def row(page: Page, name: str) -> dict[str, str]:
    """A job's row by its headings."""
    headings = [" ".join(cell.to_text().split()) for cell in page.all("thead th")]
    for line in page.all("tbody tr"):
        cells = [" ".join(cell.to_text().split()) for cell in line.query("td")]
        told = {head: cell.removeprefix(head).strip() for head, cell in zip(headings, cells, strict=True)}
        if told["Job"].lower() == name:
            return told
    raise AssertionError(f"no row of {name}")


def test_every_job_is_listed_and_that_nobody_is_there_is_said(app: Flask, browse: Browse, world: World) -> None:
    page = browse(world.ada).get("/jobs")
    assert "No worker is at work" in page.text
    assert "No mail is sent and no job runs until one is" in page.text
    for job in app.extensions["jobs"]:
        assert row(page, job.name.lower())["How it went"] == "Never ran"
        assert row(page, job.name.lower())["Next run"] == "When a worker is at work"


def test_a_worker_is_named_and_so_are_those_that_stand_by(app: Flask, browse: Browse, world: World) -> None:
    beats(app, is_at_work=False)
    page = browse(world.ada).get("/jobs")
    assert "No worker is at work yet" in page.text
    assert "takes over within a few seconds" in page.text
    beats(app, is_at_work=True)
    page = browse(world.ada).get("/jobs")
    assert "A worker is at work on" in page.text
    assert "1 other stands by to take over" in page.text
    assert "No worker" not in page.text


def test_how_each_job_went_is_told_with_the_kind_of_its_error_alone(app: Flask, browse: Browse, world: World) -> None:
    def work() -> None:
        raise ValueError("Priya Rahman")

    assert not jobs.run(app, Job("old staff records", 3600, work))
    ran(app, "old runs of jobs", Outcome.OK, milliseconds=65_000)
    ran(app, "tidy sign-in records", Outcome.CUT_OFF)
    beats(app, is_at_work=True)
    page = browse(world.ada).get("/jobs")
    failed = row(page, "old staff records")
    assert (failed["How it went"], failed["Kind of error"], failed["Begun because"]) == (
        "Failed", "ValueError", "Somebody asked for it",
    )  # fmt: skip
    assert "Priya" not in page.text
    done = row(page, "old runs of jobs")
    assert (done["How it went"], done["Took"], done["How often"]) == ("Done", "65 seconds", "Every hour")
    assert done["Last went well"] == done["Last run"]
    assert row(page, "tidy sign-in records")["How it went"] == "Cut off"
    assert row(page, "tidy sign-in records")["Next run"] == "Now"
    assert "2 jobs did not end well" in page.text


@pytest.mark.parametrize(("why", "state"), [(Why.ON_TIME, "Cut off"), (Why.ASKED, "Runs now")])
def test_without_a_worker_a_run_that_has_not_ended_was_cut_off_unless_somebody_asked_for_it(
    why: Why, state: str, app: Flask, browse: Browse, world: World
) -> None:
    ran(app, "old staff records", None, why=why)
    assert row(browse(world.ada).get("/jobs"), "old staff records")["How it went"] == state
    beats(app, is_at_work=True)
    assert row(browse(world.ada).get("/jobs"), "old staff records")["How it went"] == "Runs now"


def test_the_page_is_for_administrators(browse: Browse, world: World) -> None:
    assert "Jobs" in browse(world.ada).get("/account").text
    for user in (world.hana, world.hugo, world.priya, world.stig):
        browse(user).get("/jobs", status=403)


def test_the_page_asks_a_fixed_number_of_times(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.ada)
    browser.get("/jobs")
    count_queries()
    browser.get("/jobs")
    few = count_queries()
    for job in app.extensions["jobs"]:
        for _ in range(5):
            ran(app, job.name, Outcome.OK)
    count_queries()
    browser.get("/jobs")
    assert count_queries() == few
