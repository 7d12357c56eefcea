"""Who can sign in to the demonstration: one invented person for each role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from peerhub.access.actions import invitations, links, signing_in
from peerhub.access.actions.organisations import first_administrator
from peerhub.access.actions.roles import Wanted
from peerhub.access.models import LinkPurpose, Organisation, User
from peerhub.access.permissions import Role
from peerhub.access.queries.links import open_link
from peerhub.access.rules import Breadth, OrganisationKind
from peerhub.demo import places

DEMONSTRATION_PASSWORD = "three gentle otters"  # noqa: S105 - a password for invented people, printed on purpose
PROGRAMME = "Culture of Care programme (demonstration)"
SINCE = date(2024, 1, 1)
PEER = "20412836"
"""The staff number of the peer worker who can sign in."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can sign in.

    Attributes:
        place: the team or service line the role is held for, by name; the whole organisation where there is none.
        staff_number: whose record of the history theirs is, if anybody's.
    """

    role: Role
    name: str
    email: str
    place: str = ""
    staff_number: str = ""


ACCOUNTS = (
    Account(Role.HEAD_OF_PEER_WORK, "Rosalind Oyelaran-Shaw", "head@wrenmoor.example", staff_number="20412360"),
    Account(Role.HR, "Imogen Tarrant", "hr@wrenmoor.example"),
    Account(
        Role.PEER_SUPERVISOR,
        "Mei-Ling Cheung",
        "supervisor@wrenmoor.example",
        "Adult mental health wards and PICU",
        staff_number="20413605",
    ),
    Account(Role.PEER_WORKER, "Hannah Birtwell", "peer@wrenmoor.example", staff_number=PEER),
    Account(Role.TEAM_MANAGER, "Callum Ferreday", "manager@wrenmoor.example", "Bramblewood Ward"),
    Account(Role.EXECUTIVE, "Sunil Warrender", "executive@wrenmoor.example"),
    Account(Role.MEASURES_LEAD, "Bethan Coxwold", "measures@wrenmoor.example"),
    Account(Role.INVOLVEMENT_LEAD, "Gurdeep Nijjar", "involvement@wrenmoor.example", staff_number="20412149"),
    Account(Role.SYSTEM_ADMINISTRATOR, "Olive Stanhope", "admin@wrenmoor.example"),
    Account(Role.PROGRAMME_LEAD, "Nathaniel Brisco", "programme@culture-of-care.example"),
    Account(Role.QI_COACH, "Aoife Larkhill", "coach@culture-of-care.example"),
)
NATIONAL = frozenset({Role.PROGRAMME_LEAD, Role.QI_COACH})


def found_organisations() -> tuple[User, User]:
    """Make the trust and the national programme, and give the first administrator of each."""
    trust = places.organisation()
    administrator = next(account for account in ACCOUNTS if account.role is Role.SYSTEM_ADMINISTRATOR)
    first = _join(
        first_administrator(trust.name, OrganisationKind(trust.kind), administrator.email, administrator.name)
    )
    national = _join(
        first_administrator(PROGRAMME, OrganisationKind.PROGRAMME, "admin@culture-of-care.example", "Petra Winslade")
    )
    for organisation in (first.organisation, national.organisation):
        organisation.is_demonstration = True
    first.organisation.ods_code = trust.code
    return first, national


def let_in(
    trust: User, programme: User, parts: Mapping[str, tuple[Breadth, UUID]], step: Callable[[], None]
) -> dict[Account, User]:
    """Have each organisation's administrator invite everybody else and let them accept; gives their accounts.

    Args:
        parts: teams and service lines by name.
    """
    joined = {}
    for account in ACCOUNTS:
        if account.role is not Role.SYSTEM_ADMINISTRATOR:
            administrator = programme if account.role in NATIONAL else trust
            signing_in.act_as(administrator)
            joined[account] = _invited(administrator.organisation, account, parts)
        step()
    return joined


def _invited(organisation: Organisation, account: Account, parts: Mapping[str, tuple[Breadth, UUID]]) -> User:
    breadth, place = parts[account.place] if account.place else (Breadth.ORGANISATION, None)
    wanted = Wanted(account.role, breadth, place, SINCE, None)
    invitation = invitations.draft(organisation, account.email, account.name, wanted)
    return _join(links.path_of(links.for_invitation(invitation, LinkPurpose.INVITATION)))


def _join(path: str) -> User:
    """Accept an invitation as its holder does, by the link it came with."""
    link = open_link(links.digest_of(path.rpartition("/")[2]))
    if link is None or link.invitation is None:
        raise RuntimeError("an invitation that was just made does not work")
    return invitations.join(link, link.invitation, link.invitation.name, DEMONSTRATION_PASSWORD)


def sign_ins() -> str:
    """What to sign in with, a line a role."""
    width = max(len(account.role.label) for account in ACCOUNTS)
    lines = [f"  {account.role.label:<{width}}  {account.email}" for account in ACCOUNTS]
    return "\n".join(["", f"Sign in as any of these. The password of each: {DEMONSTRATION_PASSWORD}", *lines, ""])
