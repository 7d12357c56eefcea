"""The forms about users, their roles and invitations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms import EmailField, StringField

from peerhub.access.permissions import Role
from peerhub.access.rules import NATIONAL, Breadth
from peerhub.core.feature import Place
from peerhub.core.fields import PairField, VersionedForm, WordField, at_most
from peerhub.core.forms import DayField, Form, Required

WHOLE_ORGANISATION = ("organisation", "The whole organisation")


class PlaceField(PairField):
    """What a role is held for. Data is ``breadth`` or ``breadth:key``; :attr:`chosen` is the same in two parts."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, [WHOLE_ORGANISATION], **kwargs)

    def offer_places(self, places: Iterable[Place]) -> None:
        """Set what can be chosen: everything, or an open part of the organisation."""
        parts = [(f"{place.breadth.value}:{place.id}", place.words) for place in places if place.is_open]
        self.offer([WHOLE_ORGANISATION, *parts])

    @property
    def chosen(self) -> tuple[Breadth, UUID | None]:
        """What was chosen; only what was offered passes."""
        breadth, _, key = str(self.data).partition(":")
        return Breadth(breadth), UUID(key) if key else None


class InvitedForm(Form):
    """Whom to invite."""

    name = StringField("Name", [Required("Enter the name"), at_most(200)], render_kw={"autocomplete": "off"})
    email = EmailField(
        "E-mail address",
        [Required("Enter the e-mail address"), at_most(254)],
        description="The link to accept the invitation is sent here.",
        render_kw={"autocomplete": "off"},
    )


class RoleForm(Form):
    """A role, what it is held for, and for how long."""

    role = WordField("Role", Role, required="Choose the role")
    place = PlaceField("Held for")
    starts = DayField("First day", [Required("Enter the first day")], description="For example, 27 3 2025.")
    ends = DayField("Last day (optional)", description="Leave it out if it is not known yet.")

    def offer(self, places: Iterable[Place], *, is_programme: bool) -> None:
        """Set what can be chosen in an organisation."""
        self.place.offer_places(places)
        if not is_programme:
            self.role.leave_out(NATIONAL)


class InviteForm(InvitedForm, RoleForm):
    """Whom to invite, and the role they will hold."""


class EndRoleForm(VersionedForm):
    """The last day of a role."""

    ends = DayField("Last day", [Required("Enter the last day")], description="The role still counts on this day.")


class UserSearchForm(Form):
    """Whom to look for. It is sent in the body, so that no name stands in an address."""

    q = StringField(
        "Name or e-mail address",
        [Required("Enter a name or an e-mail address"), at_most(200)],
        render_kw={"width": 20, "autocomplete": "off"},
    )


class UsersFilter(Form):
    """What narrows the list of users; read from the address."""

    class Meta:
        csrf = False

    NAMES = frozenset({"role", "state"})
    role = WordField("Role", Role, nothing="All")
    state = PairField("Account", [("", "All"), ("active", "Active"), ("closed", "Closed")])
