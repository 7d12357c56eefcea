"""What access does without being asked."""

from __future__ import annotations

from peerhub.access import audit
from peerhub.access.actions import tidying
from peerhub.core.feature import Job

HOUR = 3600


def tidy() -> None:
    """Remove old tries, links and invitations."""
    audit.act_as(audit.Actor())
    tidying.tidy()


JOBS = (Job("tidy sign-in records", HOUR, tidy),)
