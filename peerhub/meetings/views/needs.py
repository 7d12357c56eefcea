"""What meetings put on somebody's Today: today's, those to record, those nobody facilitates, and what they agreed."""

from __future__ import annotations

from datetime import date

from flask import url_for

from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.feature import Need
from peerhub.core.time import clock_time, long_date
from peerhub.core.wording import counted
from peerhub.meetings.queries.meetings import london_day, week_of
from peerhub.meetings.queries.waiting import Waiting, Waits, waits

MOST_SAID = 3
"""How many meetings to record are named one by one."""


def meeting_needs(viewer: Viewer, day: date) -> list[Need]:
    """Four reads at most, however many meetings."""
    if not viewer.may(Permission.MEETINGS_OWN, Permission.MEETINGS_ARRANGE):
        return []
    held = waits(viewer, day)
    needs = [
        Need(f"{clock_time(one.starts_at)}: {one.name}", _href(one), order=one.starts_at.isoformat())
        for one in held.today
    ]
    return needs + _to_record(held.to_record, day) + _unled(held, day) + _actions(held, day)


def _href(one: Waiting) -> str:
    return url_for("meetings.meeting", meeting_id=one.id)


def _to_record(over: tuple[Waiting, ...], day: date) -> list[Need]:
    needs = [
        Need(
            f"Record how it went: {one.name} on {long_date(london_day(one.starts_at))}",
            url_for("meetings.record", meeting_id=one.id),
            days=(day - london_day(one.starts_at)).days,
        )
        for one in over[:MOST_SAID]
    ]
    rest = over[MOST_SAID:]
    if rest:
        first = london_day(rest[0].starts_at)
        href = url_for("meetings.index", week=week_of(first).isoformat())
        text = f"Record how {counted(len(rest), 'more meeting', 'more meetings')} went"
        needs.append(Need(text, href, (day - first).days))
    return needs


def _unled(held: Waits, day: date) -> list[Need]:
    if held.first_unled is None:
        return []
    first, many = held.first_unled, held.unled
    when = london_day(first.starts_at)
    what = "A meeting needs" if many == 1 else f"{many} meetings need"
    text = f"{what} a facilitator: the first is on {long_date(when)}" if many > 1 else f"{what} a facilitator"
    return [Need(text, _href(first), (day - when).days)]


def _actions(held: Waits, day: date) -> list[Need]:
    if held.oldest_due is None:
        return []
    text = f"Do what you agreed in meetings: {counted(held.actions, 'action is', 'actions are')} due"
    return [Need(text, url_for("meetings.my_actions"), (day - held.oldest_due).days)]
