"""A person's supervision, and one's own."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.errors import NotFound
from peerhub.core.feature import Need
from peerhub.core.marks import requires
from peerhub.core.time import today
from peerhub.core.wording import counted
from peerhub.supervision.queries import needs as waiting
from peerhub.supervision.queries.people import own_id
from peerhub.supervision.queries.person import load_supervised, person_supervision
from peerhub.supervision.views.blueprint import blueprint
from peerhub.supervision.views.linking import NOTE_TAGS, TAGS, crumbs_for, person_href, said_due, supervision_of

SEES = (
    Permission.OWN_SUPERVISION, Permission.SUPERVISION_GIVE, Permission.SUPERVISION_DATES,
    Permission.SUPERVISION_ARRANGE,
)  # fmt: skip


@blueprint.get("/my-supervision")
@requires(Permission.OWN_SUPERVISION)
def my() -> ResponseReturnValue:
    """One's own supervision, at an address that stays."""
    own = own_id(viewer())
    if own is None:
        return render_template("supervision/no_record.html")
    return redirect(supervision_of(own))


@blueprint.get("/people/<uuid:person_id>/supervision")
@requires(*SEES)
def person(person_id: UUID) -> ResponseReturnValue:
    """A person's supervision of every kind, side by side."""
    asking = viewer()
    page = person_supervision(asking, load_supervised(asking, person_id))
    return render_template(
        "supervision/person.html", page=page, tags=TAGS, note_tags=NOTE_TAGS, said_due=said_due, day=today(),
        may_log=asking.may(Permission.SUPERVISION_GIVE) and not page.is_own,
        crumbs=[] if page.is_own else crumbs_for(asking),
        record=person_href(person_id) if asking.may(Permission.PEOPLE_VIEW) or page.is_own else None,
    )  # fmt: skip


def panel(asking: Viewer, person_id: UUID) -> str:
    """What a person's page says of their supervision: facts and where to go."""
    try:
        page: Any = person_supervision(asking, load_supervised(asking, person_id))
    except NotFound:
        return ""
    return render_template("supervision/parts/panel.html", page=page, tags=TAGS, said_due=said_due, day=today())


def needs(asking: Viewer, day: date) -> list[Need]:
    """What of supervision waits for this viewer: people who are due, notes to agree to, hand-overs, people with nobody.

    A fixed number of reads.
    """
    found = [
        Need(
            f"See {line.name} for {line.kind.label.lower()}",
            url_for("supervision.log", agreement=line.agreement_id),
            days=line.days,
        )
        for line in waiting.waiting_cases(asking, day)
    ]
    if asking.may(Permission.OWN_SUPERVISION, Permission.SUPERVISION_GIVE):
        found += _own_needs(asking)
    many = waiting.without_anybody(asking, day)
    if many:
        text = f"Find a supervisor for {counted(many, 'person', 'people')} who {'has' if many == 1 else 'have'} nobody"
        found.append(Need(text, url_for("supervision.unsupervised")))
    return found


def _own_needs(asking: Viewer) -> list[Need]:
    found = []
    notes = waiting.unsigned(asking)
    if notes is not None:
        what = "a supervision note" if notes.many == 1 else f"{notes.many} supervision notes"
        text = f"Read {what}, and agree to {'it' if notes.many == 1 else 'them'}"
        found.append(Need(text, url_for("supervision.session", session_id=notes.first)))
    if asking.may(Permission.OWN_SUPERVISION) and waiting.asked_about_notes(asking):
        found.append(Need("Say whether your notes go to your new supervisor", url_for("supervision.my")))
    return found
