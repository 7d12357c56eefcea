"""The terms of a post from day to day: changed terms are a new row that follows, and history is never written over."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from peerhub.workforce.rules.words import Band, RoleKind

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a post is, apart from who holds it. ``team`` is the key under which the team is looked up."""

    title: str
    role_kind: RoleKind
    band: Band | None
    lived_experience: bool
    peer_service: bool
    team: tuple[str, str]


@dataclass(slots=True, eq=False)
class Stay:
    """A spell's place in a post: the day it starts, and the term it lies in."""

    start: date
    term: "Term | None" = None


@dataclass(slots=True, eq=False)
class Term:
    """A post on its terms from a day to a day (both counted; no last day while open), with the stays in it.

    ``key`` is that of the row that holds it already; ``follows`` the term whose other particulars a new row takes over.
    """

    terms: Terms
    opens: date
    closes: date | None
    number: str = ""
    employer: str = ""
    wte: Decimal = Decimal(1)
    key: UUID | None = None
    follows: "Term | None" = None
    stays: list[Stay] = field(default_factory=list)

    def covers(self, day: date) -> bool:
        """Whether the post is open on these terms on that day."""
        return self.opens <= day and (self.closes is None or day <= self.closes)

    def take(self, stay: Stay) -> None:
        """Put a stay into this term."""
        stay.term = self
        insort(self.stays, stay, key=_start)

    def release(self, stay: Stay) -> None:
        """Take a stay out of this term."""
        self.stays = [held for held in self.stays if held is not stay]
        stay.term = None


def _start(stay: Stay) -> date:
    return stay.start


def _opens(term: Term) -> date:
    return term.opens


def term_on(terms: list[Term], day: date) -> Term | None:
    """The term that holds on a day, else the last before it, else the first of all; None where there is none.

    ``terms`` are in the order they open.
    """
    if not terms:
        return None
    return terms[max(0, bisect_right(terms, day, key=_opens) - 1)]


def settle(terms: list[Term], stay: Stay, end: date | None, wanted: Terms) -> Term:
    """Put a stay that lies in no term yet where its terms hold, and change the terms of the post where they do not.

    ``terms`` are those of one post number in the order they open, and stay so; no two stays share a day. New terms hold
    from the stay's start: the former close the day before, and hold again from the next stay that keeps to them.
    """
    place = bisect_right(terms, stay.start, key=_opens) - 1
    here = terms[place] if place >= 0 and terms[place].covers(stay.start) else None
    if here is None:
        found = _add(terms, place + 1, stay.start, wanted)
    elif here.terms == wanted:
        found = here
    else:
        found = _change(terms, place, stay.start, wanted)
    found.take(stay)
    stretch(terms, found, end)
    return found


def _add(terms: list[Term], place: int, start: date, wanted: Terms) -> Term:
    """A term where the post was not open: the next one begins earlier when its terms are these."""
    following = terms[place] if place < len(terms) else None
    if following is not None and following.terms == wanted:
        following.opens = start
        return following
    made = Term(wanted, start, following.opens - DAY if following else None)
    if terms:
        pattern = terms[place - 1] if place else terms[0]
        made.follows, made.number, made.employer = pattern, pattern.number, pattern.employer
    terms.insert(place, made)
    return made


def _change(terms: list[Term], place: int, start: date, wanted: Terms) -> Term:
    here = terms[place]
    split = bisect_right(here.stays, start, key=_start)
    later = here.stays[split:]
    if here.opens == start and not here.stays:
        here.terms = wanted
        return here
    until = later[0].start - DAY if later else here.closes
    if here.opens == start and later and split == 0:
        before = terms[place - 1] if place else None
        here.opens = later[0].start
        if before is not None and before.terms == wanted and before.closes == start - DAY:
            before.closes = until
            return before
        made = _following(here, wanted, start, until)
        terms.insert(place, made)
        return made
    made = _following(here, wanted, start, until)
    terms.insert(place + 1, made)
    if later:
        again = _following(here, here.terms, later[0].start, here.closes)
        terms.insert(place + 2, again)
        here.stays = here.stays[:split]
        for stay in later:
            again.take(stay)
    here.closes = max(start - DAY, here.opens)
    return made


def _following(former: Term, terms: Terms, opens: date, closes: date | None) -> Term:
    return Term(terms, opens, closes, number=former.number, employer=former.employer, wte=former.wte, follows=former)


def stretch(terms: list[Term], term: Term, end: date | None) -> None:
    """Keep a term open as long as a stay in it. A term that follows gives way unless nobody has held it."""
    if term.closes is None or (end is not None and end <= term.closes):
        return
    place = bisect_right(terms, term.opens, key=_opens)
    following = terms[place] if place < len(terms) else None
    if following is None or (end is not None and end < following.opens):
        term.closes = end
    elif following.stays and end is not None and end < following.stays[0].start:
        following.opens, term.closes = end + DAY, end
    else:
        term.closes = max(term.closes, following.opens - DAY)
