"""Loads of the staff record as a viewer may see them: their own, and all of them where their role is for everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true

from peerhub.access.models import User
from peerhub.access.permissions import Permission
from peerhub.access.queries.accounts import viewer_of
from peerhub.access.rules import Reach, Viewer
from peerhub.core import keys
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.tables import Page, View
from peerhub.workforce.models import ImportLine, ImportState, LineKind, StaffImport
from peerhub.workforce.rules.column_match import HeadingMatch, match_chosen, match_headings
from peerhub.workforce.rules.columns import COLUMNS, REASON, WORKED_OUT, Column
from peerhub.workforce.rules.filling import WORK_OUT
from peerhub.workforce.rules.outcome import Counts, counts_of, places_of
from peerhub.workforce.rules.places import NewPlace

KINDS = {"problems": LineKind.PROBLEM, "new": LineKind.NEW, "changes": LineKind.CHANGE, "missing": LineKind.MISSING}
"""What lists there are about a file."""
State = ImportState
Load = StaffImport


IS_KEPT: ColumnElement[bool] = StaffImport.content.is_not(None)
MOST_KEPT = 200
"""How many files to go on with are listed; they are wiped after 7 days."""


@dataclass(frozen=True, slots=True)
class LoadLine:
    """A load in the list."""

    id: UUID
    filename: str
    by: str
    made_at: datetime
    state: ImportState
    is_kept: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class LoadPage:
    """A load as its page shows it. ``problems`` counts all of them, listed or not."""

    id: UUID
    version: int
    filename: str
    state: ImportState
    made_at: datetime
    finished_at: datetime | None
    is_kept: bool
    is_complete: bool
    has_failed: bool
    writes: bool
    is_matched_before: bool
    step: str | None
    counts: Counts
    problems: int
    places: tuple[NewPlace, ...]
    created: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted of a row: its line in the file, its column or staff number, and words."""

    line: int
    about: str
    words: str


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    reach = viewer.reach(Permission.STAFF_IMPORT)
    return true() if reach.whole else StaffImport.user_id == viewer.user_id


def load_import(viewer: Viewer, load_id: UUID) -> StaffImport:
    """A load that this viewer may go on with.

    Raises:
        NotFound: there is none such for this viewer.
    """
    found = db.session.scalar(select(StaffImport).where(StaffImport.id == load_id, _seen(viewer)))
    if found is None or not viewer.may(Permission.STAFF_IMPORT):
        raise NotFound
    return found


def any_load(load_id: UUID) -> StaffImport:
    """A load of the organisation entered, for the job that works on it."""
    return db.session.get_one(StaffImport, load_id)


def reach_of(load: StaffImport) -> Reach:
    """How far whoever uploaded a file may load rows today; nowhere once they no longer hold a role here."""
    user = db.session.get(User, load.user_id) if load.user_id else None
    if user is None or not user.is_active:
        return Reach()
    found = viewer_of(user, load.organisation_id)
    return found.reach(Permission.STAFF_IMPORT) if found.organisation_id == load.organisation_id else Reach()


def kept_loads(viewer: Viewer) -> list[LoadLine]:
    """Loads that somebody can go on with, or whose refused rows are kept, newest first. One statement."""
    return _lines(viewer, IS_KEPT, 0, MOST_KEPT) if viewer.may(Permission.STAFF_IMPORT) else []


def finished_loads(viewer: Viewer, view: View) -> Page[LoadLine]:
    """Loads of which nothing is kept but what they did, newest first. Two statements."""
    if not viewer.may(Permission.STAFF_IMPORT):
        return Page([], 0)
    total = db.session.scalar(select(func.count(StaffImport.id)).where(_seen(viewer), ~IS_KEPT)) or 0
    return Page(_lines(viewer, ~IS_KEPT, view.start, view.size), total)


def _lines(viewer: Viewer, which: ColumnElement[bool], start: int, size: int) -> list[LoadLine]:
    rows = db.session.execute(
        select(
            StaffImport.id, StaffImport.filename, User.name, StaffImport.made_at, StaffImport.state,
            IS_KEPT.label("is_kept"), StaffImport.outcome,
        )
        .outerjoin(User, StaffImport.user_id == User.id)
        .where(_seen(viewer), which)
        .order_by(StaffImport.made_at.desc(), StaffImport.id.desc())
        .offset(start)
        .limit(size)
    )  # fmt: skip
    return [
        LoadLine(key, filename, by or "Command line", made_at, state, is_kept, counts_of(outcome))
        for key, filename, by, made_at, state, is_kept, outcome in rows
    ]


