"""Which headings of HR systems are read as which column, and what is said of those that may be or are not."""

from __future__ import annotations

import pytest

from peerhub.workforce.rules.column_match import doubts, match_chosen, match_headings
from peerhub.workforce.rules.columns import COLUMNS, Column
from peerhub.workforce.rules.headings import HEADINGS, MAY_BE, NOT_THE_SAME, OTHER_HEADINGS
from peerhub.workforce.rules.vocabulary import word_key

READ = {
    "Employee Number": "staff_number",
    "First Name": "first_name",
    "Last Name": "last_name",
    "Position Title": "position_title",
    "Position Number": "post_number",
    "Pay Grade": "band",
    "Grade": "band",
    "Pay Scale": "band",
    "FTE": "wte",
    "Assignment Category": "contract",
    "Leave Date": "end_date",
    "Last Working Day": "end_date",
    "Termination Date": "end_date",
    "Leaving Reason": "leaving_reason",
    "Destination On Leaving": "destination",
    "Start Date in Position": "start_date",
}
UNCLEAR = {
    "Organisation": ("employer", "service_line", "team"),
    "Org L2": ("service_line", "team"),
    "Org L5": ("service_line", "team"),
    "Org L8": ("service_line", "team"),
    "Department": ("service_line", "team"),
    "Cost Centre": ("service_line", "team"),
    "Title": ("position_title",),
    "Role": ("position_title", "role_kind"),
    "Staff Group": ("role_kind",),
    "Assignment Number": ("staff_number",),
    "Assignment Status": ("contract",),
    "Employee Category": ("contract",),
    "Latest Start Date": ("start_date",),
    "NHS Start Date": ("start_date",),
    "Fixed Term End Date": ("end_date",),
    "Org end date (P45)": ("end_date",),
}
OF_NO_COLUMN = ("Primary Assignment", "Occupation Code", "Supervisor Name", "Supervisor Number", "Absence Type")


@pytest.mark.parametrize(("heading", "column"), READ.items())
@pytest.mark.parametrize("written", [str, str.upper, lambda heading: f" {heading.lower().replace(' ', '_')} "])
def test_a_heading_that_means_one_thing_is_read(heading: str, column: str, written) -> None:
    assert match_headings([written(heading)], ()).positions == {Column(column): 0}


@pytest.mark.parametrize(("heading", "columns"), UNCLEAR.items())
def test_a_heading_that_may_mean_something_else_is_left_and_said_to_be(heading: str, columns: tuple[str, ...]) -> None:
    assert match_headings([heading], ()).positions == {}
    assert match_headings([heading], ()).not_read == (heading,)
    told = doubts([heading])
    assert sorted(column for column, words in told.items() if f"'{heading}'" in words) == sorted(columns)


@pytest.mark.parametrize("heading", OF_NO_COLUMN)
def test_a_heading_of_something_we_do_not_keep_is_left_alone(heading: str) -> None:
    assert match_headings([heading], ()).positions == {}
    assert not any(heading in words for words in doubts([heading]).values())


def test_what_is_said_of_an_unclear_heading_tells_how_to_choose() -> None:
    told = doubts(["Organisation", "Org L5", "Latest Start Date"])
    assert told[Column.TEAM] == "'Organisation' or 'Org L5' may be it: trusts use them differently."
    assert "Choose it only if it is right for every row" in told[Column.START_DATE]
    assert Column.EMPLOYER not in doubts(["Employer", "Organisation"])


def test_no_heading_is_in_the_table_twice() -> None:
    read = [word_key(heading) for headings in OTHER_HEADINGS.values() for heading in headings]
    read += [word_key(column) for column in COLUMNS]
    assert len(read) == len(set(read)) == len(HEADINGS)
    unclear = {word_key(heading) for headings in (*MAY_BE.values(), *NOT_THE_SAME.values()) for heading in headings}
    assert not unclear & set(read)


def test_one_column_of_a_file_may_serve_for_two_of_ours_but_not_as_two_days_or_a_number() -> None:
    chosen = {column: place for place, column in enumerate(COLUMNS)}
    assert match_chosen(COLUMNS, chosen | {Column.TEAM: chosen[Column.SERVICE_LINE]}).problems == ()
    for one, other in ((Column.START_DATE, Column.END_DATE), (Column.STAFF_NUMBER, Column.POST_NUMBER)):
        problems = match_chosen(COLUMNS, chosen | {other: chosen[one]}).problems
        assert any("is chosen more than once" in problem.message for problem in problems)
