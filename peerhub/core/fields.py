"""Fields that forms of more than one room have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, time
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from wtforms import Field, HiddenField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import Length, Optional, ValidationError

from peerhub.core.forms import Form, Required
from peerhub.core.formulas import formula_sign

CHOOSE = ("", "Choose one")


def offered(pairs: Iterable[tuple[str, str]]) -> Callable[[], list[tuple[str, str]]]:
    """Codes and words as the choices of a field: ``SelectField("Show", choices=offered(SHOWN))``.

    WTForms takes pairs from a function alone; given as they are, it warns of them.
    """
    listed = list(pairs)
    return lambda: list(listed)


NO_VERSION = 0
"""The version of what is not saved yet; no saved row has it."""


class VersionField(HiddenField):
    """The version a record was opened at."""

    @property
    def opened_at(self) -> int:
        """The version that was sent. Missing or not to be read, it is no row's: saving with it is a conflict."""
        sent = str(next(iter(self.raw_data or ()), ""))
        return int(sent) if re.fullmatch(r"[0-9]{1,9}", sent) else NO_VERSION


class VersionedForm(Form):
    """A form for a record that two people may open at once: it carries the version it was opened at."""

    version = VersionField()

    @property
    def opened_at(self) -> int:
        """The version the form was opened at."""
        return self.version.opened_at


class AtMost(Length):
    """Text of so many characters at most; the message names the field."""

    def __init__(self, longest: int) -> None:
        super().__init__(max=longest)

    def __call__(self, form: Any, field: Any) -> None:
        """Count the characters."""
        name = field.label.text.partition(" (")[0]
        self.message = f"{name} must be {self.max:,} characters or fewer"
        super().__call__(form, field)


def at_most(longest: int) -> AtMost:
    """Text of so many characters at most."""
    return AtMost(longest)


def no_formula(_form: Any, field: Field) -> None:
    """Text that a spreadsheet would run as a formula is refused: what is typed here leaves PeerHub in files."""
    sign = formula_sign(field.data)
    if sign is not None:
        name = field.label.text.partition(" (")[0]
        raise ValidationError(f"{name} cannot begin with {sign}, which a spreadsheet may run as a formula")


def label_of(word: StrEnum) -> str:
    """A word as people read it."""
    return str(getattr(word, "label", word.value))


