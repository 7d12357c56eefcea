"""Everything a staff record may touch, read in five statements as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from peerhub.core import keys, scope
from peerhub.core.database import db
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.rules.filling import Known, KnownPost, known_of
from peerhub.workforce.rules.held import Held, HeldLine, HeldPerson, HeldPost, HeldSpell, HeldTeam, name_key

STAND_IN = "PH-"


def plain(text: str) -> str:
    """Text as a file gives it back: without white space around it, and with one space between words."""
    return " ".join(text.split())


def stand_in_number(person: UUID) -> str:
    """What a file says as staff number of somebody who has none, so that the same file finds them again."""
    return f"{STAND_IN}{person.hex}"


def erased_number(organisation: UUID, staff_number: str) -> str:
    """What is kept of an erased person's staff number: enough to know it again, and not the number."""
    return keys.digest("erased staff number", f"{organisation.hex} {staff_number}")


def everything_held() -> Held:
    """What PeerHub holds of the organisation entered."""
    organisation = scope.current()
    people, erased = _people()
    lines = db.session.execute(select(ServiceLine.id, ServiceLine.name, ServiceLine.setting))
    teams = db.session.execute(select(Team.id, Team.service_line_id, Team.name, Team.closed_on))
    posts = db.session.execute(
        select(
            Post.id, Post.first_id, Post.team_id, Post.number, Post.employer, Post.title, Post.role_kind, Post.band,
            Post.lived_experience, Post.peer_service, Post.opens, Post.closes,
        )
    )  # fmt: skip
    spells = db.session.execute(
        select(
            Spell.id, Spell.person_id, Spell.post_id, Spell.starts, Spell.ends, Spell.wte, Spell.contract,
            Spell.leaving_reason, Spell.destination, Spell.campaign,
        )
    )  # fmt: skip
    return Held(
        people=people,
        erased=erased,
        digest=lambda number: erased_number(organisation, number),
        lines=[HeldLine(key, plain(name), setting) for key, name, setting in lines],
        teams=[HeldTeam(key, line, plain(name), closed_on) for key, line, name, closed_on in teams],
        posts=[_post(row) for row in posts],
        spells=[_spell(row) for row in spells],
    )


def known_places() -> Known:
    """What a file may leave out because PeerHub holds it. Three statements."""
    lines = db.session.execute(select(ServiceLine.name, ServiceLine.setting))
    teams = db.session.execute(select(Team.name, ServiceLine.name).join(Team.service_line))
    posts = db.session.execute(
        select(Post.number, Post.employer, Post.opens, Post.lived_experience, Post.peer_service).where(
            Post.number.is_not(None)
        )
    )
    return known_of(
        [(plain(name), setting) for name, setting in lines],
        [(plain(name), plain(line)) for name, line in teams],
        [
            KnownPost(plain(number), plain(employer), opens, lived_experience, peer_service)
            for number, employer, opens, lived_experience, peer_service in posts
            if number
        ],
    )


def _post(row: Any) -> HeldPost:
    return HeldPost(
        row.id, row.first_id or row.id, row.team_id, plain(row.number or ""), plain(row.employer), plain(row.title),
        row.role_kind, row.band, row.lived_experience, row.peer_service, row.opens, row.closes,
    )  # fmt: skip


def _spell(row: Any) -> HeldSpell:
    return HeldSpell(
        row.id, row.person_id, row.post_id, row.starts, row.ends, row.wte, row.contract, row.leaving_reason,
        plain(row.destination), plain(row.campaign),
    )  # fmt: skip


def _people() -> tuple[dict[str, HeldPerson], dict[str, HeldPerson]]:
    """People by every staff number that leads to them, and erased people by the digest of theirs."""
    rows = {
        row.id: row
        for row in db.session.execute(
            select(
                Person.id, Person.staff_number, Person.first_name, Person.last_name, Person.preferred_name,
                Person.email, Person.unconfirmed_since, Person.merged_into_id, Person.erased_on, Person.erased_number,
            )
        )
    }  # fmt: skip
    kept = {key: _kept(rows, key) for key in rows}
    names: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
    for key, row in rows.items():
        names[kept[key]].add(name_key(plain(row.first_name), plain(row.last_name)))
    people = {key: _person(rows[key], frozenset(names[key])) for key in set(kept.values())}
    found: dict[str, HeldPerson] = {}
    erased: dict[str, HeldPerson] = {}
    for key, row in rows.items():
        person = people[kept[key]]
        found[stand_in_number(key)] = person
        if row.staff_number:
            found[row.staff_number] = person
        if row.erased_number:
            erased[row.erased_number] = person
    return found, erased


def _kept(rows: Mapping[UUID, Any], key: UUID) -> UUID:
    """The record that a record was merged into, and so on; itself where it was not.

    A ring, which must not be, stops at the record before the one already passed.
    """
    passed = {key}
    while (into := rows[key].merged_into_id) is not None and into not in passed:
        passed.add(into)
        key = into
    return key


def _person(row: Any, names: frozenset[tuple[str, str]]) -> HeldPerson:
    return HeldPerson(
        key=row.id, names=names, preferred_name=plain(row.preferred_name), email=row.email,
        unconfirmed_since=row.unconfirmed_since, is_erased=row.erased_on is not None,
    )  # fmt: skip
