"""The forms about organisations: settings, the choice of one, the national list."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import ValidationError

from peerhub.access.rules import OrganisationKind, SupportOffer
from peerhub.core.fields import RowField, VersionedForm, WholeField, WordField, at_most
from peerhub.core.forms import Form, Required


class SettingsForm(VersionedForm):
    """What an organisation may set for itself."""

    name = StringField("Name of the organisation", [Required("Enter the name of the organisation"), at_most(200)])
    ods_code = StringField(
        "ODS code (optional)",
        description="The organisation's code in the NHS, such as RX1.",
        render_kw={"width": 5},
    )
    kind = WordField("Kind of organisation", OrganisationKind, required="Choose the kind of organisation")
    support_offer = WordField("Support from the programme", SupportOffer, required="Choose the support")
    role_target = WholeField(
        "Peer roles aimed for", 0, 10_000, description="Shown beside the roles there are, on the establishment page."
    )
    small_number = WholeField(
        "Smallest count shown",
        2,
        50,
        description="Counts below it are shown as fewer than it, so that nobody can be recognised. Most use 5.",
    )
    least_denominator = WholeField(
        "Smallest group with percentages",
        1,
        100,
        description="No percentage is shown for a group of fewer people. Most use 10.",
    )
    gap_days = WholeField("Days between two posts that do not count as leaving", 0, 365, description="Most use 14.")

    def keep_programme(self, kind: OrganisationKind) -> None:
        """Offer the kinds that this organisation can be: the national programme is made at the server alone."""
        programme = {OrganisationKind.PROGRAMME}
        self.kind.leave_out(set(OrganisationKind) - programme if kind in programme else programme)


class ChooseForm(Form):
    """The organisation to work in."""

    organisation_id = RowField("Organisation", required="Choose the organisation")

    def validate_organisation_id(self, field: RowField) -> None:
        """Only where a role is held."""
        if field.data is None:
            raise ValidationError("Choose the organisation")


class OrganisationsFilter(Form):
    """What narrows the list of organisations; read from the address."""

    class Meta:
        csrf = False

    q = StringField("Name or ODS code", render_kw={"width": 20, "autocomplete": "off"})
    kind = WordField("Kind", OrganisationKind, nothing="All")
    support_offer = WordField("Support", SupportOffer, nothing="All")
