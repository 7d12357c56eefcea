"""What supervision does when meetings or workforce tell of something."""

from __future__ import annotations

from peerhub.meetings import signals as of_meetings
from peerhub.supervision.actions.following import erase, move_back, move_to
from peerhub.supervision.actions.recording import note_held, note_missed
from peerhub.supervision.rules.words import SupervisionKind
from peerhub.workforce import signals as of_people

CODES = {kind.value for kind in SupervisionKind}


def keep_held(fact: of_meetings.MeetingHeld) -> None:
    """A session that was held, wherever it was recorded, counts towards due dates."""
    if fact.kind in CODES:
        note_held(fact.meeting_id)


def keep_missed(fact: of_meetings.MeetingMissed) -> None:
    """A session that turns out not to have been held counts no longer."""
    if fact.kind in CODES:
        note_missed(fact.meeting_id)


def follow_record(fact: of_people.PersonMerged) -> None:
    """Agreements and sessions follow the record."""
    if fact.undone:
        move_back(fact.kept_id, fact.merged_id)
    else:
        move_to(fact.kept_id, fact.merged_id)


def forget(fact: of_people.PersonErased) -> None:
    """The words of an erased person's sessions go."""
    erase(fact.person_id)


def listen() -> None:
    """Listen to meetings and to workforce. Doing so again changes nothing."""
    of_meetings.meeting_held.connect(keep_held)
    of_meetings.meeting_missed.connect(keep_missed)
    of_people.person_merged.connect(follow_record)
    of_people.person_erased.connect(forget)
