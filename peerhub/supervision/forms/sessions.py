"""The forms about sessions: one short one to log it, one for a missed one, the note and the memo."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField

from peerhub.core.fields import ClockField, PairField, RowField, VersionedForm, WholeField, WordField, at_most, offered
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


class LogForm(Form):
    """A session that was held. Everything that must be there is filled in already."""

    agreement_id = RowField("Who was it with", required="Choose who it was with")
    day = DayField("Day", [Required("Enter the day")])
    at = ClockField("Time", "Enter the time it began", render_kw={"width": 5})
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
    at = ClockField("Time", "Enter the time it was to begin", render_kw={"width": 5})
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
