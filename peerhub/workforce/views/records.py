"""Two records of one person become one, and two again; the record of somebody who has left is erased."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.errors import Conflict
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.time import long_date, today
from peerhub.workforce.actions import erasing, merging
from peerhub.workforce.forms.records import EraseForm, MergeForm, OtherForm
from peerhub.workforce.forms.spells import ConfirmForm
from peerhub.workforce.queries import people, records
from peerhub.workforce.rules.records import erase_refusal, merge_refusal, undo_refusal
from peerhub.workforce.views.blueprint import blueprint
from peerhub.workforce.views.people import crumbs_of


@blueprint.route("/people/<uuid:person_id>/merge", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE)
def choose_merge(person_id: UUID) -> ResponseReturnValue:
    """Choose the record that is the same person's: those of the same name, or what a search finds."""
    asking = viewer()
    kept = records.load_record(asking, people.load_person(asking, person_id).id, Permission.PEOPLE_MERGE)
    form = OtherForm()
    words = (form.q.data or "").strip() if was_sent(form) else ""
    found = records.others(asking, kept, words)
    audit.read("list of people seen", None, people=len(found))
    return render_template(
        "workforce/records/choose.html",
        form=form,
        words=words,
        person_id=person_id,
        name=kept.known_as,
        others=found,
        most=records.MOST,
        crumbs=crumbs_of(kept),
    ), 422 if form.problems() else 200


@blueprint.route("/people/<uuid:person_id>/merge/<uuid:other_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE)
def merge_people(person_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Put two records side by side with what would move, and make them one."""
    asking = viewer()
    kept, other = (records.load_record(asking, key, Permission.PEOPLE_MERGE) for key in (person_id, other_id))
    form = MergeForm(data={"version": kept.version, "other_version": other.version})
    is_changed = False
    if was_sent(form):
        try:
            with form.attempt():
                merging.merge_people(kept, other, form.opened_at, form.other_opened_at)
        except Conflict:
            is_changed = True
            form.version.data, form.other_version.data = str(kept.version), str(other.version)
        else:
            if form.is_clean:
                flash("Saved. The two records are one. You can undo this from this page.")
                return redirect(url_for("workforce.person", person_id=person_id))
    audit.read("person's record read", kept)
    audit.read("person's record read", other)
    mine, theirs = records.side(kept), records.side(other)
    return render_template(
        "workforce/records/merge.html",
        form=form,
        kept=mine,
        other=theirs,
        refusal=merge_refusal(mine.standing, theirs.standing, is_same=person_id == other_id),
        at_once=records.at_once(mine, theirs),
        is_changed=is_changed,
        crumbs=crumbs_of(kept),
    ), 409 if is_changed else 422 if form.problems() else 200


@blueprint.route("/merges/<uuid:merge_id>/undo", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MERGE)
def undo_merge(merge_id: UUID) -> ResponseReturnValue:
    """Make one record two again; asks first."""
    asking = viewer()
    merge = records.load_merge(asking, merge_id)
    kept, form = merge.kept, ConfirmForm(data={"version": merge.kept.version})
    outcome = save(form, lambda: merging.undo_merge(merge, form.opened_at), dict)
    if outcome.is_saved:
        flash("Saved. They are two records again. Check that each has what belongs to it.")
        return redirect(url_for("workforce.person", person_id=merge.merged_id))
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(
        "workforce/records/undo.html",
        form=form,
        theirs=outcome.theirs,
        person_id=kept.id,
        name=kept.known_as,
        merged_name=merge.merged.known_as,
        merged_number=merge.merged.staff_number,
        merged_on=long_date(merge.merged_on),
        refusal=undo_refusal(records.standing_of(kept), is_undone=merge.undone_on is not None),
        crumbs=crumbs_of(kept),
    ), status


@blueprint.route("/people/<uuid:person_id>/erase", methods=["GET", "POST"])
@requires(Permission.PEOPLE_ERASE)
def erase_person(person_id: UUID) -> ResponseReturnValue:
    """Say what goes and what stays, ask for a sign that this is the person meant, and erase them."""
    asking = viewer()
    row = records.load_record(asking, people.load_person(asking, person_id).id, Permission.PEOPLE_ERASE)
    form = EraseForm(data={"version": row.version})
    outcome = save(form, lambda: erasing.erase_person(row, form.typed.data or "", form.opened_at), dict)
    if outcome.is_saved:
        flash("Saved. The record is erased. The days worked still count, without a name.")
        return redirect(url_for("workforce.index"))
    audit.read("person's record read", row)
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(
        "workforce/records/erase.html",
        form=form,
        theirs=outcome.theirs,
        person_id=person_id,
        name=row.known_as,
        full_name=f"{row.first_name} {row.last_name}",
        staff_number=row.staff_number,
        parts=len(records.parts_of(row)),
        refusal=erase_refusal(records.days_of(row), today()),
        crumbs=crumbs_of(row),
    ), status
