"""Arrange a meeting or a series: what and for whom, then when and with whom. Clashes are told, with free times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.errors import DomainError, NotFound
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.time import clock_time, long_date, today
from peerhub.core.wording import counted
from peerhub.meetings.actions import arranging, series
from peerhub.meetings.actions.arranging import Coming, Details
from peerhub.meetings.forms.arranging import ArrangeForm, ChooseForm, taken
from peerhub.meetings.queries.clashing import LOOKED_AT, Found, look
from peerhub.meetings.queries.parties import choices, own_party
from peerhub.meetings.queries.places import Place, load_place, places
from peerhub.meetings.queries.reach import arranged_kinds
from peerhub.meetings.rules.kinds import MeetingKind
from peerhub.meetings.rules.recurrence import to_moment
from peerhub.meetings.views.blueprint import blueprint, crumbs, to_meeting


@blueprint.route("/meetings/arrange", methods=["GET", "POST"])
@requires(Permission.MEETINGS_ARRANGE)
def arrange() -> ResponseReturnValue:
    """First what kind of meeting, for whom; then the rest."""
    asking = viewer()
    kinds = arranged_kinds(asking)
    kind = next((kind for kind in kinds if kind.code == request.args.get("kind")), kinds[0] if kinds else None)
    if kind is None:
        raise NotFound
    try:
        place = load_place(asking, kind, request.args.get("where", ""))
    except NotFound:
        return _choose(asking, kinds, kind)
    return _fill(asking, kind, place)


def _choose(asking: Viewer, kinds: list[MeetingKind], kind: MeetingKind) -> ResponseReturnValue:
    form = ChooseForm(request.args)
    form.kind.offer((kind.code, kind.name) for kind in kinds)
    form.where.offer([("", "Choose one"), *((place.code, place.words) for place in places(asking, kind))])
    if request.args.get("kind") is not None and not form.where.data:
        form.where.errors = ["Choose whom it is for"]
    page = render_template("meetings/arrange/choose.html", form=form, one_kind=len(kinds) == 1, crumbs=crumbs())
    return page, 200


def _fill(asking: Viewer, kind: MeetingKind, place: Place) -> ResponseReturnValue:
    form = _form(asking, kind, place)
    found, overlaps = Found(), False
    if was_sent(form):
        try:
            with form.attempt():
                slots = _slots(form)
                found = look({*form.leading, *form.coming}, slots, form.minutes.data or 0)
                if found and not form.clash_is_meant.data:
                    raise DomainError(
                        "Somebody cannot come. Choose another time, or confirm this one", "clash_is_meant"
                    )
                answer = _arranged(asking, form, kind, place)
        finally:
            overlaps = bool(form.overlap_is_meant.errors) or bool(form.overlap_is_meant.data)
        if form.is_clean:
            return answer
    page = render_template(
        "meetings/arrange/fill.html", form=form, kind=kind, place=place, found=found, overlaps=overlaps,
        is_taken=request.method == "POST" and bool(request.form.get("take")), crumbs=crumbs(),
        again=url_for("meetings.arrange"),
    )  # fmt: skip
    return page, 422 if form.problems() else 200


def _form(asking: Viewer, kind: MeetingKind, place: Place) -> ArrangeForm:
    held: dict[str, Any] = {"minutes": kind.minutes, "facilitators": [own_party(asking).code], "how": "in_person"}
    form = ArrangeForm(taken(), data=held) if taken() else ArrangeForm(data=held)
    listed = [
        (choice.party.code, choice.name) for choice in choices(asking, kind, place.team_id, place.service_line_id)
        if choice.is_of_place or choice.is_colleague
    ]  # fmt: skip
    form.facilitators.offer(listed)
    form.attendees.offer(listed)
    return form


def _slots(form: ArrangeForm) -> list[datetime]:
    """The times that are looked at for clashes."""
    if not form.is_series:
        return [form.slot]
    pattern = form.pattern()
    if pattern.starts < today():
        raise DomainError("The first day of a series must be today or later", "starts")
    series.check_pattern(pattern)
    return series.first_slots(pattern, LOOKED_AT)


def _arranged(asking: Viewer, form: ArrangeForm, kind: MeetingKind, place: Place) -> ResponseReturnValue:
    details = Details(
        kind=kind.code, minutes=form.minutes.data or kind.minutes, team_id=place.team_id,
        service_line_id=place.service_line_id, title=form.title.data or "", how=form.how.data,
        place=form.place.data or "", link=form.link.data or "", made_by_id=asking.user_id,
    )  # fmt: skip
    coming = Coming(form.leading, form.coming)
    if not form.is_series:
        made = arranging.arrange_meeting(details, form.slot, coming)
        return to_meeting(made.id, f"Saved. The meeting is on {said(form.slot)}.")
    started = series.start_series(details, form.pattern(), coming, overlap_is_meant=bool(form.overlap_is_meant.data))
    many = len(arranging.planned_from(started.id, started.starts))
    flash(f"Saved. {counted(many, 'meeting is', 'meetings are')} in the calendar, and more follow as time goes on.")
    return redirect(url_for("meetings.series", series_id=started.id))


def said(slot: datetime) -> str:
    """A local time in words."""
    return f"{long_date(slot.date())} at {clock_time(to_moment(slot))}"
