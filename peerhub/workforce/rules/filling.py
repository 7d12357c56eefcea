"""What a file does not say, filled in for every row: the same value, or worked out from what PeerHub holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from peerhub.workforce.rules.cells import read_flag, read_word, text_of
from peerhub.workforce.rules.columns import MAY_BE_WORKED_OUT, WORKED_OUT, Column, Problem
from peerhub.workforce.rules.dates import Cell, Unusable, read_date
from peerhub.workforce.rules.vocabulary import recognise, recognise_yes_no
from peerhub.workforce.rules.words import Contract, RoleKind, Setting

WORK_OUT = "auto"
"""Stands for "work it out" where a value would be."""
SETTABLE: frozenset[Column] = WORKED_OUT | {Column.SERVICE_LINE, Column.EMPLOYER, Column.CONTRACT, Column.CAMPAIGN}
"""Columns that can be the same for every row of a file."""
PEERS = frozenset(
    {
        RoleKind.PEER_SUPPORT_WORKER,
        RoleKind.SENIOR_PEER_SUPPORT_WORKER,
        RoleKind.PEER_SUPERVISOR,
        RoleKind.PEER_LEAD,
        RoleKind.HEAD_OF_PEER_WORK,
    }
)
"""Kinds of role that are lived experience roles of the peer service by their name."""
_UNCLEAR = {
    Column.LIVED_EXPERIENCE_ROLE: "whether this is a lived experience role",
    Column.PEER_SERVICE: "whether this post is part of the peer service",
}


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A row of a numbered post: whose it is, from when, and whether it is a lived experience and a peer post."""

    number: str
    employer: str
    opens: date
    lived_experience: bool
    peer_service: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What PeerHub holds that a file may leave out. ``teams`` are by name, with the service lines that have one."""

    lines: Mapping[str, Setting] = field(default_factory=dict)
    teams: Mapping[str, frozenset[str]] = field(default_factory=dict)
    posts: Mapping[str, tuple[KnownPost, ...]] = field(default_factory=dict)


def known_of(
    lines: Iterable[tuple[str, Setting]], teams: Iterable[tuple[str, str]], posts: Iterable[KnownPost]
) -> Known:
    """Service lines, teams (each with its line) and numbered posts, to be found by name whatever their capitals."""
    lines_of: dict[str, set[str]] = defaultdict(set)
    for name, line in teams:
        lines_of[name.casefold()].add(line)
    numbered: dict[str, list[KnownPost]] = defaultdict(list)
    for post in sorted(posts, key=lambda post: post.opens):
        numbered[post.number.casefold()].append(post)
    return Known(
        {name.casefold(): setting for name, setting in lines},
        {name: frozenset(found) for name, found in lines_of.items()},
        {number: tuple(found) for number, found in numbered.items()},
    )


def unusable_value(column: Column, value: str) -> str | None:
    """Why a value cannot be given for every row of a column, in words; None where it can."""
    if value == WORK_OUT and column in MAY_BE_WORKED_OUT:
        return None
    try:
        if column is Column.SETTING:
            read_word(Setting, value)
        elif column is Column.CONTRACT:
            read_word(Contract, value)
        elif column in WORKED_OUT:
            read_flag(value)
    except Unusable as unusable:
        return str(unusable)
    return None


def fill(
    line: int, cells: Mapping[Column, Cell], given: Mapping[Column, str], known: Known
) -> tuple[dict[Column, Cell], list[Problem]]:
    """The cells of a row with what was given for every row, and what could not be worked out.

    Args:
        cells: without the apostrophe that protects a cell in our own files.
    """
    filled: dict[Column, Cell] = dict(cells)
    filled |= {column: value for column, value in given.items() if value != WORK_OUT}
    problems = []
    if given.get(Column.SERVICE_LINE) == WORK_OUT:
        filled[Column.SERVICE_LINE] = found = _known_line(filled, known)
        if not found:
            problems.append(Problem(line, Column.SERVICE_LINE, _no_line(_text(filled, Column.TEAM))))
    if Column.SETTING in given and (setting := _known_setting(filled, known)):
        filled[Column.SETTING] = setting.value
    elif given.get(Column.SETTING) == WORK_OUT:
        problems.append(Problem(line, Column.SETTING, _no_setting(_text(filled, Column.SERVICE_LINE))))
    if WORK_OUT in (given.get(Column.LIVED_EXPERIENCE_ROLE), given.get(Column.PEER_SERVICE)):
        problems += _fill_flags(line, filled, given, known)
    return filled, problems


def _known_line(cells: Mapping[Column, Cell], known: Known) -> str:
    """The only service line that has a team of this name; "" where none has, or several."""
    lines = known.teams.get(_text(cells, Column.TEAM).casefold(), frozenset())
    return next(iter(lines)) if len(lines) == 1 else ""


def _known_setting(cells: Mapping[Column, Cell], known: Known) -> Setting | None:
    """Of the service line, or of the team where only one service line has a team of that name."""
    line = _text(cells, Column.SERVICE_LINE).casefold()
    return known.lines.get(line) or known.lines.get(_known_line(cells, known).casefold())


def _no_line(team: str) -> str:
    if not team:
        return "The service line follows from the team, which this row does not have."
    return (
        f"PeerHub knows no team called {team}, or more than one, so it cannot work out its service line. Add the team "
        "in PeerHub first, or choose a column that holds the service line."
    )


def _no_setting(line: str) -> str:
    if not line:
        return "The setting follows from the service line, which this row does not have."
    return (
        f"PeerHub does not know {line}, so it cannot work out its setting. Choose one setting for every row, or add "
        "the service line in PeerHub first."
    )


def _fill_flags(line: int, cells: dict[Column, Cell], given: Mapping[Column, str], known: Known) -> list[Problem]:
    """Put in yes or no as the post says, or else the kind of role, or else the other of the two."""
    lived_experience, peer_service = _of_post(cells, known) or _of_kind(cells)
    if given.get(Column.PEER_SERVICE) != WORK_OUT:
        peer_service = recognise_yes_no(_text(cells, Column.PEER_SERVICE))
    if given.get(Column.LIVED_EXPERIENCE_ROLE) != WORK_OUT:
        lived_experience = recognise_yes_no(_text(cells, Column.LIVED_EXPERIENCE_ROLE))
    if lived_experience is None and peer_service:
        lived_experience = True
    if peer_service is None and lived_experience is False:
        peer_service = False
    problems = []
    for column, flag in ((Column.LIVED_EXPERIENCE_ROLE, lived_experience), (Column.PEER_SERVICE, peer_service)):
        if given.get(column) != WORK_OUT:
            continue
        cells[column] = "yes" if flag else "no"
        if flag is None:
            message = (
                f"PeerHub cannot work out from '{_text(cells, Column.POSITION_TITLE)}' {_UNCLEAR[column]}. Choose a "
                "column that says so, the same for every row, or a column with the kind of role."
            )
            problems.append(Problem(line, column, message))
    return problems


def _of_post(cells: Mapping[Column, Cell], known: Known) -> tuple[bool | None, bool | None] | None:
    """What PeerHub holds of the post with this number, on the terms it has on the first day of the row."""
    posts = known.posts.get(_text(cells, Column.POST_NUMBER).casefold(), ())
    employer = _text(cells, Column.EMPLOYER).casefold()
    same = [post for post in posts if not employer or not post.employer or post.employer.casefold() == employer]
    if not same:
        return None
    try:
        start = read_date(cells.get(Column.START_DATE)) or date.min
    except Unusable:
        start = date.min
    post = next((post for post in reversed(same) if post.opens <= start), same[0])
    return post.lived_experience, post.peer_service


def _of_kind(cells: Mapping[Column, Cell]) -> tuple[bool | None, bool | None]:
    kind = recognise(RoleKind, _text(cells, Column.ROLE_KIND)) or recognise(
        RoleKind, _text(cells, Column.POSITION_TITLE)
    )
    if kind in PEERS:
        return True, True
    return (True if kind is RoleKind.LIVED_EXPERIENCE_LEADERSHIP else None), None


def _text(cells: Mapping[Column, Cell], column: Column) -> str:
    return text_of(cells.get(column))
