"""The forms that take a staff-record file from upload to load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import ascii_uppercase

from wtforms import BooleanField, FileField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from peerhub.core.fields import VersionedForm, offered
from peerhub.core.forms import Form
from peerhub.workforce.rules.column_match import HeadingMatch, doubts, match_chosen
from peerhub.workforce.rules.columns import COLUMNS, REQUIRED_FOR_IMPORT, WORKED_OUT, Column
from peerhub.workforce.rules.filling import WORK_OUT
from peerhub.workforce.rules.places import NewPlace
from peerhub.workforce.rules.words import Setting

NOT_IN_FILE = ""
EVERY_ROW = "same:"
"""Comes before a value that is chosen for every row."""
YES_NO = [("yes", "Yes"), ("no", "No")]
HOW_WORKED_OUT: Mapping[Column, str] = {
    Column.SETTING: (
        "If no column says it, PeerHub can work it out from the service lines and teams it knows. A setting for every "
        "row is used for the others."
    ),
    Column.LIVED_EXPERIENCE_ROLE: (
        "If no column says it, PeerHub can work it out from the post numbers it knows, or from a kind of role or title "
        "such as Peer support worker."
    ),
    Column.PEER_SERVICE: "If no column says it, PeerHub can work it out in the same way.",
}
MOST_TEAMS_TICKED = 100
"""With more unknown teams than this, the column is most likely the wrong one; they are then made together or not."""
ALL_TEAMS = "all"
MOST_FIGURES = 5
"""Of the place of a column: no file has more columns than that."""
SAID: Mapping[Column, str] = {
    Column.WTE: "Whole time equivalent (WTE)",
    Column.EMAIL: "E-mail address",
    Column.LIVED_EXPERIENCE_ROLE: "Lived experience role",
    Column.PEER_SERVICE: "Part of the peer service",
    Column.ROLE_KIND: "Kind of role",
    Column.END_DATE: "End date (the last day worked)",
    Column.START_DATE: "Start date (the first day in this post)",
}
"""What a column is called on the page, where its name alone does not say it."""


class UploadForm(Form):
    """A file to load."""

    file = FileField(
        "Staff record file",
        description="A CSV file or an Excel workbook (.xlsx). Nothing is loaded until you have seen what it would do.",
        render_kw={"accept": ".csv,.tsv,.txt,.xlsx"},
    )

    def taken(self) -> tuple[str, bytes] | None:
        """The name and content of the file, or None with an error beside the field where none was chosen."""
        sent = self.file.data
        if sent is None or not getattr(sent, "filename", ""):
            self.file.errors = ["Choose the file to load"]
            return None
        content = sent.read()
        sent.close()
        return sent.filename, content


class MatchingForm(VersionedForm):
    """Which heading of the file each of our columns is read from."""

    is_complete = BooleanField(
        "This file lists everybody who works here now",
        description=(
            "Tick this only if nobody is left out. Somebody who is missing and has no leaving date is then marked as "
            "not confirmed. Nobody is taken out."
        ),
    )

    @property
    def columns(self) -> list[SelectField]:
        """The fields of our columns, in our order."""
        return [self[field_of(column)] for column in COLUMNS]

    def offer(self, headings: Sequence[str], found: Mapping[str, int], given: Mapping[Column, str]) -> None:
        """Offer the headings of a file, with what was found or chosen before, unless something else was sent."""
        choices = [(str(place), f"{letters(place)}: {text}") for place, text in enumerate(headings) if text.strip()]
        hints = doubts(headings)
        for column in COLUMNS:
            bound = self[field_of(column)]
            bound.choices = [*_without_a_column(column), *choices]
            bound.description = " ".join(filter(None, (hints.get(column), HOW_WORKED_OUT.get(column))))
            if not self.is_submitted():
                bound.data = str(found[column]) if column in found else _sent(given.get(column))

    def chosen(self, headings: Sequence[str]) -> HeadingMatch | None:
        """What each column is read from, or None with errors beside the fields that will not do."""
        sent = {column: self[field_of(column)].data or "" for column in COLUMNS}
        places = {column: int(text) for column, text in sent.items() if text.isdecimal() and len(text) <= MOST_FIGURES}
        given = {
            column: text.removeprefix(EVERY_ROW)
            for column, text in sent.items()
            if text and text in dict(_without_a_column(column))
        }
        match = match_chosen(headings, places, given=given)
        for problem in match.problems:
            bound = self[field_of(Column(problem.column))]
            bound.errors = [*bound.errors, problem.message]
        return None if match.problems else match


def _without_a_column(column: Column) -> list[tuple[str, str]]:
    """What can be chosen for a column of ours that the file has not."""
    if column is Column.SERVICE_LINE:
        return [(NOT_IN_FILE, "Choose a column"), (WORK_OUT, "Not in this file: the one PeerHub has the team in")]
    if column not in WORKED_OUT:
        return [(NOT_IN_FILE, "Choose a column" if column in REQUIRED_FOR_IMPORT else "Not in this file")]
    words = [(word.value, word.label) for word in Setting] if column is Column.SETTING else YES_NO
    same = [(f"{EVERY_ROW}{code}", f"The same for every row: {label}") for code, label in words]
    return [(NOT_IN_FILE, "Choose one"), (WORK_OUT, "Not in this file: work it out"), *same]


def _sent(given: str | None) -> str:
    """What the field of a column holds for what is given."""
    return NOT_IN_FILE if given is None else WORK_OUT if given == WORK_OUT else f"{EVERY_ROW}{given}"


def field_of(column: Column) -> str:
    """The name of the field for a column."""
    return f"at_{column.value}"


def letters(place: int) -> str:
    """A column as a spreadsheet names it.

    >>> letters(0), letters(25), letters(26), letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    name = ""
    place += 1
    while place:
        place, left = divmod(place - 1, 26)
        name = ascii_uppercase[left] + name
    return name


