"""What PeerHub holds about me: a page and a file, of one's own data alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.feature import Held, Subject
from peerhub.core.marks import signed_in
from peerhub.core.time import today, utc_now
from peerhub.privacy.rules import as_json, sections
from peerhub.workforce.queries.people import own_record

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/my-data")
@signed_in
def my_data() -> ResponseReturnValue:
    """Everything held of the viewer in this organisation; with ``format=json``, the same as a file."""
    asking = viewer()
    person = own_record(asking)
    held = _held(Subject(person.id if person else None, asking.user_id))
    is_file = request.args.get("format") == "json"
    audit.read("own data downloaded" if is_file else "own data read", person)
    if is_file:
        return _file(asking, held)
    return render_template("privacy/my_data.html", sections=sections(held), has_record=person is not None)


def _held(subject: Subject) -> Held:
    """What every room holds, the rooms in their order."""
    asked: list[Any] = [source for room in current_app.extensions["rooms"] for source in room.personal_data]
    return {title: rows for source in asked for title, rows in source(subject).items()}


def _file(asking: Viewer, held: Held) -> Response:
    body = as_json(held, name=asking.name, organisation=asking.organisation_name, made_at=utc_now())
    answer = Response(body, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="my-data-{today():%Y-%m-%d}.json"'
    return answer
