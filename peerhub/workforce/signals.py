"""What workforce tells other rooms: four facts about people, sent within the transaction that makes them true.

A listener is called with the fact alone: ``spell_started.connect(open_checklist)`` and ``def open_checklist(fact)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from blinker import Signal


@dataclass(frozen=True, slots=True)
class SpellStarted:
    """A person is to work in a post from a day on. ``goes_on`` when they were in it before, on its former terms."""

    spell_id: UUID
    person_id: UUID
    post_id: UUID
    starts: date
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class SpellEnded:
    """A spell has a last day worked. ``in_error`` when the spell never was and its row is gone.

    ``goes_on`` when the person stays in the post and only its terms change: another spell follows the next day.
    """

    spell_id: UUID
    person_id: UUID
    post_id: UUID
    ends: date
    in_error: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class PersonMerged:
    """Two records are one person: what belongs to ``merged_id`` belongs to ``kept_id``; or, ``undone``, no longer."""

    kept_id: UUID
    merged_id: UUID
    undone: bool = False


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A person's name and words are gone; each room erases what it holds of them."""

    person_id: UUID


spell_started = Signal("A spell starts: SpellStarted")
spell_ended = Signal("A spell has an end: SpellEnded")
person_merged = Signal("Two records become one person, or two again: PersonMerged")
person_erased = Signal("A person is erased: PersonErased")
