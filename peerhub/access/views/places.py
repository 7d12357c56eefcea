"""What roles are held for, as the rooms that know say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import current_app

from peerhub.access.queries.users import Held
from peerhub.access.rules import Breadth, Viewer
from peerhub.core.feature import Place

WHOLE = "The whole organisation"
GONE = {Breadth.SERVICE_LINE: "A service line that is no longer there", Breadth.TEAM: "A team that is no longer there"}


def offered(viewer: Viewer) -> list[Place]:
    """The parts of the viewer's organisation that a role can be held for, closed ones too."""
    rooms = current_app.extensions["rooms"]
    return [place for room in rooms if room.places is not None for place in room.places(viewer)]


def said(viewer: Viewer, held: Iterable[tuple[Breadth, UUID | None]]) -> list[str]:
    """Each in words. Names are asked for only where something is held for a part of the organisation."""
    wanted = list(held)
    known: dict[tuple[str, UUID], str] = {}
    if any(place_id for _, place_id in wanted):
        known = {(place.breadth.value, place.id): place.words for place in offered(viewer)}
    return [
        known.get((breadth.value, place_id), GONE[breadth]) if place_id is not None else WHOLE
        for breadth, place_id in wanted
    ]


def in_words(viewer: Viewer, roles: Sequence[Held]) -> list[tuple[Held, str]]:
    """Each role with what it is held for, in words."""
    return list(zip(roles, said(viewer, [(held.breadth, held.place_id) for held in roles]), strict=True))
