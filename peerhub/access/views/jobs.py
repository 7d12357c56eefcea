"""The work that nobody asks for: when each job last ran, how that went, and whether anybody does it."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.pages import blueprint
from peerhub.core import runs
from peerhub.core.jobs import Standing, standings
from peerhub.core.marks import requires
from peerhub.core.tables import Column, Page, Table, View
from peerhub.core.time import moment, utc_now

STATES = {
    "never_ran": ("Never ran", "grey"),
    "running": ("Runs now", "blue"),
    "ok": ("Done", "green"),
    "failed": ("Failed", "red"),
    "cut_off": ("Cut off", "orange"),
}


def took(milliseconds: int | None) -> str:
    """How long a run took, in words.

    >>> took(None), took(12), took(1500), took(192_000)
    ('', 'under a second', '2 seconds', '3 minutes')
    """
    if milliseconds is None:
        return ""
    seconds = round(milliseconds / 1000)
    if milliseconds < 1000:
        return "under a second"
    if seconds < 120:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{round(seconds / 60)} minutes"


def columns(*, is_anybody_there: bool) -> tuple[Column[Standing], ...]:
    """The columns of the list; when a job is due says little where nobody runs it."""
    now = utc_now()

    def due(row: Standing) -> str:
        if not is_anybody_there:
            return "When a worker is at work"
        return moment(row.due_at) if row.due_at > now else "Now"

    def began(row: Standing) -> str:
        return moment(row.last.began_at) if row.last else "Never"

    return (
        Column("name", "Job", lambda row: row.name[:1].upper() + row.name[1:], is_sorted=False),
        Column("rhythm", "How often", lambda row: row.rhythm, is_sorted=False),
        Column("began", "Last run", began, is_sorted=False),
        Column(
            "state",
            "How it went",
            lambda row: STATES[row.state][0],
            tag=lambda row: STATES[row.state][1],
            is_sorted=False,
        ),
        Column("cause", "Kind of error", lambda row: row.last.cause if row.last else None, is_sorted=False),
        Column("took", "Took", lambda row: took(row.last.milliseconds) if row.last else "", is_sorted=False),
        Column("why", "Begun because", lambda row: row.last.why.label if row.last else "", is_sorted=False),
        Column("ok", "Last went well", lambda row: moment(row.ok_at), is_sorted=False),
        Column("due", "Next run", due, is_sorted=False),
    )


@blueprint.get("/jobs")
@requires(Permission.JOBS_VIEW)
def jobs() -> ResponseReturnValue:
    """Every job of this installation."""
    workers = runs.alive()
    is_anybody_there = any(worker.is_at_work for worker in workers)
    found = standings(current_app.extensions["jobs"], is_anybody_there=is_anybody_there)
    table = Table(
        "Jobs",
        columns(is_anybody_there=is_anybody_there),
        Page(found, len(found)),
        View(size=max(1, len(found))),
        can_export=False,
    )
    return render_template(
        "access/jobs/index.html",
        table=table,
        at_work=next((worker for worker in workers if worker.is_at_work), None),
        standing_by=sum(not worker.is_at_work for worker in workers),
        trouble=sum(row.state in {"failed", "cut_off"} for row in found),
    )
