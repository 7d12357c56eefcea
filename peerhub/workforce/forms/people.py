"""The forms about a person."""

from __future__ import annotations

from wtforms import EmailField, SelectField, StringField, TelField
from wtforms.validators import Email, Optional

from peerhub.core.fields import RowField, VersionedForm, WordField, at_most, no_formula, offered
from peerhub.core.forms import DayField, Form, Required
from peerhub.workforce.rules.words import Contract, RoleKind

SHOWN = (
    ("not_left", "Everybody who has not left"),
    ("here", "Works here today"),
    ("starting", "Starting soon"),
    ("no_post", "No post yet"),
    ("left", "Left"),
    ("ending", "Fixed term ends within 120 days"),
    ("unconfirmed", "Not confirmed by the staff record"),
    ("everybody", "Everybody"),
)


class PeopleFilter(Form):
    """What narrows the list of people; read from the address, and so never a name."""

    NAMES = frozenset({"service_line", "team", "role_kind", "show"})

    class Meta:
        csrf = False

    service_line = RowField("Service line")
    team = RowField("Team")
    role_kind = WordField("Kind of role", RoleKind, nothing="All")
    show = SelectField("Show", choices=offered(SHOWN))


class PersonForm(VersionedForm):
    """Who a person is and how to reach them."""

    first_name = StringField("First name", [Required("Enter the first name"), at_most(100), no_formula])
    last_name = StringField("Last name", [Required("Enter the last name"), at_most(100), no_formula])
    preferred_name = StringField(
        "Preferred first name (if different)", [at_most(100), no_formula], description="The name PeerHub uses for them."
    )
    pronouns = StringField("Pronouns (optional)", [at_most(40), no_formula], render_kw={"width": 10})
    staff_number = StringField(
        "Staff number (optional)",
        [at_most(40), no_formula],
        description="As in the electronic staff record. It can be added later.",
        render_kw={"width": 10},
    )
    email = EmailField(
        "Work e-mail address (optional)",
        [
            Optional(),
            Email("Enter an e-mail address in the correct format, such as name@example.org"),
            at_most(254),
            no_formula,
        ],
    )
    phone = TelField("Work phone number (optional)", [at_most(40)], render_kw={"width": 20})


class NewPersonForm(PersonForm):
    """A person, and the post they start in if that is known."""

    post_id = RowField(
        "Post they start in", description="Posts that are vacant today or later. Leave it out if it is not known."
    )
    starts = DayField("First day in the post", description="For example, 27 3 2025. Needed only with a post.")
    contract = WordField("Contract", Contract, nothing="Choose one", description="Needed only with a post.")


class AccountForm(Form):
    """Which account is this person's."""

    email = EmailField(
        "E-mail address they sign in with",
        description="They will then see their own record. Leave it empty to take the link away.",
        validators=[at_most(254)],
    )
