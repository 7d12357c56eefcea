"""Finding which post and which spell that PeerHub holds a row of a staff record tells of."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from peerhub.workforce.rules.held import Held, HeldPost
from peerhub.workforce.rules.places import TeamKey
from peerhub.workforce.rules.rows import SpellRow
from peerhub.workforce.rules.terms import DAY, Stay, Term, Terms


@dataclass(slots=True, eq=False)
class WholePost:
    """A post with all its terms and everybody who held it, in the order of their days.

    ``number`` is "" without one. ``is_renamed`` when a row gave it a number or an employer.
    """

    number: str
    employer: str
    terms: list[Term] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    is_held: bool = False
    is_renamed: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether it is new, or any row of it differs from what is held."""
        return self.is_renamed or any(term.is_changed for term in self.terms)

    def rename(self, number: str, employer: str) -> bool:
        """Take the number and the employer of a row where it gives them, and say whether they differ.

        All rows of the post share them.
        """
        number, employer = number or self.number, employer or self.employer
        differs = (number.casefold(), employer.casefold()) != (self.number.casefold(), self.employer.casefold())
        if differs:
            self.number, self.employer, self.is_renamed = number, employer, True
        return differs

    def next_of(self, stay: Stay) -> Stay | None:
        """The stay after one of these."""
        place = bisect_right(self.stays, stay.start, key=lambda other: other.start)
        return self.stays[place] if place < len(self.stays) else None


@dataclass(slots=True, eq=False)
class Entry:
    """A row with the person it is about (None: somebody new) and what it tells of: a post, and a stay already held."""

    row: SpellRow
    team: TeamKey
    person: UUID | None
    post: WholePost | None = None
    stay: Stay | None = None

    @property
    def start(self) -> date:
        """The first day of what it tells of, which may be a part of a spell that went on through changed terms."""
        return self.stay.start if self.stay else self.row.start_date

    @property
    def last(self) -> date:
        """The last day, or the end of time."""
        return self.row.end_date or date.max


class Posts:
    """The posts held, by number; and the stays held, by person and first day."""

    def __init__(self, held: Held, team_of: Mapping[UUID, TeamKey]) -> None:
        self.numbered: dict[tuple[str, str], WholePost] = {}
        self.by_number: dict[str, list[WholePost]] = defaultdict(list)
        self.post_of: dict[Stay, WholePost] = {}
        self.by_start: dict[tuple[UUID, date], list[Stay]] = defaultdict(list)
        self.all: list[WholePost] = []
        terms = self._read_posts(held.posts, team_of)
        for spell in sorted(held.spells, key=lambda held: (held.starts, held.key)):
            post, term = terms[spell.post]
            stay = Stay(spell.starts, spell.ends, held=spell)
            term.take(stay)
            post.stays.append(stay)
            self.post_of[stay] = post
            self.by_start[spell.person, spell.starts].append(stay)

    def _read_posts(
        self, rows: Iterable[HeldPost], team_of: Mapping[UUID, TeamKey]
    ) -> dict[UUID, tuple[WholePost, Term]]:
        found: dict[UUID, tuple[WholePost, Term]] = {}
        unnumbered: dict[UUID, WholePost] = {}
        for row in sorted(rows, key=lambda held: (held.opens, held.key)):
            if row.number:
                key = row.employer.casefold(), row.number.casefold()
                post = self.numbered.get(key) or self._add(WholePost(row.number, row.employer, is_held=True))
            else:
                post = unnumbered.get(row.first) or self._add(WholePost("", row.employer, is_held=True))
                unnumbered[row.first] = post
            terms = Terms(row.title, row.role_kind, row.band, row.lived_experience, row.peer_service, team_of[row.team])
            term = Term(terms, row.opens, row.closes, held=row, was=terms)
            post.terms.append(term)
            found[row.key] = post, term
        return found

    def _add(self, post: WholePost) -> WholePost:
        self.all.append(post)
        if post.number:
            self.numbered[post.employer.casefold(), post.number.casefold()] = post
            if post.is_held:
                self.by_number[post.number.casefold()].append(post)
        return post

    def of_number(self, row: SpellRow) -> WholePost | None:
        """The post with exactly this employer and number."""
        if not row.post_number:
            return None
        return self.numbered.get((row.employer.casefold(), row.post_number.casefold()))

    def new(self, row: SpellRow) -> WholePost:
        """A post for a row that tells of none held."""
        return self._add(WholePost(row.post_number, row.employer))

    def also_find(self, post: WholePost, row: SpellRow) -> None:
        """Find a post that has no number yet under the one of a row."""
        self.numbered[row.employer.casefold(), row.post_number.casefold()] = post


def match(entries: list[Entry], posts: Posts) -> tuple[list[Entry], list[Entry]]:
    """Give each entry its post, and its stay where PeerHub holds one that began on the same day.

    A post number says which post. Without one, a row tells of the same person's spell from the same day with the same
    team and title; failing that, of the only spell from that day that no other row tells of. A blank number never takes
    a known one away. Entries that tell of nothing held get a new post, never shared by title.

    Returns the entries whose number several employers have while they name none, and those that seem to be a spell that
    PeerHub holds in another post, one without a number.
    """
    matcher = _Matcher(posts, entries)
    matcher.by_number()
    matcher.by_team_and_title()
    matcher.by_the_only_one_left()
    matcher.by_new_number()
    matcher.onward()
    return matcher.ambiguous, matcher.seen_elsewhere()


