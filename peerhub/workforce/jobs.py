"""What workforce does without being asked: works on large staff-record files, and wipes what is kept no longer."""

from __future__ import annotations

from uuid import UUID

import structlog

from peerhub.access import audit
from peerhub.access.queries.organisations import organisations_by_name
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.feature import Job
from peerhub.core.time import utc_now
from peerhub.workforce.actions import imports as actions
from peerhub.workforce.queries import imports
from peerhub.workforce.queries.imports import Load, State

SECONDS_BETWEEN_LOOKS = 3
HOUR = 3600
log = structlog.get_logger()


def work_on_loads() -> None:
    """Check and load the files that wait, one after the other, each in transactions of its own."""
    with scope.across("staff-record files that wait to be worked on"):
        waiting = imports.waiting(utc_now() - actions.GONE_QUIET)
    for load_id, organisation_id in waiting:
        with scope.within(organisation_id):
            _work_on(load_id)


def _work_on(load_id: UUID) -> None:
    load = imports.any_load(load_id)
    audit.act_as(audit.Actor(user_id=load.user_id, organisation_id=load.organisation_id, source="job"))
    is_loading = load.state is State.LOADING
    is_ours = actions.take_in_hand(load)
    db.session.commit()
    if not is_ours:
        return
    try:
        _carry_on(load, is_loading=is_loading)
        db.session.commit()
    except Exception as error:  # noqa: BLE001 - one file's failure must not keep the others waiting
        db.session.rollback()
        log.error("staff record failed", cause=type(error).__name__)
        actions.give_back(load)
        db.session.commit()


def _carry_on(load: Load, *, is_loading: bool) -> None:
    def tell(step: str) -> None:
        actions.note_step(load, step)
        db.session.commit()

    reach = imports.reach_of(load)
    if is_loading:
        actions.carry_on(load, reach, tell)
    else:
        actions.check(load, reach, tell)


def wipe_old_loads() -> None:
    """Wipe uploaded files that nobody went on with for 7 days."""
    for organisation_id in organisations_by_name().values():
        audit.act_as(audit.Actor(organisation_id=organisation_id, source="job"))
        with scope.within(organisation_id):
            actions.wipe_old()


JOBS = (
    Job("staff records", SECONDS_BETWEEN_LOOKS, work_on_loads),
    Job("old staff records", HOUR, wipe_old_loads),
)
