"""My meetings by week, one meeting, the series, and what I agreed to do."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.marks import requires
from peerhub.core.time import LONDON, long_date, today
from peerhub.meetings.actions import recording
from peerhub.meetings.queries import meetings as queries
from peerhub.meetings.queries import series as series_queries
from peerhub.meetings.queries.meetings import MeetingLine, week_of
from peerhub.meetings.queries.reach import arranged_kinds, oversees_any
from peerhub.meetings.rules.words import State
from peerhub.meetings.views.blueprint import SEE, blueprint, crumbs, series_crumb

A_WEEK = timedelta(days=7)
TAGS = {
    State.HELD: "green",
    State.MISSED: "orange",
    State.MOVED: "grey",
    State.CANCELLED: "grey",
    State.PLANNED: "blue",
}


@blueprint.get("/meetings")
@requires(*SEE)
def index() -> ResponseReturnValue:
    """A week of meetings, day by day: my own, or with ``whose=all`` those I may see."""
    asking, monday = viewer(), _week_asked()
    sees_more = oversees_any(asking)
    all_seen = sees_more and request.args.get("whose") == "all"
    lines = queries.between(asking, monday, monday + A_WEEK, all_seen=all_seen)
    return render_template(
        "meetings/index.html",
        days=_by_day(lines, monday),
        monday=monday,
        sunday=monday + timedelta(days=6),
        earlier=_week_address(monday - A_WEEK, all_seen=all_seen),
        later=_week_address(monday + A_WEEK, all_seen=all_seen),
        is_this_week=monday == week_of(today()),
        this_week=_week_address(week_of(today()), all_seen=all_seen),
        all_seen=all_seen,
        sees_more=sees_more,
        whose_address=url_for("meetings.index", week=monday.isoformat(), whose=None if all_seen else "all"),
        may_arrange=_may_arrange(asking),
        tags=TAGS,
    )


def _week_asked() -> date:
    """The Monday of the week in the address; of this week where it names none that can be shown."""
    try:
        asked = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        asked = today()
    return week_of(asked if 2000 <= asked.year <= 2100 else today())


def _week_address(monday: date, *, all_seen: bool) -> str:
    return url_for("meetings.index", week=monday.isoformat(), whose="all" if all_seen else None)


def _by_day(lines: list[MeetingLine], monday: date) -> list[tuple[date, list[MeetingLine]]]:
    """Each day of the week with its meetings; days without any are left out."""
    days = [monday + timedelta(days=number) for number in range(7)]
    found = [(day, [line for line in lines if line.starts_at.astimezone(LONDON).date() == day]) for day in days]
    return [(day, held) for day, held in found if held]


def _may_arrange(asking: Viewer) -> bool:
    return asking.may(Permission.MEETINGS_ARRANGE) and bool(arranged_kinds(asking))


@blueprint.get("/meetings/<uuid:meeting_id>")
@requires(*SEE)
def meeting(meeting_id: UUID) -> ResponseReturnValue:
    """One meeting: its facts, who comes, what was agreed, what can be done with it."""
    asking = viewer()
    row = queries.load_meeting(asking, meeting_id)
    page = queries.meeting_page(asking, row)
    if not page.is_party:
        audit.read("meeting read", row)
    return render_template("meetings/meeting.html", page=page, tags=TAGS, crumbs=crumbs())


@blueprint.get("/meetings/series")
@requires(*SEE)
def all_series() -> ResponseReturnValue:
    """The series I may see."""
    asking = viewer()
    lines = series_queries.series_lines(asking)
    return render_template("meetings/series/index.html", lines=lines, may_arrange=_may_arrange(asking), crumbs=crumbs())


@blueprint.get("/meetings/series/<uuid:series_id>")
@requires(*SEE)
def series(series_id: UUID) -> ResponseReturnValue:
    """One series: when it meets, who comes, its next meetings."""
    asking = viewer()
    page = series_queries.series_page(asking, series_queries.load_series(asking, series_id))
    return render_template("meetings/series/series.html", page=page, tags=TAGS, crumbs=[*crumbs(), *series_crumb()])


@blueprint.get("/meetings/actions")
@requires(*SEE)
def my_actions() -> ResponseReturnValue:
    """What I agreed to do: what is open, or with ``show=done`` what is done."""
    asking, done = viewer(), request.args.get("show") == "done"
    return render_template(
        "meetings/actions.html", actions=queries.own_actions(asking, done=done), done=done, crumbs=crumbs()
    )


@blueprint.post("/meetings/actions/<uuid:action_id>/done")
@requires(*SEE)
def finish_action(action_id: UUID) -> ResponseReturnValue:
    """An action is done."""
    recording.finish_action(queries.load_action(viewer(), action_id), today())
    flash("Saved. The action is done.")
    return redirect(url_for("meetings.my_actions"))


@blueprint.post("/meetings/actions/<uuid:action_id>/open")
@requires(*SEE)
def open_action(action_id: UUID) -> ResponseReturnValue:
    """An action is not done after all."""
    row = queries.load_action(viewer(), action_id)
    recording.finish_action(row, None)
    flash(f"Saved. The action is open again{f', due on {long_date(row.due)}' if row.due else ''}.")
    return redirect(url_for("meetings.my_actions"))
