"""Carrying out the plan of a load: new rows in bulk, changed ones through their row, each told to the audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from peerhub.access import audit
from peerhub.core import scope
from peerhub.core.database import count_anew, db
from peerhub.core.time import today
from peerhub.workforce import signals
from peerhub.workforce.models import Break, Person, Post, ServiceLine, Spell, Team
from peerhub.workforce.rules.matching import WholePost
from peerhub.workforce.rules.places import Place, TeamKey
from peerhub.workforce.rules.plan import PersonPlan, Plan, SpellPlan
from peerhub.workforce.rules.posts import PEER_ROLES
from peerhub.workforce.rules.terms import Term

Row = TypeVar("Row", Person, Post, Spell)
Done = list[tuple[str, str, UUID, dict[str, Any]]]
"""What was done, to a row of which table, with which facts: the audit log's entries to be."""
Progress = Callable[[str], None]
"""Told what is being done now."""

AT_ONCE = 500
BY_A_FILE = "by staff record"


def tell_nobody(_what: str) -> None:
    """Progress that nobody asked about."""


def carry_out(plan: Plan, on_progress: Progress = tell_nobody) -> None:
    """Carry out a plan: teams, people, posts, spells; an audit entry for each row written, and the signals of spells.

    What is new is inserted in bulk; what is changed goes through its row, so that whoever has it open is told.
    """
    on_progress("Writing people and posts")
    done: Done = []
    made = _make_places(plan.made_places, done)
    people = _write_people(plan, done)
    posts = _write_posts(plan, made, done)
    on_progress("Writing spells")
    written = _write_spells(plan.spells, people, posts, done)
    _confirm(plan, done)
    db.session.flush()
    audit.wrote_many(done, scope.current())
    on_progress("Telling the rest of PeerHub")
    _tell(written, people, posts)
    count_anew()


