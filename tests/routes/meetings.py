"""The routes of meetings. The meeting is of Willow ward: Sam facilitates it, Priya comes, Hana arranges all."""

from __future__ import annotations

from peerhub.access.permissions import MATRIX, Permission, Role
from tests.routes.route import Route, about

OUTSIDE = tuple(
    role
    for role in Role
    if Permission.MEETINGS_OWN in MATRIX[role]
    and role not in {Role.PEER_WORKER, Role.PEER_SUPERVISOR, Role.HEAD_OF_PEER_WORK}
)
"""Who has meetings, and nothing to do with this one."""


def of_meeting(*unseen: Role) -> Route:
    """About the meeting."""
    return about("meeting_id", "meeting", "stranger_meeting", *OUTSIDE, *unseen)


def of_series(*unseen: Role) -> Route:
    """About the series."""
    return about("series_id", "series", "stranger_series", *OUTSIDE, *unseen)


def of_two(one: str, other: str, *unseen: Role) -> Route:
    """About somebody's place in a meeting or a series: ``of_two("meeting", "meeting_party")``."""

    def keys(prefix: str) -> object:
        return lambda world: {
            f"{one}_id": getattr(world, f"{prefix}{one}"), "party_row_id": getattr(world, f"{prefix}{other}")
        }  # fmt: skip

    return Route(keys(""), keys("stranger_"), frozenset({*OUTSIDE, *unseen}))  # type: ignore[arg-type]  # as Parameters


PEER, HEAD = Role.PEER_WORKER, Role.HEAD_OF_PEER_WORK
ROUTES = {
    "meetings.index": Route(),
    "meetings.all_series": Route(),
    "meetings.my_actions": Route(),
    "meetings.my_calendar": Route(),
    "meetings.arrange": Route(),
    "meetings.meeting": of_meeting(),
    "meetings.download": of_meeting(HEAD),
    "meetings.move": of_meeting(PEER),
    "meetings.edit": of_meeting(PEER),
    "meetings.cancel": of_meeting(PEER),
    "meetings.facilitator": of_meeting(PEER),
    "meetings.swap": of_meeting(PEER),
    "meetings.record": of_meeting(PEER),
    "meetings.add_to_meeting": of_meeting(PEER),
    "meetings.remove_from_meeting": of_two("meeting", "meeting_party", PEER),
    "meetings.add_action": of_meeting(HEAD),
    "meetings.finish_action": about("action_id", "meeting_action", "stranger_meeting_action", *OUTSIDE, HEAD),
    "meetings.open_action": about("action_id", "meeting_action", "stranger_meeting_action", *OUTSIDE, HEAD),
    "meetings.series": of_series(),
    "meetings.add_to_series": of_series(PEER),
    "meetings.remove_from_series": of_two("series", "series_party", PEER),
    "meetings.stop_feed": about("feed_id", "feed", "stranger_feed", *OUTSIDE, HEAD, Role.PEER_SUPERVISOR),
    "meetings.feed": Route(lambda _: {"token": "no-such-token"}, found=frozenset({404})),
}
