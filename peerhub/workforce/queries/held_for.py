"""What a role can be held for: the service lines and teams of the viewer's organisation."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from peerhub.access.rules import Breadth, Viewer
from peerhub.core.database import db
from peerhub.core.feature import Place
from peerhub.core.time import today
from peerhub.workforce.models import ServiceLine, Team


def held_for(_viewer: Viewer) -> list[Place]:
    """Each service line followed by its teams, closed ones too; of the organisation the session is about."""
    lines = db.session.execute(
        select(ServiceLine.id, ServiceLine.name, ServiceLine.closed_on).order_by(func.lower(ServiceLine.name))
    ).all()
    teams = db.session.execute(
        select(Team.id, Team.name, Team.closed_on, Team.service_line_id).order_by(func.lower(Team.name))
    ).all()
    found = []
    for line in lines:
        found.append(Place(Breadth.SERVICE_LINE, line.id, f"Service line: {line.name}", _is_open(line.closed_on)))
        found += [
            Place(Breadth.TEAM, team.id, f"Team: {team.name}, {line.name}", _is_open(team.closed_on))
            for team in teams
            if team.service_line_id == line.id
        ]
    return found


def _is_open(closed_on: date | None) -> bool:
    return closed_on is None or closed_on >= today()
