"""How a meeting went: one short form, which fits a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import RadioField

from peerhub.core.fields import CHOOSE, CodesField, PairField, VersionedForm, WholeField
from peerhub.core.fields import offered as pairs
from peerhub.meetings.rules.kinds import MeetingKind
from peerhub.meetings.rules.states import MOST_MINUTES
from peerhub.meetings.rules.words import Came, Correction, Register, State

CAME = "came_"
OUTCOMES = ((State.HELD.value, "It was held"), (State.MISSED.value, "It was missed"))
MOST_HEADS = 10_000


class RecordForm(VersionedForm):
    """Held or missed, and what belongs to each. A field for each person is added by :func:`record_form`."""

    outcome = RadioField("How did it go?", choices=pairs(OUTCOMES), default=State.HELD.value)
    reason = PairField("If it was missed, why?", [CHOOSE])
    held_minutes = WholeField("If it was held, for how many minutes?", 1, MOST_MINUTES, is_optional=True)
    headcount = WholeField("How many people came?", 0, MOST_HEADS, is_optional=True)
    themes = CodesField("What was it about? (optional)")
    correction = PairField("Why is what was recorded put right?", [CHOOSE])

    @property
    def is_held(self) -> bool:
        """Whether it was held."""
        return bool(self.outcome.data == State.HELD.value)

    @property
    def register(self) -> dict[UUID, Came]:
        """What was said of each person, by the key of their row."""
        return {
            UUID(hex=name.removeprefix(CAME)): Came(field.data)
            for name, field in self._fields.items()
            if name.startswith(CAME) and field.data in set(Came)
        }

    @property
    def why(self) -> Correction | None:
        """Why what was recorded before is put right."""
        if "correction" not in self or self.correction.data not in set(Correction):
            return None
        return Correction(self.correction.data)


def record_form(
    kind: MeetingKind, people: Sequence[tuple[UUID, str, Came | None]], state: State, **held: Any
) -> RecordForm:
    """The form for one meeting: with a field for each person where the kind's register names people.

    Args:
        people: for each the key of their row, their name, and what the register says now.
        state: how far the meeting has come; what was recorded is only changed with a reason.
    """
    choices = pairs([(word.value, word.label) for word in Came])
    fields = {
        f"{CAME}{key.hex}": RadioField(name, choices=choices, default=(came or Came.CAME).value)
        for key, name, came in people
        if kind.register is Register.PEOPLE
    }
    form: RecordForm = type("FilledRecordForm", (RecordForm,), fields)(data=held)
    form.reason.offer([CHOOSE, *kind.missed_reasons])
    form.themes.offer(kind.themes)
    form.correction.offer([CHOOSE, *((word.value, word.label) for word in Correction)])
    if kind.register is Register.PEOPLE:
        del form.headcount
    if not kind.themes:
        del form.themes
    if state is State.PLANNED:
        del form.correction
    return form
