"""Posts: added, put right, given new terms from a day on, closed and reopened. History is never written over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from peerhub.access import audit
from peerhub.core.database import db, saving
from peerhub.core.errors import DomainError
from peerhub.workforce import signals
from peerhub.workforce.actions.refusing import refuse_if, trimmed
from peerhub.workforce.models import Break, Post, Spell, Team
from peerhub.workforce.queries.careers import rows_of_post
from peerhub.workforce.queries.posts import has_number, held_days
from peerhub.workforce.rules.posts import (
    A_DAY,
    Days,
    days_refusal,
    new_terms_refusal,
    open_days_refusal,
    row_refusal,
    terms_refusal,
    wte_refusal,
)
from peerhub.workforce.rules.words import Band, RoleKind

TERMS = (
    "team", "title", "role_kind", "band", "wte", "lived_experience", "peer_service", "counted_in_numbers", "funding",
    "funding_ends",
)  # fmt: skip
"""What a post can change from a day on."""
WHOLE: tuple[str, ...] = ("number", "employer")
"""What all rows of a post share."""


def add_post(  # noqa: PLR0913 - a post has this many facts, and a form gives them all
    team: Team,
    title: str,
    role_kind: RoleKind,
    opens: date,
    *,
    band: Band | None = None,
    wte: Decimal = Decimal(1),
    employer: str = "",
    lived_experience: bool = True,
    peer_service: bool = True,
    counted_in_numbers: bool = False,
    funding: str = "",
    funding_ends: date | None = None,
    number: str | None = None,
    closes: date | None = None,
) -> Post:
    """Add a post to a team. A number left out can be given later.

    Raises:
        DomainError: its terms may not be, its team has closed, or the employer has a post of this number.
    """
    made = Post(
        team_id=team.id, title=trimmed(title), role_kind=role_kind, band=band, wte=wte, employer=trimmed(employer),
        lived_experience=lived_experience, peer_service=peer_service, counted_in_numbers=counted_in_numbers,
        funding=trimmed(funding), funding_ends=funding_ends, number=trimmed(number) or None, opens=opens, closes=closes,
    )  # fmt: skip
    _check_terms(made)
    _check_team(made, team)
    refuse_if(days_refusal(Days(opens, closes)))
    _check_number(made, None)
    with saving():
        db.session.add(made)
    audit.wrote("post added", made)
    return made


def correct_post(post: Post, version: int | None, **changed: Any) -> list[str]:
    """Put a post right as if it had always been so; gives the names of what differed.

    Args:
        changed: any of :data:`TERMS`, which belong to this row of terms; ``opens``; and ``number`` and ``employer``,
            which belong to every row of the post.

    Raises:
        DomainError: the new values may not be, or somebody works in the post on a day it would not be open.
        Conflict: somebody else saved it first.
    """
    post.expect(version)
    rows = rows_of_post(post)
    values = _plain(changed)
    whole = {name: values.pop(name) for name in WHOLE if name in values}
    team = values.pop("team", post.team)
    with saving(), db.session.no_autoflush:
        fields = audit.changed(post, **values, team_id=team.id)
        _check_terms(post)
        _check_team(post, team)
        refuse_if(row_refusal(_days(post), [_days(row) for row in rows if row is not post]))
        refuse_if(open_days_refusal(_days(post), held_days([post])))
        fields += _correct_whole(post, rows, whole)
    if fields:
        audit.wrote("post corrected", post, fields=fields)
    return fields


def _correct_whole(post: Post, rows: Sequence[Post], whole: dict[str, Any]) -> list[str]:
    """Change what belongs to all rows; without a number they are held together by the first of them."""
    fields = [name for name, value in whole.items() if getattr(post, name) != value]
    if not fields:
        return []
    for row in rows:
        audit.changed(row, **whole)
        row.first_id = None if row is rows[0] else rows[0].id
    _check_number(post, rows)
    return fields


def change_terms(post: Post, version: int | None, first_day: date, **terms: Any) -> Post:
    """Give a post new terms from a day on: a new row that follows; whoever is in it goes on in the new row.

    Args:
        terms: any of :data:`TERMS`; the rest stay as they are.

    Raises:
        DomainError: the post is not open on that day and the one before it, or the new terms may not be.
        Conflict: somebody else saved it first.
    """
    post.expect(version)
    refuse_if(new_terms_refusal(first_day, _days(post)))
    rows = rows_of_post(post)
    values = {name: getattr(post, name) for name in TERMS if name != "team"} | _plain(terms)
    team = values.pop("team", post.team)
    made = Post(
        **values, team_id=team.id, number=post.number, employer=post.employer, opens=first_day, closes=post.closes,
        first_id=rows[0].id,
    )  # fmt: skip
    _check_terms(made)
    _check_team(made, team)
    spells = list(post.spells)
    with saving():
        db.session.add(made)
        post.closes = first_day - A_DAY
        db.session.flush()
        for spell in spells:
            _carry_over(spell, made)
    audit.wrote("post given new terms", made)
    audit.wrote("post's terms ended", post, fields=["closes"])
    return made


def _carry_over(spell: Spell, post: Post) -> None:
    """Put a spell of the former terms, or the days of it that come under the new ones, into the row that follows."""
    days = Days(spell.starts, spell.ends)
    if days.starts >= post.opens:
        spell.post = post
        audit.wrote("spell carried over to new terms", spell)
        return
    if days.last < post.opens:
        return
    before, after = days.split(post.opens)
    onward = Spell(
        person_id=spell.person_id, post_id=post.id, starts=after.starts, ends=after.ends, wte=spell.wte,
        contract=spell.contract, weekdays=spell.weekdays, leaving_reason=spell.leaving_reason,
        destination=spell.destination, campaign=spell.campaign,
    )  # fmt: skip
    db.session.add(onward)
    spell.ends, spell.leaving_reason, spell.destination = before.ends, None, ""
    db.session.flush()
    for away in list(spell.breaks):
        _carry_break(away, onward)
    db.session.flush()
    audit.wrote("spell carried over to new terms", spell, fields=["ends"])
    audit.wrote("spell carried over to new terms", onward)
    signals.spell_ended.send(
        signals.SpellEnded(spell.id, spell.person_id, spell.post_id, post.opens - A_DAY, goes_on=True)
    )
    signals.spell_started.send(signals.SpellStarted(onward.id, spell.person_id, post.id, post.opens, goes_on=True))


def _carry_break(away: Break, onward: Spell) -> None:
    days = Days(away.starts, away.ends)
    if days.starts >= onward.starts:
        away.spell = onward
    elif days.last >= onward.starts:
        before, after = days.split(onward.starts)
        away.ends = before.ends
        onward.breaks.append(Break(kind=away.kind, starts=after.starts, ends=after.ends))


def close_post(post: Post, version: int | None, closes: date) -> None:
    """Close a post after a last day. Whoever is in it must have a last day by then.

    Raises:
        DomainError: somebody works in it after that day, or other terms follow these.
        Conflict: somebody else saved it first.
    """
    post.expect(version)
    _check_latest(post)
    refuse_if(open_days_refusal(Days(post.opens, closes), held_days([post])))
    post.closes = closes
    audit.wrote("post closed", post, fields=["closes"])


def reopen_post(post: Post, version: int | None) -> None:
    """Open a post again, as if it had never closed.

    Raises:
        DomainError: its team has closed, or other terms follow these.
        Conflict: somebody else saved it first.
    """
    post.expect(version)
    _check_latest(post)
    if post.team.closed_on is not None:
        raise DomainError("Its team has closed. Reopen the team first, or give the post another team", None)
    post.closes = None
    audit.wrote("post reopened", post, fields=["closes"])


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    told = {
        name: trimmed(value) if name in {"title", "funding", "employer"} else value for name, value in values.items()
    }
    return told | ({"number": trimmed(told["number"]) or None} if "number" in told else {})


def _days(post: Post) -> Days:
    return Days(post.opens, post.closes)


def _check_terms(post: Post) -> None:
    refuse_if(wte_refusal(post.wte))
    refuse_if(
        terms_refusal(
            post.role_kind,
            lived_experience=post.lived_experience,
            peer_service=post.peer_service,
            counted=post.counted_in_numbers,
        )
    )


def _check_team(post: Post, team: Team) -> None:
    if team.closed_on is not None and (post.closes is None or post.closes > team.closed_on):
        raise DomainError("This team has closed. Choose a team that is open", "team_id")


def _check_latest(post: Post) -> None:
    if rows_of_post(post)[-1].id != post.id:
        raise DomainError("Other terms follow these. Open the post on its latest terms first", None)


def _check_number(post: Post, own: Sequence[Post] | None) -> None:
    """Refuse a number that another post of the employer has: the two would become one."""
    if post.number is None:
        return
    keys = [row.id for row in own or ()]
    same = has_number(post.number, post.employer)
    if db.session.scalar(select(func.count(Post.id)).where(same, Post.id.not_in(keys))):
        raise DomainError(
            "There is already a post with this number. If its terms have changed, open it and give it new terms",
            "number",
        )
