"""The form about a campaign's totals."""

from __future__ import annotations

from wtforms import BooleanField, StringField

from peerhub.core.fields import VersionedForm, WholeField, at_most, no_formula
from peerhub.core.forms import Required


class CampaignForm(VersionedForm):
    """What is known of a campaign that is over."""

    name = StringField(
        "Name",
        [Required("Enter the name of the campaign"), at_most(120), no_formula],
        description="As the staff record names it. The people it brought in are found by it.",
    )
    year = WholeField("Year", 1990, 2100)
    service = StringField("Service", [Required("Enter the service it recruited for"), at_most(120), no_formula])
    applications = WholeField("Applications", 0, 100_000, description="How many people applied.")
    roles = WholeField("Roles", 0, 10_000, description="How many posts were offered.")
    lived_experience_led = BooleanField("The panel was led by people with lived experience")
    note = StringField("Note (optional)", [at_most(200), no_formula], description="Nothing about a single applicant.")
