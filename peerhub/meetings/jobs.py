"""What meetings do without being asked: make those of every series ahead."""

from __future__ import annotations

from peerhub.access import audit
from peerhub.access.queries.organisations import organisations_by_name
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.feature import Job
from peerhub.core.time import today
from peerhub.meetings.actions.making import horizon, make_ahead, series_to_make
from peerhub.meetings.models import Series

HOUR = 3600


def make_meetings() -> None:
    """Make the meetings of every series to the horizon, each series in a transaction of its own.

    Safe to run twice, by two processes at once, and after the machine was off: it goes on from where it was.
    """
    until = horizon(today())
    for organisation_id in organisations_by_name().values():
        audit.act_as(audit.Actor(organisation_id=organisation_id, source="job"))
        with scope.within(organisation_id):
            for series_id in series_to_make(until):
                series = db.session.get(Series, series_id)
                if series is not None:
                    make_ahead(series, until)
                db.session.commit()


JOBS = (Job("meetings ahead", HOUR, make_meetings),)
