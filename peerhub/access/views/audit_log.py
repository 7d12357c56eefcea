"""The audit log: who did what, when and from where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

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

PAGES: dict[str, Callable[[UUID], str]] = {
    "user": lambda key: url_for("access.user", user_id=key),
    "invitation": lambda key: url_for("access.invitation", invitation_id=key),
    "outbox_mail": lambda key: url_for("access.message", message_id=key),
}
"""What an administrator may open."""


def about(row: queries.AuditLine) -> str:
    """What it was done to: its kind, and the end of its number to tell it from others."""
    return f"{row.kind} {str(row.subject_id)[-8:]}" if row.subject_id else row.kind


def page_of(row: queries.AuditLine) -> str | None:
    """The page of what it was done to; where there is none to open, all that was done to it."""
    if row.subject_id is None:
        return None
    if row.table in PAGES:
        return PAGES[row.table](row.subject_id)
    return url_for("access.audit_log", subject=row.subject_id)


def nobody(row: queries.AuditLine) -> str:
    """Who did it where nobody was signed in: PeerHub's own work, the server's own keyboard, or a visitor."""
    return {"": "Command line", "job": "PeerHub itself"}.get(row.source, "Nobody signed in")


COLUMNS: tuple[Column[queries.AuditLine], ...] = (
    Column("at", "When", lambda row: row.at, show=lambda row: moment(row.at)),
    Column("by", "Who", lambda row: row.by or nobody(row), is_sorted=False),
    Column("action", "What was done", lambda row: row.action, is_sorted=False),
    Column("about", "Done to", about, href=page_of, is_sorted=False, in_export=False),
    Column("kind", "Done to", lambda row: row.kind, is_sorted=False),
    Column("fields", "Fields", lambda row: row.fields, is_sorted=False),
    Column(
        "subject",
        "Number of the record",
        lambda row: str(row.subject_id or ""),
        is_sorted=False,
    ),
    Column("is_read", "Read or change", lambda row: "Read" if row.is_read else "Change", is_sorted=False),
    Column("source", "From where", lambda row: row.source, is_sorted=False),
    Column("request_id", "Number of the request", lambda row: row.request_id, is_sorted=False),
)
SHOWN = tuple(column for column in COLUMNS if column.key not in {"kind", "subject", "request_id"})
ROWS_A_PAGE = 25


@blueprint.get("/audit-log")
@requires(Permission.AUDIT_VIEW)
def audit_log() -> ResponseReturnValue:
    """What was done in the organisation, newest first; with ``format``, the same as a file."""
    asking, kind = viewer(), asked_format()
    view = replace(view_from_address(queries.SORTED, "-at"), size=ROWS_A_PAGE)
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
