"""How what needs somebody is put in order and said. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Something with a text and with how many days late it is; below 0 it is still to come."""

    @property
    def text(self) -> str:
        """What it is."""

    @property
    def days(self) -> int:
        """How late it is."""

    @property
    def order(self) -> str:
        """Where it stands among those equally late; empty for the order of their words."""


Thing = TypeVar("Thing", bound=Dated)


def most_urgent_first(needs: Iterable[Thing]) -> list[Thing]:
    """The latest first; of those that are equally late, in the order they ask for, then in that of their words."""
    return sorted(needs, key=lambda need: (-need.days, need.order or need.text.casefold(), need.text.casefold()))


def lateness(days: int) -> str:
    """How late something is, or how soon it is due; nothing where it simply waits.

    >>> lateness(1), lateness(40), lateness(0), lateness(-1), lateness(-7)
    ('1 day late', '40 days late', '', 'due tomorrow', 'due in 7 days')
    """
    if days > 0:
        return f"{days} day{'' if days == 1 else 's'} late"
    if days == -1:
        return "due tomorrow"
    return f"due in {-days} days" if days < 0 else ""
