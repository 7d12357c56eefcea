"""Loading a staff record: compared with what is held, then written all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.time import today, utc_now
from peerhub.workforce.actions.carrying_out import Progress, carry_out, tell_nobody
from peerhub.workforce.actions.turns import one_at_a_time
from peerhub.workforce.files import Reading, StaffRecord, read_staff_record
from peerhub.workforce.models import ImportState, StaffImport
from peerhub.workforce.queries.held import everything_held, known_places
from peerhub.workforce.rules.columns import Column
from peerhub.workforce.rules.filling import Known
from peerhub.workforce.rules.outcome import Outcome, outcome_of
from peerhub.workforce.rules.places import Covers, TeamKey
from peerhub.workforce.rules.plan import Asked, Plan, make_plan

FILE_LIMIT = 45 * 2**20
"""Bytes of a file loaded at the server's own keyboard."""


def everywhere(_service_line: UUID | None, _team: UUID | None) -> bool:
    """The reach of whoever may load rows of any team."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How somebody wants a file loaded.

    Attributes:
        covers: whether they may load rows of a service line and a team.
        may_create: whether an unknown team is to be made.
        only_good: whether the good rows are loaded although others cannot be.
        is_complete: whether everybody who works here now is in the file.
    """

    covers: Covers = everywhere
    may_create: Callable[[TeamKey], bool] = lambda _team: False
    only_good: bool = False
    is_complete: bool = False


def load_file(
    path: Path,
    *,
    create_places: bool = False,
    only_good: bool = False,
    is_complete: bool = False,
    named: Mapping[Column, str] | None = None,
    given: Mapping[Column, str] | None = None,
    dry_run: bool = False,
    on_progress: Progress = tell_nobody,
) -> Outcome:
    """Load a CSV or Excel file into the organisation entered: all of it, or with ``only_good`` what can be.

    With ``dry_run``, or where some rows cannot be loaded and not ``only_good``, nothing is written. The caller commits.

    Args:
        create_places: make the service lines and teams that PeerHub does not know.
        is_complete: the file lists everybody who works here now; who is missing becomes unconfirmed.
        named: the headings of columns that are not found by themselves.
        given: what every row has though the file does not say it: a value, or ``filling.WORK_OUT``.

    Raises:
        FileProblem: the file itself cannot be read; its message is for the person.
    """
    on_progress("Reading the file")
    choices = Choices(may_create=lambda _: create_places, only_good=only_good, is_complete=is_complete)
    if not dry_run:
        one_at_a_time()
    reading = Reading(named=named or {}, given=given or {}, known=known_places() if given else Known())
    record = read_staff_record(path, path.name, FILE_LIMIT, reading)
    on_progress("Comparing it with what PeerHub holds")
    plan, outcome = compare(record, choices)
    if dry_run or not outcome.may_load(only_good=only_good):
        return outcome
    carry_out(plan, on_progress)
    kept = StaffImport(
        filename=path.name[:200], state=ImportState.LOADED, finished_at=utc_now(), outcome=outcome.loaded().as_json()
    )
    db.session.add(kept)
    audit.wrote("staff record loaded", kept, **asdict(outcome.counts))
    return outcome.loaded()


def compare(record: StaffRecord, choices: Choices) -> tuple[Plan, Outcome]:
    """What loading a file would do."""
    asked = Asked(
        today=today(), covers=choices.covers, columns=record.columns, may_create=choices.may_create,
        is_complete=choices.is_complete and record.headings_usable, present=record.staff_numbers,
    )  # fmt: skip
    plan = make_plan(everything_held(), record.rows, asked)
    outcome = outcome_of(record.count, record.problems, plan)
    return plan, replace(outcome, headings_usable=record.headings_usable)
