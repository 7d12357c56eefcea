"""One session: its facts, and for the two in it the note, agreeing to it, and the supervisor's memo."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.errors import DomainError
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.supervision.actions import notes as actions
from peerhub.supervision.forms.sessions import MemoForm, NoteForm
from peerhub.supervision.queries import sessions
from peerhub.supervision.views.blueprint import blueprint
from peerhub.supervision.views.linking import NOTE_TAGS, crumbs_for, supervision_of

KNOWS = (Permission.OWN_SUPERVISION, Permission.SUPERVISION_GIVE, Permission.SUPERVISION_DATES)
IS_ONE = (Permission.OWN_SUPERVISION, Permission.SUPERVISION_GIVE)


@blueprint.get("/supervision/sessions/<uuid:session_id>")
@requires(*KNOWS)
def session(session_id: UUID) -> ResponseReturnValue:
    """A session: facts for those who oversee it, and the words for the two alone. That they were read is noted."""
    asking = viewer()
    row = sessions.load_session(asking, session_id)
    page = sessions.session_page(asking, row)
    if page.words is not None:
        audit.read("supervision note read", row)
    return render_template(
        "supervision/session.html", page=page, tags=NOTE_TAGS,
        crumbs=crumbs_for(asking, (page.supervisee.name, supervision_of(page.supervisee.id))),
    )  # fmt: skip


@blueprint.route("/supervision/sessions/<uuid:session_id>/note", methods=["GET", "POST"])
@requires(*IS_ONE)
def note(session_id: UUID) -> ResponseReturnValue:
    """Write the note that two people share, or amend it."""
    asking = viewer()
    row, own = sessions.load_words(asking, session_id)
    latest = row.notes[-1] if row.notes else None
    form = NoteForm(data={"words": latest.words if latest else "", "version": latest.number if latest else 0})
    outcome = save(
        form,
        lambda: actions.write_note(row, own, form.words.data or "", form.opened_at or 0),
        lambda: {"words": sessions.load_words(asking, session_id)[0].notes[-1].words},
    )
    if outcome.is_saved:
        flash("Saved. Both of you are asked to agree to it.")
        return redirect(url_for("supervision.session", session_id=session_id))
    if request.method == "GET" and latest is not None:
        audit.read("supervision note read", row)
    return render_template(
        "supervision/note.html", form=form, theirs=outcome.theirs, is_amended=latest is not None,
        crumbs=crumbs_for(asking, (row.supervisee.known_as, supervision_of(row.supervisee_id))),
    ), outcome.status(form)  # fmt: skip


@blueprint.post("/supervision/sessions/<uuid:session_id>/sign")
@requires(*IS_ONE)
def sign(session_id: UUID) -> ResponseReturnValue:
    """Agree to the note as it stands, for oneself."""
    asking = viewer()
    row, own = sessions.load_words(asking, session_id)
    sent = request.form.get("number", "")
    try:
        actions.sign_note(row, own, sessions.parties_of(row), int(sent) if sent.isdecimal() else 0)
    except DomainError as refused:
        flash(f"{refused.message}.", "warning")
    else:
        flash("Saved. You have agreed to this note.")
    return redirect(url_for("supervision.session", session_id=session_id))


@blueprint.route("/supervision/sessions/<uuid:session_id>/memo", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_GIVE)
def memo(session_id: UUID) -> ResponseReturnValue:
    """A supervisor's own memo of a session, which nobody else opens."""
    asking = viewer()
    row, own, held = sessions.load_memo(asking, session_id)
    form = MemoForm(data={"words": held.words if held else "", "version": held.version if held else 0})
    outcome = save(
        form,
        lambda: actions.write_memo(row, own, form.words.data or "", form.opened_at),
        lambda: {"words": _memo_now(session_id)},
    )
    if outcome.is_saved:
        flash("Saved. Only you can open your memo." if form.words.data else "Deleted. There is no memo any more.")
        return redirect(url_for("supervision.session", session_id=session_id))
    if request.method == "GET" and held is not None:
        audit.read("supervision memo read", row)
    return render_template(
        "supervision/memo.html", form=form, theirs=outcome.theirs,
        crumbs=crumbs_for(asking, (row.supervisee.known_as, supervision_of(row.supervisee_id))),
    ), outcome.status(form)  # fmt: skip


def _memo_now(session_id: UUID) -> str:
    held = sessions.load_memo(viewer(), session_id)[2]
    return held.words if held else ""