def own_waiting(viewer: Viewer) -> list[tuple[UUID, str, ImportState]]:
    """The viewer's own files that wait for them to go on, the oldest first: key, name, and how far it is."""
    if not viewer.may(Permission.STAFF_IMPORT):
        return []
    rows = db.session.execute(
        select(StaffImport.id, StaffImport.filename, StaffImport.state)
        .where(
            StaffImport.user_id == viewer.user_id,
            StaffImport.state.in_([ImportState.UPLOADED, ImportState.CHECKED]),
            IS_KEPT,
        )
        .order_by(StaffImport.made_at, StaffImport.id)
        .limit(MOST_KEPT)
    )
    return [(key, filename, state) for key, filename, state in rows]


def load_page(load: StaffImport) -> LoadPage:
    """A load as its page shows it."""
    return LoadPage(
        id=load.id, version=load.version, filename=load.filename, state=load.state, made_at=load.made_at,
        finished_at=load.finished_at, is_kept=_is_kept(load), is_complete=bool(load.choices.get("is_complete")),
        writes=bool(load.outcome.get("writes", True)), is_matched_before=bool(load.choices.get("is_matched_before")),
        has_failed=bool(load.outcome.get("failed")), step=load.outcome.get("step"),
        counts=counts_of(load.outcome), problems=int(load.outcome.get("problems", 0)),
        places=tuple(places_of(load.outcome)), created=tuple(load.choices.get("create", ())),
    )  # fmt: skip


def _is_kept(load: StaffImport) -> bool:
    """Whether the file is still there; asked without reading it."""
    return bool(db.session.scalar(select(IS_KEPT).where(StaffImport.id == load.id)))


def notes(load_id: UUID, kind: str, view: View) -> Page[Note]:
    """What was noted of a file's rows, in the order of the file. Two statements, whatever their number.

    Args:
        kind: one of :data:`KINDS`.
    """
    held = (ImportLine.staff_import_id == load_id) & (ImportLine.kind == KINDS[kind])
    total = db.session.scalar(select(func.count(ImportLine.id)).where(held)) or 0
    rows = db.session.execute(
        select(ImportLine.line, ImportLine.about, ImportLine.words)
        .where(held)
        .order_by(ImportLine.line, ImportLine.id)
        .offset(view.start)
        .limit(view.size)
    )
    return Page([Note(*row) for row in rows], total)


def digest_of(headings: Sequence[str]) -> str:
    """What the headings of a file are known again by; the column of reasons in a file of refused rows aside."""
    return keys.digest("staff record headings", "\n".join(heading for heading in headings if heading != REASON))


def given_in(load: StaffImport) -> dict[Column, str]:
    """What is not read from the file of a load: the same for every row, or worked out."""
    return {Column(name): value for name, value in load.choices.get("given", {}).items()}


def recognised(headings: Sequence[str]) -> HeadingMatch:
    """The headings we know. What no HR system has, and this file neither, is worked out."""
    found = match_headings(headings)
    given = {column: WORK_OUT for column in COLUMNS if column in WORKED_OUT - set(found.positions)}
    return match_headings(headings, given=given)


def matched_before(headings: Sequence[str]) -> HeadingMatch | None:
    """What somebody chose for the latest file of this organisation with the same headings; None where there was none.

    A file of refused rows has the headings of the file it comes from.
    """
    latest = db.session.scalar(
        select(StaffImport)
        .where(StaffImport.choices["headings"].as_string() == digest_of(headings))
        .order_by(StaffImport.made_at.desc(), StaffImport.id.desc())
        .limit(1)
    )
    if latest is None:
        return None
    matching = {Column(name): place for name, place in latest.matching.items()}
    return match_chosen(headings, matching, given=given_in(latest))


def waiting(quiet_since: datetime) -> list[tuple[UUID, UUID]]:
    """Loads, by key and organisation, that wait to be worked on or whose work has gone quiet. Across organisations."""
    rows = db.session.execute(
        select(StaffImport.id, StaffImport.organisation_id)
        .where(
            StaffImport.state.in_([ImportState.CHECKING, ImportState.LOADING]),
            or_(StaffImport.claimed_at.is_(None), StaffImport.claimed_at < quiet_since),
        )
        .order_by(StaffImport.id)
    )
    return [(key, organisation) for key, organisation in rows]
