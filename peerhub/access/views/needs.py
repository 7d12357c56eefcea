"""What of running PeerHub needs the administrator now."""

from __future__ import annotations

from datetime import date

from flask import url_for

from peerhub.access.permissions import Permission
from peerhub.access.queries import outbox
from peerhub.access.rules import Viewer
from peerhub.access.views import sessions
from peerhub.core.feature import Need
from peerhub.core.wording import counted


def outbox_needs(viewer: Viewer, _day: date) -> list[Need]:
    """Messages that were given up; and where no mail server is set, those that wait for one. One read."""
    if not viewer.may(Permission.OUTBOX_VIEW):
        return []
    waiting, given_up = outbox.unsent(viewer)
    needs = []
    if given_up:
        what = f"{counted(given_up, 'message')} could not be sent"
        needs.append(Need(what, url_for("access.outbox", state="given_up")))
    if waiting and not sessions.settings().sends_mail:
        what = f"{counted(waiting, 'message')} cannot leave, because no mail server is set"
        needs.append(Need(what, url_for("access.outbox", state="waiting")))
    return needs