def _insert(model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        owner = scope.current()
        db.session.execute(
            insert(model).execution_options(render_nulls=True), [row | {"organisation_id": owner} for row in rows]
        )


def _by_key(model: type[Row], keys: Iterable[UUID]) -> dict[UUID, Row]:
    wanted = list(keys)
    found: dict[UUID, Row] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = db.session.scalars(select(model).where(model.id.in_(wanted[start : start + AT_ONCE])))
        found |= {row.id: row for row in some}
    return found


def _make_places(places: Iterable[Place], done: Done) -> dict[TeamKey, UUID]:
    """Make unknown service lines and teams, and give the keys of the teams made and of their lines."""
    lines: dict[str, UUID] = {}
    new_lines: list[dict[str, Any]] = []
    teams: list[dict[str, Any]] = []
    made: dict[TeamKey, UUID] = {}
    for place in places:
        name = place.line.casefold()
        line = place.line_key or lines.get(name)
        if line is None:
            line = lines[name] = uuid7()
            new_lines.append({"id": line, "name": place.line, "setting": place.setting})
            done.append((f"service line added {BY_A_FILE}", ServiceLine.__tablename__, line, {}))
        key = made[name, place.team.casefold()] = uuid7()
        teams.append({"id": key, "service_line_id": line, "name": place.team})
        done.append((f"team added {BY_A_FILE}", Team.__tablename__, key, {}))
    _insert(ServiceLine, new_lines)
    _insert(Team, teams)
    return made


def _write_people(plan: Plan, done: Done) -> dict[str, UUID]:
    """Add and change people, and give the keys of the new ones by staff number. Their spells' entries tell of them."""
    new = {person.number: uuid7() for person in plan.people if person.held is None}
    blank = {"preferred_name": "", "email": ""}
    _insert(
        Person,
        [
            blank | person.values | {"id": new[person.number], "staff_number": person.number}
            for person in plan.people
            if person.held is None
        ],
    )
    changed: dict[UUID, PersonPlan] = {person.held.key: person for person in plan.people if person.held}
    for key, row in _by_key(Person, changed).items():
        fields = audit.changed(row, **changed[key].values)
        done.append((f"person changed {BY_A_FILE}", Person.__tablename__, key, {"fields": fields}))
    return new


def _write_posts(plan: Plan, made: Mapping[TeamKey, UUID], done: Done) -> dict[Term, UUID]:
    """Write new and changed rows of terms, and give the keys of all of them."""
    terms = [(post, term) for post in plan.posts for term in post.terms]
    rows = _by_key(Post, {term.held.key for _, term in terms if term.held})
    keys = {term: term.held.key if term.held else uuid7() for _, term in terms}
    new = []
    for post, term in terms:
        team = plan.teams[term.terms.team].team_key or made[term.terms.team]
        values = _terms_of(post, term) | {"team_id": team}
        row = rows.get(keys[term])
        if row is None:
            new.append(values | {"id": keys[term]} | _handed_on(term, rows, keys))
        elif term.is_changed or post.is_renamed:
            is_peer = term.terms.peer_service or term.terms.role_kind in PEER_ROLES
            fields = audit.changed(row, **values, counted_in_numbers=row.counted_in_numbers and not is_peer)
            done.append((f"post changed {BY_A_FILE}", Post.__tablename__, row.id, {"fields": fields}))
    _insert(Post, new)
    return keys


def _terms_of(post: WholePost, term: Term) -> dict[str, Any]:
    terms = term.terms
    return {
        "number": post.number or None, "employer": post.employer, "title": terms.title, "role_kind": terms.role_kind,
        "band": terms.band, "lived_experience": terms.lived_experience, "peer_service": terms.peer_service,
        "opens": term.opens, "closes": term.closes,
    }  # fmt: skip


def _handed_on(term: Term, rows: Mapping[UUID, Post], keys: Mapping[Term, UUID]) -> dict[str, Any]:
    """What a staff record does not tell of a post: taken over from its former terms where there are any."""
    former = term
    while former.held is None and former.follows is not None:
        former = former.follows
    if former.held is None:
        first = None if former is term else keys[former]
        return {"first_id": first, "wte": former.wte, "funding": "", "funding_ends": None}
    row = rows[former.held.key]
    return {
        "first_id": row.first_id or row.id, "wte": row.wte, "funding": row.funding, "funding_ends": row.funding_ends,
    }  # fmt: skip


def _write_spells(
    spells: Sequence[SpellPlan], people: Mapping[str, UUID], posts: Mapping[Term, UUID], done: Done
) -> list[tuple[SpellPlan, UUID]]:
    """Write new and changed spells, and give each with its key."""
    written = [(spell, spell.stay.held.key if spell.stay.held else uuid7()) for spell in spells]
    new = []
    for spell, key in written:
        if spell.is_new:
            new.append(_new_spell(spell, people, posts) | {"id": key})
            done.append((f"spell started {BY_A_FILE}", Spell.__tablename__, key, {}))
    _insert(Spell, new)
    changed = {key: spell for spell, key in written if not spell.is_new}
    for key, row in _by_key(Spell, changed).items():
        values = dict(changed[key].values)
        if "post_id" in values:
            values["post_id"] = _post_of(values["post_id"], posts)
        fields = audit.changed(row, **values)
        what = "ended" if changed[key].is_ended else "changed"
        done.append((f"spell {what} {BY_A_FILE}", Spell.__tablename__, key, {"fields": fields}))
    _shorten_breaks({key: spell.values["ends"] for key, spell in changed.items() if spell.values.get("ends")})
    return written


def _new_spell(spell: SpellPlan, people: Mapping[str, UUID], posts: Mapping[Term, UUID]) -> dict[str, Any]:
    stay = spell.stay
    row = stay.row
    if row is None:
        raise ValueError("a new spell comes from a row")
    return {
        "person_id": people[spell.person] if isinstance(spell.person, str) else spell.person,
        "post_id": _post_of(stay.term, posts), "starts": row.start_date, "ends": row.end_date, "wte": row.wte,
        "contract": row.contract, "leaving_reason": row.leaving_reason if row.end_date else None,
        "destination": row.destination if row.end_date else "", "campaign": row.campaign,
    }  # fmt: skip


def _post_of(term: Term | None, posts: Mapping[Term, UUID]) -> UUID:
    """The key of the row of terms a spell lies in: just written, or held and left as it is."""
    if term is None:
        raise ValueError("a settled spell lies in a term")
    return term.held.key if term.held else posts[term]


def _shorten_breaks(ends: Mapping[UUID, date]) -> None:
    """Time away ends with its spell; what would begin after it never was."""
    for away in _breaks(list(ends)):
        last = ends[away.spell_id]
        if away.starts > last:
            db.session.delete(away)
        elif away.ends is None or away.ends > last:
            away.ends = last


def _breaks(spells: Sequence[UUID]) -> list[Break]:
    found: list[Break] = []
    for start in range(0, len(spells), AT_ONCE):
        found += db.session.scalars(select(Break).where(Break.spell_id.in_(spells[start : start + AT_ONCE])))
    return found


def _confirm(plan: Plan, done: Done) -> None:
    """Note whom a complete file leaves out, and who is found again."""
    since = dict.fromkeys(plan.unconfirmed, today()) | dict.fromkeys(plan.confirmed)
    for key, row in _by_key(Person, since).items():
        row.unconfirmed_since = since[key]
        what = "unconfirmed" if since[key] else "confirmed"
        done.append((f"person {what} {BY_A_FILE}", Person.__tablename__, key, {}))


def _tell(written: Iterable[tuple[SpellPlan, UUID]], people: Mapping[str, UUID], posts: Mapping[Term, UUID]) -> None:
    """Send the signals of spells that start, and of those that have an end they did not have."""
    for spell, key in written:
        stay = spell.stay
        person = people[spell.person] if isinstance(spell.person, str) else spell.person
        post = _post_of(stay.term, posts)
        if spell.is_new:
            signals.spell_started.send(signals.SpellStarted(key, person, post, stay.start))
        ends = stay.end if spell.is_new else spell.values.get("ends")
        if ends is not None:
            signals.spell_ended.send(signals.SpellEnded(key, person, post, ends))
