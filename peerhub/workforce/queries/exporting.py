"""The staff record as PeerHub holds it: every spell within reach as a row of the file it can be loaded from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from peerhub.access.permissions import Permission
from peerhub.access.rules import Reach, Viewer
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.queries.held import plain, stand_in_number
from peerhub.workforce.queries.reach import spells_within
from peerhub.workforce.rules.rows import SpellRow

EVERYTHING = Reach(whole=True)


def seen_rows(viewer: Viewer) -> list[SpellRow]:
    """The spells within a viewer's reach. One statement."""
    return spell_rows(viewer.reach(Permission.STAFF_EXPORT))


def spell_rows(reach: Reach = EVERYTHING) -> list[SpellRow]:
    """The spells within reach, by person and first day, as rows that load again without change.

    Somebody without a staff number gets one made up from their record, so that the row finds them again; somebody whose
    record was erased is there without a name, so that figures drawn from the file stay true.
    """
    rows = db.session.execute(
        select(
            Person.id, Person.staff_number, Person.first_name, Person.last_name, Person.preferred_name, Person.email,
            Person.erased_on, Post.employer, ServiceLine.name.label("service_line"), ServiceLine.setting,
            Team.name.label("team"), Post.number, Post.title, Post.role_kind, Post.band, Spell.wte,
            Post.lived_experience, Post.peer_service, Spell.contract, Spell.starts, Spell.ends, Spell.leaving_reason,
            Spell.destination, Spell.campaign,
        )
        .select_from(Spell)
        .join(Person, Spell.person_id == Person.id)
        .join(Post, Spell.post_id == Post.id)
        .join(Team, Post.team_id == Team.id)
        .join(ServiceLine, Team.service_line_id == ServiceLine.id)
        .where(spells_within(reach, today()))
        .order_by(Person.last_name, Person.first_name, Person.id, Spell.starts, Spell.id)
    )  # fmt: skip
    return [_row(line, row) for line, row in enumerate(rows, start=2)]


def _row(line: int, held: Any) -> SpellRow:
    is_erased = held.erased_on is not None
    return SpellRow(
        line=line,
        staff_number=held.staff_number or stand_in_number(held.id),
        first_name="Name" if is_erased else plain(held.first_name),
        last_name="erased" if is_erased else plain(held.last_name),
        preferred_name="" if is_erased else plain(held.preferred_name),
        email="" if is_erased else held.email,
        employer=plain(held.employer),
        service_line=plain(held.service_line),
        setting=held.setting,
        team=plain(held.team),
        post_number=plain(held.number or ""),
        position_title=plain(held.title),
        role_kind=held.role_kind,
        band=held.band,
        wte=held.wte.normalize(),
        lived_experience_role=held.lived_experience,
        peer_service=held.peer_service,
        contract=held.contract,
        start_date=held.starts,
        end_date=held.ends,
        leaving_reason=held.leaving_reason,
        destination=plain(held.destination),
        campaign=plain(held.campaign),
    )
