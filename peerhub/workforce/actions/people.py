"""Adding people, putting their details right, linking them to their account."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from peerhub.access import audit
from peerhub.access.models import User
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.workforce.actions.refusing import trimmed
from peerhub.workforce.models import Person

DETAILS = ("first_name", "last_name", "preferred_name", "pronouns", "staff_number", "email", "phone")


def add_person(
    first_name: str,
    last_name: str,
    *,
    staff_number: str | None = None,
    preferred_name: str = "",
    pronouns: str = "",
    email: str = "",
    phone: str = "",
) -> Person:
    """Add a person. A staff number left out can be given later.

    Raises:
        DomainError: somebody else has this staff number.
    """
    made = Person(
        first_name=trimmed(first_name), last_name=trimmed(last_name), staff_number=trimmed(staff_number) or None,
        preferred_name=trimmed(preferred_name), pronouns=trimmed(pronouns), email=trimmed(email), phone=trimmed(phone),
    )  # fmt: skip
    with saving():
        db.session.add(made)
    audit.wrote("person added", made)
    return made


def change_person(person: Person, version: int | None, **changed: str | None) -> list[str]:
    """Change any of :data:`DETAILS`; gives the names of those that differed.

    Raises:
        DomainError: somebody else has this staff number.
        Conflict: somebody else saved the record first.
        ValueError: a detail is named that a person does not have.
    """
    unknown = changed.keys() - set(DETAILS)
    if unknown:
        raise ValueError(f"not a detail of a person: {', '.join(sorted(unknown))}")
    person.expect(version)
    values: dict[str, str | None] = {name: trimmed(value) for name, value in changed.items()}
    if "staff_number" in values:
        values["staff_number"] = values["staff_number"] or None
    with saving():
        fields = audit.changed(person, **values)
    if fields:
        audit.wrote("person changed", person, fields=fields)
    return fields


def link_account(person: Person, email: str) -> None:
    """Say which account of this organisation is this person's, by its e-mail address; an empty one undoes it.

    What a person says of themselves is read by whoever signs in with their account. So nobody links their own.

    Raises:
        DomainError: there is no such account here, or it belongs to somebody else, or to whoever links it.
    """
    address = trimmed(email).casefold()
    user_id = None
    if address:
        user_id = db.session.scalar(
            select(User.id).where(func.lower(User.email) == address, User.organisation_id == person.organisation_id)
        )
        if user_id is None:
            raise DomainError(
                "Nobody here has an account with this e-mail address. Ask your system administrator to invite them",
                "email",
            )
        if user_id == audit.actor().user_id and user_id != person.user_id:
            raise DomainError(
                "This is your own account. Ask somebody else who looks after records to link it for you", "email"
            )
    with saving():
        person.user_id = user_id
    audit.wrote("account linked" if user_id else "account unlinked", person)


def mark_unconfirmed(person: Person, since: date | None) -> None:
    """Note that the latest staff record leaves this person out without a leaving date; None when they are confirmed."""
    person.unconfirmed_since = since
    audit.wrote("person confirmed" if since is None else "person unconfirmed", person)
