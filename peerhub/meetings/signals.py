"""What meetings tell other rooms, within the transaction that makes it true.

A listener is called with the fact alone: ``meeting_held.connect(count_session)`` and ``def count_session(fact)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from blinker import Signal


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting was recorded as held. ``corrected`` when it had been recorded as missed before."""

    meeting_id: UUID
    kind: str
    starts_at: datetime
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class MeetingMissed:
    """A meeting was recorded as missed, with the code of why. ``corrected`` when it had been recorded as held."""

    meeting_id: UUID
    kind: str
    starts_at: datetime
    reason: str
    corrected: bool = False


meeting_held = Signal("A meeting was held: MeetingHeld")
meeting_missed = Signal("A meeting was missed: MeetingMissed")
