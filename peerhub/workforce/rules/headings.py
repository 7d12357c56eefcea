"""The headings that HR systems give our columns, and those that only look as if they did."""

from collections.abc import Mapping

from peerhub.workforce.rules.columns import COLUMNS, Column
from peerhub.workforce.rules.vocabulary import word_key

OTHER_HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.STAFF_NUMBER: (
        "Employee Number", "Employee No", "Employee ID", "Emp No", "Staff No", "Staff ID", "Payroll Number",
        "Payroll No", "Personnel Number", "Person Number", "ESR Number",
    ),
    Column.FIRST_NAME: ("Forename", "Forenames", "Given Name", "First Names", "Legal First Name"),
    Column.LAST_NAME: ("Surname", "Family Name", "Legal Last Name"),
    Column.PREFERRED_NAME: ("Known As", "Preferred First Name", "Known As Name"),
    Column.EMAIL: ("Email Address", "Work Email", "Work Email Address", "Office Email Address", "Primary Email"),
    Column.EMPLOYER: ("Employing Organisation", "Employer Name", "Legal Employer"),
    Column.SERVICE_LINE: ("Service", "Service Name", "Service Line Name", "Clinical Service"),
    Column.SETTING: ("Service Setting", "Care Setting"),
    Column.TEAM: ("Team Name", "Ward", "Ward Name", "Ward or Team", "Team or Ward"),
    Column.POST_NUMBER: ("Position Number", "Position No", "Position ID", "Post No", "Post ID"),
    Column.POSITION_TITLE: ("Post Title", "Job Title", "Position Name", "Role Title", "Position"),
    Column.ROLE_KIND: ("Kind of Role", "Peer Role"),
    Column.BAND: (
        "Grade", "Pay Grade", "Pay Scale", "Pay Band", "AfC Band", "AfC Grade", "Grade Name", "Grade Description",
        "Pay Scale Description",
    ),
    Column.WTE: ("FTE", "Contracted FTE", "Contracted WTE", "Assignment FTE", "Position FTE", "FTE Contracted"),
    Column.LIVED_EXPERIENCE_ROLE: ("Lived Experience", "LE Role", "Lived Experience Post"),
    Column.PEER_SERVICE: ("In Peer Service", "Peer Service Post", "Part of the Peer Service"),
    Column.CONTRACT: ("Assignment Category", "Contract Type", "Type of Contract", "Employment Type"),
    Column.START_DATE: (
        "Actual Start Date", "Assignment Start Date", "Position Start Date", "Start Date in Position",
        "Post Start Date", "Start Date in Post",
    ),
    Column.END_DATE: (
        "Leave Date", "Leaving Date", "Date of Leaving", "Termination Date", "Last Working Day",
        "Assignment End Date", "Position End Date", "Actual End Date", "Post End Date",
    ),
    Column.LEAVING_REASON: ("Reason for Leaving", "Leave Reason", "Termination Reason"),
    Column.DESTINATION: ("Destination On Leaving", "Leaving Destination"),
    Column.CAMPAIGN: ("Recruitment Campaign",),
}  # fmt: skip
"""Read as this column without asking, beside its own name."""

NOT_THE_SAME: Mapping[Column, Mapping[str, str]] = {
    Column.STAFF_NUMBER: {
        "Assignment Number": "the number of one assignment, which differs for somebody's second post",
    },
    Column.CONTRACT: {
        "Employee Category": "whether they work full time or part time",
        "Assignment Status": "whether the assignment is active",
    },
    Column.START_DATE: {
        "Latest Start Date": "the day the person joined the employer, which may not be the day they began in the post",
        "NHS Start Date": "the day the person first joined the NHS, which may not be the day they began in the post",
        "Hire Date": "the day the person joined the employer, which may not be the day they began in the post",
        "Date of Hire": "the day the person joined the employer, which may not be the day they began in the post",
        "Original Hire Date": "the day the person first joined the employer, which may not be the day they began in it",
        "Continuous Service Date": "the day service is counted from, which may not be the day they began in the post",
    },
    Column.END_DATE: {
        "Fixed Term End Date": "the day the contract is due to end, which may not be the last day worked",
        "Org End Date": "the day the pay record was closed, which may not be the last day worked",
        "Org End Date (P45)": "the day the pay record was closed, which may not be the last day worked",
        "Projected Termination Date": "the day somebody is expected to leave, which may not be the last day worked",
    },
}
"""Headings that look right and mean something else: named to the person, never read unless they choose it."""

_LEVELS = ("Org L2", "Org L3", "Org L4", "Org L5", "Org L6", "Org L7", "Org L8")

MAY_BE: Mapping[Column, tuple[str, ...]] = {
    Column.EMPLOYER: ("Organisation", "Organisation Name", "Trust"),
    Column.SERVICE_LINE: (
        "Organisation", "Organisation Name", "Directorate", "Division", "Care Group", "Department", "Cost Centre",
        "Cost Centre Description", *_LEVELS,
    ),
    Column.TEAM: (
        "Organisation", "Organisation Name", "Department", "Location", "Work Location", "Cost Centre",
        "Cost Centre Description", *_LEVELS,
    ),
    Column.POSITION_TITLE: ("Title", "Role", "Job Role"),
    Column.ROLE_KIND: ("Role", "Job Role", "Staff Group"),
}  # fmt: skip
"""Headings that one trust uses for this and another for something else: the person chooses."""


def _heading_index() -> Mapping[str, Column]:
    index = {word_key(heading): column for column, headings in OTHER_HEADINGS.items() for heading in headings}
    return index | {word_key(column): column for column in COLUMNS}


HEADINGS: Mapping[str, Column] = _heading_index()
"""The column of each heading we read, by the heading's letters and digits alone."""
