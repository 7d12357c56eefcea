"""The outbox: messages that wait, were sent, or could not be sent."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.actions import outbox as actions
from peerhub.access.forms.looking import OutboxFilter
from peerhub.access.forms.signing_in import ButtonForm
from peerhub.access.permissions import Permission
from peerhub.access.queries import outbox as queries
from peerhub.access.views import sessions
from peerhub.access.views.guard import viewer
from peerhub.access.views.pages import blueprint
from peerhub.access.views.users import tell
from peerhub.core.marks import requires
from peerhub.core.tables import Column, Table, view_from_address
from peerhub.core.time import moment

TAGS = {queries.WAITING: "blue", queries.SENT: "green", queries.GIVEN_UP: "red", queries.UNSURE: "yellow"}
COLUMNS: tuple[Column[queries.MessageLine], ...] = (
    Column("made", "Written", lambda row: row.made_at, show=lambda row: moment(row.made_at)),
    Column("recipient", "To", lambda row: row.recipient),
    Column(
        "subject", "Subject", lambda row: row.subject, href=lambda row: url_for("access.message", message_id=row.id)
    ),
    Column("state", "Status", lambda row: row.state, tag=lambda row: TAGS[row.state], is_sorted=False),
    Column("tries", "Tries", lambda row: row.tries, is_number=True, is_sorted=False),
    Column("sent", "Sent", lambda row: row.sent_at, show=lambda row: moment(row.sent_at)),
)


@blueprint.get("/outbox")
@requires(Permission.OUTBOX_VIEW)
def outbox() -> ResponseReturnValue:
    """The messages of the organisation, newest first."""
    view = view_from_address(queries.SORTED, "-made")
    table = Table(
        "Messages",
        COLUMNS,
        queries.messages(viewer(), view),
        view,
        empty="No message fits." if view.filters else "No message was written yet. Invitations and links go out here.",
        can_export=False,
    )
    return render_template(
        "access/outbox/index.html",
        table=table,
        form=OutboxFilter(request.args),
        is_narrowed=bool(view.filters),
        sends_mail=sessions.settings().sends_mail,
    )


@blueprint.get("/outbox/<uuid:message_id>")
@requires(Permission.OUTBOX_VIEW)
def message(message_id: UUID) -> ResponseReturnValue:
    """One message. Its words are shown, and that they were read is recorded, only where no mail server sends it.

    A link to the account of somebody who has a password is not: whoever opened it could sign in as them.
    """
    row = queries.load_message(viewer(), message_id)
    shown = queries.line(row)
    body = None
    if not sessions.settings().sends_mail and row.body and not row.is_sealed:
        audit.read("message read", row)
        body = row.body
    return render_template(
        "access/outbox/message.html",
        message=shown,
        tag_colour=TAGS[shown.state],
        body=body,
        is_waiting_for_mail=row.is_sealed and not sessions.settings().sends_mail,
        crumbs=[{"text": "Outbox", "href": url_for("access.outbox")}],
    )


@blueprint.post("/outbox/<uuid:message_id>/send")
@requires(Permission.OUTBOX_VIEW)
def send_message(message_id: UUID) -> ResponseReturnValue:
    """Try anew to send a message that was given up, or of which nobody knows whether it left."""
    row, form = queries.load_message(viewer(), message_id), ButtonForm()
    with form.attempt():
        actions.put_back(row)
    tell(form, "We will try to send the message again within a minute.")
    return redirect(url_for("access.message", message_id=message_id))
