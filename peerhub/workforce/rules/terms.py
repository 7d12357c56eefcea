"""The terms of a post from day to day: changed terms are a new row that follows, and history is never written over."""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from peerhub.workforce.rules.held import HeldPost, HeldSpell
from peerhub.workforce.rules.rows import SpellRow
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
    """A spell's place in a post: its days, the term it lies in, the spell held already and the row that tells of it."""

    start: date
    end: date | None
    held: HeldSpell | None = None
    row: SpellRow | None = None
    term: "Term | None" = None

    @property
    def last(self) -> date:
        """The last day, or the end of time."""
        return self.end or date.max


@dataclass(slots=True, eq=False)
class Term:
    """A post on its terms from a day to a day (both counted; no last day while open), with the stays in it.

    ``held`` is the row that holds it already, and ``was`` its terms there; ``follows`` the term whose other particulars
    a new row takes over.
    """

    terms: Terms
    opens: date
    closes: date | None
    held: HeldPost | None = None
    was: Terms | None = None
    follows: "Term | None" = None
    stays: list[Stay] = field(default_factory=list)

    @property
    def wte(self) -> Decimal:
        """The size of a post that PeerHub has nothing of yet: that of whoever works most in it."""
        return max((stay.row.wte for stay in self.stays if stay.row), default=Decimal(1))

    @property
    def is_changed(self) -> bool:
        """Whether it is new, or differs from the row that holds it."""
        held = self.held
        return held is None or (self.terms, self.opens, self.closes) != (self.was, held.opens, held.closes)

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


def settle(terms: list[Term], stay: Stay, wanted: Terms) -> None:
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
    stretch(terms, stay)


def _add(terms: list[Term], place: int, start: date, wanted: Terms) -> Term:
    """A term where the post was not open: the next begins earlier when it is the same or never held."""
    following = terms[place] if place < len(terms) else None
    if following is not None and _may_open_earlier(terms, place, wanted):
        following.opens, following.terms = start, wanted
        return following
    made = Term(wanted, start, following.opens - DAY if following else None)
    if terms:
        made.follows = terms[place - 1] if place else terms[0]
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
    return Term(terms, opens, closes, follows=former)


def in_the_way(terms: list[Term], start: date, end: date | None, wanted: Terms) -> Term | None:
    """Terms that begin on one of these days and that nobody has held yet: a stay on other terms cannot run over them.

    A post that was first opened later than somebody started in it only opens earlier, and is not in the way.
    """
    place = bisect_right(terms, start, key=_opens)
    later = terms[place:]
    if not (place and terms[place - 1].covers(start)) and later and _may_open_earlier(terms, place, wanted):
        later = later[1:]
    return next((term for term in later if not term.stays and (end is None or term.opens <= end)), None)


def _may_open_earlier(terms: list[Term], place: int, wanted: Terms) -> bool:
    return terms[place].terms == wanted or (place == 0 and not terms[place].stays)


def stretch(terms: list[Term], stay: Stay) -> None:
    """Keep the term of a stay open as long as the stay. Terms that follow begin later where they must.

    None of them may be :func:`in_the_way`.
    """
    term, end = stay.term, stay.end
    if term is None or term.closes is None or (end is not None and end <= term.closes):
        return
    place = bisect_right(terms, term.opens, key=_opens)
    following = terms[place] if place < len(terms) else None
    if following is not None and end is not None and end >= following.opens:
        following.opens = end + DAY
    term.closes = end
