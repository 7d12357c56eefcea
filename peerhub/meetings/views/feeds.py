"""Calendars: my addresses, what a calendar program reads there, and one meeting as a file."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.actions.links import digest_of
from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.forms import was_sent
from peerhub.core.marks import public, requires
from peerhub.core.time import today
from peerhub.core.web import later
from peerhub.meetings import files
from peerhub.meetings.actions import feeds as actions
from peerhub.meetings.forms.arranging import ButtonForm
from peerhub.meetings.queries import feeds as queries
from peerhub.meetings.queries.meetings import load_own_meeting
from peerhub.meetings.views.blueprint import SEE, blueprint, crumbs

CALENDAR = "text/calendar; charset=utf-8"


@blueprint.route("/meetings/calendar", methods=["GET", "POST"])
@requires(Permission.MEETINGS_OWN)
def my_calendar() -> ResponseReturnValue:
    """My calendar addresses. Making one shows it, once."""
    asking, form, address = viewer(), ButtonForm(), None
    if was_sent(form):
        with form.attempt():
            token = actions.make_feed(asking.user_id)
        if form.is_clean:
            address = f"{_base_url()}{url_for('meetings.feed', token=token)}"
    page = render_template(
        "meetings/calendar.html", form=form, address=address, feeds=queries.feeds(asking), crumbs=crumbs()
    )
    return page, 422 if form.problems() else 200


@blueprint.post("/meetings/calendar/<uuid:feed_id>/stop")
@requires(Permission.MEETINGS_OWN)
def stop_feed(feed_id: UUID) -> ResponseReturnValue:
    """A calendar address of mine works no more."""
    actions.revoke_feed(queries.load_feed(viewer(), feed_id))
    flash("Saved. That calendar address has stopped working.")
    return redirect(url_for("meetings.my_calendar"))


@blueprint.get("/calendar/<token>.ics")
@public("calendar programs cannot sign in; whoever holds the secret address sees its owner's meetings, neutrally named")
def feed(token: str) -> ResponseReturnValue:
    """The meetings of whoever made this address, as a calendar."""
    found = queries.open_feed(digest_of(token))
    body = files.calendar(queries.entries(found.viewer), _base_url(), _name())
    day = today()
    if found.read_on != day:
        later(lambda: actions.note_read(found.id, day))
    answer = Response(body, content_type=CALENDAR)
    answer.set_etag(sha256(body).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer.make_conditional(request)


@blueprint.get("/meetings/<uuid:meeting_id>/meeting.ics")
@requires(*SEE)
def download(meeting_id: UUID) -> ResponseReturnValue:
    """One meeting of mine, to take into a calendar."""
    row = load_own_meeting(viewer(), meeting_id)
    answer = Response(files.invitation(queries.entry_of(row), _base_url()), content_type=CALENDAR)
    answer.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


def _base_url() -> str:
    return str(current_app.extensions["settings"].base_url)


def _name() -> str:
    return str(current_app.extensions["settings"].service_name)
