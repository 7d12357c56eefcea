"""What meetings do when workforce tells of a person."""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from peerhub.core.database import db
from peerhub.meetings.actions.people import erase_parties, leave_meetings, merge_parties, part_parties
from peerhub.workforce import signals
from peerhub.workforce.models import Spell


def take_leaver_out(fact: signals.SpellEnded) -> None:
    """Whoever has no post after a last day is not at meetings after it; one without a facilitator is flagged."""
    if fact.goes_on:
        return
    goes_on = exists().where(Spell.person_id == fact.person_id, or_(Spell.ends.is_(None), Spell.ends > fact.ends))
    if not db.session.scalar(select(goes_on)):
        leave_meetings(fact.person_id, fact.ends)


def move_parties(fact: signals.PersonMerged) -> None:
    """Places in meetings follow the record."""
    if fact.undone:
        part_parties(fact.kept_id, fact.merged_id)
    else:
        merge_parties(fact.kept_id, fact.merged_id)


def erase(fact: signals.PersonErased) -> None:
    """An erased person is counted in registers and named in none."""
    erase_parties(fact.person_id)


def listen() -> None:
    """Listen to workforce. Doing so again changes nothing."""
    signals.spell_ended.connect(take_leaver_out)
    signals.person_merged.connect(move_parties)
    signals.person_erased.connect(erase)
