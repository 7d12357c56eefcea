"""The forms about posts."""

from __future__ import annotations

from wtforms import BooleanField, SelectField, StringField

from peerhub.core.fields import RowField, VersionedForm, WordField, at_most, no_formula, offered
from peerhub.core.forms import DayField, Form, Required
from peerhub.workforce.forms.fields import WteField
from peerhub.workforce.rules.words import Band, RoleKind, Setting

SHOWN = (
    ("vacant", "Vacant today"),
    ("free", "Vacant today or later"),
    ("filled", "Filled today"),
    ("funding", "Funding ends within 120 days"),
    ("open", "Open now or later"),
    ("everything", "All, with those that closed"),
)


class PostsFilter(Form):
    """What narrows the list of posts; read from the address."""

    class Meta:
        csrf = False

    show = SelectField("Show", choices=offered(SHOWN))
    service_line = RowField("Service line")
    team = RowField("Team")
    setting = WordField("Setting", Setting, nothing="All")
    role_kind = WordField("Kind of role", RoleKind, nothing="All")


class TermsForm(VersionedForm):
    """What a post is, and can become from a day on."""

    title = StringField("Title", [Required("Enter the title of the post"), at_most(160), no_formula])
    role_kind = WordField("Kind of role", RoleKind, required="Choose the kind of role")
    band = WordField("Band (optional)", Band, nothing="Not known")
    wte = WteField()
    team_id = RowField("Team", required="Choose the team")
    lived_experience = BooleanField("The post requires lived experience")
    peer_service = BooleanField(
        "The post belongs to the peer service",
        description="Leave this out for leadership posts outside it, such as a patient safety partner.",
    )
    counted_in_numbers = BooleanField(
        "The post is counted in the team's staffing numbers",
        description="Never for a peer post: peers are additional to the team.",
    )
    funding = StringField("Where the money comes from (optional)", [at_most(120), no_formula])
    funding_ends = DayField("Last day of funding (optional)", description="For example, 31 3 2026.")


class _WholePost(TermsForm):
    number = StringField(
        "Post number (optional)",
        [at_most(40), no_formula],
        description="As in the staff record. Posts without a number stay separate, even with the same title.",
        render_kw={"width": 10},
    )
    employer = StringField(
        "Employer, if another organisation (optional)",
        [at_most(200), no_formula],
        description="For example, a voluntary-sector partner whose peers work in this team.",
    )


class NewPostForm(_WholePost):
    """A post to add."""

    opens = DayField("First day of the post", [Required("Enter the first day of the post")])


class CorrectPostForm(_WholePost):
    """A post to put right."""

    opens = DayField("First day on these terms", [Required("Enter the first day on these terms")])


class NewTermsForm(TermsForm):
    """New terms, and the day they begin."""

    first_day = DayField("First day on the new terms", [Required("Enter the first day on the new terms")])


class ClosePostForm(VersionedForm):
    """The last day of a post."""

    closes = DayField("Last day of the post", [Required("Enter the last day of the post")])
