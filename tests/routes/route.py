"""How a route is told to the walk: with whose rows it is asked, and who may not see those rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from peerhub.access.permissions import Role
from tests.fixtures.people import World

Parameters = Callable[[World], Mapping[str, Any]]


def nothing(_world: World) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """An endpoint as the walk asks for it.

    Attributes:
        ours: the parameters of an address that is about a row of Northmoor, the named people's trust.
        theirs: the same about a row of the other trust; None where the address names no row.
        unseen: roles that hold the permission and to whom this row of Northmoor is not theirs to see (404).
        found: the statuses that a viewer who may see it gets.
    """

    ours: Parameters = nothing
    theirs: Parameters | None = None
    unseen: frozenset[Role] = frozenset()
    found: frozenset[int] = frozenset({200, 302})


def about(name: str, ours: str, theirs: str, *unseen: Role) -> Route:
    """A route with one parameter: ``about("person_id", "priya_person", "stranger_person")``."""
    return Route(
        lambda world: {name: getattr(world, ours)}, lambda world: {name: getattr(world, theirs)}, frozenset(unseen)
    )
