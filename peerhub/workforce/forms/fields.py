"""Fields that more than one form of workforce has."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from wtforms import DecimalField, Field, HiddenField, SelectField
from wtforms.validators import Length, Optional, ValidationError

from peerhub.core.forms import Form, Required
from peerhub.workforce.rules.words import Word

Kind = TypeVar("Kind", bound=Word)
CHOOSE = ("", "Choose one")


class VersionedForm(Form):
    """A form for a record that two people may open at once: it carries the version it was opened at."""

    version = HiddenField()

    @property
    def opened_at(self) -> int | None:
        """The version the form was opened at."""
        sent = str(self.version.data or "")
        return int(sent) if sent.isdecimal() else None


def at_most(longest: int) -> Length:
    """Text of so many characters at most."""
    return Length(max=longest, message=f"Use {longest} characters or fewer")


class WordField(SelectField):
    """One of our words. Data is the member, or None where nothing was chosen."""

    def __init__(
        self, label: str, kind: type[Word], *, required: str | None = None, nothing: str = "Choose one", **kwargs: Any
    ) -> None:
        def read(sent: Any) -> Word | None:
            if isinstance(sent, kind):
                return sent
            return kind(sent) if sent in set(kind) else None  # type: ignore[call-arg]  # a word is found by its code alone

        validators = [_chosen(required)] if required else []
        choices = [("", nothing), *((word.value, word.label) for word in kind)]
        super().__init__(label, validators, coerce=read, choices=choices, **kwargs)

    def iter_choices(self) -> Any:
        """The choices, the held one marked."""
        for value, text in _pairs(self):
            yield value, text, (self.data or "") == value, {}

    def pre_validate(self, form: Any) -> None:
        """What is not a word reads as nothing chosen."""


class RowField(SelectField):
    """One of some rows by its key; the choices are set by the view. Data is the key, or None."""

    def __init__(self, label: str, *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, [_chosen(required)] if required else [], coerce=_key, choices=[CHOOSE], **kwargs)

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


class WteField(DecimalField):
    """A whole-time equivalent."""

    def __init__(self, label: str = "Whole time equivalent (WTE)", *, is_optional: bool = False, **kwargs: Any) -> None:
        validators = [Optional()] if is_optional else [Required("Enter the WTE, such as 1 or 0.6")]
        kwargs.setdefault("description", "1 is full time; three days of five is 0.6.")
        super().__init__(label, validators, places=None, render_kw={"width": 4, "inputmode": "decimal"}, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a number; what is none is told in our words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Write the WTE as a number up to 1, like 0.6") from error
        if self.data is not None and not Decimal(self.data).is_finite():
            self.data = None
            raise ValueError("Write the WTE as a number up to 1, like 0.6")


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
