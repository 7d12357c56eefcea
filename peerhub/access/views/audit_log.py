"""The audit log: who did what, when and from where."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.forms.looking import AuditFilter, key_of
from peerhub.access.permissions import Permission
from peerhub.access.queries import audit_log as queries
from peerhub.access.queries.users import accounts_here
from peerhub.access.views.guard import viewer
from peerhub.access.views.pages import blueprint
from peerhub.core.marks import requires
from peerhub.core.tables import Column, Table, as_file, asked_format, view_from_address
from peerhub.core.time import moment

COLUMNS: tuple[Column[queries.AuditLine], ...] = (
    Column("at", "When", lambda row: row.at, show=lambda row: moment(row.at)),
    Column("by", "Who", lambda row: row.by or "Nobody signed in", is_sorted=False),
    Column("action", "What was done", lambda row: row.action, is_sorted=False),
    Column("kind", "Done to", lambda row: row.kind, is_sorted=False),
    Column("fields", "Fields", lambda row: row.fields, is_sorted=False),
    Column(
        "subject",
        "Number of the record",
        lambda row: str(row.subject_id or ""),
        href=lambda row: url_for("access.audit_log", subject=row.subject_id) if row.subject_id else None,
        is_sorted=False,
    ),
    Column("is_read", "Read or change", lambda row: "Read" if row.is_read else "Change", is_sorted=False),
    Column("source", "From where", lambda row: row.source, is_sorted=False),
    Column("request_id", "Number of the request", lambda row: row.request_id, is_sorted=False),
)
SHOWN = tuple(column for column in COLUMNS if column.key != "request_id")


@blueprint.get("/audit-log")
@requires(Permission.AUDIT_VIEW)
def audit_log() -> ResponseReturnValue:
    """What was done in the organisation, newest first; with ``format``, the same as a file."""
    asking, kind = viewer(), asked_format()
    view = view_from_address(queries.SORTED, "-at")
    form = AuditFilter(request.args)
    form.offer(accounts_here(asking), queries.kinds())
    is_right = form.validate()
    asked = asked_for(form) if is_right else queries.Asked()
    if kind and is_right:
        rows = queries.entries(asking, asked, view.whole()).rows
        audit.read("audit log exported", None, rows=len(rows))
        return as_file("audit-log", COLUMNS, rows, kind)
    table = Table(
        "What was done",
        SHOWN,
        queries.entries(asking, asked, view),
        view,
        empty="Nothing was done that fits. Leave a part of the search out, or choose more days.",
        note=f"A file holds up to {queries.MOST_EXPORTED:,} entries.",
    )
    page = render_template("access/audit_log/index.html", table=table, form=form, is_narrowed=bool(view.filters))
    return page, 200 if is_right else 422


def asked_for(form: AuditFilter) -> queries.Asked:
    """What of the log the address asks for."""
    return queries.Asked(
        account_id=form.account.data,
        what=form.what.data or "",
        kind=form.kind.data or "",
        subject_id=key_of(form.subject.data),
        first=form.first.data,
        last=form.last.data,
        is_read={"reads": True, "writes": False}.get(form.show.data),
    )
