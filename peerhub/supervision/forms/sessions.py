"""The forms about sessions: one short one to log it, one for a missed one, the note and the memo."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField

from peerhub.core.fields import PairField, RowField, VersionedForm, WholeField, WordField, at_most, offered
from peerhub.core.forms import DayField, Form, Required
from peerhub.meetings.rules.words import How
from peerhub.supervision.rules.agreements import LEAST_MINUTES, MOST_MINUTES
from peerhub.supervision.rules.kinds import THEMES
from peerhub.supervision.rules.words import MissedReason

NO_NAMES = "No names of patients, and no diagnosis."
WELLBEING = (
    ("", "Not asked"), ("1", "1, very low"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5, very good"),
)  # fmt: skip
MOST = 10_000


class TimeField(StringField):
    """A time of day as people write it: 10am, 2:30pm, 14:30. Data is a :class:`datetime.time` or None."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a time; what is none is told in our words."""
        sent = (valuelist[0] if valuelist else "").strip()
        if not sent:
            self.data = None
            return
        self.data = time_of(sent)
        if self.data is None:
            raise ValueError(f"{self.label.text} must be a time, such as 10am or 2:30pm")


def time_of(words: str) -> time | None:
    """A time of day from words, or None.

    >>> time_of("10am"), time_of("2:30 pm"), time_of("14.30"), time_of("12pm"), time_of("25:00"), time_of("13pm")
    (datetime.time(10, 0), datetime.time(14, 30), datetime.time(14, 30), datetime.time(12, 0), None, None)
    """
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?", words.strip().casefold())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


class LogForm(Form):
    """A session that was held. Everything that must be there is filled in already."""

    agreement_id = RowField("Who was it with", required="Choose who it was with")
    day = DayField("Day", [Required("Enter the day")])
    at = TimeField("Time", [Required("Enter the time it began")], render_kw={"width": 5})
    minutes = WholeField("Minutes", LEAST_MINUTES, MOST_MINUTES)
    how = PairField("How you met", [(how.value, how.label) for how in How])
    themes = SelectMultipleField("What it was about (optional)", choices=offered(THEMES))
    wellbeing = RadioField(
        "How they said they are, on their own scale (optional)",
        choices=offered(WELLBEING),
        default="",
        description="Only the two of you ever see this.",
    )
    follow_up = BooleanField("They asked to be followed up")
    next_on = DayField("Next session (optional)", description="Left empty, it is proposed from your agreement.")
    words = TextAreaField(
        "Note you share (optional)", [at_most(MOST)], description=f"You both read it and agree to it. {NO_NAMES}"
    )
    action = StringField("Something to do (optional)", [at_most(500)])
    action_due = DayField("By when (optional)")


class MissedForm(Form):
    """A session that was not held, and why."""

    agreement_id = RowField("Who was it with", required="Choose who it was with")
    day = DayField("Day it was to be", [Required("Enter the day it was to be")])
    at = TimeField("Time", [Required("Enter the time it was to begin")], render_kw={"width": 5})
    reason = WordField("Why it was not held", MissedReason, required="Choose why it was not held")


class NoteForm(VersionedForm):
    """The note two people share. ``version`` is the number of the one that was open."""

    words = TextAreaField(
        "Note you share", [Required("Write the note, or go back without saving"), at_most(MOST)],
        description=f"You both read it and agree to it. {NO_NAMES}", render_kw={"rows": 12},
    )  # fmt: skip


class MemoForm(VersionedForm):
    """A supervisor's own memo."""

    words = TextAreaField(
        "Your memo (optional)", [at_most(MOST)], description=f"Only you can open it. {NO_NAMES}", render_kw={"rows": 8},
    )  # fmt: skip
