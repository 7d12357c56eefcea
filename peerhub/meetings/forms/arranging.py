"""Forms that arrange and change meetings and series."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, cast

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField

from peerhub.core.fields import CHOOSE, ClockField, CodesField, PairField, VersionedForm, WholeField, WordField, at_most
from peerhub.core.fields import offered as pairs
from peerhub.core.forms import DayField, Form, Required
from peerhub.meetings.rules import recurrence
from peerhub.meetings.rules.parties import Party, party_of
from peerhub.meetings.rules.recurrence import Pattern
from peerhub.meetings.rules.states import MOST_MINUTES
from peerhub.meetings.rules.words import How

ONE, ALL = "one", "all"
TAKE = "take"
"""The button that takes a time which was proposed; its value is a local time."""
REPEATS = (
    ("no", "It does not repeat"),
    ("working_days", "Every working day"),
    ("weekly", "Every week, or every few weeks, on that weekday"),
    ("monthly", "Every month on that weekday of the month, such as the first Tuesday"),
    ("yearly", "Every year"),
)


def taken() -> MultiDict[str, Any] | None:
    """What was sent, with a proposed time in the place of the one that was typed; None where none was taken."""
    chosen = request.form.get(TAKE, "")
    try:
        slot = datetime.fromisoformat(chosen)
    except ValueError:
        return None
    sent = MultiDict(request.form)
    for part in ("day", "month", "year"):
        sent.setlist(f"starts-{part}", [str(getattr(slot, part))])
    sent.setlist("at", [f"{slot:%H:%M}"])
    return sent


class ChooseForm(Form):
    """What kind of meeting, and whom it is for."""

    class Meta:
        csrf = False

    kind = PairField("Kind of meeting", [CHOOSE])
    where = PairField("Whom it is for", [CHOOSE])


class WhenForm(VersionedForm):
    """When a meeting is, and how long."""

    starts = DayField("Day", [Required("Enter the day")])
    at = ClockField("Time", "Enter the time", description="Such as 9:30am or 2pm.", render_kw={"width": 10})
    minutes = WholeField("Length in minutes", 1, MOST_MINUTES, render_kw={"width": 4})

    @property
    def slot(self) -> datetime:
        """The local time; once the form is valid."""
        return datetime.combine(self.starts.data or date.min, cast("time | None", self.at.data) or time())


def _how() -> WordField:
    return WordField("How people meet", How, required="Choose how people meet")


def _place() -> StringField:
    return StringField("Place (optional)", [at_most(200)], description="A room or a building. Nobody’s home address.")


def _link() -> StringField:
    return StringField("Link to a video meeting (optional)", [at_most(500)], description="It begins with https://")


def _meant(words: str) -> BooleanField:
    return BooleanField(words)


class ArrangeForm(WhenForm):
    """A meeting, or a series of them."""

    title = StringField(
        "Title (optional)",
        [at_most(160)],
        description="Everybody who may see the meeting sees it. Leave out names and private matters.",
    )
    repeats = RadioField("Does it repeat?", choices=pairs(REPEATS), default="no")
    every = WholeField(
        "Weeks or months between meetings (optional)", 1, 52, is_optional=True, default=1,
        description="Only if it repeats: 1 is every week or month, 4 every fourth.", render_kw={"width": 2},
    )  # fmt: skip
    ends = DayField("Last day (optional)", description="Only if it repeats. Without one it goes on until you stop it.")
    on_holidays = BooleanField("Meet on bank holidays too")
    how = _how()
    place = _place()
    link = _link()
    facilitators = CodesField("Who facilitates", description="If it repeats, those you choose take turns.")
    attendees = CodesField("Who else comes", description="You can add others once it is arranged.")
    clash_is_meant = _meant("Arrange it although somebody cannot come")
    overlap_is_meant = _meant("Both series are meant")

    @property
    def is_series(self) -> bool:
        """Whether it repeats."""
        return self.repeats.data not in {None, "no"}

    def pattern(self) -> Pattern:
        """When the series meets; once the form is valid.

        Raises:
            BadRule: it repeats in no way that can be followed.
        """
        day, every = self.slot.date(), self.every.data or 1
        rules = {
            "working_days": recurrence.working_days(),
            "weekly": recurrence.weekly({recurrence.WEEKDAYS[day.weekday()]}, every),
            "monthly": recurrence.monthly(*recurrence.nth_of(day), every),
        }
        rule = rules.get(self.repeats.data, recurrence.yearly(day))
        return Pattern(rule, day, self.slot.time(), self.ends.data, not self.on_holidays.data)

    @property
    def leading(self) -> list[Party]:
        """Who facilitates, in the order of the list."""
        return parties_in(self.facilitators)

    @property
    def coming(self) -> list[Party]:
        """Who else comes."""
        return parties_in(self.attendees)


def parties_in(field: CodesField) -> list[Party]:
    """The parties that were ticked, in the order of the list."""
    ticked = set(field.data or [])
    return [party for code, _ in field.pairs if code in ticked and (party := party_of(code)) is not None]


def _scope() -> RadioField:
    choices = pairs([(ONE, "This meeting only"), (ALL, "This meeting and all that follow in the series")])
    return RadioField("Which meetings?", choices=choices, default=ONE)


class MoveForm(WhenForm):
    """Another time, for one meeting or for all to come."""

    scope = _scope()
    clash_is_meant = _meant("Move it although somebody cannot come")
    overlap_is_meant = _meant("Both series are meant")


class DetailsForm(VersionedForm):
    """What a meeting is called, how and where people meet."""

    title = StringField("Title (optional)", [at_most(160)], description="Leave out names and private matters.")
    how = _how()
    place = _place()
    link = _link()


class CancelForm(VersionedForm):
    """One meeting does not take place, or none from it on."""

    scope = _scope()


class FacilitatorForm(VersionedForm):
    """Somebody else facilitates: once, as cover, or from now on; or two change turns."""

    who = PairField("Who facilitates instead", [CHOOSE], validators=[Required("Choose who facilitates")])
    scope = RadioField(
        "For how long?",
        choices=pairs(
            [
                ("cover", "This meeting only, as cover for whoever facilitates it now"),
                (ONE, "This meeting, for good"),
                (ALL, "This meeting and all that follow in the series"),
            ]
        ),
        default="cover",
    )

    def leave_out_the_rest(self) -> None:
        """Offer this meeting alone: it belongs to no series."""
        listed = [(code, text) for code, text, *_ in self.scope.iter_choices() if code != ALL]
        self.scope.choices = listed


class SwapForm(Form):
    """Two facilitators of a series change turns."""

    other = PairField("Swap turns with", [CHOOSE], validators=[Required("Choose a meeting")])


class AskForm(Form):
    """Somebody else is asked, from here or from outside."""

    who = PairField("Somebody from here", [("", "Nobody")])
    guest_name = StringField("Or a guest’s name", [at_most(200)])
    guest_organisation = StringField("The guest’s organisation (optional)", [at_most(200)])


class JoinForm(VersionedForm):
    """Somebody comes to a series from a day on."""

    who = PairField("Who", [CHOOSE], validators=[Required("Choose who comes")])
    starts = DayField("From", [Required("Enter the first day")])


class ActionForm(Form):
    """Something agreed: whose, what, by when."""

    owner = PairField("Who does it", [CHOOSE], validators=[Required("Choose who does it")])
    what = TextAreaField(
        "What", [Required("Enter what is to be done")],
        description="Only those in the meeting read this. Leave out anything about a patient.",
    )  # fmt: skip
    due = DayField("By when (optional)")


class ButtonForm(VersionedForm):
    """Nothing but a button."""

    back = HiddenField()