class WholeField(IntegerField):
    """A whole number between two others. Whatever else is typed is told with the field's name and what would do."""

    def __init__(self, label: str, least: int, most: int, *, is_optional: bool = False, **kwargs: Any) -> None:
        name = label.partition(" (")[0]
        self.least, self.most = least, most
        self.said = f"{name} must be a whole number from {_number(least)} to {_number(most)}"
        super().__init__(label, [Optional()] if is_optional else [Required(self.said)], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a number; what is none, or is out of bounds, is told in our words."""
        sent = (valuelist[0] if valuelist else "").strip()
        self.data = int(sent) if re.fullmatch(r"-?[0-9]{1,9}", sent) else None
        if sent and (self.data is None or not self.least <= self.data <= self.most):
            self.data = None
            raise ValueError(self.said)


def _number(number: int) -> str:
    """A number as it is said: with a comma from five figures on, so that years have none."""
    return f"{number:,}" if number >= 10_000 else str(number)


class ClockField(Field):
    """A time of day as people type it: 9:30, 2pm, 14:00. Data is a :class:`datetime.time` or None."""

    def __init__(self, label: str, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, [Required(required)] if required else [Optional()], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a time; what is none is told with what would do."""
        sent = (valuelist[0] if valuelist else "").strip()
        self.data = clock_from(sent)
        if sent and self.data is None:
            name = self.label.text.partition(" (")[0]
            raise ValueError(f"{name} must be a time, such as 9:30am or 2pm")


def clock_from(typed: str) -> time | None:
    """A time of day from what was typed, or None where it is none.

    >>> [f"{clock_from(typed):%H:%M}" for typed in ("9:30", "2pm", "2.15 PM", "14:00", "12am", "noon", "9", "1430")]
    ['09:30', '14:00', '14:15', '14:00', '00:00', '12:00', '09:00', '14:30']
    >>> clock_from("25:00"), clock_from("3"), clock_from("13pm"), clock_from("10:60"), clock_from("soon")
    (None, None, None, None, None)
    """
    plain = typed.casefold().replace(" ", "").replace(".", ":")
    plain = {"noon": "12pm", "midday": "12pm", "midnight": "12am"}.get(plain, plain)
    found = re.fullmatch(r"([0-9]{1,2})(?::?([0-5][0-9]))?([ap]m)?", plain)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif found[2] is None and hour < 7:
        return None
    return time(hour, minute) if hour < 24 else None


class CodesField(SelectMultipleField):
    """Any of some codes by their words, which the view sets. Data is a list of codes."""

    def __init__(self, label: str, required: str | None = None, **kwargs: Any) -> None:
        self.pairs: list[tuple[str, str]] = []
        super().__init__(label, [Required(required)] if required else [], choices=offered([]), **kwargs)

    def offer(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        self.pairs = list(pairs)

    def iter_choices(self) -> Any:
        """The choices, the held ones marked."""
        for value, text in self.pairs:
            yield value, text, value in (self.data or []), {}

    def pre_validate(self, form: Any) -> None:
        """Only what was offered can be chosen."""
        if not set(self.data or []) <= {value for value, _ in self.pairs}:
            raise ValidationError("Choose from the list")


class WordField(SelectField):
    """One of some words that each have a label. Data is the member, or None where nothing was chosen."""

    def __init__(
        self,
        label: str,
        kind: type[StrEnum],
        *,
        required: str | None = None,
        nothing: str = "Choose one",
        **kwargs: Any,
    ) -> None:
        def read(sent: Any) -> StrEnum | None:
            if isinstance(sent, kind):
                return sent
            return next((word for word in kind if word.value == sent), None)

        validators = [_chosen(required)] if required else []
        choices = [("", nothing), *((word.value, label_of(word)) for word in kind)]
        super().__init__(label, validators, coerce=read, choices=offered(choices), **kwargs)

    def iter_choices(self) -> Any:
        """The choices, the held one marked."""
        for value, text in _pairs(self):
            yield value, text, (self.data or "") == value, {}

    def leave_out(self, words: Iterable[StrEnum]) -> None:
        """Offer all but these words."""
        unwanted = {word.value for word in words}
        self.choices = [(value, text) for value, text in _pairs(self) if value not in unwanted]

    def pre_validate(self, form: Any) -> None:
        """What is not a word reads as nothing chosen; a word that was left out cannot be chosen."""
        if self.data is not None and self.data.value not in {value for value, _ in _pairs(self)}:
            raise ValidationError("Choose one from the list")


class PairField(SelectField):
    """One of some codes by their words, which the view may set. Data is the code; nothing sent is the first one's."""

    def __init__(self, label: str, pairs: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        self.pairs = list(pairs)
        super().__init__(label, choices=offered(self.pairs), default=self.pairs[0][0], **kwargs)

    def offer(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        self.pairs = list(pairs)

    def iter_choices(self) -> Any:
        """The choices, the held one marked."""
        for value, text in self.pairs:
            yield value, text, self.data == value, {}

    def pre_validate(self, form: Any) -> None:
        """Only what was offered can be chosen."""
        if self.data not in {value for value, _ in self.pairs}:
            raise ValidationError("Choose one from the list")


class RowField(SelectField):
    """One of some rows by its key; the choices are set by the view. Data is the key, or None."""

    def __init__(self, label: str, *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(
            label, [_chosen(required)] if required else [], coerce=_key, choices=offered([CHOOSE]), **kwargs
        )

    def offer(self, rows: Iterable[tuple[UUID, str]], nothing: str | None = "Choose one") -> None:
        """Set what can be chosen."""
        self.choices = [*([("", nothing)] if nothing else []), *((str(key), text) for key, text in rows)]

    def iter_choices(self) -> Any:
        """The choices, the held one marked."""
        for value, text in _pairs(self):
            yield value, text, (str(self.data) if self.data else "") == value, {}

    def pre_validate(self, form: Any) -> None:
        """Only what was offered can be chosen."""
        if self.data is not None and str(self.data) not in {value for value, _ in _pairs(self)}:
            raise ValidationError("Choose one from the list")


def _pairs(field: SelectField) -> list[tuple[str, str]]:
    """Code and words of each choice."""
    return list(cast("Iterable[tuple[str, str]]", field.choices or ()))


def _key(sent: Any) -> UUID | None:
    if isinstance(sent, UUID):
        return sent
    try:
        return UUID(str(sent))
    except ValueError:
        return None


def _chosen(message: str) -> Any:
    def check(_form: Any, field: Field) -> None:
        if field.data is None:
            raise ValidationError(message)

    return check


class PickedDay(Field):
    """A day picked, or typed as 2025-11-14: what an address can hold. Data is a date or None."""

    data: date | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day."""
        sent = (valuelist[0] if valuelist else "").strip()
        if not sent:
            return
        try:
            self.data = date.fromisoformat(sent)
        except ValueError:
            self.data = None
            raise ValueError(f"{self.label.text} must be a real date, such as 2025-11-14") from None
