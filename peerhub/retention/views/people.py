"""The people behind a figure: read by those who may see individuals, and written down as read."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.marks import requires
from peerhub.core.tables import Column, Table, as_file, asked_format, view_from_address
from peerhub.core.time import short_date, today
from peerhub.retention.queries.people import Behind, Group, people_behind
from peerhub.retention.rules.figures import WORDS
from peerhub.retention.views.report import address, blueprint


def _record(row: Behind) -> str | None:
    """The person's own page, for those who may open every one of them."""
    may_open = viewer().reach(Permission.PEOPLE_VIEW).whole
    return url_for("workforce.person", person_id=row.person) if may_open else None


COLUMNS: tuple[Column[Behind], ...] = (
    Column("name", "Name", lambda row: row.name, href=_record),
    Column("staff_number", "Staff number", lambda row: row.staff_number),
    Column("started", "Started", lambda row: row.started, show=lambda row: short_date(row.started)),
    Column("setting", "Setting at the start", lambda row: row.setting),
    Column("service_line", "Service line at the start", lambda row: row.service_line),
    Column("team", "Team at the start", lambda row: row.team),
    Column("left_on", "Left on", lambda row: row.left_on, show=lambda row: short_date(row.left_on) or "–"),
    Column("reason", "Why they left", lambda row: row.reason, show=lambda row: row.reason or "–"),
    Column("destination", "Where to", lambda row: row.destination, show=lambda row: row.destination or "–"),
)


@blueprint.get("/retention/people")
@requires(Permission.RETENTION_INDIVIDUALS)
def people() -> ResponseReturnValue:
    """Who stands behind one figure."""
    view = view_from_address([column.key for column in COLUMNS], "started")
    kind = asked_format()
    question, group, page = people_behind(viewer(), request.args, today(), view.whole() if kind else view)
    audit.read("read people behind a retention figure", None, figure=group.name, people=len(page.rows))
    if kind:
        return as_file("retention-people", COLUMNS, page.rows, kind)
    table = Table("People", COLUMNS, page, view, empty="Nobody is behind this figure.")
    crumbs = [{"text": "Retention", "href": address("retention.index", question)}]
    return render_template("retention/people.html", table=table, asked=question, heading=_heading(group), crumbs=crumbs)


def _heading(group: Group) -> str:
    after = f"{group.year} year{'' if group.year == 1 else 's'} after they started"
    return {
        "recruited": "People recruited",
        "expected": "People expected to start",
        "here": f"People {WORDS[group.tier][0].lower()}{WORDS[group.tier][1:]} {after}",
        "away": f"People not {WORDS[group.tier][0].lower()}{WORDS[group.tier][1:]} {after}",
        "not_yet_due": f"People for whom the day {after} has not come",
        "unconfirmed": f"People counted {after} whom the latest load does not show",
        "left": "People who have left the organisation",
    }[group.name]
