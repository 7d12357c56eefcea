"""Figures that were published, as a viewer may see them, and what today's records make of the same questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from peerhub.access.models import User
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.core.database import db
from peerhub.core.errors import NotFound
from peerhub.core.tables import Page, View
from peerhub.retention.models import PublishedFigure
from peerhub.retention.queries.facts import Loaded, load
from peerhub.retention.queries.figures import counts_of, label_of
from peerhub.retention.queries.suppressed import suppressed_publication
from peerhub.retention.rules.publishing import Difference, Kept, differences, from_json, to_json
from peerhub.retention.rules.questions import Question, kept_question, year_end_before

SORTED = ("title", "from", "as_at", "published")


@dataclass(frozen=True, slots=True)
class Line:
    """A published figure in the list of them.

    Attributes:
        version: 1 for the first, 2 for its revision and so on.
        is_current: it was not revised since.
    """

    id: UUID
    title: str
    question: Question
    narrowed: str
    published_at: datetime
    published_by: str
    version: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure as it was.

    Attributes:
        line: what the list says of it.
        counts: None where the viewer may not see them; see ``withheld``.
        withheld: why there are no counts, in words.
        changes: where today's records differ; None for those who may not see individuals.
        earlier, later: the version before, the version after.
    """

    line: Line
    organisation: str
    rules_version: str
    counts: Kept | None
    withheld: str
    changes: tuple[Difference, ...] | None
    earlier: Line | None
    later: Line | None
    sees_individuals: bool
    may_revise: bool


def may_publish(viewer: Viewer) -> bool:
    """Whether the viewer publishes figures, which are always of the whole organisation."""
    return viewer.reach(Permission.RETENTION_PUBLISH).whole and viewer.reach(Permission.RETENTION_INDIVIDUALS).whole


def published(viewer: Viewer, view: View) -> Page[Line]:
    """Every published figure of the organisation, the latest first unless the view has another order."""
    _refuse_unless_whole(viewer)
    lines = _lines(_all())
    asked: dict[str, Callable[[Line], Any]] = {
        "title": lambda line: line.title.casefold(),
        "from": lambda line: line.question.from_,
        "as_at": lambda line: line.question.as_at,
        "published": lambda line: line.published_at,
    }
    first = asked[view.sort or "published"]
    lines.sort(key=lambda line: (first(line), line.published_at, line.version), reverse=view.descending)
    return Page(lines[view.start : view.start + view.size], len(lines))


def published_figure(viewer: Viewer, figure_id: UUID, today: date) -> Published:
    """One published figure.

    Raises:
        NotFound: there is none of that key in the viewer's organisation.
    """
    _refuse_unless_whole(viewer)
    rows = _all()
    row = next((row for row in rows if row.id == figure_id), None)
    if row is None:
        raise NotFound
    loaded = load(viewer)
    line = {line.id: line for line in _lines(rows)}
    question = kept_question(row.parameters)
    counts, withheld = (
        (from_json(row.counts), "")
        if loaded.sees_individuals
        else suppressed_publication(loaded, question, row.counts, year_end_before(today))
    )
    later = next((other.id for other in rows if other.revises_id == row.id), None)
    return Published(
        line=line[row.id],
        organisation=loaded.organisation,
        rules_version=row.rules_version,
        counts=counts,
        withheld=withheld,
        changes=differences(row.counts, to_json(counts_of(loaded, question))) if loaded.sees_individuals else None,
        earlier=line[row.revises_id] if row.revises_id else None,
        later=line[later] if later else None,
        sees_individuals=loaded.sees_individuals,
        may_revise=may_publish(viewer) and later is None,
    )


def load_published(viewer: Viewer, figure_id: UUID) -> PublishedFigure:
    """The row of a published figure, for those who publish.

    Raises:
        NotFound: there is none of that key, or the viewer does not publish.
    """
    row = db.session.scalar(select(PublishedFigure).where(PublishedFigure.id == figure_id))
    if row is None or not may_publish(viewer):
        raise NotFound
    return row


def loaded_to_publish(viewer: Viewer) -> Loaded:
    """The facts for who publishes.

    Raises:
        NotFound: the viewer does not publish.
    """
    if not may_publish(viewer):
        raise NotFound
    return load(viewer)


def _refuse_unless_whole(viewer: Viewer) -> None:
    """Published figures are of the whole organisation, so they are for those who see all of it."""
    if not viewer.reach(Permission.RETENTION_VIEW).whole:
        raise NotFound


def _all() -> list[PublishedFigure]:
    return list(db.session.scalars(select(PublishedFigure).order_by(PublishedFigure.made_at, PublishedFigure.id)))


def _lines(rows: list[PublishedFigure]) -> list[Line]:
    revised = {row.revises_id for row in rows}
    names = _names({row.made_by_id for row in rows if row.made_by_id})
    version: dict[UUID, int] = {}
    for row in rows:
        version[row.id] = version.get(row.revises_id, 0) + 1 if row.revises_id else 1
    return [
        Line(
            id=row.id,
            title=row.title,
            question=(question := kept_question(row.parameters)),
            narrowed=", ".join(label_of(name, word) for name, word in question.narrowing().items() if word),
            published_at=row.made_at,
            published_by=names.get(row.made_by_id, "") if row.made_by_id else "",
            version=version[row.id],
            is_current=row.id not in revised,
        )
        for row in rows
    ]


def _names(keys: set[UUID]) -> Mapping[UUID, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(keys))).all() if keys else []
    return {row.id: row.name for row in rows}


def usual_title(question: Question, today: date) -> str:
    """A title to begin from."""
    when = (
        str(question.from_.year)
        if question.is_calendar_year
        else f"{question.from_:%Y-%m-%d} to {question.to:%Y-%m-%d}"
    )
    return f"Recruited in {when}, published {today:%B %Y}"
