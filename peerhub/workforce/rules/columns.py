"""The columns of a staff-record file."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to put right in a file: the line as the person counts it (headings are line 1), the column, words.

    ``is_unknown_place`` where nothing is wrong but that PeerHub does not know the team, which it can make.
    """

    line: int
    column: str
    message: str
    is_unknown_place: bool = False


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

REASON = "reason"
"""The heading of the column that says why a row was refused; not read when the file comes back."""

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

WORKED_OUT: frozenset[Column] = frozenset({Column.SETTING, Column.LIVED_EXPERIENCE_ROLE, Column.PEER_SERVICE})
"""Columns that no HR system has: read from the file, the same for every row, or worked out from what PeerHub holds."""

MAY_BE_WORKED_OUT: frozenset[Column] = WORKED_OUT | {Column.SERVICE_LINE}
"""Columns that can be worked out; the service line only when somebody says so, for many files have it."""
