"""What a room tells the application about itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import Blueprint


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A place in the menu, shown to holders of any of its permissions (to everybody signed in when it names none)."""

    text: str
    endpoint: str
    permissions: tuple[StrEnum, ...] = ()


@dataclass(frozen=True, slots=True)
class QuickAction:
    """A thing to do from Today, for holders of any of its permissions."""

    text: str
    endpoint: str
    permissions: tuple[StrEnum, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that needs this viewer now. ``text`` says what; ``href`` is where to do it; ``days`` how late it is.

    Of those that are equally late the one whose ``order`` comes first does, and where that is empty, its text.
    """

    text: str
    href: str
    days: int = 0
    order: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a person's page that another room fills. ``render`` gets the viewer and the person's key."""

    title: str
    permissions: tuple[StrEnum, ...]
    render: Callable[[Any, Any], str]


@dataclass(frozen=True, slots=True)
class Job:
    """Work done without being asked. Must be safe to run twice.

    Attributes:
        seconds: how long from one run to the next; None where it runs once a day.
        daily_at: the time of day in London from which it runs once; a day that was missed is made up for once.

    Raises:
        ValueError: not exactly one of the two was given.
    """

    name: str
    seconds: int | None
    run: Callable[[], None]
    daily_at: time | None = None

    def __post_init__(self) -> None:
        if (self.seconds is None) == (self.daily_at is None):
            raise ValueError(f"{self.name}: say either every how many seconds, or at what time of day")


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the viewer's organisation that a role can be held for.

    Attributes:
        breadth: what kind of part it is.
        words: how people call it, said so that two are never confused.
        is_open: a closed one can still be named, and is no longer offered.
    """

    breadth: StrEnum
    id: UUID
    words: str
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data is asked for: the keys of their record and of their account, where they have one."""

    person_id: UUID | None
    user_id: UUID | None


Held = dict[str, list[dict[str, Any]]]
"""What a room holds of somebody: under each title its rows, each with plain values under the words people read."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A room's manifest.

    Attributes:
        places: given a viewer, the parts of their organisation that a role can be held for.
        due: given a viewer and a day, what needs them now.
        personal_data: given a :class:`Subject`, what the room holds of them, for a subject access request.
        meeting_kinds: what people of this room meet for; the room of meetings takes them in.
        indicators: figures that this room works out for any day; the room of indicators takes them in.
        gather: given every room, takes in what the others declare for this one. Called once, at start-up.
    """

    name: str
    blueprint: Blueprint | None = None
    navigation: tuple[NavigationItem, ...] = ()
    places: Callable[[Any], list[Place]] | None = None
    quick_actions: tuple[QuickAction, ...] = ()
    due: tuple[Callable[[Any, Any], list[Need]], ...] = ()
    person_panels: tuple[Panel, ...] = ()
    jobs: tuple[Job, ...] = ()
    personal_data: tuple[Callable[[Subject], Held], ...] = ()
    listen: Callable[[], None] | None = None
    meeting_kinds: tuple[Any, ...] = ()
    indicators: tuple[Any, ...] = ()
    gather: Callable[[Sequence[Feature]], None] | None = None
