"""Finding the service line and the team that a row names, and what to say when PeerHub does not know them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from peerhub.workforce.rules.columns import Column, Problem
from peerhub.workforce.rules.held import Held
from peerhub.workforce.rules.rows import SpellRow
from peerhub.workforce.rules.words import Setting

TeamKey = tuple[str, str]
"""A service line and a team by name, as compared: capitals make no difference."""

Covers = Callable[[UUID | None, UUID | None], bool]
"""Whether whoever loads the file may do so for a service line and a team; None stands for one that is new."""


def team_code(key: TeamKey) -> str:
    """A short name for a team in forms: the same for the same names."""
    return sha256("\0".join(key).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Place:
    """A team in its service line. Keys are None for what is still to be made; ``team`` is "" for a line alone."""

    line: str
    team: str
    setting: Setting
    line_key: UUID | None
    team_key: UUID | None


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A team of the file that PeerHub does not hold, how many rows name it, and whether its service line is new too."""

    line: str
    team: str
    setting: Setting
    rows: int
    line_is_new: bool

    @property
    def code(self) -> str:
        """A short name for it in forms."""
        return team_code((self.line.casefold(), self.team.casefold()))


class Places:
    """The teams that are held and those a file adds."""

    def __init__(self, held: Held, covers: Covers) -> None:
        self._covers = covers
        self._lines = {line.name.casefold(): line for line in held.lines}
        self._line_names = {line.key: line.name for line in held.lines}
        self._elsewhere: dict[str, str] = {}
        self._closed: dict[TeamKey, date] = {}
        self.by_key: dict[TeamKey, Place] = {}
        self.key_of_team: dict[UUID, TeamKey] = {}
        self.unknown: dict[TeamKey, int] = {}
        self.settings: dict[str, Setting] = {}
        settings = {line.key: line.setting for line in held.lines}
        for team in held.teams:
            name = self._line_names[team.line]
            key = name.casefold(), team.name.casefold()
            self.by_key.setdefault(key, Place(name, team.name, settings[team.line], team.line, team.key))
            self.key_of_team[team.key] = key
            self._elsewhere.setdefault(key[1], name)
            if team.closed_on:
                self._closed[key] = team.closed_on

    def find(self, row: SpellRow) -> tuple[TeamKey, Problem | None]:
        """The key of a row's team, with what is wrong with it; an unknown team is kept in ``unknown``, no problem."""
        key = row.service_line.casefold(), row.team.casefold()
        line = self._lines.get(key[0])
        setting = line.setting if line else self.settings.setdefault(key[0], row.setting)
        if setting is not row.setting:
            return key, self._other_setting(row, setting)
        place = self.by_key.get(key)
        if place is None or place.team_key is None:
            if place is None and key[1] in self._elsewhere:
                return key, self._other_line(row, self._elsewhere[key[1]])
            self.unknown[key] = self.unknown.get(key, 0) + 1
            known = self.by_key.values() if not line else ()
            name = line.name if line else next((p.line for p in known if p.line.casefold() == key[0]), row.service_line)
            place = Place(name, row.team, setting, line.key if line else None, None)
            self.by_key.setdefault(key, place)
        if not self.reaches(key):
            return key, _out_of_reach(row)
        closed_on = self._closed.get(key)
        if closed_on and (row.end_date or date.max) > closed_on:
            return key, _closed(row, closed_on)
        return key, None

    def reaches(self, key: TeamKey) -> bool:
        """Whether whoever loads the file may do so for this team."""
        place = self.by_key.get(key)
        return place is not None and self._covers(place.line_key, place.team_key)

    def refusal(self, row: SpellRow) -> Problem:
        """What to say of a row in an unknown team when new teams are not to be made."""
        if row.service_line.casefold() not in self._lines:
            message = f"PeerHub has no service line called {row.service_line}. Correct it, or choose to create it."
            return Problem(row.line, Column.SERVICE_LINE, message, is_unknown_place=True)
        message = f"{row.service_line} has no team called {row.team}. Correct the name, or choose to create the team."
        return Problem(row.line, Column.TEAM, message, is_unknown_place=True)

    def new(self) -> tuple[NewPlace, ...]:
        """The unknown teams, by service line and name."""
        found = ((self.by_key[key], rows) for key, rows in sorted(self.unknown.items()))
        return tuple(
            NewPlace(place.line, place.team, place.setting, rows, place.line_key is None) for place, rows in found
        )

    def _other_setting(self, row: SpellRow, setting: Setting) -> Problem:
        message = (
            f"{row.service_line} is {row.setting.label.lower()} here and {setting.label.lower()} in what PeerHub "
            "already holds or earlier in this file. A service line has one setting: correct it, or give the other part "
            "its own name."
        )
        return Problem(row.line, Column.SETTING, message)

    def _other_line(self, row: SpellRow, line: str) -> Problem:
        message = (
            f"PeerHub has {row.team} under {line}, not under {row.service_line}. Correct the service line. If it is "
            f"another team of the same name, add it to {row.service_line} in PeerHub first."
        )
        return Problem(row.line, Column.TEAM, message)


def _closed(row: SpellRow, closed_on: date) -> Problem:
    message = (
        f"{row.team} closed on {closed_on:%d/%m/%Y}, and this row goes on after that day. Correct the team or the end "
        "date, or open the team again in PeerHub first."
    )
    return Problem(row.line, Column.TEAM, message)


def _out_of_reach(row: SpellRow) -> Problem:
    message = f"Your role does not reach {row.team}, so you cannot load this row. Ask somebody in HR whose role does."
    return Problem(row.line, Column.TEAM, message)
