"""What is done with retention figures: publishing them, and publishing a revision."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.retention.models import PublishedFigure
from peerhub.retention.rules.facts import RULES_VERSION
from peerhub.retention.rules.publishing import differences
from peerhub.retention.rules.questions import Question

ALREADY_REVISED = "Somebody has already published a revision of this figure. Look at that one first"


def publish(title: str, question: Question, counts: dict[str, Any]) -> PublishedFigure:
    """Keep the counts of a question as they are today."""
    figure = _keep(title, question.address(), question, counts)
    audit.wrote("retention figure published", figure, as_at=question.as_at.isoformat(), rules_version=RULES_VERSION)
    return figure


def revise(earlier: PublishedFigure, title: str, question: Question, counts: dict[str, Any]) -> PublishedFigure:
    """Publish what today's records make of a published figure's question, beside it; the earlier one stays as it was.

    Raises:
        DomainError: it has been revised already, or nothing has changed.
    """
    if db.session.scalar(select(PublishedFigure.id).where(PublishedFigure.revises_id == earlier.id)):
        raise DomainError(ALREADY_REVISED)
    changes = differences(earlier.counts, counts)
    if not changes:
        raise DomainError("Today’s records give the same counts, so there is nothing to revise")
    figure = _keep(title, earlier.parameters, question, counts, earlier)
    audit.wrote("retention figure revised", figure, revises=str(earlier.id), counts_changed=len(changes))
    return figure


def _keep(
    title: str,
    parameters: dict[str, str],
    question: Question,
    counts: dict[str, Any],
    revises: PublishedFigure | None = None,
) -> PublishedFigure:
    figure = PublishedFigure(
        title=title.strip(),
        parameters=parameters,
        as_at=question.as_at,
        rules_version=RULES_VERSION,
        counts=counts,
        made_by_id=audit.actor().user_id,
        revises_id=revises.id if revises else None,
    )
    with saving():
        db.session.add(figure)
    return figure
