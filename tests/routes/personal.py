"""The routes of workforce about what is a person's own: equality answers, adjustments, wellness plan."""

from __future__ import annotations

from peerhub.access.permissions import Role
from tests.routes.route import Route, about

NOT_PRIYA = tuple(role for role in Role if role is not Role.PEER_WORKER)
"""Everybody but the person whose record it is."""


def of_priya(*unseen: Role) -> Route:
    """About Priya's record."""
    return about("person_id", "priya_person", "stranger_person", *unseen)


def of_adjustment(*unseen: Role) -> Route:
    """About her adjustment, which her team manager sees."""
    return about("adjustment_id", "priya_adjustment", "stranger_adjustment", *unseen)


NOBODY_ELSES = tuple(role for role in NOT_PRIYA if role not in {Role.HEAD_OF_PEER_WORK, Role.TEAM_MANAGER})
"""Roles that see no adjustments but their own."""

ROUTES = {
    "workforce.my_equality": Route(),
    "workforce.equality_question": Route(lambda _: {"name": "age"}, unseen=frozenset(NOT_PRIYA)),
    "workforce.decline_equality": Route(unseen=frozenset(NOT_PRIYA)),
    "workforce.clear_equality": Route(unseen=frozenset(NOT_PRIYA)),
    "workforce.my_adjustments": Route(),
    "workforce.adjustments": of_priya(*NOBODY_ELSES),
    "workforce.ask_for_adjustment": of_priya(*NOBODY_ELSES),
    "workforce.agree_adjustment": of_adjustment(),
    "workforce.decline_adjustment": of_adjustment(),
    "workforce.review_adjustment": of_adjustment(),
    "workforce.end_adjustment": of_adjustment(*NOBODY_ELSES),
    "workforce.ask_again_for_adjustment": of_adjustment(*NOBODY_ELSES),
    "workforce.put_adjustment_in_place": of_adjustment(),
    "workforce.note_adjustment_seen": of_adjustment(*NOBODY_ELSES),
    "workforce.share_adjustment": of_adjustment(*NOBODY_ELSES),
    "workforce.my_wellness_plan": Route(),
    "workforce.wellness_plan": of_priya(*NOT_PRIYA),
    "workforce.edit_wellness_plan": of_priya(*NOT_PRIYA),
    "workforce.delete_wellness_plan": of_priya(*NOT_PRIYA),
}
