"""`peerhub import spells` and `peerhub export spells`: the staff record in and out, at the server's own keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from peerhub.cli.running import Stopped, enter_organisation, running

if TYPE_CHECKING:
    from peerhub.workforce.rules.columns import Problem
    from peerhub.workforce.rules.outcome import Outcome

MOST_PROBLEMS_SAID = 50
STAGES = 5
"""How often loading says what it does now, at most."""
Readable = click.Path(path_type=Path, exists=True, dir_okay=False)
Writable = click.Path(path_type=Path, dir_okay=False, writable=True)


@click.group("import")
def importing() -> None:
    """Load a file into the database."""


@click.group("export")
def exporting() -> None:
    """Write what the database holds to a file."""


@importing.command("spells")
@click.argument("file", type=Readable)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option("--only-good", is_flag=True, help="Load the rows that can be loaded, although others cannot.")
@click.option("--create-teams", is_flag=True, help="Make the service lines and teams that PeerHub does not know.")
@click.option(
    "--complete", is_flag=True, help="The file lists everybody who works here now: who is missing is flagged."
)
@click.option("--organisation", help="Whose spells; needed only where the database holds several organisations.")
def import_spells(
    *, file: Path, dry_run: bool, only_good: bool, create_teams: bool, complete: bool, organisation: str | None
) -> None:
    """Load a staff record: all of its rows, or none.

    FILE is CSV or Excel, in PeerHub's columns or with the headings of a staff-record export. Loading it again changes
    nothing.
    """
    with running():
        from peerhub.core.database import db
        from peerhub.core.files import FileProblem
        from peerhub.workforce.actions.loading import load_file

        enter_organisation(organisation)
        try:
            with click.progressbar(length=STAGES, label=f"Loading {file.name}") as bar:
                outcome = load_file(
                    file,
                    create_places=create_teams,
                    only_good=only_good,
                    is_complete=complete,
                    dry_run=dry_run,
                    on_progress=lambda _what: bar.update(1),
                )
                bar.update(STAGES)
        except FileProblem as problem:
            raise Stopped(str(problem)) from problem
        db.session.commit()
    _say_problems(outcome.problems)
    for place in outcome.places:
        known = "a new service line" if place.line_is_new else "a service line we know"
        click.echo(f"Unknown team: {place.team}, in {place.line} ({known}), named by {place.rows} rows.", err=True)
    click.echo(_said(outcome))
    if not dry_run and not outcome.is_loaded:
        raise Stopped(_what_to_do(outcome))


@exporting.command("spells")
@click.argument("file", type=Writable)
@click.option("--organisation", help="Whose spells; needed only where the database holds several organisations.")
def export_spells(file: Path, organisation: str | None) -> None:
    """Write every spell to FILE, in the columns that `import spells` reads.

    The name of FILE ends in .csv or .xlsx. It holds that named people have lived experience: keep it safe, and delete
    it when it is done with.
    """
    kind = file.suffix.lower().removeprefix(".")
    if kind not in {"csv", "xlsx"}:
        raise click.UsageError("The name of the file must end in .csv or .xlsx.")
    with running():
        from peerhub.access import audit
        from peerhub.core.database import db
        from peerhub.workforce.files import write_staff_record
        from peerhub.workforce.queries.exporting import spell_rows

        enter_organisation(organisation)
        rows = spell_rows()
        file.touch(mode=0o600)
        file.write_bytes(write_staff_record(rows, kind))
        audit.read("staff record exported", None, spells=len(rows))
        audit.keep_reads()
        db.session.commit()
    click.echo(f"{len(rows)} spells are in {file.name}.")


def _say_problems(problems: Iterable[Problem]) -> None:
    told = list(problems)
    for problem in told[:MOST_PROBLEMS_SAID]:
        where = f"Line {problem.line}, {problem.column}" if problem.column else f"Line {problem.line}"
        click.echo(f"{where}: {problem.message}", err=True)
    if len(told) > MOST_PROBLEMS_SAID:
        click.echo(f"And {len(told) - MOST_PROBLEMS_SAID} more problems.", err=True)


def _said(outcome: Outcome) -> str:
    counts = outcome.counts
    done = "Loaded" if outcome.is_loaded else "Would load"
    return (
        f"{done}: {counts.new} new spells, {counts.changed} changed, {counts.ended} ended, {counts.unchanged} as they "
        f"were, {counts.refused} refused; {counts.new_people} new people, {counts.new_posts} new posts, "
        f"{counts.new_teams} new teams."
    )


def _what_to_do(outcome: Outcome) -> str:
    if outcome.counts.rows == 0:
        return "The file has no rows that can be read, so nothing was loaded."
    ways = ["put the rows right and load the file again", "load the others with --only-good"]
    if outcome.places:
        ways.insert(0, "make the unknown teams with --create-teams")
    return f"Some rows cannot be loaded, so nothing was. You can {', or '.join(ways)}."
