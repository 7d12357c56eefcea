"""Loads the demonstration into a database, through the same actions that people's own work goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from peerhub.access.actions import signing_in
from peerhub.access.permissions import Role
from peerhub.access.queries.organisations import all_organisations
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import count_anew, db
from peerhub.core.time import today
from peerhub.demo import accounts, history, places, supervision
from peerhub.recruitment.actions import add_campaign
from peerhub.workforce.actions import adjustments, people, posts, spells
from peerhub.workforce.actions import places as place_actions
from peerhub.workforce.models import Person, Post, Spell, Team
from peerhub.workforce.rules.vocabulary import recognise
from peerhub.workforce.rules.words import (
    AdjustmentKind,
    Band,
    BreakKind,
    Contract,
    LeavingReason,
    RoleKind,
    Setting,
    Word,
)

Step = Callable[[], None]
Row = Mapping[str, str]
Kind = TypeVar("Kind", bound=Word)


STEPS = len(places.posts()) + len(history.spell_rows()) + len(accounts.ACCOUNTS)
"""How often :func:`load` says that it went on."""


def is_loaded() -> bool:
    """Whether the database holds the demonstration."""
    return any(organisation.is_demonstration for organisation in all_organisations())


def is_anything_there() -> bool:
    """Whether the database holds any organisation."""
    return bool(all_organisations())


def load(step: Step) -> None:
    """Fill an empty database with the demonstration and commit it, all or nothing.

    Args:
        step: called each time something is in, :data:`STEPS` times in all.
    """
    trust, programme = accounts.found_organisations()
    with scope.within(trust.organisation_id):
        teams = _teams()
        held = _posts(teams, step)
        known = _people_and_spells(held, step)
        _breaks(known)
        parts = {name: (Breadth.TEAM, team.id) for (_, name), team in teams.items()}
        parts |= {line: (Breadth.SERVICE_LINE, team.service_line_id) for (line, _), team in teams.items()}
        joined = accounts.let_in(trust, programme, parts, step)
        by_role = {account.role: user for account, user in joined.items()}
        signing_in.act_as(by_role[Role.HR])
        for account, user in joined.items():
            if account.staff_number:
                people.link_account(known[account.staff_number][0], user.email)
        _campaigns()
        signing_in.act_as(by_role[Role.PEER_SUPERVISOR])
        supervision.load(known, today())
        signing_in.act_as(by_role[Role.PEER_WORKER])
        _adjustment(known[accounts.PEER][0])
    count_anew()
    db.session.commit()


def _teams() -> dict[tuple[str, str], Team]:
    lines = {
        line.name: place_actions.add_service_line(line.name, _word(Setting, line.setting))
        for line in places.service_lines()
    }
    made = {}
    for team in places.teams():
        added = place_actions.add_team(
            lines[team.service_line],
            team.name,
            site=team.site,
            is_ward=team.is_ward,
            beds=team.beds,
            manager_name=team.manager,
        )
        if team.champion:
            place_actions.name_champion(added, team.champion, accounts.SINCE)
        made[team.service_line, team.name] = added
    return made


def _posts(teams: Mapping[tuple[str, str], Team], step: Step) -> dict[str, Post]:
    made = {}
    for post in places.posts():
        made[post.post_number] = posts.add_post(
            teams[post.service_line, post.team],
            post.title,
            _word(RoleKind, post.role_kind),
            post.opened,
            band=_word(Band, post.band),
            wte=Decimal(post.wte),
            employer=post.employer,
            lived_experience=post.lived_experience,
            peer_service=post.peer_service,
            number=post.post_number,
            closes=post.closed,
            funding=post.funding,
            funding_ends=post.funding_ends,
        )
        step()
    return made


def _people_and_spells(held: Mapping[str, Post], step: Step) -> dict[str, tuple[Person, list[Spell]]]:
    known: dict[str, tuple[Person, list[Spell]]] = {}
    for row in history.spell_rows():
        number = row["staff_number"]
        if number not in known:
            known[number] = _person(row), []
        person, theirs = known[number]
        theirs.append(_spell(person, held[row["post_number"]], row))
        step()
    return known


def _person(row: Row) -> Person:
    return people.add_person(
        row["first_name"],
        row["last_name"],
        staff_number=row["staff_number"],
        preferred_name=row["preferred_name"],
        email=row["email"],
    )


def _spell(person: Person, post: Post, row: Row) -> Spell:
    return spells.start_spell(
        person,
        post,
        date.fromisoformat(row["start_date"]),
        ends=date.fromisoformat(row["end_date"]) if row["end_date"] else None,
        wte=Decimal(row["wte"]),
        contract=_word(Contract, row["contract"]),
        leaving_reason=_word(LeavingReason, row["leaving_reason"]) if row["leaving_reason"] else None,
        destination=row["destination"],
        campaign=row["campaign"],
    )


def _breaks(known: Mapping[str, tuple[Person, list[Spell]]]) -> None:
    for away in history.breaks():
        _, theirs = known[away.staff_number]
        spell = next(s for s in theirs if s.starts <= away.starts and (s.ends is None or away.starts <= s.ends))
        spells.add_break(spell, _word(BreakKind, away.kind), away.starts, away.ends)


def _campaigns() -> None:
    for campaign in history.campaigns():
        add_campaign(
            campaign.name,
            campaign.year,
            campaign.service.capitalize(),
            applications=campaign.applications,
            roles=campaign.roles,
            lived_experience_led=campaign.lived_experience_led,
            note=campaign.note.capitalize(),
        )


def _adjustment(person: Person) -> None:
    adjustments.ask(
        person,
        AdjustmentKind.QUIET_SPACE,
        "A quiet room to write up my day, away from the ward office.",
        with_manager=True,
    )


def _word(kind: type[Kind], code: str) -> Kind:
    found = recognise(kind, code)
    if found is None:
        raise ValueError(f"no {kind.__name__} is called {code}")
    return found
