"""Inviting somebody, and coming in.

Whether an address has an account already shows nowhere before the invitation is accepted by whoever holds the address:
inviting looks, sends and answers the same. Only an account that the administrator can see anyway is told of.
"""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from peerhub.access import audit
from peerhub.access.actions import accounts, letters, links, passwords, signing_in
from peerhub.access.actions.roles import Wanted, let_hold, refuse_role
from peerhub.access.models import Invitation, LinkPurpose, Organisation, RoleGrant, SingleUseLink, User
from peerhub.access.queries import users
from peerhub.access.queries.accounts import user_by_email
from peerhub.access.queries.invitations import waiting_for
from peerhub.access.rules import INVITED_FOR
from peerhub.core.database import db, hold, saving
from peerhub.core.errors import DomainError
from peerhub.core.time import utc_now


def invite(organisation: Organisation, email: str, name: str, wanted: Wanted, base_url: str) -> Invitation:
    """Ask somebody to come in and hold a role, by a link that works once within seven days.

    Two who invite the same address at once are dealt with one after the other.

    Raises:
        DomainError: the address cannot be one, is of somebody here, or has an invitation waiting; or the role may not
            be held like that.
    """
    address = checked_address(email)
    refuse_role(wanted, organisation)
    with saving():
        hold(Organisation, organisation.id)
        if users.is_known_here(organisation.id, address):
            raise DomainError(
                "Somebody here has an account with this e-mail address. Give them the role on their page", "email"
            )
        if db.session.scalars(waiting_for(organisation.id, address)).first():
            raise DomainError(
                "This e-mail address has an invitation already. Send it again, or cancel it first", "email"
            )
        made = draft(organisation, address, name, wanted)
    audit.wrote("user invited", made, role=wanted.role.value)
    _send(made, base_url)
    return made


def draft(organisation: Organisation, address: str, name: str, wanted: Wanted) -> Invitation:
    """An invitation that nobody was told of yet."""
    now = utc_now()
    made = Invitation(
        organisation_id=organisation.id, email=address, name=name.strip(), role=wanted.role, breadth=wanted.breadth,
        place_id=wanted.place_id, starts=wanted.starts, ends=wanted.ends, invited_by_id=audit.actor().user_id,
        sent_at=now, expires_at=now + INVITED_FOR,
    )  # fmt: skip
    with saving():
        db.session.add(made)
    return made


def send_again(invitation: Invitation, base_url: str) -> None:
    """Send a new link; the one before stops working.

    Raises:
        DomainError: the invitation was accepted or cancelled.
    """
    _refuse_settled(invitation)
    invitation.sent_at = utc_now()
    invitation.expires_at = invitation.sent_at + INVITED_FOR
    _send(invitation, base_url)
    audit.wrote("invitation sent again", invitation)


def cancel(invitation: Invitation) -> None:
    """Take an invitation back; its link stops working.

    Raises:
        DomainError: the invitation was accepted or cancelled.
    """
    _refuse_settled(invitation)
    invitation.cancelled_at = utc_now()
    links.end_of_invitation(invitation)
    audit.wrote("invitation cancelled", invitation)


def join(link: SingleUseLink, invitation: Invitation, name: str, password: str) -> User:
    """Accept an invitation with a new account.

    Raises:
        DomainError: the password will not do, or the link was used meanwhile.
    """
    accounts.refuse_weak(password, email=invitation.email, name=name)
    _use(link)
    made = User(
        organisation_id=invitation.organisation_id, email=invitation.email, name=name.strip(),
        password_hash=passwords.keep(password), session_key=signing_in.new_session_key(),
    )  # fmt: skip
    with saving():
        db.session.add(made)
    signing_in.act_as(made)
    _hold(made, invitation)
    return made


def accept(link: SingleUseLink, invitation: Invitation, user: User) -> None:
    """Accept an invitation with the account that has its address, once its holder has signed in.

    Raises:
        DomainError: the link was used meanwhile, or the role is held already.
    """
    _use(link)
    _hold(user, invitation)


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address has an account. Told to whoever holds the link, and to nobody else."""
    return user_by_email(invitation.email) is not None


def checked_address(email: str) -> str:
    """An e-mail address as it is kept.

    Raises:
        DomainError: it cannot be one.
    """
    try:
        found = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise DomainError("Enter an e-mail address in the correct format, such as name@example.org", "email") from error
    return found.normalized.casefold()


def _hold(user: User, invitation: Invitation) -> RoleGrant:
    invitation.accepted_at = utc_now()
    audit.wrote("invitation accepted", invitation, organisation_id=invitation.organisation_id)
    wanted = Wanted(invitation.role, invitation.breadth, invitation.place_id, invitation.starts, invitation.ends)
    return let_hold(user, invitation.organisation, wanted)


def _use(link: SingleUseLink) -> None:
    if not links.use(link):
        raise DomainError(accounts.GONE)


def _send(invitation: Invitation, base_url: str) -> None:
    token = links.for_invitation(invitation, LinkPurpose.INVITATION)
    letters.send_invitation(
        invitation.email, base_url + links.path_of(token), INVITED_FOR.days, invitation.organisation_id
    )


def _refuse_settled(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.cancelled_at:
        raise DomainError("This invitation was accepted or cancelled meanwhile")
