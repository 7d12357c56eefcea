"""How far a viewer's permission goes, as conditions on rows. Read from dated spells on the day asked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, not_, or_, select, true
from sqlalchemy.orm import aliased

from peerhub.access.permissions import Permission
from peerhub.access.rules import Reach, Viewer
from peerhub.core.time import today
from peerhub.workforce.models import Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.rules.fixed_terms import WARNINGS
from peerhub.workforce.rules.words import Contract


def teams_within(reach: Reach) -> ColumnElement[bool]:
    """Teams within reach."""
    if reach.whole:
        return true()
    return or_(Team.id.in_(reach.teams), Team.service_line_id.in_(reach.service_lines))


def lines_within(reach: Reach) -> ColumnElement[bool]:
    """Service lines within reach: their own, or with a team within reach."""
    if reach.whole:
        return true()
    held = select(Team.service_line_id).where(Team.id.in_(reach.teams))
    return or_(ServiceLine.id.in_(reach.service_lines), ServiceLine.id.in_(held))


def spells_within(reach: Reach, day: date) -> ColumnElement[bool]:
    """Spells (joined to post and team) that somebody of limited reach may see: in their teams, current or to come."""
    if reach.whole:
        return true()
    return and_(teams_within(reach), or_(Spell.ends.is_(None), Spell.ends >= day))


def people_within(reach: Reach, day: date) -> ColumnElement[bool]:
    """People within reach: whoever is or will be in a team of theirs. Those who left are seen by whole reach alone."""
    if reach.whole:
        return true()
    return (
        select(Spell.id)
        .join(Post, Spell.post_id == Post.id)
        .join(Team, Post.team_id == Team.id)
        .where(Spell.person_id == Person.id, spells_within(reach, day))
        .exists()
    )


def ends_soon(day: date) -> ColumnElement[bool]:
    """Spells for a fixed term that end within the days of warning, with nothing of the same person that goes on."""
    onward = aliased(Spell)
    goes_on = (
        select(onward.id)
        .where(
            onward.person_id == Spell.person_id,
            onward.id != Spell.id,
            or_(onward.ends.is_(None), onward.ends > Spell.ends),
        )
        .exists()
    )
    return and_(
        Spell.contract == Contract.FIXED_TERM,
        Spell.starts <= day,
        Spell.ends.between(day, day + WARNINGS[0]),
        not_(goes_on),
    )


def listed() -> ColumnElement[bool]:
    """People whose record stands: neither merged into another nor erased."""
    return and_(Person.merged_into_id.is_(None), Person.erased_on.is_(None))


def seen_people(viewer: Viewer, permission: Permission = Permission.PEOPLE_VIEW) -> ColumnElement[bool]:
    """People whose record stands and whom this permission reaches today."""
    return and_(listed(), people_within(viewer.reach(permission), today()))


def same_post(post: Post) -> ColumnElement[bool]:
    """Rows of one post on different terms: of the same number and employer, or, without a number, of the same start."""
    if post.number:
        return and_(Post.number == post.number, Post.employer == post.employer)
    first = post.first_id or post.id
    return and_(Post.number.is_(None), or_(Post.id == first, Post.first_id == first))
