"""The page of live indicators."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.marks import requires
from peerhub.core.time import today
from peerhub.indicators.forms import FiguresForm
from peerhub.indicators.queries import figures

blueprint = Blueprint("indicators", __name__)


@blueprint.get("/indicators")
@requires(Permission.INDICATORS_VIEW, Permission.INDICATORS_COUNTS)
def index() -> ResponseReturnValue:
    """Every live indicator as at a day, and a year before."""
    asking, team = viewer(), request.args.get("team", "")
    try:
        team_id = UUID(team) if team else None
    except ValueError:
        abort(404)
    asked = FiguresForm(today(), (), False, request.args)
    is_good = asked.validate()
    told = figures(asking, (is_good and asked.on.data) or today(), team_id)
    form = FiguresForm(today(), told.teams, told.is_whole, request.args)
    form.validate()
    return render_template("indicators/index.html", told=told, form=form), 200 if is_good else 422
