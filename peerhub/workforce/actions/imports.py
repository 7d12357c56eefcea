"""A staff-record file on its way in: kept, matched, checked, loaded or let go. What it holds is wiped at the end."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from itertools import chain, islice
from pathlib import PurePath
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from peerhub.access import audit
from peerhub.access.rules import Reach
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.errors import Conflict, DomainError
from peerhub.core.files import FileProblem
from peerhub.core.time import utc_now
from peerhub.workforce.actions.carrying_out import AT_ONCE, Progress, carry_out, tell_nobody
from peerhub.workforce.actions.loading import Choices, compare
from peerhub.workforce.actions.turns import one_at_a_time
from peerhub.workforce.files import Reading, StaffRecord, read_headings, read_staff_record, write_refused
from peerhub.workforce.models import ImportLine, ImportState, LineKind, Person, StaffImport
from peerhub.workforce.queries.held import known_places
from peerhub.workforce.queries.imports import digest_of, given_in, matched_before, recognised
from peerhub.workforce.rules.column_match import HeadingMatch
from peerhub.workforce.rules.columns import Column
from peerhub.workforce.rules.filling import Known
from peerhub.workforce.rules.outcome import Outcome, Step, changes_of, news_of
from peerhub.workforce.rules.places import team_code
from peerhub.workforce.rules.plan import Plan

Kept = TypeVar("Kept", int, str)

KEPT_FOR = timedelta(days=7)
"""How long the content of a file that nobody goes on with is kept."""
MOST_LINES = 10_000
"""How many problems, new rows and changes are listed, of each; all are counted."""
LONGEST_WORDS = 400
SMALL = {"csv": 700_000, "xlsx": 300_000}
"""Bytes of a file that is worked on while its page waits: about 4,000 rows, a second or two."""
WORKBOOK = b"PK"
"""How every Excel workbook begins."""
GONE_QUIET = timedelta(minutes=10)
"""After so long, work that was begun is taken to have been cut off, and is begun again."""
ALL_TEAMS = "all"
NO_LONGER_KEPT = "PeerHub no longer keeps this file. Upload it again"


def keep_upload(filename: str, content: bytes, limit_bytes: int) -> StaffImport:
    """Keep a file that can be read as a table, with its headings matched as far as we recognise them.

    Raises:
        DomainError: the file cannot be read, in words.
    """
    try:
        headings = read_headings(io.BytesIO(content), filename, limit_bytes)
    except FileProblem as problem:
        raise DomainError(str(problem), "file") from problem
    before = matched_before(headings)
    match = before or recognised(headings)
    kept = StaffImport(
        user_id=audit.actor().user_id, filename=plain_name(filename), content=content, headings=list(headings),
        matching=as_json(match.positions),
        choices={"given": as_json(match.given), "is_matched_before": before is not None},
    )  # fmt: skip
    db.session.add(kept)
    audit.wrote("staff record uploaded", kept, bytes=len(content))
    return kept


def plain_name(filename: str) -> str:
    """The name of a file without its folders and without what cannot be shown."""
    name = PurePath(filename.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-200:] or "staff record"


def as_json(matching: Mapping[Column, Kept]) -> dict[str, Kept]:
    """Where each column stands, or what is given for it, as it is kept."""
    return {column.value: place for column, place in matching.items()}


def match_columns(load: StaffImport, version: int | None, match: HeadingMatch, *, is_complete: bool) -> None:
    """Say what each column is read from, and whether the file lists everybody who works here now.

    The file is then to be checked: at once where it is small (:func:`is_small`), else by the job. The next file with
    the same headings is matched alike: of the headings a digest is kept, for they may name somebody where a file has
    none.

    Raises:
        Conflict: somebody else went on with it first.
        DomainError: the file is no longer kept.
    """
    _expect(load, version, ImportState.UPLOADED, ImportState.CHECKED)
    load.matching = as_json(match.positions)
    load.choices = {
        "is_complete": is_complete, "create": [], "given": as_json(match.given), "headings": digest_of(load.headings),
    }  # fmt: skip
    load.state, load.claimed_at = ImportState.CHECKING, None
    audit.wrote("staff record's columns matched", load)


def choose_teams(load: StaffImport, version: int | None, create: Sequence[str]) -> None:
    """Say which unknown teams are to be made (by their codes); the file is then to be checked again.

    Raises:
        Conflict: somebody else went on with it first.
        DomainError: the file is no longer kept.
    """
    _expect(load, version, ImportState.CHECKED)
    load.choices = load.choices | {"create": list(create)}
    load.state, load.claimed_at = ImportState.CHECKING, None
    audit.wrote("staff record's new teams chosen", load, teams=len(create))


def ask_to_load(load: StaffImport, version: int | None, *, only_good: bool) -> None:
    """Claim a checked file for loading: of two people who press the button, one goes on.

    Raises:
        Conflict: somebody else went on with it first.
        DomainError: the file is no longer kept.
    """
    _expect(load, version, ImportState.CHECKED)
    chosen = load.choices | {"only_good": only_good}
    is_seen = (StaffImport.state == ImportState.CHECKED) & (StaffImport.version == load.version)
    claimed = db.session.execute(
        update(StaffImport)
        .where(StaffImport.id == load.id, is_seen)
        .values(state=ImportState.LOADING, version=load.version + 1, claimed_at=None, choices=chosen)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(load)
    if _rows_changed(claimed) != 1:
        raise Conflict(load.version)
    audit.wrote("staff record's loading asked for", load)


def is_small(load: StaffImport) -> bool:
    """Whether the file can be worked on while its page waits."""
    content = load.content or b""
    return len(content) <= SMALL["xlsx" if content.startswith(WORKBOOK) else "csv"]


def check(load: StaffImport, reach: Reach, tell: Progress = tell_nobody) -> None:
    """Compare a file with what PeerHub holds, and keep what is found. Nothing else is written.

    A file that turns out not to be readable goes back to its beginning, with the reason in its outcome.

    Args:
        tell: told each step as it begins; it may commit.
    """
    try:
        record = read(load)
    except FileProblem as problem:
        load.state, load.outcome = ImportState.UPLOADED, {"unreadable": str(problem)}
        _note(load, [])
        return
    tell(Step.COMPARING)
    plan, outcome = compare(record, choices_of(load, reach))
    _keep(load, record, plan, outcome)


def carry_on(load: StaffImport, reach: Reach, tell: Progress = tell_nobody) -> None:
    """Load a claimed file: all of it, or what can be, or nothing, whichever was chosen.

    What the database holds may have changed since the file was checked, so it is compared again. Where rows turn out
    not to be loadable and all were asked for, the file is as newly checked.

    Args:
        tell: told each step as it begins; it may commit.
    """
    only_good = bool(load.choices.get("only_good"))
    tell(Step.WRITING)
    one_at_a_time()
    record = read(load)
    plan, outcome = compare(record, choices_of(load, reach))
    if not outcome.may_load(only_good=only_good):
        _keep(load, record, plan, outcome)
        return
    carry_out(plan)
    load.state, load.finished_at, load.outcome = ImportState.LOADED, utc_now(), outcome.loaded().as_json()
    load.content = _refused(record, outcome) if outcome.problems else None
    load.headings = []
    _note(load, _problems(record, outcome))
    audit.wrote("staff record loaded", load, **asdict(outcome.counts))


def read(load: StaffImport) -> StaffRecord:
    """The file of a load as it was matched.

    Raises:
        FileProblem: it cannot be read.
    """
    content = load.content or b""
    given = given_in(load)
    reading = Reading(
        matching={Column(name): place for name, place in load.matching.items()},
        given=given,
        known=known_places() if given else Known(),
    )
    return read_staff_record(io.BytesIO(content), load.filename, len(content) + 1, reading)


def kind_of(record: StaffRecord) -> str:
    """The kind of file that goes back: the one that came."""
    return "xlsx" if record.table.kind == "Excel" else "csv"


def refused_rows(load: StaffImport, reach: Reach) -> tuple[bytes, str]:
    """The refused rows as a file with a column of reasons, and its kind.

    Raises:
        DomainError: the file is no longer kept.
    """
    if load.content is None:
        raise DomainError(NO_LONGER_KEPT)
    if load.state is ImportState.LOADED:
        return load.content, "xlsx" if load.content.startswith(WORKBOOK) else "csv"
    record = read(load)
    _, outcome = compare(record, choices_of(load, reach))
    return _refused(record, outcome), kind_of(record)


def _refused(record: StaffRecord, outcome: Outcome) -> bytes:
    return write_refused(record.table, record.in_its_words(outcome.problems), kind_of(record))


def choices_of(load: StaffImport, reach: Reach) -> Choices:
    """What was chosen for a load, for somebody of this reach."""
    create = set(load.choices.get("create", []))
    return Choices(
        covers=reach.covers,
        may_create=lambda team: ALL_TEAMS in create or team_code(team) in create,
        only_good=bool(load.choices.get("only_good")),
        is_complete=bool(load.choices.get("is_complete")),
    )


def let_go(load: StaffImport, version: int | None) -> None:
    """Wipe what a load still holds: the file of one that is not to be loaded, or the refused rows of one that was.

    Raises:
        Conflict: somebody else went on with it first, or it is being loaded now.
    """
    load.expect(version)
    if load.state is ImportState.LOADING:
        raise Conflict(load.version)
    _wipe(load)
    audit.wrote("staff record wiped", load)


def wipe_old() -> int:
    """Wipe what was uploaded, or left over from a load, more than :data:`KEPT_FOR` ago; gives how many files."""
    before = utc_now() - KEPT_FOR
    old = db.session.scalars(
        select(StaffImport).where(
            StaffImport.content.is_not(None), StaffImport.made_at < before, StaffImport.state != ImportState.LOADING
        )
    ).all()
    for load in old:
        _wipe(load)
        audit.wrote("staff record wiped after 7 days", load)
    return len(old)


def take_in_hand(load: StaffImport) -> bool:
    """Claim a file that waits to be worked on, or whose work went quiet; False when another process was first."""
    seen = load.claimed_at
    is_free = StaffImport.claimed_at.is_(None) if seen is None else StaffImport.claimed_at == seen
    claimed = db.session.execute(
        update(StaffImport)
        .where(StaffImport.id == load.id, StaffImport.state == load.state, is_free)
        .values(claimed_at=utc_now(), version=StaffImport.version + 1, outcome=load.outcome | {"step": Step.READING})
        .execution_options(synchronize_session=False)
    )
    db.session.expire(load)
    return _rows_changed(claimed) == 1


def note_step(load: StaffImport, step: str) -> None:
    """Say how far the work on a file is."""
    load.outcome = load.outcome | {"step": step}


def give_back(load: StaffImport) -> None:
    """Put a file whose work failed for a reason of ours back where it was, so that it can be tried again."""
    load.state = ImportState.CHECKED if load.state is ImportState.LOADING else ImportState.UPLOADED
    load.claimed_at = None
    load.outcome = {name: value for name, value in load.outcome.items() if name != "step"} | {"failed": True}
    audit.wrote("staff record's work failed", load)


def _expect(load: StaffImport, version: int | None, *states: ImportState) -> None:
    load.expect(version)
    if load.state not in states or load.content is None:  # the content is read last, and may have gone meanwhile
        raise Conflict(load.version)


def _rows_changed(result: Any) -> int:
    return int(result.rowcount)


def _keep(load: StaffImport, record: StaffRecord, plan: Plan, outcome: Outcome) -> None:
    """Keep what checking found."""
    rows = {row.line: row.staff_number for row in record.rows}
    news = (_line(LineKind.NEW, *new) for new in news_of(plan))
    changes = (_line(LineKind.CHANGE, *change) for change in changes_of(plan, rows))
    missing = (_line(LineKind.MISSING, 0, number, name) for number, name in _names(plan.unconfirmed))
    lists = (islice(lines, MOST_LINES) for lines in (news, changes, missing))
    _note(load, [*_problems(record, outcome), *chain.from_iterable(lists)])
    load.state, load.outcome = ImportState.CHECKED, outcome.as_json()
    audit.wrote("staff record checked", load, **asdict(outcome.counts))


def _names(keys: Sequence[UUID]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for start in range(0, len(keys), AT_ONCE):
        some = db.session.scalars(select(Person).where(Person.id.in_(keys[start : start + AT_ONCE])))
        found += [(person.staff_number or "", person.known_as) for person in some]
    return sorted(found, key=lambda person: person[1].casefold())


def _problems(record: StaffRecord, outcome: Outcome) -> list[dict[str, Any]]:
    return [
        _line(LineKind.PROBLEM, problem.line, problem.column, problem.message)
        for problem in record.in_its_words(outcome.problems[:MOST_LINES])
    ]


def _line(kind: LineKind, line: int, about: str, words: str) -> dict[str, Any]:
    return {"kind": kind, "line": line, "about": about[:40], "words": words[:LONGEST_WORDS]}


def _note(load: StaffImport, lines: Sequence[dict[str, Any]]) -> None:
    """Keep these lines about a load, in their order, instead of those it had."""
    db.session.flush()
    db.session.execute(delete(ImportLine).where(ImportLine.staff_import_id == load.id))
    owned = {"staff_import_id": load.id, "organisation_id": scope.current()}
    if lines:
        db.session.execute(insert(ImportLine), [line | owned for line in lines])


def _wipe(load: StaffImport) -> None:
    if load.state is not ImportState.LOADED:
        load.state = ImportState.ABANDONED
    load.content, load.headings = None, []
    load.outcome = {name: value for name, value in load.outcome.items() if name not in {"places", "unreadable"}}
    _note(load, [])
