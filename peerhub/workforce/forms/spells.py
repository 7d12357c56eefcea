"""The forms about a spell: starting, moving, leaving, putting right, time away."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import AnyOf

from peerhub.core.fields import RowField, VersionedForm, WordField, at_most, no_formula, offered
from peerhub.core.forms import DayField, Form, Required
from peerhub.workforce.forms.fields import WteField
from peerhub.workforce.rules.words import WEEKDAYS, BreakKind, Contract, LeavingReason

MOVES = (LeavingReason.NEW_ROLE_IN_ORGANISATION, LeavingReason.PROMOTION)
NO_HEALTH = "Never anything about their health."


class WeekdaysField(SelectMultipleField):
    """The days of the week somebody works. Data is a list of codes."""

    def __init__(self, label: str = "Working days (optional)", **kwargs: Any) -> None:
        super().__init__(label, choices=offered(WEEKDAYS.items()), **kwargs)

    @property
    def codes(self) -> str:
        """The days as a spell holds them: ``MoWe``, in the order of the week."""
        chosen = set(self.data or ())
        return "".join(code for code in WEEKDAYS if code in chosen)


def _campaign() -> StringField:
    return StringField(
        "Recruitment campaign (optional)",
        [at_most(120), no_formula],
        description="The campaign they were appointed from.",
    )


def _destination() -> StringField:
    return StringField(
        "Where they go next (optional)",
        [at_most(160), no_formula],
        description=f"For example, another trust or a college. {NO_HEALTH}",
    )


class StartForm(Form):
    """A person starts in a post."""

    post_id = RowField(
        "Post", required="Choose the post they start in", description="Posts that are vacant today or later."
    )
    starts = DayField("First day", [Required("Enter their first day")], description="For example, 27 3 2025.")
    contract = WordField("Contract", Contract, required="Choose the contract", default=Contract.PERMANENT)
    wte = WteField(
        "Whole time equivalent (optional)",
        is_optional=True,
        description="Leave it out to use the post's. 1 is full time; three days of five is 0.6.",
    )
    weekdays = WeekdaysField()
    ends = DayField("Last day (optional)", description="Only if it is known already, as for a fixed term.")
    leaving_reason = WordField(
        "Reason for leaving (only with a last day)",
        LeavingReason,
        nothing="Not leaving, or the end of a fixed term",
    )
    campaign = _campaign()


class MoveForm(VersionedForm):
    """A person moves to another post."""

    post_id = RowField(
        "Post they move to",
        required="Choose the post they move to",
        description="Posts that are vacant today or later.",
    )
    starts = DayField(
        "First day in the new post",
        [Required("Enter their first day in the new post")],
        description="Their last day in the post they leave is the day before.",
    )
    leaving_reason = RadioField(
        "What kind of move it is",
        [Required("Choose what kind of move it is"), AnyOf(MOVES, message="Choose what kind of move it is")],
        choices=offered((word.value, word.label) for word in MOVES),
        validate_choice=False,
    )
    contract = WordField("Contract in the new post", Contract, required="Choose the contract")
    wte = WteField(
        "Whole time equivalent in the new post (optional)",
        is_optional=True,
        description="Leave it out to use the post's. 1 is full time; three days of five is 0.6.",
    )
    ends = DayField("Last day in the new post (optional)", description="Only if it is known, as for a fixed term.")

    @property
    def reason(self) -> LeavingReason:
        """What kind of move was chosen."""
        return next(word for word in MOVES if word == self.leaving_reason.data)


class EndForm(VersionedForm):
    """A person leaves a post."""

    ends = DayField(
        "Last day worked",
        [Required("Enter their last day worked")],
        description="It may be to come: then they are shown as leaving on that day.",
    )
    leaving_reason = WordField("Reason for leaving", LeavingReason, required="Choose a reason for leaving")
    destination = _destination()


class CorrectForm(VersionedForm):
    """A spell as it was, put right."""

    starts = DayField("First day", [Required("Enter their first day")])
    ends = DayField("Last day worked", description="Leave it empty while they work in this post.")
    leaving_reason = WordField(
        "Reason for leaving (only with a last day)", LeavingReason, nothing="Has not left, or was not recorded"
    )
    destination = _destination()
    contract = WordField("Contract", Contract, required="Choose the contract")
    wte = WteField()
    weekdays = WeekdaysField()
    campaign = _campaign()


class AwayForm(VersionedForm):
    """Time away within a spell."""

    kind = WordField("Kind of time away", BreakKind, required="Choose the kind of time away")
    starts = DayField("First day away", [Required("Enter the first day away")])
    ends = DayField("Last day away", description="Leave it empty if it is not known yet.")


class ConfirmForm(VersionedForm):
    """Nothing but a button: the record it was looked at in is the record it is done to."""
