"""A trust of its own for retention tests: accounts, and spells as the staff record has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from peerhub.access.models import Organisation, OrganisationKind, RoleGrant, User
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting

SINCE = date(2010, 1, 1)


@dataclass(frozen=True)
class Trust:
    """Keys of the trust, of Hattie (HR) and Edith (executive) who work there, and of its people by staff number."""

    key: UUID
    hattie: UUID
    edith: UUID
    people: Mapping[str, UUID]


def found(rows: Iterable[Mapping[str, str]], name: str = "Wrenmoor Trust") -> Trust:
    """A trust with the spells of the staff-record rows."""
    made = Organisation(name=name, kind=OrganisationKind.NHS_TRUST)
    db.session.add(made)
    db.session.flush()
    hattie, edith = account(made.id, "Hattie", Role.HR), account(made.id, "Edith", Role.EXECUTIVE)
    with scope.within(made.id):
        people = _Record().load(rows)
    db.session.commit()
    return Trust(made.id, hattie, edith, people)


def join(trust: Trust, rows: Iterable[Mapping[str, str]]) -> None:
    """More spells, in service lines the trust did not have."""
    with scope.within(trust.key):
        _Record().load(rows)
    db.session.commit()


def account(
    organisation: UUID, name: str, role: Role, breadth: Breadth = Breadth.ORGANISATION, place: UUID | None = None
) -> UUID:
    """Somebody who can sign in and holds a role."""
    user = User(
        organisation_id=organisation, email=f"{name.lower()}@example.org", name=name, session_key=f"session-of-{name}"
    )
    db.session.add(user)
    db.session.flush()
    db.session.add(
        RoleGrant(
            user_id=user.id, organisation_id=organisation, role=role, breadth=breadth, place_id=place, starts=SINCE
        )
    )
    db.session.flush()
    return user.id


class _Record:
    """Makes each line, team, post and person once."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, ...], UUID] = {}

    def load(self, rows: Iterable[Mapping[str, str]]) -> dict[str, UUID]:
        people = {}
        for row in rows:
            people[row["staff_number"]] = self._person(row)
            self._keep(
                Spell(
                    person_id=people[row["staff_number"]],
                    post_id=self._post(row),
                    starts=date.fromisoformat(row["start_date"]),
                    ends=date.fromisoformat(row["end_date"]) if row["end_date"] else None,
                    wte=row.get("wte") or 1,
                    contract=Contract(row.get("contract") or "permanent"),
                    leaving_reason=LeavingReason(row["leaving_reason"]) if row["leaving_reason"] else None,
                    destination=row["destination"],
                    campaign=row["campaign"],
                )
            )
        return people

    def _person(self, row: Mapping[str, str]) -> UUID:
        key = ("person", row["staff_number"])
        return self._once(
            key, lambda: Person(staff_number=key[1], first_name=row["first_name"], last_name=row["last_name"])
        )

    def _post(self, row: Mapping[str, str]) -> UUID:
        line = self._once(
            ("line", row["service_line"]),
            lambda: ServiceLine(name=row["service_line"], setting=Setting(row["setting"])),
        )
        team = self._once(
            ("team", row["service_line"], row["team"]), lambda: Team(service_line_id=line, name=row["team"])
        )
        flags = (row["lived_experience_role"], row["peer_service"])
        return self._once(
            ("post", row["post_number"], row["team"], *flags),
            lambda: Post(
                team_id=team,
                number=row["post_number"] or None,
                title=row["position_title"],
                role_kind=RoleKind(row["role_kind"]),
                band=Band(row["band"]),
                employer=row["employer"],
                lived_experience=flags[0] == "yes",
                peer_service=flags[1] == "yes",
                opens=SINCE,
            ),
        )

    def _once(self, key: tuple[str, ...], make: object) -> UUID:
        if key not in self.made:
            self.made[key] = self._keep(make())  # type: ignore[operator]  # a maker of rows
        return self.made[key]

    def _keep(self, row: object) -> UUID:
        db.session.add(row)
        db.session.flush()
        return row.id  # type: ignore[attr-defined, no-any-return]  # every row has a key


def row(staff_number: str, start: str, end: str = "", **changed: str) -> dict[str, str]:
    """One row of the staff record; what is not said is an inpatient peer support worker's."""
    return {
        "staff_number": staff_number,
        "first_name": "Person",
        "last_name": staff_number,
        "employer": "",
        "service_line": "Acute wards",
        "setting": "inpatient",
        "team": "Alder ward",
        "post_number": f"N{staff_number}",
        "position_title": "Peer support worker",
        "role_kind": "peer_support_worker",
        "band": "3",
        "wte": "1",
        "lived_experience_role": "yes",
        "peer_service": "yes",
        "contract": "permanent",
        "start_date": start,
        "end_date": end,
        "leaving_reason": "",
        "destination": "",
        "campaign": "",
    } | changed
