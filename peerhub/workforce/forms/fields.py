"""Fields that more than one form of workforce has."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from wtforms import DecimalField
from wtforms.validators import Optional

from peerhub.core.forms import Required


class WteField(DecimalField):
    """A whole-time equivalent."""

    def __init__(self, label: str = "Whole time equivalent (WTE)", *, is_optional: bool = False, **kwargs: Any) -> None:
        validators = [Optional()] if is_optional else [Required("Enter the WTE, such as 1 or 0.6")]
        kwargs.setdefault("description", "1 is full time; three days of five is 0.6.")
        super().__init__(label, validators, places=None, render_kw={"width": 4, "inputmode": "decimal"}, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a number; what is none is told in our words."""
        if not any(sent.strip() for sent in valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Write the WTE as a number up to 1, like 0.6") from error
        if self.data is not None and not Decimal(self.data).is_finite():
            self.data = None
            raise ValueError("Write the WTE as a number up to 1, like 0.6")
        if self.data is not None:
            self.data = Decimal(self.data).normalize()
