"""Two people saving one record: the second sees both versions, field by field, and nothing they typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, SelectField, SelectMultipleField

from peerhub.core.forms import Form, shown, shown_fields
from peerhub.core.time import long_date


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the two versions say differently, in words."""

    label: str
    typed: str
    saved: str


def differences(form: Form, saved: Mapping[str, Any]) -> list[Difference]:
    """Where what was typed differs from what is saved now; the fields of ``saved`` are named as in the form."""
    found = []
    for field in shown_fields(form):
        if field.short_name in saved:
            typed, kept = said(field, field.data), said(field, saved[field.short_name])
            if typed != kept:
                found.append(Difference(field.label.text, typed, kept))
    return found


def said(field: Field, value: Any) -> str:
    """A field's value as a person reads it."""
    if isinstance(field, BooleanField):
        return "Yes" if value else "No"
    if value is None or value in ("", []):
        return "Nothing"
    if isinstance(field, SelectMultipleField):
        chosen = {str(item) for item in value}
        return ", ".join(str(text) for code, text, *_ in field.iter_choices() if str(code) in chosen)
    if isinstance(field, SelectField):
        return next((str(text) for code, text, *_ in field.iter_choices() if str(code) == str(value)), str(value))
    return long_date(value) if isinstance(value, date) else shown(value).strip()
