"""The search box."""

from __future__ import annotations

from wtforms import SearchField, SelectField

from peerhub.core.fields import at_most, offered
from peerhub.core.forms import Form, Required


class SearchForm(Form):
    """What is looked for, and which kind of hit is wanted in full. Sent in the body, never in an address."""

    q = SearchField(
        "Name, staff number, team or post",
        [Required("Enter a name, a staff number, a team or a post"), at_most(100)],
        render_kw={"width": 20, "autocomplete": "off"},
    )
    whole = SelectField(
        choices=offered([("", ""), ("people", ""), ("teams", ""), ("posts", "")]), default="", validate_choice=False
    )
