"""The blueprint that the pages of meetings hang on, and where they stand."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.core.forms import Form
from peerhub.core.saving import Outcome
from peerhub.meetings.queries.meetings import MeetingPage

blueprint = Blueprint("meetings", __name__)
SEE = (Permission.MEETINGS_OWN, Permission.MEETINGS_ARRANGE)
"""Who has anything to do with meetings; which of them they see, the queries say."""


def crumbs(page: MeetingPage | None = None) -> list[dict[str, str]]:
    """Where a page about a meeting stands; without one, a page about meetings."""
    found = [{"text": "Meetings", "href": url_for("meetings.index")}]
    if page is not None:
        found.append({"text": page.line.name, "href": url_for("meetings.meeting", meeting_id=page.line.id)})
    return found


def series_crumb() -> list[dict[str, str]]:
    """Where a page about a series stands, beneath meetings."""
    return [{"text": "Series", "href": url_for("meetings.all_series")}]


def to_meeting(meeting_id: UUID, words: str) -> ResponseReturnValue:
    """Say what was saved, on the meeting's page."""
    flash(words)
    return redirect(url_for("meetings.meeting", meeting_id=meeting_id))


def show(
    template: str, form: Form, page: MeetingPage, outcome: Outcome | None = None, **more: object
) -> ResponseReturnValue:
    """The page of a form about a meeting; with what somebody else saved meanwhile, where they did."""
    status = outcome.status(form) if outcome else 422 if form.problems() else 200
    answer = render_template(
        f"meetings/{template}.html", form=form, page=page, crumbs=crumbs(page),
        theirs=outcome.theirs if outcome else None, **more,
    )  # fmt: skip
    return answer, status
