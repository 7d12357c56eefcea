"""What a load did, or would do, in counts and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from peerhub.workforce.rules.columns import Problem
from peerhub.workforce.rules.places import NewPlace
from peerhub.workforce.rules.plan import Difference, Plan
from peerhub.workforce.rules.rows import SpellRow
from peerhub.workforce.rules.terms import Stay
from peerhub.workforce.rules.vocabulary import recognise
from peerhub.workforce.rules.words import Setting


class Step(StrEnum):
    """What is being done to a file that is worked on."""

    READING = "reading"
    COMPARING = "comparing"
    WRITING = "writing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many rows of a file do what, and what else a load makes. A refused row is in none of the other counts."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    ended: int = 0
    unchanged: int = 0
    refused: int = 0
    new_people: int = 0
    changed_people: int = 0
    new_posts: int = 0
    new_teams: int = 0
    unconfirmed: int = 0
    confirmed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What loading a file did (``is_loaded``) or would do: counts, problems, and teams that PeerHub does not know.

    ``writes`` says whether anything would be written; ``headings_usable`` whether every column was found.
    """

    counts: Counts = Counts()
    problems: tuple[Problem, ...] = ()
    places: tuple[NewPlace, ...] = ()
    is_loaded: bool = False
    writes: bool = True
    headings_usable: bool = True

    def loaded(self) -> Self:
        """The same, done."""
        return replace(self, is_loaded=True)

    def may_load(self, *, only_good: bool) -> bool:
        """Whether something can be loaded: every row, or with ``only_good`` any row at all."""
        if self.counts.rows == 0:
            return False
        return self.counts.refused < self.counts.rows if only_good else not self.problems

    def as_json(self) -> dict[str, Any]:
        """Counts and unknown teams as JSON; problems are kept elsewhere, for there can be thousands."""
        return {
            "counts": asdict(self.counts),
            "places": [asdict(place) for place in self.places],
            "problems": len(self.problems),
            "is_loaded": self.is_loaded,
            "writes": self.writes,
        }


def counts_of(kept: Mapping[str, Any]) -> Counts:
    """The counts kept in :meth:`Outcome.as_json`."""
    held = kept.get("counts", {})
    return Counts(**{field.name: held.get(field.name, 0) for field in fields(Counts)})


def places_of(kept: Mapping[str, Any]) -> list[NewPlace]:
    """The unknown teams kept in :meth:`Outcome.as_json`."""
    return [NewPlace(**place | {"setting": recognise(Setting, place["setting"])}) for place in kept.get("places", [])]


def changes_of(plan: Plan, staff_numbers: Mapping[int, str]) -> Iterator[tuple[int, str, str]]:
    """For each row that changes what is held: its line, whose it is, and what changes, in words."""
    new = {row.line for row, _ in _new_rows(plan)}
    for line, differences in sorted(plan.changed.items()):
        if differences and line not in new:
            yield line, staff_numbers[line], _differences(differences)


def news_of(plan: Plan) -> Iterator[tuple[int, str, str]]:
    """For each row whose spell is not held yet: its line, whose it is, and what is new, in words."""
    new_people = {person.number for person in plan.people if person.held is None}
    new_teams = {(place.line.casefold(), place.team.casefold()) for place in plan.made_places}
    in_new_posts = {stay for post in plan.posts if not post.is_held for stay in post.stays}
    for row, stay in sorted(_new_rows(plan), key=lambda found: found[0].line):
        until = f" to {_said(row.end_date)}" if row.end_date else ""
        whose = f"{row.first_name} {row.last_name}{' (new person)' if row.staff_number in new_people else ''}"
        words = [f"{whose}, {row.position_title} in {row.team} from {_said(row.start_date)}{until}"]
        if stay in in_new_posts:
            words.append("new post")
        if (row.service_line.casefold(), row.team.casefold()) in new_teams:
            words.append("new team")
        if differences := plan.changed.get(row.line):
            words.append(_differences(differences))
        yield row.line, row.staff_number, "; ".join(words)


def _new_rows(plan: Plan) -> Iterator[tuple[SpellRow, Stay]]:
    for spell in plan.spells:
        if spell.is_new and spell.stay.row is not None:
            yield spell.stay.row, spell.stay


def _differences(differences: Iterable[Difference]) -> str:
    return "; ".join(f"{name}: {_said(before)} becomes {_said(after)}" for name, before, after in differences)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(getattr(value, "label", value) or "nothing")


def outcome_of(rows: int, refused: Iterable[Problem], plan: Plan) -> Outcome:
    """What carrying out a plan would do.

    Args:
        rows: how many rows the file has.
        refused: the problems of rows that are not in the plan; those of the plan are added.
    """
    problems = tuple(sorted([*refused, *plan.problems]))
    new = sum(spell.is_new for spell in plan.spells)
    ended = sum(spell.is_ended for spell in plan.spells if spell.stay.row)
    counts = Counts(
        rows=rows,
        new=new,
        ended=ended,
        changed=len(plan.changed) - new - ended,
        unchanged=plan.rows - len(plan.changed),
        refused=rows - plan.rows,
        new_people=sum(person.held is None for person in plan.people),
        changed_people=sum(person.held is not None for person in plan.people),
        new_posts=sum(not post.is_held for post in plan.posts),
        new_teams=len(plan.made_places),
        unconfirmed=len(plan.unconfirmed),
        confirmed=len(plan.confirmed),
    )
    return Outcome(counts, problems, plan.places, writes=plan.writes)
