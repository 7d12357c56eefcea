"""The forms about service lines and teams."""

from __future__ import annotations

from wtforms import BooleanField, SelectField, StringField

from peerhub.core.fields import RowField, VersionedForm, WholeField, WordField, at_most, no_formula, offered
from peerhub.core.forms import DayField, Form, Required
from peerhub.workforce.rules.words import Setting

WARDS = (("", "All"), ("yes", "Wards"), ("no", "Teams that are not wards"))
SHOWN = (("", "Open"), ("closed", "Closed"), ("everything", "All"))


class TeamsFilter(Form):
    """What narrows the list of teams; read from the address."""

    class Meta:
        csrf = False

    service_line = RowField("Service line")
    setting = WordField("Setting", Setting, nothing="All")
    ward = SelectField("Wards", choices=offered(WARDS))
    show = SelectField("Show", choices=offered(SHOWN))


class ServiceLineForm(VersionedForm):
    """A service line and its setting."""

    name = StringField(
        "Name",
        [Required("Enter the name of the service line"), at_most(120), no_formula],
        description="For example, Perinatal.",
    )
    setting = WordField("Setting", Setting, required="Choose the setting")


class TeamForm(VersionedForm):
    """A ward or a team."""

    name = StringField("Name", [Required("Enter the name of the team"), at_most(120), no_formula])
    service_line_id = RowField("Service line", required="Choose the service line")
    site = StringField("Site (optional)", [at_most(120), no_formula])
    is_ward = BooleanField("This is a ward")
    beds = WholeField("Beds (wards only, optional)", 0, 999, is_optional=True)
    manager_name = StringField("Team manager (optional)", [at_most(200), no_formula])


class ClosingForm(VersionedForm):
    """The last day of something."""

    closed_on = DayField("Last day open", [Required("Enter the last day it is open")])


class ChampionForm(Form):
    """A supporter of peer work in a team."""

    name = StringField("Name", [Required("Enter the champion's name"), at_most(200), no_formula])
    starts = DayField("First day as champion", [Required("Enter the first day")])
    ends = DayField("Last day as champion (optional)")


class ChampionEndForm(Form):
    """A champion's last day."""

    ends = DayField("Last day as champion", [Required("Enter the last day")])
