"""Rows that cannot be loaded beside what PeerHub holds: which they are, and what to say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from peerhub.workforce.rules.columns import Column, Problem
from peerhub.workforce.rules.matching import Entry, WholePost
from peerhub.workforce.rules.terms import Stay, Term


def other_name(entry: Entry) -> Problem:
    """A staff number that belongs to another name."""
    number = entry.row.staff_number
    message = (
        f"Staff number {number} has another name in what PeerHub already holds. Correct the number. If the person has "
        "changed their name, change it on their page in PeerHub first."
    )
    return Problem(entry.row.line, Column.STAFF_NUMBER, message)


def erased(entry: Entry) -> Problem:
    """Somebody whose record was erased comes back in a file."""
    message = (
        "The record of this person was erased, so PeerHub cannot load new details about them. Take the row out of the "
        "file."
    )
    return Problem(entry.row.line, Column.STAFF_NUMBER, message)


def ambiguous(entry: Entry) -> Problem:
    """A post number that several employers have."""
    message = f"More than one employer has a post {entry.row.post_number}. Say which under employer."
    return Problem(entry.row.line, Column.POST_NUMBER, message)


def elsewhere(entry: Entry) -> Problem:
    """A spell that PeerHub seems to hold in a post without a number."""
    row = entry.row
    message = (
        f"PeerHub holds this person in a post without a number, as {row.position_title} in {row.team} from the same "
        f"day, and it also knows post {row.post_number}. If they are the same post, move the person to "
        f"{row.post_number} in PeerHub first."
    )
    return Problem(row.line, Column.POST_NUMBER, message)


def held_out_of_reach(entry: Entry) -> Problem:
    """A row that would change a post of a team beyond reach."""
    message = (
        "PeerHub holds this post in a team that your role does not reach, so you cannot load this row. Ask somebody in "
        "HR whose role does."
    )
    return Problem(entry.row.line, Column.POST_NUMBER if entry.row.post_number else Column.TEAM, message)


def terms_in_the_way(entry: Entry, term: Term) -> Problem:
    """A spell that would run over new terms that its post has from a later day."""
    message = (
        f"In PeerHub this post changes on {term.opens:%d/%m/%Y}, which is within this spell. Give an end date before "
        "that day, or correct the post in PeerHub first."
    )
    return Problem(entry.row.line, Column.END_DATE, message)


def without_overlaps(post: WholePost, entries: list[Entry]) -> tuple[list[Entry], list[Problem]]:
    """The entries of a post that nobody else holds it beside, and what is wrong with the others.

    What is held already stays where a row cannot be loaded; of two rows the later line is refused.
    """
    kept = list(entries)
    problems: list[Problem] = []
    while True:
        refused = dict(_overlapping(post, kept))
        if not refused:
            return kept, problems
        problems += refused.values()
        kept = [entry for entry in kept if entry not in refused]


def _overlapping(post: WholePost, entries: list[Entry]) -> Iterator[tuple[Entry, Problem]]:
    told_of = {entry.stay for entry in entries}
    held = [stay for stay in post.stays if stay.held and stay not in told_of]
    places: list[Entry | Stay] = sorted([*held, *entries], key=_first_day)
    longest: Entry | Stay | None = None
    for place in places:
        if longest is None or place.start > longest.last:
            longest = place
            continue
        refused, other = _which(longest, place)
        if isinstance(refused, Entry):
            yield refused, _overlap(refused, other)
        if refused is longest or (refused is not place and place.last > longest.last):
            longest = place


def _first_day(place: Entry | Stay) -> tuple[date, int]:
    return place.start, place.row.line if isinstance(place, Entry) else 0


def _which(one: Entry | Stay, other: Entry | Stay) -> tuple[Entry | Stay | None, Entry | Stay]:
    """Which of two that share a day gives way, and to which; None where both are held so already."""
    if isinstance(one, Entry) and isinstance(other, Entry):
        return (one, other) if one.row.line > other.row.line else (other, one)
    if isinstance(one, Entry):
        return one, other
    return (other, one) if isinstance(other, Entry) else (None, one)


def _overlap(entry: Entry, other: Entry | Stay) -> Problem:
    row = entry.row
    post = f"Post {row.post_number}" if row.post_number else "This post"
    if isinstance(other, Stay) and other.held and other.held.person == entry.person:
        message = (
            f"PeerHub holds this person in this post from {other.start:%d/%m/%Y}, and this row from "
            f"{row.start_date:%d/%m/%Y} shares days with that. If the start date was wrong in PeerHub, correct it on "
            "their page first."
        )
        return Problem(row.line, Column.START_DATE, message)
    where = f"line {other.row.line}" if isinstance(other, Entry) else "what PeerHub already holds"
    message = (
        f"{post} is also held on some of these days in {where}. Correct the dates; for a job share give each person a "
        "post number of their own."
    )
    return Problem(row.line, Column.POST_NUMBER, message)


def grouped(entries: Iterable[Entry]) -> dict[WholePost, list[Entry]]:
    """Entries by their post."""
    found: dict[WholePost, list[Entry]] = {}
    for entry in entries:
        if entry.post is not None:
            found.setdefault(entry.post, []).append(entry)
    return found