def _label(column: Column) -> str:
    said = SAID.get(column, column.value.replace("_", " ").capitalize())
    return said if column in REQUIRED_FOR_IMPORT else f"{said} – optional"


for _column in COLUMNS:
    setattr(MatchingForm, field_of(_column), SelectField(_label(_column), validate_choice=False))


class TeamsForm(VersionedForm):
    """Which unknown teams to make."""

    create = SelectMultipleField("Teams to create", validate_choice=False)

    def offer(self, places: Sequence[NewPlace], chosen: Iterable[str]) -> None:
        """Offer the teams that PeerHub does not know."""
        hints = {place.code: _hint(place) for place in places}
        if len(places) > MOST_TEAMS_TICKED:
            self.create.choices = [(ALL_TEAMS, f"Create all {len(places):,} teams")]
        else:
            self.create.choices = [(place.code, f"{place.team}, in {place.line}") for place in places]
            self.create.render_kw = {"hints": hints}
        if not self.is_submitted():
            self.create.data = list(chosen)


def _hint(place: NewPlace) -> str:
    rows = "1 row" if place.rows == 1 else f"{place.rows:,} rows"
    line = f". {place.line} is a new service line too ({place.setting.label.lower()})" if place.line_is_new else ""
    return f"{rows}{line}"


class LoadForm(VersionedForm):
    """What to load of a checked file. ``which`` is asked only where some rows cannot be loaded."""

    which = RadioField(
        "What do you want to do?",
        [InputRequired("Choose whether to load the good rows, or nothing until every row is right")],
        choices=offered(
            [
                ("good", "Load the good rows now"),
                ("none", "Load nothing until every row is right"),
            ]
        ),
        render_kw={
            "hints": {
                "good": "You get the other rows back as a file that says what is wrong with each.",
                "none": "Put the file right, then upload it again.",
            }
        },
    )


class LetGoForm(VersionedForm):
    """Only the version: the button does one thing."""
