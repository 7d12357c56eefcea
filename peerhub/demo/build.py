"""Loads the demonstration into a database, through the same actions that people's own work goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from peerhub.core import scope
from peerhub.core.database import db
from peerhub.demo import accounts, history, places
from peerhub.demo.accounts import DEMONSTRATION_PASSWORD
from peerhub.workforce.actions import people, posts, spells
from peerhub.workforce.actions import places as place_actions
from peerhub.workforce.models import Person, Post, Spell, Team
from peerhub.workforce.rules.words import Band, BreakKind, Contract, LeavingReason, RoleKind, Setting

Step = Callable[[], None]
Row = Mapping[str, str]


def steps() -> int:
    """How often :func:`load` says that it went on."""
    return len(places.posts()) + len(history.spell_rows()) + len(accounts.ACCOUNTS)


def load(step: Step) -> None:
    """Fill an empty database with the demonstration and commit it, all or nothing.

    Args:
        step: called each time something is in, :func:`steps` times in all.
    """
    trust = accounts.found_organisations()
    with scope.within(trust.id):
        teams = _teams()
        held = _posts(teams, step)
        known = _people_and_spells(held, step)
        _breaks(known)
        accounts.invite_everybody(trust, teams, {number: person for number, (person, _) in known.items()}, step)
    db.session.commit()


def _teams() -> dict[tuple[str, str], Team]:
    lines = {
        line.name: place_actions.add_service_line(line.name, Setting(line.setting)) for line in places.service_lines()
    }
    return {
        (team.service_line, team.name): place_actions.add_team(
            lines[team.service_line], team.name, site=team.site, is_ward=team.is_ward, beds=team.beds
        )
        for team in places.teams()
    }


def _posts(teams: Mapping[tuple[str, str], Team], step: Step) -> dict[str, Post]:
    made = {}
    for post in places.posts():
        made[post.post_number] = posts.add_post(
            teams[post.service_line, post.team],
            post.title,
            RoleKind(post.role_kind),
            post.opened,
            band=Band(post.band),
            wte=Decimal(post.wte),
            employer=post.employer,
            lived_experience=post.lived_experience,
            peer_service=post.peer_service,
            number=post.post_number,
            closes=post.closed,
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
        contract=Contract(row["contract"]),
        leaving_reason=LeavingReason(row["leaving_reason"]) if row["leaving_reason"] else None,
        destination=row["destination"],
        campaign=row["campaign"],
    )


def _breaks(known: Mapping[str, tuple[Person, list[Spell]]]) -> None:
    for away in history.breaks():
        _, theirs = known[away.staff_number]
        spell = next(s for s in theirs if s.starts <= away.starts and (s.ends is None or away.starts <= s.ends))
        spells.add_break(spell, BreakKind(away.kind), away.starts, away.ends)


def sign_ins() -> str:
    """What to sign in with, a line a role."""
    width = max(len(account.role.label) for account in accounts.ACCOUNTS)
    lines = [f"  {account.role.label:<{width}}  {account.email}" for account in accounts.ACCOUNTS]
    return "\n".join(["", "Sign in as any of these, each with the password: " + DEMONSTRATION_PASSWORD, *lines, ""])
