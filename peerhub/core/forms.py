"""From WTForms to the NHS.UK macros: fields, their parameters, and the error summary.

A template writes ``{{ field(form.name) }}`` (``components/form/macro.jinja``); :func:`parameters` decides which
macro draws it and with what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, StopValidation

from peerhub.core.database import saving
from peerhub.core.errors import DomainError

DATE_PARTS = (("day", 2), ("month", 2), ("year", 4))
MONTH_NAMES = (
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
    "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What stands in the way of saving, for those who may open it: ``words`` lead up to the link."""

    words: str
    text: str
    href: str


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF comes without types
    """A form that keeps what was typed, says what is wrong beside each field, and lists it all at the top."""

    whole_form: list[str]
    in_the_way: InTheWay | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole_form = []
        self.in_the_way = None

    def refuse(self, error: DomainError) -> None:
        """Put a rule's refusal beside its field, or at the top where it is about no single one."""
        held = self._fields.get(error.field or "")
        if held is None:
            self.whole_form.append(error.message)
        else:
            held.errors = [*held.errors, error.message]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Run an action; what it refuses becomes errors of this form, and what it wrote so far is undone."""
        try:
            with saving():
                yield
        except DomainError as error:
            self.refuse(error)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused."""
        return not self.whole_form and not any(field.errors for field in self)

    def problems(self) -> list[dict[str, str]]:
        """The error summary: each message with the id of the input it is about."""
        listed = [{"text": message, "href": "#maincontent"} for message in self.whole_form]
        for field in self:
            if isinstance(field, HiddenField):
                listed += [{"text": str(message), "href": "#maincontent"} for message in field.errors]
            else:
                listed += [{"text": str(message), "href": f"#{first_input(field)}"} for message in field.errors]
        return listed


