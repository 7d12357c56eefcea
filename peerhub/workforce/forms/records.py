"""The forms that make two records one, part them, and erase one."""

from __future__ import annotations

from wtforms import SearchField, StringField

from peerhub.core.fields import VersionedForm, VersionField, at_most
from peerhub.core.forms import Form, Required


class OtherForm(Form):
    """Which record may be the same person's. Sent in the body: no name stands in an address."""

    q = SearchField(
        "Name or staff number",
        [Required("Enter a name or a staff number"), at_most(100)],
        render_kw={"width": 20, "autocomplete": "off"},
    )


class MergeForm(VersionedForm):
    """Nothing but a button: both records are merged as they were looked at."""

    other_version = VersionField()

    @property
    def other_opened_at(self) -> int:
        """The version the other record was opened at."""
        return self.other_version.opened_at


class EraseForm(VersionedForm):
    """Asks for a sign that this is the person meant."""

    typed = StringField(
        "To go on, type their staff number or last name",
        [Required("Type their staff number or last name as it stands above")],
        render_kw={"width": 20, "autocomplete": "off"},
    )