class _Matcher:
    def __init__(self, posts: Posts, entries: list[Entry]) -> None:
        self.posts = posts
        self.entries = entries
        self.claimed: set[Stay] = set()
        self.ambiguous: list[Entry] = []
        self.employers: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            if entry.row.employer:
                self.employers[entry.row.post_number.casefold()].add(entry.row.employer.casefold())

    def by_number(self) -> None:
        for entry in self.entries:
            if not entry.row.post_number:
                continue
            entry.post = self._numbered(entry)
            if entry.post is not None:
                held = self._free(entry)
                self._claim(entry, next((stay for stay in held if self.posts.post_of[stay] is entry.post), None))

    def _numbered(self, entry: Entry) -> WholePost | None:
        """The post of this number: of this employer, or of one left blank on either side where there is no doubt."""
        row = entry.row
        employer, number = row.employer.casefold(), row.post_number.casefold()
        exact = self.posts.of_number(row)
        if exact is not None:
            return exact
        known = self.posts.by_number.get(number, [])
        if not employer and len(known) > 1:
            self.ambiguous.append(entry)
            return None
        if not employer:
            return known[0] if known else None
        blank = self.posts.numbered.get(("", number))
        return blank if blank is not None and blank.is_held and len(self.employers[number]) == 1 else None

    def by_team_and_title(self) -> None:
        """Rows that say all the same come first, so that two alike but for their hours are not taken for each other."""
        waiting = [entry for entry in self.entries if not entry.row.post_number]
        for is_numbered in (False, True):
            for closely in (True, False):
                for entry in waiting:
                    if entry.stay is None:
                        self._claim(entry, self._alike(entry, closely=closely, is_numbered=is_numbered))

    def _alike(self, entry: Entry, *, closely: bool, is_numbered: bool) -> Stay | None:
        for stay in self._free(entry):
            post = self.posts.post_of[stay]
            fits = (
                _same_place(entry, stay) and _same_employer(entry, post) and (not closely or _same_hours(entry, stay))
            )
            if bool(post.number) is is_numbered and fits:
                return stay
        return None

    def by_the_only_one_left(self) -> None:
        """Somebody's team or title was put right: no other row, and no other spell without a number, from that day."""
        for entry, stay in self._singles(lambda entry: not entry.row.post_number):
            self._claim(entry, stay)

    def by_new_number(self) -> None:
        """A post without a number has been given one, and PeerHub does not know the number yet."""

        def is_new(entry: Entry) -> bool:
            row = entry.row
            return (
                bool(row.post_number)
                and entry.post is None
                and not self.posts.by_number.get(row.post_number.casefold())
            )

        for entry, stay in self._singles(is_new):
            if _same_place(entry, stay) and self.posts.of_number(entry.row) is None:
                self.posts.also_find(self.posts.post_of[stay], entry.row)
                self._claim(entry, stay)

    def seen_elsewhere(self) -> list[Entry]:
        return [
            entry
            for entry in self.entries
            if entry.row.post_number and entry.stay is None
            if any(not self.posts.post_of[stay].number and _same_place(entry, stay) for stay in self._free(entry))
        ]

    def _singles(self, wanted: Callable[[Entry], bool]) -> list[tuple[Entry, Stay]]:
        waiting: dict[tuple[UUID, date], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.stay is None and entry.person is not None and wanted(entry):
                waiting[entry.person, entry.row.start_date].append(entry)
        found = []
        for entries in waiting.values():
            free = [stay for stay in self._free(entries[0]) if not self.posts.post_of[stay].number]
            if len(entries) == len(free) == 1:
                found.append((entries[0], free[0]))
        return found

    def onward(self) -> None:
        """Where terms changed while somebody stayed, PeerHub holds one spell for each; HR's row is about the last.

        Entries without any post so far get a new one.
        """
        for entry in self.entries:
            if entry.post is None:
                entry.post = self.posts.of_number(entry.row) or self.posts.new(entry.row)
            while entry.stay is not None:
                following = entry.post.next_of(entry.stay)
                if following is None or following in self.claimed or not _goes_on(entry, entry.stay, following):
                    break
                self.claimed.add(following)
                entry.stay = following

    def _free(self, entry: Entry) -> list[Stay]:
        if entry.person is None:
            return []
        held = self.posts.by_start.get((entry.person, entry.row.start_date), [])
        return [stay for stay in held if stay not in self.claimed]

    def _claim(self, entry: Entry, stay: Stay | None) -> None:
        if stay is not None:
            self.claimed.add(stay)
            entry.stay, entry.post = stay, self.posts.post_of[stay]


def _same_place(entry: Entry, stay: Stay) -> bool:
    terms = stay.term.terms if stay.term else None
    return (
        terms is not None and terms.team == entry.team and terms.title.casefold() == entry.row.position_title.casefold()
    )


def _same_hours(entry: Entry, stay: Stay) -> bool:
    held = stay.held
    return held is not None and (held.ends, held.wte) == (entry.row.end_date, entry.row.wte)


def _same_employer(entry: Entry, post: WholePost) -> bool:
    """Whether nothing says that another employer's post is meant; a post without a number may change its employer."""
    named = entry.row.employer.casefold()
    return not (post.number and named and post.employer) or named == post.employer.casefold()


def _goes_on(entry: Entry, stay: Stay, following: Stay) -> bool:
    return (
        stay.held is not None
        and following.held is not None
        and stay.held.person == following.held.person
        and stay.end is not None
        and following.start == stay.end + DAY
        and entry.last >= following.start
    )
