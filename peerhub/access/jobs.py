"""What access does without being asked."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from peerhub.access import audit
from peerhub.access.actions import tidying
from peerhub.core.feature import Job

HOUR = 3600


def tidy() -> None:
    """Remove old tries, links, invitations and sessions."""
    audit.act_as(audit.Actor())
    tidying.tidy(timedelta(hours=current_app.extensions["settings"].session_hours))


JOBS = (Job("tidy sign-in records", HOUR, tidy),)
