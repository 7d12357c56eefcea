"""The forms about agreements: who, how often, standing in, handing over; and what an organisation settles."""

from __future__ import annotations

from wtforms import BooleanField, RadioField

from peerhub.core.fields import RowField, VersionedForm, WholeField, WordField, offered
from peerhub.core.forms import DayField, Form, Required
from peerhub.supervision.rules.agreements import LEAST_MINUTES, MOST_MINUTES, MOST_WEEKS
from peerhub.supervision.rules.words import SupervisionKind


class AgreementForm(Form):
    """A new agreement."""

    supervisee_id = RowField("Who is supervised", required="Choose who is supervised")
    supervisor_id = RowField("Supervisor", required="Choose the supervisor")
    kind = WordField("What for", SupervisionKind, required="Choose what the agreement is for")
    every_weeks = WholeField("Weeks between sessions", 1, MOST_WEEKS)
    minutes = WholeField("Minutes", LEAST_MINUTES, MOST_MINUTES, description="How long a session usually takes.")
    starts = DayField("First day", [Required("Enter the first day")])
    deputy_id = RowField(
        "Deputy (optional)", description="Whom to go to when the supervisor is away and nobody covers for them."
    )


class ChangeForm(VersionedForm):
    """How often and how long, and the deputy."""

    every_weeks = WholeField("Weeks between sessions", 1, MOST_WEEKS)
    minutes = WholeField("Minutes", LEAST_MINUTES, MOST_MINUTES, description="How long a session usually takes.")
    deputy_id = RowField(
        "Deputy (optional)", description="Whom to go to when the supervisor is away and nobody covers for them."
    )


class EndForm(VersionedForm):
    """The last day of an agreement."""

    ends = DayField("Last day", [Required("Enter the last day")])


class CoverForm(Form):
    """Somebody who stands in."""

    cover_id = RowField("Who stands in", required="Choose who stands in")
    starts = DayField("First day", [Required("Enter the first day")])
    ends = DayField("Last day (optional)", description="Leave it empty while you do not know.")
    everybody = BooleanField(
        "For everybody this supervisor looks after",
        description="One step when a supervisor goes on leave.",
    )


class HandOverForm(VersionedForm):
    """A new supervisor from a day on."""

    supervisor_id = RowField("New supervisor", required="Choose the new supervisor")
    on = DayField("First day with the new supervisor", [Required("Enter the first day with the new supervisor")])
    asks_for_notes = BooleanField(
        "Ask the person whether their notes may go to the new supervisor",
        description="They answer for themselves. Until they agree, the notes stay where they are.",
    )


class AnswerForm(Form):
    """The supervisee's answer about their notes."""

    answer = RadioField(
        "May your new supervisor read the notes of your earlier sessions?",
        [Required("Choose yes or no")],
        choices=offered([("yes", "Yes, hand them over"), ("no", "No, leave them where they are")]),
    )


class SettingsForm(VersionedForm):
    """What an organisation settles for itself."""

    every_weeks = WholeField("Weeks between sessions", 1, MOST_WEEKS, description="What a new agreement proposes.")
    ceiling = WholeField("People a full-time supervisor looks after", 1, 100)
    phased_days = WholeField("Days of the longest phased return to work", 0, 365)
