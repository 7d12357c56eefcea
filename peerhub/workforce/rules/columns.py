"""The columns of a staff-record file, and the headings that HR systems give them."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from peerhub.workforce.rules.vocabulary import word_key


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to put right in a file: the line as the person counts it (headings are line 1), the column, words."""

    line: int
    column: str
    message: str


class Column(StrEnum):
    """The columns of our own file, in the order it is written."""

    STAFF_NUMBER = "staff_number"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PREFERRED_NAME = "preferred_name"
    EMAIL = "email"
    EMPLOYER = "employer"
    SERVICE_LINE = "service_line"
    SETTING = "setting"
    TEAM = "team"
    POST_NUMBER = "post_number"
    POSITION_TITLE = "position_title"
    ROLE_KIND = "role_kind"
    BAND = "band"
    WTE = "wte"
    LIVED_EXPERIENCE_ROLE = "lived_experience_role"
    PEER_SERVICE = "peer_service"
    CONTRACT = "contract"
    START_DATE = "start_date"
    END_DATE = "end_date"
    LEAVING_REASON = "leaving_reason"
    DESTINATION = "destination"
    CAMPAIGN = "campaign"


COLUMNS: tuple[Column, ...] = tuple(Column)

REQUIRED_FOR_IMPORT: frozenset[Column] = frozenset(
    {
        Column.STAFF_NUMBER,
        Column.FIRST_NAME,
        Column.LAST_NAME,
        Column.SERVICE_LINE,
        Column.SETTING,
        Column.TEAM,
        Column.POSITION_TITLE,
        Column.LIVED_EXPERIENCE_ROLE,
        Column.PEER_SERVICE,
        Column.START_DATE,
        Column.END_DATE,
    }
)
"""Columns an import cannot do without. End date is one: a file without it would bring every leaver back."""

REQUIRED_FOR_RETENTION: frozenset[Column] = frozenset(
    {Column.STAFF_NUMBER, Column.LIVED_EXPERIENCE_ROLE, Column.PEER_SERVICE, Column.START_DATE, Column.END_DATE}
)
"""Columns the retention calculation cannot do without when it reads a file directly."""

TEXT_COLUMNS: frozenset[Column] = frozenset(
    {
        Column.STAFF_NUMBER,
        Column.FIRST_NAME,
        Column.LAST_NAME,
        Column.PREFERRED_NAME,
        Column.EMAIL,
        Column.EMPLOYER,
        Column.SERVICE_LINE,
        Column.TEAM,
        Column.POST_NUMBER,
        Column.POSITION_TITLE,
        Column.DESTINATION,
        Column.CAMPAIGN,
    }
)
"""Columns that hold free words, where a cell that begins like a formula is refused."""

_OTHER_HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.STAFF_NUMBER: ("Employee Number", "Employee No", "Staff No", "Payroll Number"),
    Column.FIRST_NAME: ("Forename", "Given Name"),
    Column.LAST_NAME: ("Surname", "Family Name"),
    Column.PREFERRED_NAME: ("Known As", "Preferred First Name"),
    Column.EMAIL: ("Email Address", "Work Email", "Office Email Address"),
    Column.EMPLOYER: ("Organisation", "Employing Organisation"),
    Column.SERVICE_LINE: ("Service",),
    Column.SETTING: ("Service Setting",),
    Column.TEAM: ("Team Name", "Ward", "Ward or Team"),
    Column.POST_NUMBER: ("Position Number", "Post No"),
    Column.POSITION_TITLE: ("Post Title", "Job Title"),
    Column.ROLE_KIND: ("Kind of Role", "Peer Role"),
    Column.BAND: ("Grade", "Pay Scale", "Pay Band", "AfC Band"),
    Column.WTE: ("FTE", "Contracted FTE", "Contracted WTE"),
    Column.LIVED_EXPERIENCE_ROLE: ("Lived Experience", "LE Role", "Lived Experience Post"),
    Column.PEER_SERVICE: ("In Peer Service", "Peer Service Post"),
    Column.CONTRACT: ("Assignment Category", "Contract Type", "Type of Contract"),
    Column.START_DATE: (
        "Actual Start Date",
        "Assignment Start Date",
        "Position Start Date",
        "Start Date in Position",
        "Post Start Date",
    ),
    Column.END_DATE: (
        "Leave Date",
        "Last Working Day",
        "Assignment End Date",
        "Position End Date",
        "Actual End Date",
        "Post End Date",
    ),
    Column.LEAVING_REASON: ("Reason for Leaving",),
    Column.DESTINATION: ("Destination On Leaving",),
    Column.CAMPAIGN: ("Recruitment Campaign",),
}

