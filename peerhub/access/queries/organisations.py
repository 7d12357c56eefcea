"""Organisations: one's own with its settings, and the list that the national programme sees."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, or_, select

from peerhub.access.models import Organisation, RoleGrant, User
from peerhub.access.permissions import Permission, Role
from peerhub.access.rules import OrganisationKind, SupportOffer, Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.tables import Page, View
from peerhub.core.time import today

SORTED = ("name", "kind", "ods_code", "support_offer")


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation in the national list: no person, and no number about any."""

    id: UUID
    name: str
    kind: OrganisationKind
    ods_code: str
    support_offer: SupportOffer


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """What the national programme sees of an organisation. ``coaches`` are of the programme, and nobody of its own."""

    id: UUID
    name: str
    kind: OrganisationKind
    ods_code: str
    support_offer: SupportOffer
    paired_with: str
    coaches: tuple[str, ...]


def organisation_page(viewer: Viewer, organisation_id: UUID) -> OrganisationPage:
    """An organisation's facts, for the national programme or for whoever looks after its settings. Three statements.

    Raises:
        NotFound: there is none such for this viewer.
    """
    if not viewer.may(Permission.ORGANISATIONS_VIEW) and organisation_id != viewer.organisation_id:
        raise NotFound
    row = db.session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound
    paired = select(Organisation.name).where(
        or_(Organisation.id == row.paired_with_id, Organisation.paired_with_id == row.id)
    )
    coaches = (
        select(User.name)
        .join(User.grants)
        .where(
            RoleGrant.organisation_id == row.id, RoleGrant.role == Role.QI_COACH, User.is_active,
            RoleGrant.starts <= today(), or_(RoleGrant.ends.is_(None), RoleGrant.ends >= today()),
        )
    )  # fmt: skip
    return OrganisationPage(
        row.id, row.name, row.kind, row.ods_code or "", row.support_offer,
        ", ".join(db.session.scalars(paired.order_by(Organisation.name))),
        tuple(db.session.scalars(coaches.distinct().order_by(User.name))),
    )  # fmt: skip


def own_organisation(viewer: Viewer) -> Organisation:
    """The organisation the viewer is in."""
    return db.session.get_one(Organisation, viewer.organisation_id)


def organisations(view: View) -> Page[OrganisationLine]:
    """Every organisation, filtered, in order, a page of them. Across organisations: the caller records the read."""
    asked = view.filters
    wanted = [
        or_(Organisation.name.icontains(word, autoescape=True), Organisation.ods_code.icontains(word, autoescape=True))
        for word in asked.get("q", "").split()[:6]
    ]
    if asked.get("kind") in set(OrganisationKind):
        wanted.append(Organisation.kind == OrganisationKind(asked["kind"]))
    if asked.get("support_offer") in set(SupportOffer):
        wanted.append(Organisation.support_offer == SupportOffer(asked["support_offer"]))
    total = db.session.scalar(select(func.count(Organisation.id)).where(*wanted)) or 0
    labels = {
        "kind": case({kind.value: kind.label for kind in OrganisationKind}, value=Organisation.kind),
        "support_offer": case({offer.value: offer.label for offer in SupportOffer}, value=Organisation.support_offer),
        "ods_code": Organisation.ods_code,
    }
    chosen = labels.get(view.sort, func.lower(Organisation.name))
    order = (chosen.desc() if view.descending else chosen.asc()).nulls_last()
    rows = db.session.scalars(
        select(Organisation).where(*wanted).order_by(order, Organisation.name).limit(view.size).offset(view.start)
    )
    return Page(
        [OrganisationLine(row.id, row.name, row.kind, row.ods_code or "", row.support_offer) for row in rows], total
    )


def organisations_by_name() -> dict[str, UUID]:
    """The organisations that employ people, by name: for commands at the server's own keyboard."""
    found = select(Organisation.name, Organisation.id).where(Organisation.kind != OrganisationKind.PROGRAMME)
    return {row.name: row.id for row in db.session.execute(found.order_by(Organisation.name))}


def all_organisations() -> list[Organisation]:
    """Every organisation, by name: for commands at the server's own keyboard."""
    return list(db.session.scalars(select(Organisation).order_by(Organisation.name)))
