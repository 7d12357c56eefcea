"""Everything a staff record may touch, read in five statements as plain values."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from peerhub.core.database import db
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.rules.held import Held, HeldLine, HeldPerson, HeldPost, HeldSpell, HeldTeam, name_key

STAND_IN = "PH-"


def plain(text: str) -> str:
    """Text as a file gives it back: without white space around it, and with one space between words."""
    return " ".join(text.split())


def stand_in_number(person: UUID) -> str:
    """What a file says as staff number of somebody who has none, so that the same file finds them again."""
    return f"{STAND_IN}{person.hex}"


def everything_held() -> Held:
    """What PeerHub holds of the organisation entered."""
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
        people=_people(),
        lines=[HeldLine(key, plain(name), setting) for key, name, setting in lines],
        teams=[HeldTeam(key, line, plain(name), closed_on) for key, line, name, closed_on in teams],
        posts=[_post(row) for row in posts],
        spells=[_spell(row) for row in spells],
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


def _people() -> dict[str, HeldPerson]:
    """People by every staff number that leads to them."""
    rows = {
        row.id: row
        for row in db.session.execute(
            select(
                Person.id, Person.staff_number, Person.first_name, Person.last_name, Person.preferred_name,
                Person.email, Person.unconfirmed_since, Person.merged_into_id, Person.erased_on,
            )
        )
    }  # fmt: skip
    numbers: dict[UUID, set[str]] = {}
    names: dict[UUID, set[tuple[str, str]]] = {}
    for row in rows.values():
        kept = row
        while kept.merged_into_id is not None:
            kept = rows[kept.merged_into_id]
        numbers.setdefault(kept.id, set()).update({stand_in_number(row.id), *filter(None, [row.staff_number])})
        names.setdefault(kept.id, set()).add(name_key(plain(row.first_name), plain(row.last_name)))
    found: dict[str, HeldPerson] = {}
    for key, known in numbers.items():
        row = rows[key]
        person = HeldPerson(
            key=key, names=frozenset(names[key]), preferred_name=plain(row.preferred_name), email=row.email,
            unconfirmed_since=row.unconfirmed_since, is_erased=row.erased_on is not None,
        )  # fmt: skip
        found |= dict.fromkeys(known, person)
    return found
