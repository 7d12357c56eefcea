"""A person starts in a post, moves, leaves; what was recorded of it is put right, or taken out as an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.forms import Form, was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import Outcome, save
from peerhub.core.time import long_date, today
from peerhub.workforce.actions import spells as actions
from peerhub.workforce.forms.spells import ConfirmForm, CorrectForm, EndForm, MoveForm, StartForm
from peerhub.workforce.queries import careers, people, posts
from peerhub.workforce.rules.words import LeavingReason, weekday_codes
from peerhub.workforce.views.blueprint import blueprint
from peerhub.workforce.views.people import asked_post, crumbs_of


@blueprint.route("/people/<uuid:person_id>/posts/start", methods=["GET", "POST"])
@requires(Permission.SPELLS_EDIT)
def start_spell(person_id: UUID) -> ResponseReturnValue:
    """Start a person in a vacant post; ``post`` in the address chooses one."""
    asking = viewer()
    person = people.load_person(asking, person_id, Permission.SPELLS_EDIT)
    form = StartForm(data={"post_id": asked_post()})
    form.post_id.offer((row.id, posts.said(row)) for row in posts.vacant(asking, Permission.SPELLS_EDIT))
    if was_sent(form):
        with form.attempt():
            post = posts.load_post(asking, form.post_id.data, Permission.SPELLS_EDIT)
            actions.start_spell(
                person,
                post,
                form.starts.data,
                wte=form.wte.data,
                contract=form.contract.data,
                ends=form.ends.data,
                weekdays=form.weekdays.codes,
                leaving_reason=form.leaving_reason.data,
                campaign=form.campaign.data or "",
            )
        if form.is_clean:
            flash(f"Saved. {person.known_as} {_starts(form.starts.data)} as {post.title} in {post.team.name}.")
            return to_person(asking, person_id, step="started")
    return show("start", form, person, has_vacant=len(form.post_id.choices or ()) > 1)


def _starts(day: Any) -> str:
    return f"{'starts' if day > today() else 'started'} on {long_date(day)}"


@blueprint.route("/spells/<uuid:spell_id>/end", methods=["GET", "POST"])
@requires(Permission.SPELLS_EDIT)
def end_spell(spell_id: UUID) -> ResponseReturnValue:
    """End a spell, on a day that was or is to come."""
    asking = viewer()
    spell = careers.load_spell(asking, spell_id)
    person, form = spell.person, EndForm(obj=spell)
    outcome = save(
        form,
        lambda: actions.end_spell(
            spell, form.ends.data, form.leaving_reason.data, form.destination.data or "", form.opened_at
        ),
        lambda: _held(asking, spell_id, "ends", "leaving_reason", "destination"),
    )
    if outcome.is_saved:
        day = long_date(form.ends.data)
        flash(f"Saved. The last day of {person.known_as} is {day}. The post is vacant from the next day.")
        is_loss = form.leaving_reason.data is LeavingReason.DEATH_IN_SERVICE
        return to_person(asking, person.id, step=None if is_loss else "ended")
    return show("end", form, person, outcome, spell=careers.career_of(asking, spell, is_own=False))


@blueprint.route("/spells/<uuid:spell_id>/move", methods=["GET", "POST"])
@requires(Permission.SPELLS_EDIT)
def move_person(spell_id: UUID) -> ResponseReturnValue:
    """Move a person to another post: one spell ends, another starts the next day."""
    asking = viewer()
    spell = careers.load_spell(asking, spell_id)
    person = spell.person
    form = MoveForm(data={"version": spell.version, "contract": spell.contract, "post_id": asked_post()})
    vacant = [row for row in posts.vacant(asking, Permission.SPELLS_EDIT) if row.id != spell.post_id]
    form.post_id.offer((row.id, posts.said(row)) for row in vacant)

    def move() -> None:
        post = posts.load_post(asking, form.post_id.data, Permission.SPELLS_EDIT)
        actions.move_person(
            spell,
            post,
            form.starts.data,
            wte=form.wte.data,
            contract=form.contract.data,
            ends=form.ends.data,
            leaving_reason=form.reason,
            version=form.opened_at,
        )

    outcome = save(form, move, lambda: {"contract": _held(asking, spell_id, "contract")["contract"]})
    if outcome.is_saved:
        starts = _starts(form.starts.data)
        flash(f"Saved. {person.known_as} {starts} in the new post, and leaves the other the day before.")
        return to_person(asking, person.id, step="moved")
    shown = careers.career_of(asking, spell, is_own=False)
    return show("move", form, person, outcome, spell=shown, has_vacant=bool(vacant))


@blueprint.route("/spells/<uuid:spell_id>/correct", methods=["GET", "POST"])
@requires(Permission.SPELLS_EDIT)
def correct_spell(spell_id: UUID) -> ResponseReturnValue:
    """Put right what was recorded of a spell."""
    asking = viewer()
    spell = careers.load_spell(asking, spell_id)
    person, form = spell.person, CorrectForm(data={"version": spell.version, **_held(asking, spell_id)})

    def change() -> None:
        values = {name: form[name].data for name in FACTS}
        texts = {name: (values[name] or "").strip() for name in ("destination", "campaign")}
        actions.change_spell(spell, form.opened_at, **values | texts | {"weekdays": form.weekdays.codes})

    outcome = save(form, change, lambda: _held(asking, spell_id))
    if outcome.is_saved:
        flash("Saved. What is recorded of this post is put right.")
        return to_person(asking, person.id)
    return show("correct", form, person, outcome, spell=careers.career_of(asking, spell, is_own=False))


FACTS = ("starts", "ends", "leaving_reason", "destination", "contract", "wte", "weekdays", "campaign")


def _held(asking: Viewer, spell_id: UUID, *names: str) -> Mapping[str, Any]:
    """What a spell holds now, as a form has it."""
    spell = careers.load_spell(asking, spell_id)
    held = {name: getattr(spell, name) for name in names or FACTS}
    if "weekdays" in held:
        held |= {"weekdays": weekday_codes(spell.weekdays), "wte": spell.wte.normalize()}
    return held


@blueprint.route("/spells/<uuid:spell_id>/delete", methods=["GET", "POST"])
@requires(Permission.SPELLS_EDIT)
def delete_spell(spell_id: UUID) -> ResponseReturnValue:
    """Take out a spell that never was; asks first."""
    asking = viewer()
    spell = careers.load_spell(asking, spell_id)
    person, form = spell.person, ConfirmForm(obj=spell)
    outcome = save(form, lambda: actions.delete_spell(spell, form.opened_at), dict)
    if outcome.is_saved:
        flash("Saved. The post was taken out of this record.")
        return to_person(asking, person.id)
    return show("delete", form, person, outcome, spell=careers.career_of(asking, spell, is_own=False))


def to_person(asking: Viewer, person_id: UUID, step: str | None = None) -> ResponseReturnValue:
    """Go to the person's page, or to the list where this viewer no longer sees them."""
    if people.is_within(asking, person_id, Permission.PEOPLE_VIEW):
        return redirect(url_for("workforce.person", person_id=person_id, next=step))
    return redirect(url_for("workforce.index"))


def show(page: str, form: Form, person: Any, outcome: Outcome | None = None, **more: Any) -> ResponseReturnValue:
    """A page with a form about somebody's post: 409 where somebody else saved first, 422 where something is wrong."""
    audit.read("person's record read", person)
    theirs = outcome.theirs if outcome else None
    status = 409 if theirs is not None else 422 if form.problems() else 200
    is_own = person.user_id == viewer().user_id
    given = {"form": form, "name": person.known_as, "is_own": is_own, "person_id": person.id, "theirs": theirs} | more
    return render_template(f"workforce/spells/{page}.html", crumbs=crumbs_of(person), **given), status
