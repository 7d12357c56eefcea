"""`peerhub import spells` and `peerhub export spells`: the staff record in and out, at the server's own keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from peerhub.cli.columns import column_options, given_columns, named_columns
from peerhub.cli.running import Stopped, enter_organisation, running

if TYPE_CHECKING:
    from peerhub.workforce.rules.outcome import Outcome

MOST_PROBLEMS_SAID = 20
MOST_TEAMS_SAID = 10
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
@click.option(
    "--create-teams",
    is_flag=True,
    help="Make the service lines and teams that PeerHub does not know. A first load needs it.",
)
@click.option(
    "--complete", is_flag=True, help="The file lists everybody who works here now: who is missing is flagged."
)
@column_options
@click.option("--organisation", help="Whose spells; needed only where the database holds several organisations.")
def import_spells(
    *, file: Path, dry_run: bool, only_good: bool, create_teams: bool, complete: bool, named: tuple[str, ...],
    given: tuple[str, ...], organisation: str | None,
) -> None:  # fmt: skip
    """Load a staff record: all of its rows, or none.

    FILE is CSV or Excel, in PeerHub's columns or with the headings of a staff-record export. Loading it again changes
    nothing.

    A heading that PeerHub does not know is named with --column, one column of the file for several of ours if need
    be. What the file does not have is the same for every row with --set: setting, lived_experience_role,
    peer_service, service_line, employer, contract or campaign. The first four can be worked out: --set setting=auto
    takes the setting from a service line or team that PeerHub knows, --set service_line=auto the service line from
    the team; --set peer_service=auto and --set lived_experience_role=auto look at the post number, or else at the
    kind of role or the title.
    """
    with running():
        from peerhub.core.database import db
        from peerhub.core.files import FileProblem
        from peerhub.workforce.actions.loading import load_file
        from peerhub.workforce.rules.filling import SETTABLE

        headings, values = named_columns(named), given_columns(given, SETTABLE)
        enter_organisation(organisation)
        try:
            with click.progressbar(length=STAGES, label=f"Reading {file.name}") as bar:
                outcome = load_file(
                    file,
                    create_places=create_teams,
                    only_good=only_good,
                    is_complete=complete,
                    named=headings,
                    given=values,
                    dry_run=dry_run,
                    on_progress=lambda _what: bar.update(1),
                )
                bar.update(STAGES)
        except FileProblem as problem:
            raise Stopped(str(problem)) from problem
        db.session.commit()
    _tell(outcome, dry_run=dry_run, only_good=only_good)


def _tell(outcome: Outcome, *, dry_run: bool, only_good: bool) -> None:
    """Say what was loaded, or would be, and what to type next.

    Raises:
        Stopped: nothing was loaded, though it was asked for.
    """
    _say_problems(outcome)
    if not outcome.is_loaded:
        _say_places(outcome)
    if dry_run and outcome.headings_usable:
        click.echo(_said(outcome, "Would load"))
        if _has_unknown(outcome):
            click.echo("With --create-teams it would make the unknown teams.")
    if outcome.is_loaded:
        click.echo(_said(outcome, "Loaded"))
    elif not dry_run or not outcome.headings_usable:
        raise Stopped(_what_to_do(outcome, only_good=only_good))


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


def _say_problems(outcome: Outcome) -> None:
    """The first problems; those of rows in teams to be made are left to what is said of the teams."""
    told = [problem for problem in outcome.problems if not problem.is_unknown_place]
    for problem in told[:MOST_PROBLEMS_SAID]:
        where = f"Line {problem.line}, {problem.column}" if problem.column else f"Line {problem.line}"
        click.echo(f"{where}: {problem.message}", err=True)
    if len(told) > MOST_PROBLEMS_SAID:
        click.echo(f"And {counted(len(told) - MOST_PROBLEMS_SAID, 'more problem')}.", err=True)
    if unknown := len(outcome.problems) - len(told):
        verb = "is" if unknown == 1 else "are"
        click.echo(f"{counted(unknown, 'row')} {verb} in teams that PeerHub does not know.", err=True)


def _say_places(outcome: Outcome) -> None:
    """The teams that PeerHub does not know, or those that would be made."""
    places = outcome.places
    said = "Unknown team" if _has_unknown(outcome) else "New team"
    for place in places[:MOST_TEAMS_SAID]:
        known = "a new service line" if place.line_is_new else "a service line we know"
        click.echo(f"{said}: {place.team}, in {place.line} ({known}), named by {counted(place.rows, 'row')}.", err=True)
    if len(places) > MOST_TEAMS_SAID:
        click.echo(f"And {counted(len(places) - MOST_TEAMS_SAID, 'more team')}.", err=True)


def _has_unknown(outcome: Outcome) -> bool:
    """Whether rows wait for their team to be made."""
    return any(problem.is_unknown_place for problem in outcome.problems)


def counted(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    from peerhub.core.wording import counted as in_words

    return in_words(number, one, many)


def _said(outcome: Outcome, done: str) -> str:
    counts = outcome.counts
    return (
        f"{done}: {counted(counts.new, 'new spell')}, {counts.changed} changed, {counts.ended} ended, "
        f"{counts.unchanged} as they were, {counts.refused} refused; "
        f"{counted(counts.new_people, 'new person', 'new people')}, {counted(counts.new_posts, 'new post')}, "
        f"{counted(counts.new_teams, 'new team')}."
    )


def _what_to_do(outcome: Outcome, *, only_good: bool) -> str:
    """What happened, and what to type next."""
    counts = outcome.counts
    if not outcome.headings_usable:
        return (
            "Nothing was loaded: some columns were not found. Say which heading is which with --column, such as "
            '--column "team=Org L5", or give what the file does not have with --set, such as --set peer_service=yes; '
            "--set setting=auto, lived_experience_role=auto and peer_service=auto have PeerHub work it out."
        )
    if counts.rows == 0:
        return "Nothing was loaded: the file has no rows that can be read."
    done = f"Nothing was loaded: {counts.refused} of {counted(counts.rows, 'row')} cannot be."
    if _has_unknown(outcome):
        return f"{done} To make the unknown teams, type the same again with --create-teams. --dry-run shows it first."
    if only_good:
        return f"{done} Put them right and load the file again."
    return f"{done} Put them right and load the file again, or load the others with --only-good."
