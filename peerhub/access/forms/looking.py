"""What narrows the audit log and the outbox; read from the address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms import StringField
from wtforms.validators import ValidationError

from peerhub.core.fields import PairField, RowField
from peerhub.core.forms import DayField, Form


class AuditFilter(Form):
    """What of the audit log is asked for."""

    class Meta:
        csrf = False

    account = RowField("Who")
    what = StringField("What was done", render_kw={"width": 20, "autocomplete": "off"})
    kind = PairField("Done to", [("", "Anything")])
    subject = StringField("Number of the record", render_kw={"width": 20, "autocomplete": "off"})
    first = DayField("First day")
    last = DayField("Last day")
    show = PairField(
        "Changes or reads", [("", "Changes and reads"), ("writes", "Changes alone"), ("reads", "Reads alone")]
    )

    def offer(self, accounts: Iterable[tuple[UUID, str]], kinds: Iterable[tuple[str, str]]) -> None:
        """Set who can have acted, and on what."""
        self.account.offer(accounts, nothing="Anybody")
        self.kind.offer([("", "Anything"), *kinds])

    def validate_subject(self, field: StringField) -> None:
        """A record's number is a key."""
        if field.data and key_of(field.data) is None:
            raise ValidationError("Copy the whole number of the record, as the file of this list has it")

    def validate_last(self, field: DayField) -> None:
        """The last day is not before the first."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError("The last day must be the first day or later")


class OutboxFilter(Form):
    """Which messages are asked for."""

    class Meta:
        csrf = False

    state = PairField(
        "Show",
        [
            ("", "All"),
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("given_up", "Given up"),
            ("unsure", "Not confirmed"),
        ],
    )


def key_of(text: Any) -> UUID | None:
    """The key that some text is, or None."""
    try:
        return UUID(str(text).strip())
    except ValueError:
        return None
