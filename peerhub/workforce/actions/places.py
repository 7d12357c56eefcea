"""Service lines, teams and their champions."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from peerhub.access import audit
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.workforce.actions.refusing import refuse_if, trimmed
from peerhub.workforce.models import Champion, Post, ServiceLine, Spell, Team
from peerhub.workforce.rules.posts import Days, days_refusal
from peerhub.workforce.rules.words import Setting

WORDS = frozenset({"name", "site", "manager_name"})


def add_service_line(name: str, setting: Setting) -> ServiceLine:
    """Add a service line.

    Raises:
        DomainError: there is one of this name.
    """
    made = ServiceLine(name=trimmed(name), setting=setting)
    with saving():
        db.session.add(made)
    audit.wrote("service line added", made)
    return made


def change_service_line(line: ServiceLine, version: int | None, *, name: str, setting: Setting) -> None:
    """Rename a service line or put its setting right.

    Raises:
        DomainError: there is another of this name.
        Conflict: somebody else saved it first.
    """
    line.expect(version)
    with saving():
        fields = audit.changed(line, name=trimmed(name), setting=setting)
    if fields:
        audit.wrote("service line changed", line, fields=fields)


def close_service_line(line: ServiceLine, version: int | None, closed_on: date) -> None:
    """Close a service line whose teams are all closed.

    Raises:
        DomainError: a team of it is open after that day.
        Conflict: somebody else saved it first.
    """
    line.expect(version)
    open_teams = db.session.scalar(
        select(func.count(Team.id)).where(
            Team.service_line_id == line.id, or_(Team.closed_on.is_(None), Team.closed_on > closed_on)
        )
    )
    if open_teams:
        raise DomainError("Close its teams first", "closed_on")
    line.closed_on = closed_on
    audit.wrote("service line closed", line)


def reopen_service_line(line: ServiceLine, version: int | None) -> None:
    """Open a service line again, as if it had never closed. Its teams stay as they are.

    Raises:
        Conflict: somebody else saved it first.
    """
    line.expect(version)
    line.closed_on = None
    audit.wrote("service line reopened", line)


def add_team(
    service_line: ServiceLine,
    name: str,
    *,
    site: str = "",
    is_ward: bool = False,
    beds: int | None = None,
    manager_name: str = "",
) -> Team:
    """Add a ward or team to a service line.

    Raises:
        DomainError: the service line has closed or has a team of this name, or the beds may not be.
    """
    made = Team(
        service_line_id=service_line.id,
        name=trimmed(name),
        site=trimmed(site),
        is_ward=is_ward,
        beds=beds,
        manager_name=trimmed(manager_name),
    )
    _check_beds(made)
    _check_line(service_line)
    with saving():
        db.session.add(made)
    audit.wrote("team added", made)
    return made


def change_team(team: Team, version: int | None, **changed: Any) -> None:
    """Change a team's ``name``, ``service_line_id``, ``site``, ``is_ward``, ``beds`` or ``manager_name``.

    Raises:
        DomainError: the service line has another of this name, or the beds may not be.
        Conflict: somebody else saved it first.
    """
    team.expect(version)
    values = {name: trimmed(value) if name in WORDS else value for name, value in changed.items()}
    with saving():
        fields = audit.changed(team, **values)
        _check_beds(team)
    if fields:
        audit.wrote("team changed", team, fields=fields)


def close_team(team: Team, version: int | None, closed_on: date) -> None:
    """Close a team and its posts on a day. Whoever is in them must have a last day by then.

    Raises:
        DomainError: somebody works in the team after that day.
        Conflict: somebody else saved it first.
    """
    team.expect(version)
    later = db.session.scalar(
        select(func.count(Spell.id))
        .join(Post)
        .where(Post.team_id == team.id, or_(Spell.ends.is_(None), Spell.ends > closed_on))
    )
    if later:
        people = "1 person works" if later == 1 else f"{later} people work"
        raise DomainError(f"{people} in this team after that day. End or move them first", "closed_on")
    for post in db.session.scalars(
        select(Post).where(Post.team_id == team.id, or_(Post.closes.is_(None), Post.closes > closed_on))
    ):
        if post.opens > closed_on:
            raise DomainError("A post of this team opens after that day. Close the post first", "closed_on")
        post.closes = closed_on
    team.closed_on = closed_on
    audit.wrote("team closed", team)


def reopen_team(team: Team, version: int | None) -> None:
    """Open a team again, as if it had never closed. Its posts stay as they are; each can be reopened.

    Raises:
        DomainError: its service line has closed.
        Conflict: somebody else saved it first.
    """
    team.expect(version)
    _check_line(team.service_line)
    team.closed_on = None
    audit.wrote("team reopened", team)


def _check_beds(team: Team) -> None:
    if team.beds is not None and not team.is_ward:
        raise DomainError("Only a ward has beds. Tick that this is a ward, or leave beds empty", "beds")


def _check_line(line: ServiceLine) -> None:
    if line.closed_on is not None:
        raise DomainError("This service line has closed. Reopen it first, or choose another", "service_line_id")


def name_champion(team: Team, name: str, starts: date, ends: date | None = None) -> Champion:
    """Name a supporter of peer work in a team.

    Raises:
        DomainError: the last day comes before the first.
    """
    refuse_if(days_refusal(Days(starts, ends)))
    made = Champion(team_id=team.id, name=trimmed(name), starts=starts, ends=ends)
    db.session.add(made)
    audit.wrote("champion named", made)
    return made


def end_champion(champion: Champion, ends: date) -> None:
    """Give a champion a last day.

    Raises:
        DomainError: it comes before the first.
    """
    refuse_if(days_refusal(Days(champion.starts, ends)))
    champion.ends = ends
    audit.wrote("champion ended", champion)
