"""How a meeting went, and what was agreed in it."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from peerhub.access.views.guard import viewer
from peerhub.core.errors import NotFound
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.meetings.actions import recording
from peerhub.meetings.forms.arranging import ActionForm
from peerhub.meetings.forms.recording import RecordForm, record_form
from peerhub.meetings.queries import meetings as queries
from peerhub.meetings.queries.meetings import MeetingPage
from peerhub.meetings.rules.parties import party_of
from peerhub.meetings.rules.words import State
from peerhub.meetings.views.blueprint import SEE, blueprint, show, to_meeting


@blueprint.route("/meetings/<uuid:meeting_id>/record", methods=["GET", "POST"])
@requires(*SEE)
def record(meeting_id: UUID) -> ResponseReturnValue:
    """Record a meeting as held, with who came, or as missed, with why."""
    asking = viewer()
    row = queries.load_to_change(asking, meeting_id)
    page = queries.meeting_page(asking, row)
    form = record_form(
        page.line.kind,
        [(one.id, one.name, one.came) for one in page.people],
        row.state,
        version=row.version,
        outcome=(State.MISSED if row.state is State.MISSED else State.HELD).value,
        reason=row.reason or "",
        held_minutes=row.held_minutes or row.minutes,
        headcount=row.headcount,
        themes=row.themes,
    )

    def act() -> None:
        if not form.is_held:
            recording.miss_meeting(row, form.reason.data or "", correction=form.why, version=form.opened_at)
            return
        recording.hold_meeting(
            row,
            minutes=form.held_minutes.data,
            themes=form.themes.data or [] if "themes" in form else [],
            came=form.register,
            headcount=form.headcount.data if "headcount" in form else None,
            correction=form.why,
            version=form.opened_at,
        )

    outcome = save(form, act, lambda: {"held_minutes": row.held_minutes, "reason": row.reason or ""})
    if outcome.is_saved:
        return to_meeting(row.id, _saved(form))
    return show("record", form, page, outcome)


def _saved(form: RecordForm) -> str:
    if not form.is_held:
        return "Saved. The meeting was missed."
    many = sum(said.value == "came" for said in form.register.values())
    return f"Saved. The meeting was held{f', and {many} came' if form.register else ''}."


@blueprint.route("/meetings/<uuid:meeting_id>/actions/add", methods=["GET", "POST"])
@requires(*SEE)
def add_action(meeting_id: UUID) -> ResponseReturnValue:
    """Note what somebody in the meeting is to do."""
    asking = viewer()
    row = queries.load_to_agree(asking, meeting_id)
    page, form = queries.meeting_page(asking, row), ActionForm()
    parties = [one for one in page.people if one.party is not None]
    form.owner.offer([("", "Choose one"), *((one.party.code, one.name) for one in parties if one.party)])
    if was_sent(form):
        with form.attempt():
            owner = party_of(form.owner.data or "")
            if owner is None:
                raise NotFound
            recording.agree(row, owner, form.what.data or "", form.due.data)
        if form.is_clean:
            return to_meeting(row.id, "Saved. The action is noted.")
    return show("add_action", form, page)


def can_record(page: MeetingPage) -> bool:
    """Whether a meeting can be recorded now."""
    return page.may_change and page.has_begun and page.line.state not in {State.MOVED, State.CANCELLED}
