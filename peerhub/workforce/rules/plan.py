"""What loading a staff record would do: who and what is new, what changes, what stays, and which rows cannot be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from peerhub.workforce.rules.columns import COLUMNS, Column, Problem
from peerhub.workforce.rules.held import Held, HeldPerson, HeldSpell, name_key
from peerhub.workforce.rules.matching import Entry, Posts, WholePost, match
from peerhub.workforce.rules.places import Covers, NewPlace, Place, Places, TeamKey
from peerhub.workforce.rules.refusing import (
    ambiguous,
    elsewhere,
    erased,
    grouped,
    held_out_of_reach,
    other_name,
    terms_in_the_way,
    without_overlaps,
)
from peerhub.workforce.rules.rows import SpellRow
from peerhub.workforce.rules.terms import Stay, Terms, in_the_way, settle, stretch, term_on

DETAILS = ("preferred_name", "email")
"""What a row may change about somebody held. A name never changes by itself: a number typed wrong looks the same."""


FIELDS = {
    "preferred_name": "preferred name",
    "email": "e-mail address",
    "ends": "last day",
    "wte": "WTE",
    "contract": "contract",
    "leaving_reason": "reason for leaving",
    "destination": "destination",
    "campaign": "campaign",
}
TERMS = {
    "title": "title",
    "kind of role": "role_kind",
    "band": "band",
    "lived experience": "lived_experience",
    "peer service": "peer_service",
}
Difference = tuple[str, Any, Any]
"""A field in words, what it was and what it will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a file is to be loaded.

    Attributes:
        today: the day it is.
        covers: whether whoever loads it may do so for a service line and a team.
        columns: those the file has; what it does not have stays as it is.
        may_create: whether an unknown team is to be made.
        is_complete: whether everybody who works here now is in the file.
        present: the staff numbers of every row, good or not.
    """

    today: date
    covers: Covers
    columns: frozenset[Column] = frozenset(COLUMNS)
    may_create: Callable[[TeamKey], bool] = lambda _: False
    is_complete: bool = False
    present: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """Somebody new (``held`` is None), or what changes about somebody held; by the names of our columns."""

    number: str
    held: HeldPerson | None
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class SpellPlan:
    """A spell new or changed, with the fields that differ. ``person`` is the staff number of somebody new."""

    stay: Stay
    person: UUID | str
    values: dict[str, Any]

    @property
    def is_new(self) -> bool:
        """Whether PeerHub does not hold it yet."""
        return self.stay.held is None

    @property
    def is_ended(self) -> bool:
        """Whether it was open and now has a last day."""
        held = self.stay.held
        return held is not None and held.ends is None and self.values.get("ends") is not None


@dataclass(slots=True)
class Plan:
    """What loading would write, and why some rows cannot be loaded.

    Attributes:
        places: the unknown teams that rows name, to be made or not.
        made_places: those that are to be made.
        teams: every team, held or to be made, as posts name theirs.
        posts: every post with a new or changed row of terms.
        changed: by line, what rows change: a field, what it was and what it will be; nothing for what is new.
        rows: how many rows can be loaded at all.
        unconfirmed: people whom a complete file leaves out; ``confirmed`` those who are found again.
    """

    rows: int = 0
    problems: tuple[Problem, ...] = ()
    places: tuple[NewPlace, ...] = ()
    made_places: tuple[Place, ...] = ()
    teams: Mapping[TeamKey, Place] = field(default_factory=dict)
    people: tuple[PersonPlan, ...] = ()
    posts: tuple[WholePost, ...] = ()
    spells: tuple[SpellPlan, ...] = ()
    changed: Mapping[int, Sequence[Difference]] = field(default_factory=dict)
    unconfirmed: tuple[UUID, ...] = ()
    confirmed: tuple[UUID, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything would be written."""
        return any((self.made_places, self.people, self.posts, self.spells, self.unconfirmed, self.confirmed))


def make_plan(held: Held, rows: Sequence[SpellRow], asked: Asked) -> Plan:
    """Compare the good rows of a file with what is held. Rows that cannot be loaded are problems and change nothing."""
    return _Planner(held, asked).plan(rows)


