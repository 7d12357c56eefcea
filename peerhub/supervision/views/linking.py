"""Where pages of supervision lead, and the colours of their tags."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import current_app, request, url_for

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.time import long_date
from peerhub.supervision.rules.due import Due
from peerhub.supervision.rules.sessions import NoteState
from peerhub.supervision.rules.words import DueState

TAGS = {
    DueState.ON_TIME: "green",
    DueState.DUE_SOON: "yellow",
    DueState.OVERDUE: "red",
    DueState.PAUSED: "grey",
    DueState.NO_AGREEMENT: "orange",
}
NOTE_TAGS = {
    NoteState.NONE: "grey",
    NoteState.WRITTEN: "yellow",
    NoteState.HALF_SIGNED: "yellow",
    NoteState.AGREED: "green",
}


def supervision_of(person_id: UUID) -> str:
    """A person's supervision."""
    return url_for("supervision.person", person_id=person_id)


def crumbs_for(viewer: Viewer, *more: tuple[str, str]) -> list[dict[str, str]]:
    """Where a page stands, for whoever can go back there."""
    home = []
    if viewer.may(Permission.SUPERVISION_GIVE, Permission.SUPERVISION_DATES):
        home = [("Supervision", url_for("supervision.caseload"))]
    elif viewer.may(Permission.OWN_SUPERVISION):
        home = [("My supervision", url_for("supervision.my"))]
    return [{"text": text, "href": href} for text, href in (*home, *more)]


def links_for(viewer: Viewer) -> list[tuple[str, str]]:
    """The other pages of supervision that a viewer may open."""
    asked = (
        ("Log supervision", "supervision.log", (Permission.SUPERVISION_GIVE,)),
        ("Log a missed session", "supervision.log_missed", (Permission.SUPERVISION_GIVE,)),
        ("My caseload", "supervision.caseload", (Permission.SUPERVISION_GIVE,)),
        ("Agreements", "supervision.list_agreements", (Permission.SUPERVISION_ARRANGE, Permission.SUPERVISION_DATES)),
        ("Who has nobody", "supervision.unsupervised", (Permission.SUPERVISION_ARRANGE,)),
        ("The whole service", "supervision.service", (Permission.SUPERVISION_DATES,)),
        ("Settings", "supervision.settings", (Permission.SUPERVISION_OVERSEE,)),
    )
    return [
        (text, url_for(endpoint))
        for text, endpoint, needed in asked
        if viewer.may(*needed) and endpoint != request.endpoint
    ]


def has_people() -> bool:
    """Whether the pages of people are there to lead to."""
    return "workforce.person" in current_app.view_functions


def person_href(person_id: UUID) -> str | None:
    """A person's own page, where there is one."""
    return url_for("workforce.person", person_id=person_id) if has_people() else None


def said_due(due: Due | None, today: date) -> str:
    """When somebody is due, in words."""
    if due is None or due.due is None:
        return "No agreement"
    if due.state is DueState.PAUSED:
        return "Paused while they are away"
    late = (today - due.due).days
    if late > 0:
        return f"{long_date(due.due)}, {late} day{'' if late == 1 else 's'} late"
    return long_date(due.due)
