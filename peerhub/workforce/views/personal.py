"""A person's adjustments, and their own wellness plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.fields import VersionedForm
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.time import today
from peerhub.workforce.actions import adjustments as actions
from peerhub.workforce.actions import wellness as wellness_actions
from peerhub.workforce.forms.personal import (
    AgreeForm,
    AskAgainForm,
    AskForm,
    ConfirmForm,
    DeclineForm,
    EndForm,
    ReviewForm,
    TakeBackForm,
    WellnessForm,
)
from peerhub.workforce.queries import adjustments as queries
from peerhub.workforce.queries import people, wellness
from peerhub.workforce.rules.adjustments import Move, Part, proposed_review
from peerhub.workforce.rules.words import AdjustmentStatus
from peerhub.workforce.views.blueprint import blueprint

TAGS = {
    AdjustmentStatus.REQUESTED: "blue",
    AdjustmentStatus.AGREED: "aqua-green",
    AdjustmentStatus.IN_PLACE: "green",
    AdjustmentStatus.REVIEW_DUE: "orange",
    AdjustmentStatus.DECLINED: "red",
    AdjustmentStatus.ENDED: "grey",
}
LINKS = {
    Move.ASK_AGAIN: "Ask for this to be looked at again",
    Move.AGREE: "Agree to it",
    Move.DECLINE: "Say why it cannot be agreed",
    Move.REVIEW: "Review it",
    Move.END: "End it",
}


@blueprint.get("/my-adjustments")
@requires(Permission.OWN_ADJUSTMENTS)
def my_adjustments() -> ResponseReturnValue:
    """One's own adjustments, at an address that stays."""
    own = people.own_record(viewer())
    if own is None:
        return render_template("workforce/personal/no_record.html", heading="Your adjustments")
    return redirect(url_for("workforce.adjustments", person_id=own.id))


@blueprint.get("/people/<uuid:person_id>/adjustments")
@requires(Permission.OWN_ADJUSTMENTS, Permission.ADJUSTMENTS_VIEW)
def adjustments(person_id: UUID) -> ResponseReturnValue:
    """A person's adjustments: how far each has come, and what may be done next."""
    asking = viewer()
    page = queries.adjustments_page(asking, person_id)
    if not page.is_own:
        audit.read("adjustments read", queries.load_subject(asking, person_id), adjustments=len(page.lines))
    return render_template(
        "workforce/personal/adjustments.html", page=page, tags=TAGS, links=LINKS, moves=Move,
        crumbs=_crumbs(page.person_id, page.name, is_own=page.is_own),
    )  # fmt: skip