_NOT_THE_SAME: Mapping[Column, Mapping[str, str]] = {
    Column.START_DATE: {
        "Latest Start Date": "the day the person joined the employer",
        "NHS Start Date": "the day the person first joined the NHS",
    },
    Column.END_DATE: {
        "Fixed Term End Date": "the day the contract is due to end",
        "Org End Date": "the day the pay record was closed",
        "Org End Date (P45)": "the day the pay record was closed",
    },
}
"""Headings that look right and mean something else: named to the person, never read."""


def _heading_index() -> Mapping[str, Column]:
    index = {word_key(heading): column for column, headings in _OTHER_HEADINGS.items() for heading in headings}
    return index | {word_key(column): column for column in COLUMNS}


_HEADINGS = _heading_index()


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """Where each column stands in a file (0 is the first), what is wrong with the headings, and those left unread."""

    positions: Mapping[Column, int]
    problems: tuple[Problem, ...]
    not_read: tuple[str, ...]


def match_headings(
    headings: Sequence[str], required: Iterable[Column] = REQUIRED_FOR_IMPORT, line: int = 1
) -> HeadingMatch:
    """Match the headings of a file to our columns, whatever their case, spaces and underscores.

    A column that is missing, or that two headings claim, is a problem in words; other headings are listed as not read.
    """
    claims: dict[Column, list[int]] = {}
    not_read: list[str] = []
    for position, heading in enumerate(headings):
        column = _HEADINGS.get(word_key(heading))
        if column is not None:
            claims.setdefault(column, []).append(position)
        elif heading.strip():
            not_read.append(heading.strip())
    wanted = frozenset(required)
    problems: list[Problem] = []
    for column in COLUMNS:
        places = claims.get(column, [])
        if len(places) > 1:
            problems.append(_repeated(column, [headings[place] for place in places], line))
        elif not places and column in wanted:
            problems.append(_missing(column, not_read, line))
    positions = {column: places[0] for column, places in claims.items()}
    return HeadingMatch(positions, tuple(problems), tuple(not_read))


def match_chosen(headings: Sequence[str], chosen: Mapping[Column, int], line: int = 1) -> HeadingMatch:
    """What somebody chose for each column, as a match; a place the file does not have is as if none was chosen."""
    positions = {column: place for column, place in chosen.items() if 0 <= place < len(headings)}
    times = Counter(positions.values())
    not_read = [heading.strip() for place, heading in enumerate(headings) if place not in times and heading.strip()]
    problems = []
    for column in COLUMNS:
        place = positions.get(column)
        if place is None and column in REQUIRED_FOR_IMPORT:
            problems.append(Problem(line, column, f"Choose the column that holds the {column.replace('_', ' ')}."))
        elif place is not None and times[place] > 1:
            named = f"'{headings[place].strip()}' is chosen more than once. Choose another column for one of them."
            problems.append(Problem(line, column, named))
    return HeadingMatch(positions, tuple(problems), tuple(not_read))


def _repeated(column: Column, found: Sequence[str], line: int) -> Problem:
    return Problem(
        line,
        column,
        f"More than one heading gives {column}: {_named(found)}. Keep one of them and take the others out.",
    )


def doubts(headings: Sequence[str]) -> dict[Column, str]:
    """What to say to somebody who chooses headings for our columns, where it is not clear which."""
    claims: dict[Column, list[str]] = {}
    others = []
    for heading in headings:
        column = _HEADINGS.get(word_key(heading))
        if column is None:
            others.append(heading.strip())
        else:
            claims.setdefault(column, []).append(heading.strip())
    told = {}
    for column in COLUMNS:
        found = claims.get(column, [])
        if len(found) > 1:
            told[column] = f"More than one column may be this one: {_named(found)}. Choose one."
        elif not found and (look := _looks_like(column, others)):
            told[column] = look
        elif not found and column in REQUIRED_FOR_IMPORT:
            told[column] = "We did not find this one by its heading."
    return told


def _looks_like(column: Column, others: Sequence[str]) -> str:
    """What to say of a heading that looks like a column, and may be or is not; nothing where none does."""
    by_key = {word_key(heading): heading for heading in others}
    for heading, meaning in _NOT_THE_SAME.get(column, {}).items():
        if found := by_key.get(word_key(heading)):
            return f"'{found}' is {meaning}, which may not be the same day."
    close = difflib.get_close_matches(word_key(column), by_key, n=1, cutoff=0.75)
    return f"'{by_key[close[0]]}' looks like it." if close else ""


def _named(headings: Iterable[str]) -> str:
    return " and ".join(f"'{heading.strip()}'" for heading in headings)


def _missing(column: Column, not_read: Sequence[str], line: int) -> Problem:
    start = f"There is no column {column}."
    look = _looks_like(column, not_read)
    if look:
        what = f"If it is, change its heading to {column}." if look.endswith("looks like it.") else f"Add {column}."
        return Problem(line, column, f"{start} {look} {what}")
    also = _OTHER_HEADINGS[column][0]
    return Problem(line, column, f"{start} Add it, or change a heading to {column} (we also read '{also}').")
