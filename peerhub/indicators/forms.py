"""What the page of indicators is asked: a day and a team."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import SelectField
from wtforms.validators import ValidationError

from peerhub.core.fields import PickedDay
from peerhub.core.forms import Form

EARLIEST = date(2000, 1, 1)


class FiguresForm(Form):
    """Read from the address."""

    class Meta:
        csrf = False

    on = PickedDay("Day", render_kw={"width": 10})
    team = SelectField("Team", validate_choice=False)

    def __init__(self, today: date, teams: Iterable[tuple[UUID, str]], is_whole: bool, *args: Any) -> None:
        super().__init__(*args)
        self.today = today
        whole = [("", "The whole organisation")] if is_whole else []
        self.team.choices = [*whole, *((str(key), name) for key, name in teams)]

    def validate_on(self, field: PickedDay) -> None:
        """A day that is over, or today."""
        if field.data is not None and not EARLIEST <= field.data <= self.today:
            raise ValidationError("Day must be between 1 January 2000 and today")