@blueprint.route("/people/<uuid:person_id>/adjustments/ask", methods=["GET", "POST"])
@requires(Permission.OWN_ADJUSTMENTS, Permission.ADJUSTMENTS_EDIT)
def ask_for_adjustment(person_id: UUID) -> ResponseReturnValue:
    """Ask for an adjustment; or, for those who agree to them, write down one that was asked for in person."""
    asking = viewer()
    person = queries.load_subject(asking, person_id, Permission.ADJUSTMENTS_EDIT)
    is_own = person.user_id == asking.user_id
    form = AskForm()
    is_shared = not is_own and queries.shared_only(asking, person_id)
    if is_shared:
        del form.with_manager
    if is_own:
        form.speak_to_the_person()
    if was_sent(form):
        with form.attempt():
            actions.ask(
                person, form.kind.data, form.description.data or "",
                with_manager=is_shared or bool(form.with_manager.data),
            )  # fmt: skip
        if form.is_clean:
            flash("Saved. It is asked for, and waits for an answer.")
            return redirect(url_for("workforce.adjustments", person_id=person_id))
    return render_template(
        "workforce/personal/ask.html", form=form, is_own=is_own, name=person.known_as,
        crumbs=_crumbs(person.id, person.known_as, is_own=is_own, inside=True),
    ), 422 if form.problems() else 200  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One way on from where an adjustment stands: its form, what it does, what is said."""

    heading: str
    button: str
    done: str
    form: type[VersionedForm]
    act: Callable[[Any, Any, Part], None]


def _agree(row: Any, form: Any, part: Part) -> None:
    shared = form.with_manager.data if "with_manager" in form else True
    actions.agree(
        row, form.opened_at, part, agreed_on=form.agreed_on.data, review_on=form.review_on.data,
        with_manager=bool(shared), note=form.note.data or "",
    )  # fmt: skip


STEPS: dict[Move, Step] = {
    Move.AGREE: Step(
        "Agree to an adjustment", "Agree to it", "Saved. The adjustment is agreed. Next, put it in place.", AgreeForm,
        _agree,
    ),
    Move.DECLINE: Step(
        "Say why an adjustment cannot be agreed", "Save the answer",
        "Saved. Tell the person yourself too. They can ask for it to be looked at again.", DeclineForm,
        lambda row, form, part: actions.decline(row, form.opened_at, part, form.reason.data or ""),
    ),
    Move.REVIEW: Step(
        "Review an adjustment", "Save the review", "Saved. The adjustment goes on until the next review.", ReviewForm,
        lambda row, form, part: actions.review(
            row, form.opened_at, part, review_on=form.review_on.data, note=form.note.data or ""
        ),
    ),
    Move.END: Step(
        "End an adjustment", "End it", "Saved. The adjustment has ended. It can be asked for again at any time.",
        EndForm, lambda row, form, part: actions.end(row, form.opened_at, part, form.note.data or ""),
    ),
    Move.ASK_AGAIN: Step(
        "Ask for an adjustment to be looked at again", "Ask again", "Saved. It is asked for again.", AskAgainForm,
        lambda row, form, part: actions.ask_again(row, form.opened_at, part, form.note.data or ""),
    ),
}  # fmt: skip


TAKE_BACK = Step(
    "Take back what you asked for", "Take it back", "Saved. You have taken it back. You can ask again at any time.",
    TakeBackForm, lambda row, form, part: actions.end(row, form.opened_at, part, form.note.data or ""),
)  # fmt: skip


def _step_page(adjustment_id: UUID, move: Move) -> ResponseReturnValue:
    asking = viewer()
    row = queries.load_adjustment(asking, adjustment_id, Permission.ADJUSTMENTS_EDIT)
    part = queries.part_of(asking, row)
    takes_back = move is Move.END and row.status is AdjustmentStatus.REQUESTED and part is Part.OWNER
    step = TAKE_BACK if takes_back else STEPS[move]
    held = {"version": row.version, "with_manager": row.with_manager, "review_on": proposed_review(today())}
    form: Any = step.form(data=held | {"agreed_on": today()})
    if move is Move.AGREE and queries.shared_only(asking, row.person_id):
        del form.with_manager
    outcome = save(form, lambda: step.act(row, form, part), dict)
    if outcome.is_saved:
        flash(step.done)
        return redirect(url_for("workforce.adjustments", person_id=row.person_id))
    if part is not Part.OWNER:
        audit.read("adjustment read", row)
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(
        "workforce/personal/step.html", form=form, step=step, kind=queries.said_kind(row.kind), asked=row.description,
        is_late=outcome.theirs is not None, now=row.status, name=row.person.known_as, tags=TAGS,
        crumbs=_crumbs(row.person_id, row.person.known_as, is_own=part is Part.OWNER, inside=True),
    ), status  # fmt: skip


@blueprint.route("/adjustments/<uuid:adjustment_id>/agree", methods=["GET", "POST"])
@requires(Permission.ADJUSTMENTS_EDIT)
def agree_adjustment(adjustment_id: UUID) -> ResponseReturnValue:
    """Agree to an adjustment, and when to look at it again."""
    return _step_page(adjustment_id, Move.AGREE)


@blueprint.route("/adjustments/<uuid:adjustment_id>/decline", methods=["GET", "POST"])
@requires(Permission.ADJUSTMENTS_EDIT)
def decline_adjustment(adjustment_id: UUID) -> ResponseReturnValue:
    """Say why an adjustment cannot be agreed."""
    return _step_page(adjustment_id, Move.DECLINE)


@blueprint.route("/adjustments/<uuid:adjustment_id>/review", methods=["GET", "POST"])
@requires(Permission.ADJUSTMENTS_EDIT)
def review_adjustment(adjustment_id: UUID) -> ResponseReturnValue:
    """Note that an adjustment was looked at and goes on."""
    return _step_page(adjustment_id, Move.REVIEW)


@blueprint.route("/adjustments/<uuid:adjustment_id>/end", methods=["GET", "POST"])
@requires(Permission.OWN_ADJUSTMENTS, Permission.ADJUSTMENTS_EDIT)
def end_adjustment(adjustment_id: UUID) -> ResponseReturnValue:
    """End an adjustment, or take back what one asked for."""
    return _step_page(adjustment_id, Move.END)


@blueprint.route("/adjustments/<uuid:adjustment_id>/ask-again", methods=["GET", "POST"])
@requires(Permission.OWN_ADJUSTMENTS)
def ask_again_for_adjustment(adjustment_id: UUID) -> ResponseReturnValue:
    """Ask for an adjustment that was not agreed to be looked at again."""
    return _step_page(adjustment_id, Move.ASK_AGAIN)


@blueprint.post("/adjustments/<uuid:adjustment_id>/in-place")
@requires(Permission.ADJUSTMENTS_EDIT)
def put_adjustment_in_place(adjustment_id: UUID) -> ResponseReturnValue:
    """Note that an agreed adjustment is in place."""
    asking, form = viewer(), ConfirmForm()
    row = queries.load_adjustment(asking, adjustment_id, Permission.ADJUSTMENTS_EDIT)
    actions.put_in_place(row, form.opened_at, queries.part_of(asking, row))
    flash("Saved. The adjustment is in place.")
    return redirect(url_for("workforce.adjustments", person_id=row.person_id))


@blueprint.post("/adjustments/<uuid:adjustment_id>/share")
@requires(Permission.OWN_ADJUSTMENTS)
def share_adjustment(adjustment_id: UUID) -> ResponseReturnValue:
    """Show one's own adjustment to the team manager, or stop showing it."""
    asking, form = viewer(), ConfirmForm()
    row = queries.load_adjustment(asking, adjustment_id)
    actions.share(row, form.opened_at, queries.part_of(asking, row), with_manager=not row.with_manager)
    flash(
        "Saved. The manager of your team can see this adjustment."
        if row.with_manager
        else "Saved. The manager of your team can no longer see this adjustment."
    )
    return redirect(url_for("workforce.adjustments", person_id=row.person_id))


