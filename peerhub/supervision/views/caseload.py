"""A supervisor's caseload, and logging what happened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.errors import NotFound
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.time import clock_time, long_date, today, utc_now
from peerhub.meetings.rules.words import How
from peerhub.supervision.actions import sessions as actions
from peerhub.supervision.actions.notes import write_note
from peerhub.supervision.forms.sessions import LogForm, MissedForm
from peerhub.supervision.queries import agreements
from peerhub.supervision.queries import caseload as cases
from peerhub.supervision.queries.people import own_id
from peerhub.supervision.rules.agreements import USUAL_MINUTES
from peerhub.supervision.rules.sessions import proposed_next
from peerhub.supervision.rules.words import DueState
from peerhub.supervision.views.blueprint import blueprint
from peerhub.supervision.views.linking import TAGS, crumbs_for, links_for

ONLY_THE_TWO = ("wellbeing", "follow_up", "words", "action", "action_due")
"""What only a supervisor writes of their own session; whoever logs it for them leaves it out."""


@blueprint.get("/supervision")
@requires(Permission.SUPERVISION_GIVE, Permission.SUPERVISION_DATES)
def caseload() -> ResponseReturnValue:
    """Who is due, since when, and how they said they were; whoever has no caseload is led to the whole service."""
    asking = viewer()
    if not asking.may(Permission.SUPERVISION_GIVE):
        return redirect(url_for("supervision.service"))
    found = cases.caseload(asking, today())
    return render_template(
        "supervision/caseload.html", cases=found, tags=TAGS, links=links_for(asking), states=DueState, day=today()
    )


@blueprint.route("/supervision/log", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_GIVE)
def log() -> ResponseReturnValue:
    """Log a session after the fact: one short form, filled in as far as it can be."""
    asking = viewer()
    choices = cases.to_log(asking, today(), _asked())
    chosen = _chosen(choices)
    form = LogForm(data=_usual(asking, chosen))
    form.agreement_id.offer([(one.agreement_id, one.words) for one in choices])
    _leave_out_words(form, choices, chosen)
    if was_sent(form):
        with form.attempt():
            held = _log(asking, form)
        if form.is_clean:
            flash(f"Saved. The session with {held.supervisee.known_as} is logged.")
            return redirect(url_for("supervision.session", session_id=held.id))
    return render_template(
        "supervision/log.html", form=form, choices=choices, crumbs=crumbs_for(asking),
        has_words="words" in form._fields,
    ), 422 if form.problems() else 200  # fmt: skip


def _log(asking: Viewer, form: LogForm) -> Any:
    agreement = agreements.load_to_log(asking, form.agreement_id.data)
    own = own_id(asking)
    is_own = own is not None and own != agreement.supervisee_id and _gives(asking, agreement.id)
    held = actions.log_session(agreement, own if is_own and own else agreement.supervisor_id, _facts(form, agreement))
    if is_own and own is not None:
        if _typed(form, "words"):
            write_note(held, own, _typed(form, "words"), 0)
        if _typed(form, "action"):
            actions.note_action(held, own, _typed(form, "action"), form.action_due.data)
    return held


def _gives(asking: Viewer, agreement_id: UUID) -> bool:
    mine = cases.to_log(asking, today(), str(agreement_id))
    return any(one.agreement_id == agreement_id and one.is_mine for one in mine)


def _facts(form: LogForm, agreement: Any) -> actions.Facts:
    said = _typed(form, "wellbeing")
    return actions.Facts(
        day=form.day.data,
        at=form.at.data,
        minutes=form.minutes.data or 0,
        how=How(form.how.data),
        themes=tuple(form.themes.data or ()),
        wellbeing=int(said) if said else None,
        follow_up=bool("follow_up" in form._fields and form.follow_up.data),
        next_on=form.next_on.data or proposed_next(form.day.data, agreement.every_weeks),
    )


def _typed(form: LogForm, name: str) -> str:
    held: Any = form._fields.get(name)
    return str(held.data or "").strip() if held is not None else ""


def _asked() -> str:
    return request.form.get("agreement_id") or request.args.get("agreement", "")


def _chosen(choices: list[cases.Choice]) -> cases.Choice | None:
    """The agreement that the form or the address names, or the only one of the viewer's own."""
    found = next((one for one in choices if str(one.agreement_id) == _asked()), None)
    mine = [one for one in choices if one.is_mine]
    return found or (mine[0] if len(mine) == 1 else None)


def _usual(asking: Viewer, chosen: cases.Choice | None) -> dict[str, Any]:
    usual: dict[str, Any] = {"day": today(), "at": clock_time(utc_now()), "minutes": USUAL_MINUTES}
    if chosen is None:
        return usual
    try:
        agreement = agreements.load_to_log(asking, chosen.agreement_id)
    except NotFound:
        return usual
    return usual | {"agreement_id": chosen.agreement_id, "minutes": agreement.minutes}


def _leave_out_words(form: LogForm, choices: list[cases.Choice], chosen: cases.Choice | None) -> None:
    """Whoever logs a session for somebody else logs facts alone."""
    if (chosen is not None and not chosen.is_mine) or not any(one.is_mine for one in choices):
        for name in ONLY_THE_TWO:
            del form[name]


@blueprint.route("/supervision/log-missed", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_GIVE)
def log_missed() -> ResponseReturnValue:
    """Log that a session was not held, and why."""
    asking = viewer()
    choices = cases.to_log(asking, today(), _asked())
    chosen = _chosen(choices)
    form = MissedForm(data={"day": today(), "at": "9am", "agreement_id": chosen.agreement_id if chosen else None})
    form.agreement_id.offer([(one.agreement_id, one.words) for one in choices])
    if was_sent(form):
        with form.attempt():
            agreement = agreements.load_to_log(asking, form.agreement_id.data)
            own = own_id(asking)
            who = own if own is not None and _gives(asking, agreement.id) else agreement.supervisor_id
            missed = actions.log_missed(agreement, who, form.day.data, form.at.data, form.reason.data)
        if form.is_clean:
            flash(f"Saved. The session of {long_date(form.day.data)} is noted as not held. Arrange another one soon.")
            return redirect(url_for("supervision.session", session_id=missed.id))
    return render_template(
        "supervision/log_missed.html", form=form, choices=choices, crumbs=crumbs_for(asking)
    ), 422 if form.problems() else 200
