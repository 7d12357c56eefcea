"""The words meetings are told in, each with a label."""

from __future__ import annotations

from enum import StrEnum


class Labelled(StrEnum):
    """A word with a label; where none is given it is the word itself, with a capital."""

    @property
    def label(self) -> str:
        """As people read it."""
        return LABELS.get(self, self.value.replace("_", " ").capitalize())


class State(Labelled):
    """How far a meeting has come."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    MOVED = "moved"
    CANCELLED = "cancelled"


class Part(Labelled):
    """What somebody is in a meeting."""

    FACILITATOR = "facilitator"
    ATTENDEE = "attendee"


class Came(Labelled):
    """What a register says of somebody."""

    CAME = "came"
    APOLOGIES = "apologies"
    DID_NOT_ATTEND = "did_not_attend"


class How(Labelled):
    """How people meet."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class Register(Labelled):
    """What a register of a kind holds: who came, or only how many."""

    PEOPLE = "people"
    NUMBERS = "numbers"


class Correction(Labelled):
    """Why what was recorded of a meeting is put right."""

    WRONG_MEETING = "wrong_meeting"
    WRONG_OUTCOME = "wrong_outcome"
    TOLD_LATER = "told_later"


LABELS: dict[StrEnum, str] = {
    How.VIDEO: "By video",
    How.PHONE: "By phone",
    Correction.WRONG_MEETING: "It was recorded for the wrong meeting",
    Correction.WRONG_OUTCOME: "The wrong answer was chosen",
    Correction.TOLD_LATER: "It became known later",
}

MISSED_REASONS: tuple[tuple[str, str], ...] = (
    ("attendee_unwell", "Somebody who was to come was unwell"),
    ("facilitator_unwell", "The facilitator was unwell"),
    ("service_pressure", "Service pressure"),
    ("leave", "Leave"),
    ("did_not_attend", "Nobody came"),
    ("other", "Another reason"),
)
"""Why meetings of most kinds are missed: code and words."""
