"""The whole service: on time or late, who has nobody, and what the organisation settled."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.time import today
from peerhub.supervision.actions.settling import settle
from peerhub.supervision.forms.agreements import SettingsForm
from peerhub.supervision.queries import service as services
from peerhub.supervision.queries import settings as held
from peerhub.supervision.queries.unsupervised import gaps
from peerhub.supervision.rules.words import DueState
from peerhub.supervision.views.blueprint import blueprint
from peerhub.supervision.views.linking import TAGS, crumbs_for, links_for


@blueprint.get("/supervision/service")
@requires(Permission.SUPERVISION_DATES)
def service() -> ResponseReturnValue:
    """On time, due and overdue, by team and supervisor, month by month; why sessions were missed. Never the words."""
    asking = viewer()
    return render_template(
        "supervision/service.html", page=services.service(asking, today()), states=DueState, tags=TAGS,
        links=links_for(asking),
    )  # fmt: skip


@blueprint.get("/supervision/unsupervised")
@requires(Permission.SUPERVISION_ARRANGE)
def unsupervised() -> ResponseReturnValue:
    """Who has nobody to go to today, and how many people each supervisor looks after."""
    asking = viewer()
    return render_template("supervision/unsupervised.html", page=gaps(asking, today()), links=links_for(asking))


@blueprint.route("/supervision/settings", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_OVERSEE)
def settings() -> ResponseReturnValue:
    """What the organisation settled for supervision."""
    asking = viewer()
    form = SettingsForm(data=held.as_saved())
    outcome = save(
        form,
        lambda: settle(
            form.opened_at, every_weeks=form.every_weeks.data or 0, ceiling=form.ceiling.data or 0,
            phased_days=form.phased_days.data or 0,
        ),
        held.as_saved,
    )  # fmt: skip
    if outcome.is_saved:
        flash("Saved. The settings of supervision are up to date.")
        return redirect(url_for("supervision.settings"))
    return render_template(
        "supervision/settings.html", form=form, theirs=outcome.theirs, crumbs=crumbs_for(asking)
    ), outcome.status(form)
