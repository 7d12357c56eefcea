"""`peerhub indicators`: every live indicator, on any day."""

from __future__ import annotations

import json
from datetime import datetime

import click

from peerhub.cli.due import Day
from peerhub.cli.running import Stopped, enter_organisation, running


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--as-at", type=Day, help="The day that is asked about; today when left out.")
@click.option("--team", help="The name of a team; the whole organisation when left out.")
@click.option("--organisation", help="Whose figures; needed only where the database holds several organisations.")
def indicators(*, as_json: bool, as_at: datetime | None, team: str | None, organisation: str | None) -> None:
    """Say every indicator that PeerHub works out itself, as at the end of a day."""
    with running():
        from peerhub.core.errors import NotFound
        from peerhub.core.time import today
        from peerhub.indicators.queries import values
        from peerhub.indicators.rules.showing import said

        enter_organisation(organisation)
        try:
            found = values(as_at.date() if as_at else today(), team)
        except NotFound:
            raise Stopped(f"There is no team called {team}.") from None
    if as_json:
        rows = [
            {"code": one.code, "count": share.count, "of": share.of, "percent": share.percent} for one, share in found
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        for one, share in found:
            click.echo(f"{one.name:<36}{said(share, with_counts=True)}")
