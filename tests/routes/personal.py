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


ROUTES = {
    "workforce.my_equality": Route(),
    "workforce.equality_question": Route(
        lambda _: {"name": "age"}, unseen=frozenset({Role.HEAD_OF_PEER_WORK, Role.PEER_SUPERVISOR})
    ),
    "workforce.decline_equality": Route(unseen=frozenset({Role.HEAD_OF_PEER_WORK, Role.PEER_SUPERVISOR})),
    "workforce.clear_equality": Route(unseen=frozenset({Role.HEAD_OF_PEER_WORK, Role.PEER_SUPERVISOR})),
    "workforce.my_adjustments": Route(),
    "workforce.adjustments": of_priya(Role.PEER_SUPERVISOR),
    "workforce.ask_for_adjustment": of_priya(Role.PEER_SUPERVISOR),
    "workforce.agree_adjustment": of_adjustment(),
    "workforce.decline_adjustment": of_adjustment(),
    "workforce.review_adjustment": of_adjustment(),
    "workforce.end_adjustment": of_adjustment(Role.PEER_SUPERVISOR),
    "workforce.ask_again_for_adjustment": of_adjustment(Role.PEER_SUPERVISOR),
    "workforce.put_adjustment_in_place": of_adjustment(),
    "workforce.share_adjustment": of_adjustment(Role.PEER_SUPERVISOR),
    "workforce.my_wellness_plan": Route(),
    "workforce.wellness_plan": of_priya(*NOT_PRIYA),
    "workforce.edit_wellness_plan": of_priya(*NOT_PRIYA),
    "workforce.delete_wellness_plan": of_priya(*NOT_PRIYA),
}
