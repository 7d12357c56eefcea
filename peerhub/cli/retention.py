"""`peerhub retention`: the figures as JSON or in words, from the database or straight from a file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from peerhub.cli.columns import column_options, given_columns, named_columns
from peerhub.cli.running import Stopped, enter_organisation, running

if TYPE_CHECKING:
    from datetime import date

    Asked = tuple[date, date, date, tuple[int, ...], str | None, str | None]

Day = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])
MOST_PROBLEMS_SAID = 20
NAME_THEM = (
    '\nSay which heading is which with --column, such as --column "staff_number=Payroll Ref", or give what the file '
    "does not have with --set, such as --set peer_service=yes."
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, unrounded.")
@click.option(
    "--spells",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Work on this CSV or Excel file of spells, with no database at all.",
)
@click.option("--from", "from_", type=Day, required=True, help="First day of the recruitment window.")
@click.option("--to", type=Day, required=True, help="Last day of the recruitment window.")
@click.option("--as-at", type=Day, required=True, help="The day on which the cohort is looked at.")
@click.option("--years", default="1,2,3", show_default=True, help="Years after starting, each from 1 to 10.")
@click.option("--setting", help="Only people whose first peer post was in this setting.")
@click.option("--compare", type=click.Choice(["setting"]), help="Log-rank test between the two largest settings.")
@column_options
@click.option("--organisation", help="Whose spells; needed only where the database holds several organisations.")
def retention(  # noqa: PLR0913 - one argument an option
    *, as_json: bool, spells: Path | None, from_: datetime, to: datetime, as_at: datetime, years: str,
    setting: str | None, compare: str | None, named: tuple[str, ...], given: tuple[str, ...], organisation: str | None,
) -> None:  # fmt: skip
    """Say who is still here one, two and three years after starting.

    Works on the database, or straight on a file of spells in the columns of the staff record. With a file, --column
    names a heading that PeerHub does not know, and --set gives what the file does not have: setting, contract,
    lived_experience_role or peer_service.
    """
    if (named or given) and not spells:
        raise click.UsageError("--column and --set are about a file: name it with --spells.")
    if to < from_:
        raise click.UsageError("--to must be the same day as --from, or a later one.")
    asked = (from_.date(), to.date(), as_at.date(), whole_years(years), one_setting(setting), compare)
    report = report_of_file(spells, asked, named, given) if spells else report_of_database(organisation, asked)
    click.echo(json.dumps(report, indent=2) if as_json else in_words(report))


def whole_years(text: str) -> tuple[int, ...]:
    """The years asked for, in order and once each."""
    from peerhub.retention.rules.tiers import LONGEST_YEARS

    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() and 1 <= int(part) <= LONGEST_YEARS for part in parts):
        raise click.UsageError(f"--years takes whole numbers from 1 to {LONGEST_YEARS}, such as 1,2,3.")
    return tuple(sorted({int(part) for part in parts}))


def one_setting(text: str | None) -> str | None:
    """A setting by its code or its words."""
    if text is None:
        return None
    from peerhub.workforce.rules.vocabulary import allowed_words, recognise
    from peerhub.workforce.rules.words import Setting

    found = recognise(Setting, text)
    if found is None:
        raise click.UsageError(f"--setting takes one of: {allowed_words(Setting)}.")
    return found.value


def report_of_file(
    path: Path, asked: Asked, named: tuple[str, ...] = (), given: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The report of a file's spells; rows that cannot be used are told and left out."""
    from peerhub.core.files import FileProblem
    from peerhub.retention.files import HeadingsUnclear, facts_from_file
    from peerhub.retention.rules.report import retention_report
    from peerhub.workforce.rules.columns import Column
    from peerhub.workforce.rules.filling import WORK_OUT

    may = {Column.SETTING, Column.CONTRACT, Column.LIVED_EXPERIENCE_ROLE, Column.PEER_SERVICE}
    values = given_columns(given, may)
    if WORK_OUT in values.values():
        raise click.UsageError(f"--set ...={WORK_OUT} needs the database, so not with --spells. Give a value.")
    try:
        facts = facts_from_file(path, named_columns(named), values)
    except FileProblem as problem:
        raise Stopped(f"{problem}{NAME_THEM if isinstance(problem, HeadingsUnclear) else ''}") from problem
    for row in facts.refused[:MOST_PROBLEMS_SAID]:
        where = f"Line {row.line}, {row.column}" if row.column else f"Line {row.line}"
        click.echo(f"{where}: {row.message} The row is left out.", err=True)
    if len(facts.refused) > MOST_PROBLEMS_SAID:
        click.echo(f"And {len(facts.refused) - MOST_PROBLEMS_SAID} more problems.", err=True)
    return retention_report(facts, *asked)


def report_of_database(organisation: str | None, asked: Asked) -> dict[str, Any]:
    """The report of one organisation in the database, with its own setting for gaps."""
    with running():
        from peerhub.retention.queries.reports import report_from_database

        enter_organisation(organisation)
        return report_from_database(*asked)


def in_words(report: dict[str, Any]) -> str:
    """The report as a few lines to read."""
    cohort = report["cohort"]
    lines = [f"{cohort['recruited']} recruited from {cohort['from']} to {cohort['to']}, as at {report['as_at']}"]
    lines += [f"  {setting}: {count}" for setting, count in cohort["by_setting"].items()]
    for part, title in (("years", "Of those recruited"), ("whole_service", "Of the whole service")):
        lines += ["", f"{title:<24}{'in the organisation':>22}{'in an LE role':>22}{'in the peer service':>22}"]
        lines += [_line(row) for row in report[part]]
    if "log_rank" in report:
        test = report["log_rank"]
        said = "cannot be computed" if test["p"] is None else f"{test['p']:.4f}"
        lines += ["", f"Log-rank test, {' and '.join(test['groups']) or 'no groups'}: p {said}"]
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    from peerhub.retention.rules.rounding import whole_percent

    after = f"  after {row['year']} year{'' if row['year'] == 1 else 's'}"
    waiting = f" ({row['not_yet_due']} not yet due)" if row.get("not_yet_due") else ""
    tiers = [row[tier]["count"] for tier in ("in_trust", "in_le_role", "in_peer_service")]
    shown = [f"{count}/{row['observed']} {_percent(whole_percent(count, row['observed']))}" for count in tiers]
    return f"{after:<24}" + "".join(f"{cell:>22}" for cell in shown) + waiting


def _percent(percent: int | None) -> str:
    return "no data" if percent is None else f"{percent}%"
