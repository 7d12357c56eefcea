"""Two records found to be one person become one, and two again where that was wrong."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.workforce import signals
from peerhub.workforce.actions.refusing import refuse_if
from peerhub.workforce.actions.turns import one_at_a_time
from peerhub.workforce.models import Adjustment, EqualityProfile, Person, PersonMerge, Spell, WellnessPlan
from peerhub.workforce.queries.records import parts_of, standing_of
from peerhub.workforce.rules.records import merge_refusal, undo_refusal

OPTIONAL = ("preferred_name", "pronouns", "email", "phone")
"""Details that the record kept takes over where it has none."""

ALONE: dict[str, type[EqualityProfile | WellnessPlan]] = {
    "equality_profile": EqualityProfile,
    "wellness_plan": WellnessPlan,
}
"""What a record has one of: it moves where the record kept has none, and else stays with the record merged."""


def merge_people(
    kept: Person, merged: Person, version: int | None = None, merged_version: int | None = None
) -> PersonMerge:
    """Make two records one. Everything of ``merged`` moves to ``kept``; what moved is written down, to be parted again.

    Both keep their spells as they are, those that overlap too.

    Raises:
        DomainError: they are one record already, or one is erased, or each is somebody's account.
        Conflict: somebody else saved one of them first.
    """
    one_at_a_time(kept, merged)
    kept.expect(version)
    merged.expect(merged_version)
    refuse_if(merge_refusal(standing_of(kept), standing_of(merged), is_same=kept.id == merged.id))
    moved: dict[str, Any] = {
        "spells": _move_all(Spell, kept, merged),
        "adjustments": _move_all(Adjustment, kept, merged),
        "records": _move_parts(kept, merged),
        "filled": _fill(kept, merged),
    }
    for name, kind in ALONE.items():
        moved[name] = _move_one(kind, kept, merged)
    moved |= _hand_over(kept, merged)
    merged.merged_into_id = kept.id
    made = PersonMerge(kept_id=kept.id, merged_id=merged.id, merged_on=today(), moved=moved)
    db.session.add(made)
    db.session.flush()
    audit.wrote("record merged into this one", kept, spells=len(moved["spells"]), fields=moved["filled"])
    audit.wrote("record merged into another", merged)
    signals.person_merged.send(signals.PersonMerged(kept.id, merged.id))
    return made


def undo_merge(merge: PersonMerge, version: int | None = None) -> None:
    """Make one record two again: what moved, and is still there, moves back. What was added since stays.

    Raises:
        DomainError: it is undone already, or the record was merged into another since.
        Conflict: somebody else saved the record first.
    """
    kept, merged, moved = merge.kept, merge.merged, merge.moved
    one_at_a_time(merge, kept, merged)
    kept.expect(version)
    refuse_if(undo_refusal(standing_of(kept), is_undone=merge.undone_on is not None))
    _move_back(Spell, moved.get("spells", []), kept, merged)
    _move_back(Adjustment, moved.get("adjustments", []), kept, merged)
    for name, kind in ALONE.items():
        _move_back(kind, [moved[name]] if moved.get(name) else [], kept, merged)
    for part in parts_of(kept):
        if str(part.id) in moved.get("records", []):
            part.merged_into_id = merged.id
    for name in moved.get("filled", []):
        if getattr(kept, name) == getattr(merged, name):
            setattr(kept, name, "")
    _hand_back(kept, merged, moved)
    merged.merged_into_id = None
    merge.undone_on = today()
    db.session.flush()
    audit.wrote("merge undone", kept)
    audit.wrote("merge undone", merged)
    signals.person_merged.send(signals.PersonMerged(kept.id, merged.id, undone=True))


def _move_all(kind: Any, kept: Person, merged: Person) -> list[str]:
    rows = list(db.session.scalars(select(kind).where(kind.person_id == merged.id)))
    for row in rows:
        row.person_id = kept.id
    return [str(row.id) for row in rows]


def _move_one(kind: Any, kept: Person, merged: Person) -> str | None:
    held = {
        row.person_id: row for row in db.session.scalars(select(kind).where(kind.person_id.in_((kept.id, merged.id))))
    }
    if kept.id in held or merged.id not in held:
        return None
    held[merged.id].person_id = kept.id
    return str(held[merged.id].id)


def _move_parts(kept: Person, merged: Person) -> list[str]:
    parts = parts_of(merged)
    for part in parts:
        part.merged_into_id = kept.id
    return [str(part.id) for part in parts]


def _fill(kept: Person, merged: Person) -> list[str]:
    filled = [name for name in OPTIONAL if getattr(merged, name) and not getattr(kept, name)]
    for name in filled:
        setattr(kept, name, getattr(merged, name))
    return filled


def _hand_over(kept: Person, merged: Person) -> dict[str, Any]:
    """The staff number and the account, of which there is one in the organisation, go to a record that has none."""
    number = merged.staff_number if kept.staff_number is None else None
    account = merged.user_id if kept.user_id is None else None
    if number is not None:
        merged.staff_number = None
    if account is not None:
        merged.user_id = None
    db.session.flush()
    if number is not None:
        kept.staff_number = number
    if account is not None:
        kept.user_id = account
    return {"staff_number": number is not None, "user": str(account) if account else None}


def _hand_back(kept: Person, merged: Person, moved: dict[str, Any]) -> None:
    number = kept.staff_number if moved.get("staff_number") and merged.staff_number is None else None
    account = kept.user_id if moved.get("user") and str(kept.user_id) == moved["user"] else None
    if number is not None:
        kept.staff_number = None
    if account is not None:
        kept.user_id = None
    db.session.flush()
    if number is not None:
        merged.staff_number = number
    if account is not None:
        merged.user_id = account


def _move_back(kind: Any, keys: list[str], kept: Person, merged: Person) -> None:
    wanted = [UUID(key) for key in keys]
    for row in db.session.scalars(select(kind).where(kind.id.in_(wanted), kind.person_id == kept.id)):
        row.person_id = merged.id
