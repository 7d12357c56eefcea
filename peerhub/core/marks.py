"""Access marks: every view says who may use it, on the function itself. Start-up refuses a view without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
ATTRIBUTE = "__access_mark__"


@dataclass(frozen=True, slots=True)
class Mark:
    """Who may use a view: anybody (and why), anybody signed in, or the holders of one of some permissions."""

    public: str | None = None
    permissions: frozenset[StrEnum] = frozenset()

    @property
    def needs_sign_in(self) -> bool:
        """Whether the view is closed to people who have not signed in."""
        return self.public is None


class Unmarked(Exception):
    """Views that do not say who may use them; the application will not start."""


def requires(*permissions: StrEnum) -> Callable[[View], View]:
    """Open a view to holders of any of these permissions.

    Raises:
        ValueError: no permission, or something that is not one, was named.
    """
    if not permissions or not all(isinstance(permission, StrEnum) for permission in permissions):
        raise ValueError("name at least one permission")
    return _marker(Mark(permissions=frozenset(permissions)))


def signed_in(view: View) -> View:
    """Open a view to everybody who has signed in: for pages about oneself."""
    return _marker(Mark())(view)


def public(why: str) -> Callable[[View], View]:
    """Open a view to everybody, and say why that is right."""
    if not why:
        raise ValueError("say why it is public")
    return _marker(Mark(public=why))


def _marker(mark: Mark) -> Callable[[View], View]:
    def marked(view: View) -> View:
        setattr(view, ATTRIBUTE, mark)
        return view

    return marked


def mark_of(view: Callable[..., Any]) -> Mark | None:
    """The mark a view carries, or None."""
    found = getattr(view, ATTRIBUTE, None)
    return found if isinstance(found, Mark) else None


def check_every_view(views: Mapping[str, Callable[..., Any]]) -> None:
    """Fail unless every endpoint carries a mark.

    Raises:
        Unmarked: names the endpoints that do not.
    """
    bare = sorted(endpoint for endpoint, view in views.items() if mark_of(view) is None)
    if bare:
        raise Unmarked(f"no access mark on: {', '.join(bare)}")
