"""Dates, words and headings of a staff record, in the many ways people and systems write them."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerhub.workforce.rules.cells import read_flag, read_word, read_wte, text_of
from peerhub.workforce.rules.column_match import match_headings
from peerhub.workforce.rules.columns import COLUMNS, REQUIRED_FOR_RETENTION
from peerhub.workforce.rules.dates import Unusable, read_date, read_end_date
from peerhub.workforce.rules.vocabulary import recognise
from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting

FIRST_OF_APRIL = date(2022, 4, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "2022-04-01",
        "2022-4-1",
        "2022-04-01 00:00:00",
        "2022-04-01T09:30",
        "01/04/2022",
        "1/4/2022",
        "1/4/22",
        "01-04-2022",
        "01.04.2022",
        "01/04/2022 00:00",
        "1-Apr-22",
        "01-APR-2022",
        "1 Apr 2022",
        "1 April 2022",
        "1st April 2022",
        "  1   april 2022 ",
        "44652",
        44652,
        44652.75,
        datetime(2022, 4, 1, 12),  # noqa: DTZ001 as Excel holds it
        date(2022, 4, 1),
    ],
)
def test_the_first_of_april_however_it_is_written(cell):
    assert read_date(cell) == FIRST_OF_APRIL


@pytest.mark.parametrize("cell", ["", "   ", None])
def test_a_blank_cell_is_no_date(cell):
    assert read_date(cell) is None


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("30/02/2022", "not a day that exists"),
        ("29/02/2023", "not a day that exists"),
        ("4/13/2022", "no month that exists"),
        ("1 Foo 2022", "no month that exists"),
        ("1/4/22022", "not a date we can read"),
        ("April 2022", "not a date we can read"),
        ("soon", "not a date we can read"),
        ("01/04/0022", "Check the year"),
        ("2922-04-01", "Check the year"),
        (float("nan"), "not a date"),
        (1e15, "not a date"),
        (12, "Check the year"),
        (True, "not a date"),
        ("31/12/4712", "Check the year"),
    ],
)
def test_a_date_that_cannot_be_is_refused_in_words(cell, words):
    with pytest.raises(Unusable, match=words):
        read_date(cell)


@pytest.mark.parametrize("cell", ["31/12/4712", "31-DEC-4712", "9999-12-31", ""])
def test_the_end_of_time_is_no_end_date(cell):
    assert read_end_date(cell) is None


@given(st.dates(date(1920, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_back_from_each_way_of_writing_it(day):
    ways = [f"{day:%Y-%m-%d}", f"{day:%d/%m/%Y}", f"{day:%d-%b-%Y}", f"{day.day} {day:%B %Y}"]
    assert {read_date(way) for way in ways} == {day}
    if day > date(1920, 6, 1):
        assert read_date((day - date(1899, 12, 30)) / timedelta(days=1)) == day


@given(st.text(max_size=20))
def test_no_text_whatever_does_anything_but_read_or_be_refused(text):
    for read in (read_end_date, read_wte, read_flag):
        with suppress(Unusable):
            assert read(text) is None or not isinstance(read(text), str)


@pytest.mark.parametrize(
    ("kind", "text", "member"),
    [
        (Setting, "Inpatient", Setting.INPATIENT),
        (Setting, "IN-PATIENT", Setting.INPATIENT),
        (RoleKind, "Senior Peer Support Worker", RoleKind.SENIOR_PEER_SUPPORT_WORKER),
        (RoleKind, "head_of_peer_work", RoleKind.HEAD_OF_PEER_WORK),
        (Contract, "Fixed Term Temp", Contract.FIXED_TERM),
        (Contract, "Locum", Contract.FIXED_TERM),
        (Contract, "Non-Exec Director/Chair", Contract.HONORARY),
        (LeavingReason, "Voluntary Resignation – Health", LeavingReason.HEALTH),
        (LeavingReason, "voluntary resignation - relocation", LeavingReason.RELOCATION),
        (LeavingReason, "End of Fixed Term Contract – External Rotation", LeavingReason.END_OF_FIXED_TERM),
        (LeavingReason, "Retirement – Ill Health", LeavingReason.RETIREMENT),
        (LeavingReason, "Dismissal - Conduct", LeavingReason.DISMISSAL),
        (LeavingReason, "Death in Service", LeavingReason.DEATH_IN_SERVICE),
        (LeavingReason, "Has Not Worked", LeavingReason.HAS_NOT_WORKED),
        (LeavingReason, "Merged Organisation – Duplicate Record", LeavingReason.HAS_NOT_WORKED),
        (LeavingReason, "new LE role elsewhere", LeavingReason.NEW_LE_ROLE_ELSEWHERE),
        (LeavingReason, "Unknown", LeavingReason.NOT_KNOWN),
        (Band, "XR03", Band.B3),
        (Band, "NHS|XR08|Review Body Band 8 - Range A", Band.B8A),
        (Band, "Band 8a", Band.B8A),
        (Band, "AfC Band 5", Band.B5),
        (Band, "3", Band.B3),
        (Band, "Band 12", None),
        (Setting, "moonbase", None),
    ],
)
def test_a_record_systems_words_mean_ours(kind, text, member):
    assert recognise(kind, text) is member


@pytest.mark.parametrize("kind", [Setting, RoleKind, Contract, LeavingReason, Band])
def test_every_word_is_known_by_its_code_and_by_its_label(kind):
    for member in kind:
        assert recognise(kind, member.value) is recognise(kind, member.label) is member


def test_an_unknown_word_is_refused_with_the_ones_to_use():
    with pytest.raises(Unusable, match=r"'moonbase'\. Use one of: Community, Inpatient, Crisis, Secure, Justice"):
        read_word(Setting, "moonbase")


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("yes", True),
        ("Y", True),
        ("TRUE", True),
        ("1", True),
        (1, True),
        (1.0, True),
        (True, True),
        ("no", False),
        ("n", False),
        ("False", False),
        ("0", False),
        (0, False),
        (False, False),
        ("", False),
        (None, False),
    ],
)
def test_yes_and_no_in_every_usual_form(cell, answer):
    assert read_flag(cell) is answer


def test_neither_yes_nor_no_is_refused():
    with pytest.raises(Unusable, match="'perhaps' is neither yes nor no"):
        read_flag("perhaps")


@pytest.mark.parametrize(
    ("cell", "wte"), [("1", "1"), ("0.6", "0.6"), (0.6, "0.6"), ("0.60000", "0.6"), ("", "1"), ("0.000006", "0.00001")]
)
def test_wte_is_a_number_up_to_one_and_blank_is_full_time(cell, wte):
    assert str(read_wte(cell)) == wte


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1.2", "more than full time"),
        ("0", "no time at all"),
        ("-0.5", "no time at all"),
        ("0.000001", "no time at all"),
        ("lots", "not a number"),
        ("nan", "not a number"),
        ("inf", "not a number"),
    ],
)
def test_a_wte_that_cannot_be_is_refused_in_words(cell, words):
    with pytest.raises(Unusable, match=words):
        read_wte(cell)


def test_leading_zeros_stay_and_excels_numbers_lose_their_point():
    assert [text_of(cell) for cell in ("00123", 123.0, 12.5, " a \n b ", None)] == ["00123", "123", "12.5", "a b", ""]


def test_our_own_headings_match_whatever_their_case_and_spaces():
    match = match_headings([column.value.replace("_", " ").upper() for column in COLUMNS])
    assert not match.problems
    assert [match.positions[column] for column in COLUMNS] == list(range(len(COLUMNS)))


def test_an_export_of_the_staff_record_is_recognised():
    headings = [
        *("Employee Number", "Last Name", "First Name", "Employing Organisation"),
        *("Position Title", "Position Number", "Grade"),
        *("FTE", "Assignment Category", "Actual Start Date", "Leave Date", "Leaving Reason", "Destination On Leaving"),
        *("Service Line", "Setting", "Team", "Lived Experience Role", "Peer Service", "Cost Centre"),
    ]
    match = match_headings(headings)
    assert not match.problems
    assert match.not_read == ("Cost Centre",)
    assert {column.value: headings[place] for column, place in match.positions.items()} | {
        "staff_number": "Employee Number",
        "post_number": "Position Number",
        "band": "Grade",
        "wte": "FTE",
        "contract": "Assignment Category",
        "end_date": "Leave Date",
        "destination": "Destination On Leaving",
        "employer": "Employing Organisation",
    } == {column.value: headings[place] for column, place in match.positions.items()}


@pytest.mark.parametrize(
    ("headings", "column", "words"),
    [
        (["Latest Start Date"], "start_date", "'Latest Start Date' is the day the person joined the employer"),
        (["Fixed Term End Date"], "end_date", "'Fixed Term End Date' is the day the contract is due to end"),
        (["staf_number"], "staff_number", "'staf_number' looks like it"),
        ([], "peer_service", "There is no column peer_service"),
        (
            ["Start Date", "start_date"],
            "start_date",
            "More than one heading gives start_date: 'Start Date' and 'start_date'",
        ),
    ],
)
def test_missing_renamed_and_repeated_columns_are_told(headings, column, words):
    match = match_headings(headings, REQUIRED_FOR_RETENTION)
    assert words in " ".join(problem.message for problem in match.problems if problem.column == column)
