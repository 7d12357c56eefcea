"""What the establishment page is asked: a day, where its history begins, how far apart its days are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wtforms import RadioField
from wtforms.validators import ValidationError

from peerhub.core.fields import PickedDay, offered
from peerhub.core.forms import Form
from peerhub.workforce.rules.establishment import Every

LONGEST = timedelta(days=366 * 15)
"""How far a history goes back."""
AHEAD = timedelta(days=366 * 2)
"""How far ahead a day may be: what is planned is known so far."""


class EstablishmentForm(Form):
    """Read from the address."""

    class Meta:
        csrf = False

    on = PickedDay("Day", render_kw={"width": 10})
    since = PickedDay("History from", render_kw={"width": 10})
    every = RadioField(
        "History by",
        choices=offered([(Every.YEAR, "Year"), (Every.QUARTER, "Quarter"), (Every.MONTH, "Month")]),
        validate_choice=False,
    )

    def validate_on(self, field: PickedDay) -> None:
        """Not so far ahead that nothing is known."""
        latest = self.today + AHEAD
        if field.data is not None and not date(1990, 1, 1) <= field.data <= latest:
            raise ValidationError(f"Day must be between 1 January 1990 and {latest.day} {latest:%B %Y}")

    def validate_since(self, field: PickedDay) -> None:
        """Before the day, and not too long before."""
        last = self.today if self.on.errors else self.on.data or self.today
        if field.data is not None and not last - LONGEST <= field.data <= last:
            raise ValidationError("History must begin on or before the day, and at most 15 years before it")

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        if self.every.data not in set(Every):
            self.every.data = Every.QUARTER
