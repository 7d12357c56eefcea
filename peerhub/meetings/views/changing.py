"""A meeting is moved, put right, cancelled; facilitated by somebody else; others are asked to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.errors import DomainError
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.time import clock_time, long_date
from peerhub.core.wording import counted
from peerhub.meetings.actions import arranging, series
from peerhub.meetings.forms.arranging import (
    ALL,
    AskForm,
    CancelForm,
    DetailsForm,
    FacilitatorForm,
    MoveForm,
    SwapForm,
    taken,
)
from peerhub.meetings.queries import meetings as queries
from peerhub.meetings.queries.clashing import LOOKED_AT, Found, look
from peerhub.meetings.queries.parties import choices, load_choices, parties_in
from peerhub.meetings.queries.series import other_turns, pattern_from, series_of
from peerhub.meetings.rules.kinds import kind_of
from peerhub.meetings.rules.parties import Party, party_of
from peerhub.meetings.rules.recurrence import to_wall
from peerhub.meetings.rules.words import Part
from peerhub.meetings.views.arranging import said
from peerhub.meetings.views.blueprint import SEE, blueprint, show, to_meeting

CANNOT_COME = "Somebody cannot come. Choose another time, or confirm this one"


@blueprint.route("/meetings/<uuid:meeting_id>/move", methods=["GET", "POST"])
@requires(*SEE)
def move(meeting_id: UUID) -> ResponseReturnValue:
    """Move this meeting, or it and all that follow."""
    asking = viewer()
    row = queries.load_to_change(asking, meeting_id)
    page = queries.meeting_page(asking, row)
    wall = to_wall(row.starts_at)
    held = {"starts": wall.date(), "at": wall.time(), "minutes": row.minutes, "version": row.version}
    form = MoveForm(taken(), data=held) if taken() else MoveForm(data=held)
    if row.series_id is None:
        del form.scope
    told: list[Found] = [Found()]

    def act() -> None:
        told[0] = _clashes(form, row)
        if told[0] and not form.clash_is_meant.data:
            raise DomainError(CANNOT_COME, "clash_is_meant")
        answer.append(_moved_all(form, row) if _is_all(form) else _moved(form, row))

    answer: list[ResponseReturnValue] = []
    outcome = save(form, act, lambda: held)
    if outcome.is_saved:
        return answer[0]
    overlaps = bool(form.overlap_is_meant.errors or form.overlap_is_meant.data)
    return show("move", form, page, outcome, found=told[0], overlaps=overlaps, is_taken=bool(request.form.get("take")))


def _is_all(form: Any) -> bool:
    return "scope" in form and form.scope.data == ALL


def _clashes(form: MoveForm, row: Any) -> Found:
    who = parties_in(row)
    if not _is_all(form):
        return look(who, [form.slot], form.minutes.data or 0, but_for=[row.id])
    pattern = pattern_from(series_of(row), form.slot)
    series.check_pattern(pattern)
    slots = series.first_slots(pattern, LOOKED_AT)
    return look(who, slots, form.minutes.data or 0, series=row.series_id)


def _moved(form: MoveForm, row: Any) -> ResponseReturnValue:
    moved = arranging.move_meeting(row, form.slot, form.minutes.data, form.opened_at)
    return to_meeting(moved.id, f"Saved. The meeting moved to {said(form.slot)}.")


def _moved_all(form: MoveForm, row: Any) -> ResponseReturnValue:
    row.expect(form.opened_at)
    held = series_of(row)
    new = series.move_all(
        held,
        to_wall(row.starts_at).date(),
        pattern_from(held, form.slot),
        minutes=form.minutes.data or row.minutes,
        overlap_is_meant=bool(form.overlap_is_meant.data),
    )
    flash(f"Saved. This meeting and all that follow moved. The first is on {said(form.slot)}.")
    return redirect(url_for("meetings.series", series_id=new.id))


@blueprint.route("/meetings/<uuid:meeting_id>/edit", methods=["GET", "POST"])
@requires(*SEE)
def edit(meeting_id: UUID) -> ResponseReturnValue:
    """What a meeting is called, how and where people meet."""
    asking = viewer()
    row = queries.load_to_change(asking, meeting_id)
    page, form = queries.meeting_page(asking, row), DetailsForm(obj=row)
    changed = ("title", "how", "place", "link")
    outcome = save(
        form,
        lambda: arranging.change_details(row, form.opened_at, **{name: form[name].data for name in changed}),
        lambda: {name: getattr(row, name) for name in changed},
    )
    if outcome.is_saved:
        return to_meeting(row.id, "Saved. The meeting is up to date.")
    return show("edit", form, page, outcome)


@blueprint.route("/meetings/<uuid:meeting_id>/cancel", methods=["GET", "POST"])
@requires(*SEE)
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """This meeting does not take place, or none from it on."""
    asking = viewer()
    row = queries.load_to_change(asking, meeting_id)
    page, form = queries.meeting_page(asking, row), CancelForm(data={"version": row.version})
    if row.series_id is None:
        del form.scope
    gone: list[int] = []

    def act() -> None:
        if _is_all(form):
            row.expect(form.opened_at)
            gone.append(series.stop_series(series_of(row), to_wall(row.starts_at).date()))
        else:
            arranging.cancel_meeting(row, form.opened_at)

    outcome = save(form, act, dict)
    if outcome.is_saved and gone:
        flash(f"Saved. {counted(gone[0], 'meeting is', 'meetings are')} cancelled, and no more will be made.")
        return redirect(url_for("meetings.series", series_id=row.series_id))
    if outcome.is_saved:
        return to_meeting(row.id, f"Saved. The meeting on {long_date(to_wall(row.starts_at).date())} is cancelled.")
    return show("cancel", form, page, outcome)


@blueprint.route("/meetings/<uuid:meeting_id>/facilitator", methods=["GET", "POST"])
@requires(*SEE)
def facilitator(meeting_id: UUID) -> ResponseReturnValue:
    """Somebody else facilitates: as cover, for good, or from now on."""
    asking = viewer()
    row = queries.load_to_change(asking, meeting_id)
    page, form = queries.meeting_page(asking, row), FacilitatorForm(data={"version": row.version})
    form.who.offer([("", "Choose one"), *_names(asking, row)])
    if row.series_id is None:
        form.leave_out_the_rest()

    def act() -> None:
        (party,) = _chosen(asking, row, form.who.data)
        if form.scope.data == ALL:
            row.expect(form.opened_at)
            series.change_facilitators(series_of(row), [party], to_wall(row.starts_at).date())
            return
        led = [held for held in row.parties if held.part is Part.FACILITATOR]
        covers = led[0] if led and form.scope.data == "cover" else None
        arranging.change_facilitator(row, party, covers=covers, version=form.opened_at)

    outcome = save(form, act, dict)
    if outcome.is_saved:
        return to_meeting(row.id, "Saved. Somebody else facilitates now.")
    return show("facilitator", form, page, outcome)


def _names(asking: Viewer, row: Any) -> list[tuple[str, str]]:
    """Everybody who can be asked to a meeting, those of its team first."""
    listed = choices(asking, kind_of(row.kind), row.team_id, row.service_line_id)
    return [(choice.party.code, choice.name) for choice in listed]


def _chosen(asking: Viewer, row: Any, code: str | None) -> list[Party]:
    party = party_of(code or "")
    return load_choices(asking, kind_of(row.kind), [party] if party else [])


@blueprint.route("/meetings/<uuid:meeting_id>/swap", methods=["GET", "POST"])
@requires(*SEE)
def swap(meeting_id: UUID) -> ResponseReturnValue:
    """The facilitators of two meetings of a series change turns."""
    asking = viewer()
    row = queries.load_to_change(asking, meeting_id)
    page, form = queries.meeting_page(asking, row), SwapForm()
    others = other_turns(row)
    form.other.offer(
        [
            ("", "Choose one"),
            *((turn.id.hex, f"{turn.name}: {_when(turn.starts_at)}") for turn in others),
        ]
    )
    if was_sent(form):
        with form.attempt():
            arranging.swap_turns(row, queries.load_to_change(asking, UUID(hex=form.other.data)))
        if form.is_clean:
            return to_meeting(row.id, "Saved. The two changed turns.")
    return show("swap", form, page, has_others=bool(others))


def _when(moment: Any) -> str:
    return f"{long_date(to_wall(moment).date())}, {clock_time(moment)}"


@blueprint.route("/meetings/<uuid:meeting_id>/people/add", methods=["GET", "POST"])
@requires(*SEE)
def add_to_meeting(meeting_id: UUID) -> ResponseReturnValue:
    """Ask somebody else to a meeting: from here, or a guest."""
    asking = viewer()
    row = queries.load_to_change(asking, meeting_id)
    page, form = queries.meeting_page(asking, row), AskForm()
    form.who.offer([("", "Nobody"), *_names(asking, row)])
    if was_sent(form):
        with form.attempt():
            for party in _chosen(asking, row, form.who.data):
                arranging.ask_party(row, party)
            if form.guest_name.data or not form.who.data:
                arranging.ask_guest(row, form.guest_name.data or "", form.guest_organisation.data or "")
        if form.is_clean:
            return to_meeting(row.id, "Saved. They are asked to this meeting.")
    return show("add", form, page)


@blueprint.post("/meetings/<uuid:meeting_id>/people/<uuid:party_row_id>/remove")
@requires(*SEE)
def remove_from_meeting(meeting_id: UUID, party_row_id: UUID) -> ResponseReturnValue:
    """Take somebody out of a meeting."""
    row = queries.load_to_change(viewer(), meeting_id)
    try:
        arranging.leave_out(row, queries.load_party_row(row, party_row_id))
    except DomainError as refused:
        flash(refused.message, "warning")
        return redirect(url_for("meetings.meeting", meeting_id=row.id))
    return to_meeting(row.id, "Saved. They are no longer asked to this meeting.")
