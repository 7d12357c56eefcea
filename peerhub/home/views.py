"""The first page after signing in."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from peerhub.access.views.guard import viewer
from peerhub.core.marks import signed_in
from peerhub.core.time import today
from peerhub.home.rules import lateness, most_urgent_first

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def today_page() -> ResponseReturnValue:
    """What needs me now (latest first), and quick actions for my roles."""
    asking, day = viewer(), today()
    needs = [need for room in current_app.extensions["rooms"] for due in room.due for need in due(asking, day)]
    return render_template("home/today.html", needs=most_urgent_first(needs), lateness=lateness, day=day)
