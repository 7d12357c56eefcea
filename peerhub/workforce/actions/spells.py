"""Spells: a person starts in a post, moves, is away, leaves. Each refusal is a rule of ``rules.posts``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.workforce import signals
from peerhub.workforce.actions.refusing import refuse_if, trimmed
from peerhub.workforce.models import Break, Person, Post, Spell
from peerhub.workforce.queries.careers import rows_of_post, spells_in
from peerhub.workforce.rules.posts import (
    A_DAY,
    Days,
    break_refusal,
    days_refusal,
    held_refusal,
    leaving_refusal,
    spell_refusal,
)
from peerhub.workforce.rules.words import BreakKind, Contract, LeavingReason

FOR_A_TIME = frozenset({Contract.FIXED_TERM, Contract.SECONDMENT, Contract.APPRENTICESHIP})
"""Contracts that are made to end."""


def start_spell(  # noqa: PLR0913 - a spell has this many facts, and a form gives them all
    person: Person,
    post: Post,
    starts: date,
    *,
    wte: Decimal | None = None,
    contract: Contract = Contract.PERMANENT,
    ends: date | None = None,
    weekdays: str = "",
    leaving_reason: LeavingReason | None = None,
    destination: str = "",
    campaign: str = "",
) -> Spell:
    """Start a person in a post. ``wte`` is the post's unless given; ``ends`` is the last day where it is known.

    A last day that comes without a reason is the end of a fixed term, where the contract is of that sort.

    Raises:
        DomainError: the post is held or not open on some of the days, or a value is out of bounds.
    """
    if ends is not None and leaving_reason is None and contract in FOR_A_TIME:
        leaving_reason = LeavingReason.END_OF_FIXED_TERM
    refuse_if(leaving_refusal(ends, leaving_reason))
    made = Spell(
        person_id=person.id, post_id=post.id, starts=starts, ends=ends, wte=post.wte if wte is None else wte,
        contract=contract, weekdays=weekdays, leaving_reason=leaving_reason,
        destination=trimmed(destination), campaign=trimmed(campaign),
    )  # fmt: skip
    _check(made, post)
    db.session.add(made)
    db.session.flush()
    audit.wrote("spell started", made)
    signals.spell_started.send(signals.SpellStarted(made.id, person.id, post.id, starts))
    if ends is not None:
        signals.spell_ended.send(signals.SpellEnded(made.id, person.id, post.id, ends))
    return made


def change_spell(spell: Spell, version: int | None, **changed: Any) -> list[str]:
    """Put a spell right.

    Args:
        changed: any of ``starts``, ``ends``, ``wte``, ``contract``, ``weekdays``, ``leaving_reason``, ``destination``,
            ``campaign``.

    Raises:
        DomainError: the rules refuse the new values; a last day needs a reason, and a reason a last day.
        Conflict: somebody else saved it first.
    """
    spell.expect(version)
    before = spell.ends
    with db.session.no_autoflush:
        fields = audit.changed(spell, **changed)
        _check(spell, spell.post)
        _check_breaks(spell)
        if spell.ends is None or before is None:
            refuse_if(leaving_refusal(spell.ends, spell.leaving_reason))
    db.session.flush()
    _settle(spell.person)
    if fields:
        audit.wrote("spell changed", spell, fields=fields)
    if spell.ends is not None and spell.ends != before:
        signals.spell_ended.send(signals.SpellEnded(spell.id, spell.person_id, spell.post_id, spell.ends))
    return fields


def end_spell(
    spell: Spell, ends: date, leaving_reason: LeavingReason | None, destination: str = "", version: int | None = None
) -> None:
    """End a spell. ``ends`` is the last day worked, and may be to come (notice). Time away ends with it.

    Raises:
        DomainError: the last day comes before the first, or no reason was given.
        Conflict: somebody else saved it first.
    """
    spell.expect(version)
    refuse_if(leaving_refusal(ends, leaving_reason))
    refuse_if(days_refusal(Days(spell.starts, ends)))
    with db.session.no_autoflush:
        fields = audit.changed(spell, ends=ends, leaving_reason=leaving_reason, destination=trimmed(destination))
        _check(spell, spell.post)
        _shorten_breaks(spell)
    db.session.flush()
    _settle(spell.person)
    audit.wrote("spell ended", spell, fields=fields)
    signals.spell_ended.send(signals.SpellEnded(spell.id, spell.person_id, spell.post_id, ends))


def move_person(
    spell: Spell,
    post: Post,
    starts: date,
    *,
    wte: Decimal | None = None,
    contract: Contract | None = None,
    ends: date | None = None,
    leaving_reason: LeavingReason = LeavingReason.NEW_ROLE_IN_ORGANISATION,
    version: int | None = None,
) -> Spell:
    """Move a person to another post: this spell ends the day before ``starts`` and another begins on it.

    Args:
        wte: in the new post; that post's own unless given.
        ends: their last day in the new post, where it is known.
        leaving_reason: why this spell ends: a new role, or a promotion.

    Raises:
        DomainError: the first day is not after this spell began, or the other post is held or not open.
        Conflict: somebody else saved it first.
    """
    spell.expect(version)
    if post.id == spell.post_id:
        raise DomainError("They are in this post already. Choose the post they move to", "post_id")
    if starts <= spell.starts:
        raise DomainError("The first day in the new post must be after they started in this one", "starts")
    if spell.ends is not None and starts > spell.ends + A_DAY:
        raise DomainError("They leave this post before that day. Start them in the new post instead", "starts")
    end_spell(spell, starts - A_DAY, leaving_reason)
    return start_spell(
        spell.person, post, starts, wte=wte, contract=contract or spell.contract, weekdays=spell.weekdays, ends=ends
    )


def delete_spell(spell: Spell, version: int | None = None) -> None:
    """Take out a spell that never was, with its time away. For one that was and is over, end it.

    Raises:
        Conflict: somebody else saved it first.
    """
    spell.expect(version)
    gone = signals.SpellEnded(spell.id, spell.person_id, spell.post_id, spell.ends or spell.starts, in_error=True)
    for away in list(spell.breaks):
        db.session.delete(away)
    db.session.flush()
    audit.wrote("spell deleted as an error", spell)
    audit.wrote("spell deleted as an error", spell.person)
    person = spell.person
    db.session.delete(spell)
    db.session.flush()
    _settle(person)
    signals.spell_ended.send(gone)


def add_break(spell: Spell, kind: BreakKind, starts: date, ends: date | None = None) -> Break:
    """Note time away within a spell, which stays open.

    Raises:
        DomainError: it is outside the spell, or they are already away.
    """
    refuse_if(break_refusal(Days(starts, ends), Days(spell.starts, spell.ends), _days_away(spell)))
    made = Break(spell_id=spell.id, kind=kind, starts=starts, ends=_not_after(ends, spell.ends))
    spell.breaks.append(made)
    db.session.flush()
    audit.wrote("time away added", spell, fields=["breaks"])
    return made


def change_break(away: Break, version: int | None, *, kind: BreakKind, starts: date, ends: date | None) -> None:
    """Put time away right, or give it a last day.

    Raises:
        DomainError: it is outside the spell, or they are already away.
        Conflict: somebody else saved it first.
    """
    away.expect(version)
    spell = away.spell
    refuse_if(break_refusal(Days(starts, ends), Days(spell.starts, spell.ends), _days_away(spell, away.id)))
    audit.changed(away, kind=kind, starts=starts, ends=_not_after(ends, spell.ends))
    db.session.flush()
    audit.wrote("time away changed", spell, fields=["breaks"])


def delete_break(away: Break, version: int | None) -> None:
    """Take out time away that never was.

    Raises:
        Conflict: somebody else saved it first.
    """
    away.expect(version)
    spell = away.spell
    spell.breaks.remove(away)
    db.session.delete(away)
    audit.wrote("time away deleted as an error", spell, fields=["breaks"])


def _check(spell: Spell, post: Post) -> None:
    days = Days(spell.starts, spell.ends)
    refuse_if(spell_refusal(days, spell.wte, Days(post.opens, post.closes)))
    rows = rows_of_post(post)
    refuse_if(
        held_refusal(days, [Days(other.starts, other.ends) for other in spells_in([row.id for row in rows], spell.id)])
    )


def _days_away(spell: Spell, except_for: UUID | None = None) -> list[Days]:
    return [Days(away.starts, away.ends) for away in spell.breaks if away.id != except_for]


def _check_breaks(spell: Spell) -> None:
    for away in spell.breaks:
        if not Days(away.starts, away.ends or spell.ends).within(Days(spell.starts, spell.ends)):
            raise DomainError("They were away on days outside these. Change the time away first", "starts")


def _settle(person: Person) -> None:
    """Whoever has a last day in every post needs no confirming by the staff record any more."""
    if person.unconfirmed_since is None:
        return
    goes_on = select(Spell.id).where(Spell.person_id == person.id, Spell.ends.is_(None))
    if db.session.scalar(goes_on) is None:
        person.unconfirmed_since = None


def _shorten_breaks(spell: Spell) -> None:
    for away in list(spell.breaks):
        if spell.ends is not None and away.starts > spell.ends:
            spell.breaks.remove(away)
            db.session.delete(away)
        else:
            away.ends = _not_after(away.ends, spell.ends)


def _not_after(ends: date | None, last: date | None) -> date | None:
    return last if ends is None else ends if last is None else min(ends, last)
