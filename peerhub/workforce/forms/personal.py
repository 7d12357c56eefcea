"""The forms about what is a person's own: answers about themself, adjustments, a wellness plan."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, RadioField, StringField, TextAreaField

from peerhub.core.fields import VersionedForm, WordField, at_most
from peerhub.core.forms import DayField, Required
from peerhub.workforce.rules.equality import LONGEST_WORDS, PREFERS_NOT, Question
from peerhub.workforce.rules.words import AdjustmentKind

MOST = 2000
PLAN_MOST = 10_000
NO_DIAGNOSIS = "Nobody needs a diagnosis. Leave out health details and the names of patients."


class AnswerForm(VersionedForm):
    """One question about oneself. The view gives it the question."""

    choice = RadioField("Your answer", render_kw={"label_classes": "nhsuk-fieldset__legend--l"})
    words = StringField("In your own words", [at_most(LONGEST_WORDS)], render_kw={"width": 20, "autocomplete": "off"})

    def ask(self, question: Question) -> None:
        """Put the question."""
        self.choice.label.text = question.text
        self.choice.description = question.hint
        self.choice.choices = list(question.all_choices)
        self.choice.render_kw = self.choice.render_kw | {"hints": {PREFERS_NOT: "This is an answer too."}}
        if question.own_words_hint is None:
            del self.words
        else:
            self.words.description = f"Only if you chose “In my own words”. {question.own_words_hint}"

    @property
    def own_words(self) -> str:
        """What was written in own words; nothing where the question has no such field."""
        field: Any = self._fields.get("words")
        return "" if field is None else str(field.data or "")


class ConfirmForm(VersionedForm):
    """Nothing but the token and the version: a button that does one thing."""


class AskForm(VersionedForm):
    """What would help somebody at work."""

    kind = WordField("What sort of change", AdjustmentKind, required="Choose what sort of change it is")
    description = TextAreaField(
        "What would help", [Required("Say what would help"), at_most(MOST)], description=NO_DIAGNOSIS
    )
    with_manager = BooleanField(
        "Show this to the team manager, so that they can agree to it",
        description="If the person moves to another team, the new manager sees it and the old one no longer does.",
    )

    def speak_to_the_person(self) -> None:
        """Word it for somebody who asks for themselves."""
        self.with_manager.label.text = "Show this to the manager of my team, so that they can agree to it"
        self.with_manager.description = (
            "If you move to another team, the new manager sees it and the old one no longer does."
        )


class AgreeForm(VersionedForm):
    """The days of an adjustment, and who else sees it."""

    agreed_on = DayField("Day it was agreed", [Required("Enter the day it was agreed")])
    review_on = DayField(
        "Day to look at it together again",
        [Required("Enter the day you will look at it together again")],
        description="Six months from now, unless another day suits better.",
    )
    with_manager = BooleanField(
        "The team manager agreed to it too, and may see it", description="Ask the person before you tick this."
    )
    note = TextAreaField("What was agreed (optional)", [at_most(MOST)], description=NO_DIAGNOSIS)


class DeclineForm(VersionedForm):
    """Why an adjustment cannot be made."""

    reason = TextAreaField(
        "Why it cannot be agreed, and what you looked at instead",
        [Required("Say why this cannot be agreed, and what was looked at instead"), at_most(MOST)],
        description="The person reads this. Write it as you would say it to them.",
    )


class ReviewForm(VersionedForm):
    """An adjustment was looked at and goes on."""

    review_on = DayField(
        "Day to look at it together again", [Required("Enter the day you will look at it together again")]
    )
    note = TextAreaField("What you found (optional)", [at_most(MOST)], description=NO_DIAGNOSIS)


class EndForm(VersionedForm):
    """An adjustment is no longer needed."""

    note = TextAreaField("Why it ends (optional)", [at_most(MOST)], description=NO_DIAGNOSIS)


class TakeBackForm(VersionedForm):
    """One no longer wants what one asked for."""

    note = TextAreaField("Why you take it back (optional)", [at_most(MOST)], description=NO_DIAGNOSIS)


class AskAgainForm(VersionedForm):
    """Why an answer should be thought about again."""

    note = TextAreaField(
        "What you would like to be thought about again",
        [Required("Say what you would like to be thought about"), at_most(MOST)],
        description=NO_DIAGNOSIS,
    )


class WellnessForm(VersionedForm):
    """One's own plan for staying well at work."""

    content = TextAreaField(
        "Your plan",
        [Required("Write something in your plan, or go back without saving"), at_most(PLAN_MOST)],
        description=(
            "You could write what keeps you well at work, what is hard, what others may notice, what helps then, "
            "and whom to call. Write as much or as little as you like."
        ),
        render_kw={"rows": 16},
    )
    shared_with = StringField(
        "Who you have shown it to (optional)",
        [at_most(200)],
        description="A note for yourself, such as “my supervisor”. It lets nobody in.",
    )
    review_on = DayField(
        "Day to look at it again (optional)", description="Today will remind you. Six months is a good time."
    )
