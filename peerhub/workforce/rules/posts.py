"""What may not be: a post held twice, a spell outside its post, a peer counted in staffing numbers. In words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from peerhub.workforce.rules.words import LeavingReason, RoleKind

NEVER_COUNTED = (
    "A peer post can never be counted in staffing numbers. Peers are additional to the team, so that nobody asks them "
    "to do the work of other staff."
)
PEER_ROLES = frozenset(
    {
        RoleKind.PEER_SUPPORT_WORKER,
        RoleKind.SENIOR_PEER_SUPPORT_WORKER,
        RoleKind.PEER_SUPERVISOR,
        RoleKind.PEER_LEAD,
        RoleKind.HEAD_OF_PEER_WORK,
    }
)
A_DAY = timedelta(days=1)


class Refusal(NamedTuple):
    """Why something may not be, and the field it is about."""

    message: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Days:
    """From a first to a last day, both counted; no last day while it goes on."""

    starts: date
    ends: date | None = None

    @property
    def last(self) -> date:
        """The last day, or the end of time."""
        return self.ends or date.max

    @property
    def length(self) -> int | None:
        """How many days there are; None while they go on."""
        return None if self.ends is None else (self.ends - self.starts).days + 1

    def covers(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.starts <= day <= self.last

    def overlaps(self, other: Days) -> bool:
        """Whether they share a day."""
        return self.starts <= other.last and other.starts <= self.last

    def within(self, other: Days) -> bool:
        """Whether every day of these is one of the other's."""
        return other.starts <= self.starts and self.last <= other.last

    def split(self, first: date) -> tuple[Days, Days]:
        """The days before ``first`` and those from it on.

        Raises:
            ValueError: one of the two would have no day.
        """
        if not self.starts < first <= self.last:
            raise ValueError("a split needs days on both sides")
        return Days(self.starts, first - A_DAY), Days(first, self.ends)


def vacant_days(post: Days, held: Iterable[Days], day: date) -> Days | None:
    """The first days, from ``day`` on, on which a post is open and nobody is in it; None where there are none.

    >>> vacant_days(Days(date(2025, 1, 1)), [Days(date(2025, 1, 1), date(2025, 6, 30))], date(2025, 3, 1))
    Days(starts=datetime.date(2025, 7, 1), ends=None)
    >>> vacant_days(Days(date(2025, 1, 1)), [Days(date(2025, 9, 1))], date(2025, 3, 1))
    Days(starts=datetime.date(2025, 3, 1), ends=datetime.date(2025, 8, 31))
    """
    first = max(day, post.starts)
    for there in sorted(held, key=lambda days: days.starts):
        if there.starts > first:
            return Days(first, min(there.starts - A_DAY, post.last)) if first <= post.last else None
        if there.ends is None:
            return None
        first = max(first, there.ends + A_DAY)
    return Days(first, post.ends) if first <= post.last else None


def days_refusal(days: Days) -> Refusal | None:
    """Whether the last day comes before the first."""
    if days.ends is not None and days.ends < days.starts:
        return Refusal("The last day must be the first day or later", "ends")
    return None


def wte_refusal(wte: Decimal) -> Refusal | None:
    """Whether a whole-time equivalent is outside (0, 1]."""
    if not 0 < wte <= 1:
        return Refusal("Whole time equivalent must be more than 0 and no more than 1, such as 0.6", "wte")
    return None


def spell_refusal(days: Days, wte: Decimal, post: Days) -> Refusal | None:
    """Why a spell of these days and this WTE may not be in a post that is open on ``post``'s days."""
    refused = days_refusal(days) or wte_refusal(wte)
    if refused:
        return refused
    if days.starts < post.starts:
        return Refusal(f"This post opens on {_said(post.starts)}. Choose a first day on or after it", "starts")
    if post.ends is not None and days.starts > post.ends:
        return Refusal(
            f"This post closed on {_said(post.ends)}. Choose another post, or an earlier first day", "starts"
        )
    if post.ends is not None and days.last > post.ends:
        return Refusal(f"This post closes on {_said(post.ends)}. Give a last day on or before it", "ends")
    return None


def leaving_refusal(ends: date | None, reason: LeavingReason | None) -> Refusal | None:
    """Whether a last day comes without a reason, or a reason without a last day."""
    if ends is not None and reason is None:
        return Refusal("Choose a reason for leaving", "leaving_reason")
    if ends is None and reason is not None:
        return Refusal("Give the last day they worked, or leave the reason out", "ends")
    return None


def held_refusal(days: Days, held: Iterable[Days]) -> Refusal | None:
    """Whether somebody else holds the post on any of these days."""
    for other in held:
        if days.overlaps(other):
            until = f"to {_said(other.ends)}" if other.ends else "and still is"
            return Refusal(
                f"This post is held from {_said(other.starts)} {until}. "
                "Two people cannot hold one post on the same day",
                "starts",
            )
    return None


def break_refusal(days: Days, spell: Days, others: Iterable[Days]) -> Refusal | None:
    """Why time away may not be within a spell beside the other times away."""
    refused = days_refusal(days)
    if refused:
        return refused
    if not spell.covers(days.starts):
        return Refusal("The first day away must be a day they are in this post", "starts")
    if spell.ends is not None and days.ends is not None and days.ends > spell.ends:
        return Refusal(
            f"They leave this post on {_said(spell.ends)}. The last day away must be on or before it", "ends"
        )
    if any(days.overlaps(other) for other in others):
        return Refusal("They are already away on some of these days", "starts")
    return None


def terms_refusal(role_kind: RoleKind, *, lived_experience: bool, peer_service: bool, counted: bool) -> Refusal | None:
    """Why a post may not be of these terms."""
    if peer_service and not lived_experience:
        return Refusal("A post of the peer service always requires lived experience", "lived_experience")
    if counted and (peer_service or role_kind in PEER_ROLES):
        return Refusal(NEVER_COUNTED, "counted_in_numbers")
    return None


def new_terms_refusal(first: date, post: Days) -> Refusal | None:
    """Why a post may not change its terms on a day: there must be days before it and from it on."""
    if first <= post.starts:
        return Refusal(
            f"This post opened on {_said(post.starts)}. To put its first terms right, correct the post", "first_day"
        )
    if first > post.last:
        return Refusal(f"This post closes on {_said(post.last)}", "first_day")
    return None


def row_refusal(days: Days, others: Iterable[Days]) -> Refusal | None:
    """Why a post's terms may not hold on these days beside its other terms."""
    if any(days.overlaps(other) for other in others):
        return Refusal("The post has other terms on some of these days. Choose a day between them", "opens")
    return None


def open_days_refusal(post: Days, spells: Iterable[Days]) -> Refusal | None:
    """Whether somebody works in the post on a day it would not be open."""
    refused = days_refusal(post)
    if refused:
        return Refusal("The day it closes must be the day it opens or later", "closes")
    for spell in spells:
        if spell.starts < post.starts:
            return Refusal(
                f"Somebody started in this post on {_said(spell.starts)}. It must open on or before that day", "opens"
            )
        if spell.last > post.last:
            until = f"until {_said(spell.ends)}" if spell.ends else "and has no last day yet"
            return Refusal(f"Somebody is in this post {until}. End or move them first", "closes")
    return None


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