class _Planner:
    def __init__(self, held: Held, asked: Asked) -> None:
        self.held = held
        self.asked = asked
        self.places = Places(held, asked.covers)
        self.posts = Posts(held, self.places.key_of_team)
        self.problems: list[Problem] = []
        self.changed: dict[int, list[Difference]] = defaultdict(list)

    def plan(self, rows: Sequence[SpellRow]) -> Plan:
        """Each step leaves out the rows it refuses; only then is anything settled."""
        entries = self._in_posts(self._known(rows))
        posts = grouped(entries)
        for post, told in posts.items():
            self._settle(post, sorted(told, key=lambda entry: entry.start))
        spells = tuple(self._spells(posts))
        people = tuple(self._people(entries))
        unconfirmed, confirmed = self._confirmations(entries)
        made = sorted({entry.team for entry in entries if entry.team in self.places.unknown})
        return Plan(
            rows=len(entries),
            problems=tuple(sorted(self.problems)),
            places=self.places.new(),
            made_places=tuple(self.places.by_key[key] for key in made),
            teams=self.places.by_key,
            people=people,
            posts=tuple(post for post in posts if post.is_changed),
            spells=spells,
            changed=self.changed,
            unconfirmed=unconfirmed,
            confirmed=confirmed,
        )

    def _known(self, rows: Sequence[SpellRow]) -> list[Entry]:
        """Rows with their team and person, but for those whose team or person will not do."""
        entries = []
        for row in rows:
            team, problem = self.places.find(row)
            person = self.held.person(row.staff_number)
            entry = Entry(row, team, person.key if person else None)
            if problem is None and team in self.places.unknown and not self.asked.may_create(team):
                problem = self.places.refusal(row)
            if problem is None and person and not person.is_erased:
                known = name_key(row.first_name, row.last_name) in person.names
                problem = None if known else other_name(entry)
            if problem is None:
                entries.append(entry)
            else:
                self.problems.append(problem)
        return entries

    def _in_posts(self, entries: list[Entry]) -> list[Entry]:
        """Rows with their post and the spell they tell of, but for those that cannot be beside what is held."""
        doubtful, seen_elsewhere = match(entries, self.posts)
        refused = {entry: ambiguous(entry) for entry in doubtful}
        refused |= {entry: elsewhere(entry) for entry in seen_elsewhere}
        for entry in entries:
            problem = None if entry in refused else self._beside_what_is_held(entry)
            if problem is not None:
                refused[entry] = problem
        self.problems += refused.values()
        kept = []
        for post, told in grouped(entry for entry in entries if entry not in refused).items():
            good, overlaps = without_overlaps(post, told)
            self.problems += overlaps
            kept += good
        return kept

    def _beside_what_is_held(self, entry: Entry) -> Problem | None:
        person = self.held.person(entry.row.staff_number)
        if person and person.is_erased and self._differs(entry):
            return erased(entry)
        post = entry.post
        if post is None or not post.is_held:
            return None
        base = self._base(entry)
        if base is not None and not self.places.reaches(base.team):
            return held_out_of_reach(entry)
        term = in_the_way(post.terms, entry.start, entry.row.end_date, self._wanted(entry))
        return terms_in_the_way(entry, term) if term else None

    def _differs(self, entry: Entry) -> bool:
        held = entry.stay.held if entry.stay else None
        return held is None or bool(self._spell_values(entry.row, held)) or self._wanted(entry) != self._base(entry)

    def _base(self, entry: Entry) -> Terms | None:
        """The terms that hold as far as is known: of the spell told of, else of its post on its first day."""
        term = entry.stay.term if entry.stay else term_on(entry.post.terms, entry.start) if entry.post else None
        return term.terms if term else None

    def _wanted(self, entry: Entry) -> Terms:
        """The terms of a row. What the file does not have, a blank band and mere capitals leave what is held."""
        row, base, columns = entry.row, self._base(entry), self.asked.columns
        title, role_kind, band = row.position_title, row.role_kind, row.band
        if base is not None:
            title = base.title if base.title.casefold() == title.casefold() else title
            role_kind = role_kind if Column.ROLE_KIND in columns else base.role_kind
            band = band or base.band
        return Terms(title, role_kind, band, row.lived_experience_role, row.peer_service, entry.team)

    def _settle(self, post: WholePost, entries: list[Entry]) -> None:
        """Put the rows of one post in their places, in the order of their days."""
        for entry in entries:
            row, wanted = entry.row, self._wanted(entry)
            number, employer = post.number, post.employer
            if post.rename(row.post_number, row.employer):
                self._note(row, ("post number", number, post.number), ("employer", employer, post.employer))
            if entry.stay is None:
                entry.stay = Stay(row.start_date, row.end_date, row=row)
                post.stays.append(entry.stay)
                settle(post.terms, entry.stay, wanted)
                self._note(row)
                continue
            stay, term = entry.stay, entry.stay.term
            stay.row, stay.end = row, row.end_date
            if term is None or term.terms == wanted:
                stretch(post.terms, stay)
                continue
            self._note(row, *self._terms_changed(term.terms, wanted))
            term.release(stay)
            settle(post.terms, stay, wanted)
        if not post.number:
            _close_with_last(post)

    def _note(self, row: SpellRow, *differences: Difference) -> None:
        """Remember that a row changes something, and what."""
        self.changed[row.line] += [found for found in differences if found[1] != found[2]]

    def _terms_changed(self, before: Terms, after: Terms) -> Iterator[Difference]:
        for words, name in TERMS.items():
            yield words, getattr(before, name), getattr(after, name)
        teams = self.places.by_key
        yield "team", teams[before.team].team, teams[after.team].team

    def _spells(self, posts: Mapping[WholePost, Sequence[Entry]]) -> Iterator[SpellPlan]:
        """Every spell of these posts that is new or differs; some only lie in another row of their post now."""
        for post, entries in posts.items():
            new = {entry.stay: entry.person or entry.row.staff_number for entry in entries}
            for stay in post.stays:
                if stay.held is None:
                    yield SpellPlan(stay, new[stay], {})
                    continue
                values = self._spell_values(stay.row, stay.held) if stay.row else {}
                if stay.row is not None and values:
                    self._note(stay.row, *((FIELDS[name], getattr(stay.held, name), values[name]) for name in values))
                if stay.term is not None and (stay.term.held is None or stay.term.held.key != stay.held.post):
                    values["post_id"] = stay.term
                if values:
                    yield SpellPlan(stay, stay.held.person, values)

    def _spell_values(self, row: SpellRow, held: HeldSpell) -> dict[str, Any]:
        """What a row changes about a spell. Only a blank end date says something: that the spell goes on.

        Why somebody left is then taken away with the last day, and otherwise left as it is.
        """
        columns = self.asked.columns
        reason, destination = row.leaving_reason or held.leaving_reason, row.destination or held.destination
        if row.end_date is None:
            is_reopened = held.ends is not None
            reason = None if is_reopened else held.leaving_reason
            destination = "" if is_reopened else held.destination
        told = {
            "ends": row.end_date,
            "wte": row.wte if Column.WTE in columns else held.wte,
            "contract": row.contract if Column.CONTRACT in columns else held.contract,
            "leaving_reason": reason,
            "destination": destination,
            "campaign": row.campaign or held.campaign,
        }
        return {name: value for name, value in told.items() if value != getattr(held, name)}

    def _people(self, entries: Sequence[Entry]) -> Iterator[PersonPlan]:
        """People new or changed; where rows of one person differ, the latest that says something counts."""
        rows: dict[UUID | str, list[SpellRow]] = {}
        for entry in sorted(entries, key=lambda entry: (entry.row.start_date, entry.row.line)):
            rows.setdefault(entry.person or entry.row.staff_number, []).append(entry.row)
        for told in rows.values():
            number, held = told[-1].staff_number, self.held.person(told[-1].staff_number)
            latest = {name: next((row for row in reversed(told) if getattr(row, name)), None) for name in DETAILS}
            values = {name: getattr(row, name) for name, row in latest.items() if row is not None}
            if held is None:
                names = {"first_name": told[-1].first_name, "last_name": told[-1].last_name}
                yield PersonPlan(number, None, names | values)
                continue
            changed = {name: value for name, value in values.items() if value != getattr(held, name)}
            if changed and not held.is_erased and self._reaches_person(held.key):
                for name, row in latest.items():
                    if row is not None and name in changed:
                        self._note(row, (FIELDS[name], getattr(held, name), changed[name]))
                yield PersonPlan(number, held, changed)

    def _reaches_person(self, person: UUID) -> bool:
        return self.asked.covers(None, None) or person in self._reached

    @cached_property
    def _reached(self) -> frozenset[UUID]:
        """People with a spell in a team within reach."""
        return frozenset(
            stay.held.person
            for stay in self.posts.post_of
            if stay.held and stay.term and self.places.reaches(stay.term.terms.team)
        )

    def _confirmations(self, entries: Sequence[Entry]) -> tuple[tuple[UUID, ...], tuple[UUID, ...]]:
        """Whom a complete file leaves out though they have an open spell, and who is found again or has left."""
        today = self.asked.today
        named = {entry.person for entry in entries if entry.person}
        found = {entry.person for entry in entries if entry.person and entry.row.start_date <= today <= entry.last}
        refused = self.asked.present - {entry.row.staff_number for entry in entries}
        found_refused = {self.held.people[number].key for number in refused if number in self.held.people}
        going_on = {
            stay.held.person for stay in self.posts.post_of if stay.held and stay.end is None and stay.start <= today
        }
        people = {person.key: person for person in self.held.people.values()}
        unconfirmed = tuple(
            key
            for key, person in people.items()
            if self.asked.is_complete
            and person.unconfirmed_since is None
            and key in going_on
            and key not in found
            and key not in found_refused
            and self._reaches_person(key)
        )
        confirmed = tuple(
            key
            for key, person in people.items()
            if person.unconfirmed_since is not None and (key in found or (key in named and key not in going_on))
        )
        return unconfirmed, confirmed


def _close_with_last(post: WholePost) -> None:
    """A post without a number is there for whoever is in it: it closes on the last day that a row gives."""
    last = max(post.stays, key=lambda stay: stay.start)
    if last.row is None or last.end is None or last.term is not post.terms[-1]:
        return
    if last.held is None or last.held.ends != last.end:
        last.term.closes = max(last.end, last.term.opens)