class DayField(Field):
    """A date typed as day, month and year. Data is a :class:`datetime.date` or None.

    The month may be a name. A year of two figures is 2000 to 2068 or 1969 to 1999, as in a staff-record file; it is
    said back in full.
    """

    process_errors: list[str]

    def __init__(self, label: str | None = None, validators: Sequence[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(label, list(validators or ()), **kwargs)
        self.typed: dict[str, str] = {}
        self.wrong_parts = [part for part, _ in DATE_PARTS]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the three parts from what was sent, or from a date."""
        self.process_errors = []
        self.data = data if isinstance(data, date) else (self.default if isinstance(self.default, date) else None)
        names = [f"{self.name}-{part}" for part, _ in DATE_PARTS]
        if formdata is not None and any(name in formdata for name in names):
            self.typed = {part: formdata.get(f"{self.name}-{part}", "").strip() for part, _ in DATE_PARTS}
            self.raw_data = [part for part in self.typed.values() if part]
            self._read()
        elif self.data is not None:
            self.typed = {"day": str(self.data.day), "month": str(self.data.month), "year": str(self.data.year)}
            self.raw_data = []

    def _read(self) -> None:
        self.data = None
        if not any(self.typed.values()):
            return
        name = self.label.text.removesuffix(" (optional)")
        missing = [part for part, _ in DATE_PARTS if not self.typed[part]]
        if missing:
            self.wrong_parts = missing
            self.process_errors.append(f"{name} must include a {' and a '.join(missing)}")
            return
        self.typed["year"] = full_year(self.typed["year"])
        try:
            month = MONTHS.get(self.typed["month"].casefold()) or whole(self.typed["month"])
            self.data = date(whole(self.typed["year"]), month, whole(self.typed["day"]))
        except (ValueError, OverflowError):
            self.process_errors.append(f"{name} must be a real date, such as 27 3 2025")
            return
        if not 1900 <= self.data.year <= 2100:
            self.wrong_parts, self.data = ["year"], None
            self.process_errors.append(f"{name} must have a year of four figures, such as 2025")


def full_year(typed: str) -> str:
    """A year as it is meant: two figures are the years from 1969 to 2068.

    >>> full_year("26"), full_year("69"), full_year("2026"), full_year("026")
    ('2026', '1969', '2026', '026')
    """
    if len(typed) != 2 or not typed.isdecimal():
        return typed
    return str(int(typed) + (2000 if int(typed) <= 68 else 1900))


def whole(typed: str) -> int:
    """A number as a person types it: figures and nothing else.

    Raises:
        ValueError: it is none.
    """
    if not typed.isdecimal():
        raise ValueError("not figures")
    return int(typed)


class Required(InputRequired):
    """The field must be filled; its message says what to do: ``Required("Enter the first name")``."""

    def __init__(self, message: str) -> None:
        super().__init__(message)

    def __call__(self, form: Any, field: Field) -> None:
        """Look at what was typed, white space aside."""
        if getattr(field, "process_errors", None):
            return
        if not any(_is_there(part) for part in field.raw_data or []):
            field.errors = []
            raise StopValidation(str(self.message))


def _is_there(part: Any) -> bool:
    """Whether a part of what was sent is more than white space, or a file that was left out."""
    return bool(part.strip()) if isinstance(part, str) else bool(part)


def first_input(field: Field) -> str:
    """The id of the input that an error about the field leads to."""
    if isinstance(field, DayField):
        return f"{field.id}-{field.wrong_parts[0]}"
    if isinstance(field, RadioField | SelectMultipleField):
        return f"{field.id}-1"
    return str(field.id)


def parameters(field: Field, **extra: Any) -> dict[str, Any]:
    """What the NHS.UK macro for this field needs: its name under ``macro``, the rest as its parameters."""
    for kind, build in _BUILDERS:
        if isinstance(field, kind):
            return build(field) | extra
    raise TypeError(f"no NHS.UK macro for {type(field).__name__}")


def _common(field: Field) -> dict[str, Any]:
    given: dict[str, Any] = {"id": field.id, "name": field.name}
    if field.description:
        given["hint"] = {"text": str(field.description)}
    if field.errors:
        given["errorMessage"] = {"text": str(field.errors[0])}
    return given


def shown(value: Any) -> str:
    """A value as an input holds it: a number without the zeros that its column adds, a time without seconds.

    >>> from decimal import Decimal
    >>> shown(Decimal("0.60000")), shown(Decimal("1.00000")), shown(Decimal("100")), shown(None), shown("0.60")
    ('0.6', '1', '100', '', '0.60')
    >>> shown(time(9, 30))
    '09:30'
    """
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


def _label(field: Field) -> dict[str, Any]:
    return {"text": field.label.text, "classes": (field.render_kw or {}).get("label_classes", "")}


def _input(field: Field, kind: str = "text", **more: Any) -> dict[str, Any]:
    render = field.render_kw or {}
    passed = {key: render[key] for key in ("width", "autocomplete", "inputmode", "prefix", "suffix") if key in render}
    value = field.data if field.raw_data is None else next(iter(field.raw_data), field.data)
    return (
        _common(field) | {"macro": "input", "label": _label(field), "type": kind, "value": shown(value)} | passed | more
    )


def _textarea(field: Field) -> dict[str, Any]:
    rows = (field.render_kw or {}).get("rows", 4)
    return _common(field) | {"macro": "textarea", "label": _label(field), "value": field.data or "", "rows": rows}


def _password(field: Field) -> dict[str, Any]:
    autocomplete = (field.render_kw or {}).get("autocomplete", "current-password")
    return _common(field) | {"macro": "passwordInput", "label": _label(field), "autocomplete": autocomplete}


def _select(field: Any) -> dict[str, Any]:
    items = [
        {"value": str(value), "text": str(text), "selected": chosen} for value, text, chosen, *_ in field.iter_choices()
    ]
    return _common(field) | {"macro": "select", "label": _label(field), "items": items}


def _chosen(field: Any, macro: str) -> dict[str, Any]:
    hints = (field.render_kw or {}).get("hints", {})
    items = [
        {"id": f"{field.id}-{number}", "value": str(value), "text": str(text), "checked": chosen}
        | ({"hint": {"text": hints[str(value)]}} if str(value) in hints else {})
        for number, (value, text, chosen, *_) in enumerate(field.iter_choices(), start=1)
    ]
    return _common(field) | {"macro": macro, "idPrefix": field.id, "fieldset": _fieldset(field), "items": items}


def _tick(field: Field) -> dict[str, Any]:
    item = {"id": field.id, "value": "y", "text": field.label.text, "checked": bool(field.data)}
    if field.description:
        item["hint"] = {"text": str(field.description)}
    given = {"macro": "checkboxes", "idPrefix": field.id, "name": field.name, "items": [item]}
    return given | ({"errorMessage": {"text": str(field.errors[0])}} if field.errors else {})


def _day(field: Field) -> dict[str, Any]:
    items = [
        {
            "id": f"{field.id}-{part}",
            "name": f"{field.name}-{part}",
            "label": part.capitalize(),
            "value": getattr(field, "typed", {}).get(part, ""),
            "width": width,
            "inputmode": "text" if part == "month" else "numeric",
            "error": bool(field.errors) and part in getattr(field, "wrong_parts", ()),
        }
        for part, width in DATE_PARTS
    ]
    return _common(field) | {"macro": "dateInput", "fieldset": _fieldset(field), "items": items}


def _file(field: Field) -> dict[str, Any]:
    accept = (field.render_kw or {}).get("accept")
    given = _common(field) | {"macro": "fileUpload", "label": _label(field)}
    return given | ({"attributes": {"accept": accept}} if accept else {})


def _fieldset(field: Field) -> dict[str, Any]:
    return {
        "legend": {
            "text": field.label.text,
            "classes": (field.render_kw or {}).get("label_classes", "nhsuk-fieldset__legend--s"),
        }
    }


_BUILDERS: tuple[tuple[type[Field] | tuple[type[Field], ...], Callable[[Field], dict[str, Any]]], ...] = (
    (DayField, _day),
    (RadioField, lambda field: _chosen(field, "radios")),
    (SelectMultipleField, lambda field: _chosen(field, "checkboxes")),
    (SelectField, _select),
    (BooleanField, _tick),
    (FileField, _file),
    (PasswordField, _password),
    (TextAreaField, _textarea),
    (EmailField, lambda field: _input(field, "email", spellcheck=False)),
    (TelField, lambda field: _input(field, "tel")),
    (
        IntegerField,
        lambda field: _input(field, "text", **{"inputmode": "numeric", "width": 4} | (field.render_kw or {})),
    ),
    ((StringField, Field), _input),
)


def hidden_fields(form: Form) -> list[Field]:
    """The fields a person does not see: the anti-forgery token, the record's version."""
    return [field for field in form if isinstance(field, HiddenField)]


def shown_fields(form: Form) -> list[Field]:
    """The fields a person fills, in order."""
    return [field for field in form if not isinstance(field, HiddenField | SubmitField)]


def was_sent(form: Form) -> bool:
    """Whether the form came in and every field of it is valid; its values are then ready for an action."""
    return request.method == "POST" and bool(form.validate())
