"""When two records may become one, and when a record may be erased. In words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from peerhub.workforce.rules.posts import Days, Refusal


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands: part of another one, erased, somebody's account, that of whoever asks."""

    is_merged: bool = False
    is_erased: bool = False
    has_account: bool = False
    is_own: bool = False


def merge_refusal(kept: Standing, other: Standing, *, is_same: bool) -> Refusal | None:
    """Why two records may not become one."""
    if is_same:
        return Refusal("This is the same record. Choose the other one", None)
    return _gone_refusal(kept, other) or _account_refusal(kept, other)


def _gone_refusal(kept: Standing, other: Standing) -> Refusal | None:
    if kept.is_erased or other.is_erased:
        return Refusal("One of these records was erased. Nothing of it can be brought back or merged", None)
    if other.is_merged:
        return Refusal("That record is part of another one already. Open the one it is part of, and merge that", None)
    if kept.is_merged:
        return Refusal("This record is part of another one already. Open that one, and merge from there", None)
    return None


def _account_refusal(kept: Standing, other: Standing) -> Refusal | None:
    if kept.is_own or other.is_own:
        return Refusal(
            "One of these is your own record. Ask somebody else who looks after records: what people say of themselves "
            "moves with a record, and is theirs alone",
            None,
        )
    if kept.has_account and other.has_account:
        return Refusal(
            "Each of these records is linked to an account. Take the link away from the one they do not sign in with, "
            "then merge",
            None,
        )
    return None


def undo_refusal(kept: Standing, *, is_undone: bool) -> Refusal | None:
    """Why a merge may not be undone."""
    if is_undone:
        return Refusal("This merge is undone already", None)
    if kept.is_erased:
        return Refusal("These records were erased. They cannot be parted", None)
    if kept.is_merged:
        return Refusal("This record was merged into another one since. Undo that first", None)
    return None


def erase_refusal(spells: Iterable[Days], today: date) -> Refusal | None:
    """Why a record may not be erased: somebody who works here, or will, needs it."""
    if any(days.last >= today for days in spells):
        return Refusal("They have a post, now or to come. Give their last day in it first", None)
    return None


def is_confirmed(typed: str, staff_number: str | None, last_name: str) -> bool:
    """Whether what was typed is the staff number or the last name, capitals and outer spaces aside.

    >>> is_confirmed(" okafor ", "10002", "Okafor"), is_confirmed("", None, ""), is_confirmed("Tom", "10002", "Okafor")
    (True, False, False)
    """
    words = typed.strip().casefold()
    return bool(words) and words in {(staff_number or "").strip().casefold(), last_name.strip().casefold()}
