"""Time away within a spell: added, put right, taken out as an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.workforce.actions import spells as actions
from peerhub.workforce.forms.spells import AwayForm, ConfirmForm
from peerhub.workforce.queries import careers
from peerhub.workforce.views.blueprint import blueprint
from peerhub.workforce.views.spells import show, to_person


@blueprint.route("/spells/<uuid:spell_id>/away", methods=["GET", "POST"])
@requires(Permission.SPELLS_EDIT)
def add_break(spell_id: UUID) -> ResponseReturnValue:
    """Note time away; the spell stays open."""
    asking = viewer()
    spell = careers.load_spell(asking, spell_id)
    form = AwayForm()
    if was_sent(form):
        with form.attempt():
            actions.add_break(spell, form.kind.data, form.starts.data, form.ends.data)
        if form.is_clean:
            flash("Saved. Their time away is noted, and their post stays theirs.")
            return to_person(asking, spell.person_id)
    shown = careers.career_of(asking, spell, is_own=False)
    return show("away", form, spell.person, spell=shown, away_id=None)


@blueprint.route("/away/<uuid:break_id>", methods=["GET", "POST"])
@requires(Permission.SPELLS_EDIT)
def change_break(break_id: UUID) -> ResponseReturnValue:
    """Put time away right, or give it a last day."""
    asking = viewer()
    away = careers.load_break(asking, break_id)
    spell, form = away.spell, AwayForm(obj=away)
    outcome = save(
        form,
        lambda: actions.change_break(
            away, form.opened_at, kind=form.kind.data, starts=form.starts.data, ends=form.ends.data
        ),
        lambda: _held(asking, break_id),
    )
    if outcome.is_saved:
        flash("Saved. Their time away is up to date.")
        return to_person(asking, spell.person_id)
    shown = careers.career_of(asking, spell, is_own=False)
    return show("away", form, spell.person, outcome, spell=shown, away_id=break_id)


@blueprint.route("/away/<uuid:break_id>/delete", methods=["GET", "POST"])
@requires(Permission.SPELLS_EDIT)
def delete_break(break_id: UUID) -> ResponseReturnValue:
    """Take out time away that never was; asks first."""
    asking = viewer()
    away = careers.load_break(asking, break_id)
    spell, form = away.spell, ConfirmForm(obj=away)
    outcome = save(form, lambda: actions.delete_break(away, form.opened_at), dict)
    if outcome.is_saved:
        flash("Saved. The time away was taken out.")
        return to_person(asking, spell.person_id)
    shown = careers.career_of(asking, spell, is_own=False)
    told = next(row for row in shown.breaks if row.id == break_id)
    return show("delete_away", form, spell.person, outcome, spell=shown, away=told)


def _held(asking: Viewer, break_id: UUID) -> Mapping[str, Any]:
    away = careers.load_break(asking, break_id)
    return {"kind": away.kind, "starts": away.starts, "ends": away.ends}
