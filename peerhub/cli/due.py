"""`peerhub due`: when each current peer is due supervision, on any day."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from peerhub.cli.running import enter_organisation, running

if TYPE_CHECKING:
    from peerhub.supervision.queries.due import DueLine

Day = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--as-at", type=Day, help="The day that is asked about; today when left out.")
@click.option("--organisation", help="Whose peers; needed only where the database holds several organisations.")
def due(*, as_json: bool, as_at: datetime | None, organisation: str | None) -> None:
    """Say when each current peer is due peer supervision.

    With --json the supervisor is told by staff number (by name where there is none).
    """
    with running():
        from peerhub.core.time import today
        from peerhub.supervision.queries.due import due_on

        enter_organisation(organisation)
        lines = due_on(as_at.date() if as_at else today())
    click.echo(json.dumps([as_row(line) for line in lines], indent=2) if as_json else in_words(lines))


def as_row(line: DueLine) -> dict[str, Any]:
    """A peer's standing, ready for JSON: days as YYYY-MM-DD."""
    return {
        "staff_number": line.person.staff_number,
        "supervisor": (line.supervisor.staff_number or line.supervisor.name) if line.supervisor else None,
        "agreement_from": _day(line.agreement_from),
        "interval_weeks": line.interval_weeks,
        "last_held": _day(line.last_held),
        "paused_days": line.paused_days,
        "due": _day(line.due),
        "state": line.state.value,
    }


def in_words(lines: list[DueLine]) -> str:
    """A line a peer, those who are latest first."""
    ordered = sorted(lines, key=lambda line: (line.due is None, line.due or line.person.name, line.person.name))
    said = [f"{len(lines)} current peers"]
    said += [
        f"  {line.person.staff_number:<12}{line.state.label:<14}"
        f"{_day(line.due) or '':<12}{line.supervisor.name if line.supervisor else ''}".rstrip()
        for line in ordered
    ]
    return "\n".join(said)


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