@blueprint.post("/adjustments/<uuid:adjustment_id>/seen")
@requires(Permission.OWN_ADJUSTMENTS)
def note_adjustment_seen(adjustment_id: UUID) -> ResponseReturnValue:
    """Say that one has seen the answer to what one asked for."""
    asking, form = viewer(), ConfirmForm()
    row = queries.load_adjustment(asking, adjustment_id)
    actions.note_seen(row, form.opened_at, queries.part_of(asking, row))
    flash("Saved. You are no longer told of this answer on Today.")
    return redirect(url_for("workforce.adjustments", person_id=row.person_id))


@blueprint.get("/my-wellness-plan")
@requires(Permission.OWN_RECORD)
def my_wellness_plan() -> ResponseReturnValue:
    """One's own wellness plan, at an address that stays."""
    own = people.own_record(viewer())
    if own is None:
        return render_template("workforce/personal/no_record.html", heading="Your wellness plan")
    return redirect(url_for("workforce.wellness_plan", person_id=own.id))


@blueprint.get("/people/<uuid:person_id>/wellness-plan")
@requires(Permission.OWN_RECORD)
def wellness_plan(person_id: UUID) -> ResponseReturnValue:
    """One's own plan, to read and to print."""
    asking = viewer()
    person = wellness.load_own(asking, person_id)
    return render_template(
        "workforce/personal/wellness.html",
        plan=wellness.plan_of(asking, person),
        person_id=person.id,
        name=person.known_as,
        crumbs=_crumbs(person.id, person.known_as, is_own=True),
    )


@blueprint.route("/people/<uuid:person_id>/wellness-plan/edit", methods=["GET", "POST"])
@requires(Permission.OWN_RECORD)
def edit_wellness_plan(person_id: UUID) -> ResponseReturnValue:
    """Write one's own plan."""
    asking = viewer()
    person = wellness.load_own(asking, person_id)
    form = WellnessForm(data=_plan_as_saved(asking, person))
    outcome = save(
        form,
        lambda: wellness_actions.save(
            person, form.opened_at, content=form.content.data or "", review_on=form.review_on.data,
            shared_with=form.shared_with.data or "",
        ),
        lambda: _plan_as_saved(asking, person),
    )  # fmt: skip
    if outcome.is_saved:
        flash("Saved. Your plan is kept, and only you can open it.")
        return redirect(url_for("workforce.wellness_plan", person_id=person_id))
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(
        "workforce/personal/wellness_edit.html", form=form, theirs=outcome.theirs,
        crumbs=_crumbs(person.id, person.known_as, is_own=True),
    ), status  # fmt: skip


@blueprint.post("/people/<uuid:person_id>/wellness-plan/delete")
@requires(Permission.OWN_RECORD)
def delete_wellness_plan(person_id: UUID) -> ResponseReturnValue:
    """Delete one's own plan."""
    wellness_actions.remove(wellness.load_own(viewer(), person_id))
    flash("Deleted. PeerHub no longer holds your plan.")
    return redirect(url_for("workforce.wellness_plan", person_id=person_id))


def _plan_as_saved(asking: Viewer, person: Any) -> dict[str, Any]:
    plan = wellness.plan_of(asking, person)
    if plan is None:
        return {"version": 0, "review_on": proposed_review(today())}
    return {
        "version": plan.version, "content": plan.content, "review_on": plan.review_on, "shared_with": plan.shared_with,
    }  # fmt: skip


def _crumbs(person_id: UUID, name: str, *, is_own: bool, inside: bool = False) -> list[dict[str, str]]:
    person = {"text": "Your record" if is_own else name, "href": url_for("workforce.person", person_id=person_id)}
    listed = {"text": "Adjustments", "href": url_for("workforce.adjustments", person_id=person_id)}
    return [person, listed] if inside else [person]
