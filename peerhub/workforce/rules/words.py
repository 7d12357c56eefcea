"""The field's own words as closed lists, each with the label people read."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A code with a label: ``Setting.COMMUNITY.label`` is 'Community'."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        word = str.__new__(cls, code)
        word._value_ = code
        word.label = label
        return word


class Setting(Word):
    """Where a service works."""

    COMMUNITY = "community", "Community"
    INPATIENT = "inpatient", "Inpatient"
    CRISIS = "crisis", "Crisis"
    SECURE = "secure", "Secure"
    JUSTICE = "justice", "Justice"


class RoleKind(Word):
    """What kind of role a post is."""

    PEER_SUPPORT_WORKER = "peer_support_worker", "Peer support worker"
    SENIOR_PEER_SUPPORT_WORKER = "senior_peer_support_worker", "Senior peer support worker"
    PEER_SUPERVISOR = "peer_supervisor", "Peer supervisor"
    PEER_LEAD = "peer_lead", "Peer lead"
    HEAD_OF_PEER_WORK = "head_of_peer_work", "Head of peer work"
    LIVED_EXPERIENCE_LEADERSHIP = "lived_experience_leadership", "Lived experience leadership"
    OTHER = "other", "Other"


class Band(Word):
    """Agenda for Change bands, and posts outside them."""

    B2 = "2", "Band 2"
    B3 = "3", "Band 3"
    B4 = "4", "Band 4"
    B5 = "5", "Band 5"
    B6 = "6", "Band 6"
    B7 = "7", "Band 7"
    B8A = "8a", "Band 8a"
    B8B = "8b", "Band 8b"
    B8C = "8c", "Band 8c"
    B8D = "8d", "Band 8d"
    B9 = "9", "Band 9"
    VSM = "vsm", "Very senior manager"
    NON_AFC = "non_afc", "Outside Agenda for Change"
    INVOLVEMENT = "involvement", "Involvement rate"


class Contract(Word):
    """On what terms a person works a spell."""

    PERMANENT = "permanent", "Permanent"
    FIXED_TERM = "fixed_term", "Fixed term"
    SECONDMENT = "secondment", "Secondment"
    BANK = "bank", "Bank"
    APPRENTICESHIP = "apprenticeship", "Apprenticeship"
    HONORARY = "honorary", "Honorary"
    SESSIONAL = "sessional", "Sessional"


class LeavingReason(Word):
    """Why a spell ended."""

    PROMOTION = "promotion", "Promotion"
    NEW_ROLE_IN_ORGANISATION = "new_role_in_organisation", "New role in the organisation"
    NEW_LE_ROLE_ELSEWHERE = "new_le_role_elsewhere", "New lived experience role elsewhere"
    OTHER_NHS = "other_nhs", "Another NHS employer"
    OTHER_EMPLOYER = "other_employer", "Another employer"
    END_OF_FIXED_TERM = "end_of_fixed_term", "End of fixed term"
    FUNDING_ENDED = "funding_ended", "Funding ended"
    EDUCATION = "education", "Education"
    HEALTH = "health", "Health"
    CARING = "caring", "Caring for someone"
    RELOCATION = "relocation", "Moved away"
    RETIREMENT = "retirement", "Retirement"
    DISMISSAL = "dismissal", "Dismissal"
    DEATH_IN_SERVICE = "death_in_service", "Death in service"
    ROLE_NOT_AS_EXPECTED = "role_not_as_expected", "Role not as expected"
    LACK_OF_SUPPORT = "lack_of_support", "Lack of support"
    HAS_NOT_WORKED = "has_not_worked", "Never started"
    OTHER = "other", "Other"
    NOT_KNOWN = "not_known", "Not known"


class BreakKind(Word):
    """Time away while the spell stays open."""

    MATERNITY = "maternity", "Maternity, adoption or shared parental leave"
    CAREER_BREAK = "career_break", "Career break"
    SECONDMENT_OUT = "secondment_out", "Secondment out"
    SUSPENSION = "suspension", "Suspension"
    LONG_SICKNESS = "long_sickness", "Long sickness absence"


class AdjustmentKind(Word):
    """What sort of change an adjustment is."""

    HOURS = "hours", "Hours or working pattern"
    PHASED_START = "phased_start", "Phased start or return"
    WORKLOAD = "workload", "Workload"
    QUIET_SPACE = "quiet_space", "Quiet space, light or noise"
    EQUIPMENT = "equipment", "Equipment or software"
    COMMUNICATION = "communication", "How information is given"
    MEETINGS = "meetings", "How meetings are held"
    TRAVEL = "travel", "Place of work or travel"
    LEAVE = "leave", "Disability leave"
    SUPERVISION = "supervision", "More frequent supervision"
    TEAM_MOVE = "team_move", "Move to another team or ward"
    SUPPORT_WORKER = "support_worker", "Support worker (Access to Work)"
    OTHER = "other", "Something else"


class AdjustmentStatus(Word):
    """How far an adjustment has come."""

    REQUESTED = "requested", "Asked for"
    AGREED = "agreed", "Agreed"
    IN_PLACE = "in_place", "In place"
    REVIEW_DUE = "review_due", "Review due"
    DECLINED = "declined", "Not agreed"
    ENDED = "ended", "Ended"


class AskedState(Word):
    """Whether somebody was asked about their characteristics, and whether they answered."""

    NOT_ASKED = "not_asked", "Not asked yet"
    ANSWERED = "answered", "Answered"
    DECLINED = "declined", "Prefers not to say"


WEEKDAYS = {
    "Mo": "Monday",
    "Tu": "Tuesday",
    "We": "Wednesday",
    "Th": "Thursday",
    "Fr": "Friday",
    "Sa": "Saturday",
    "Su": "Sunday",
}
"""The days of a working pattern, by the codes in which a spell holds them."""


def said_weekdays(codes: str) -> str:
    """Working days in words.

    >>> said_weekdays("MoWe")
    'Monday, Wednesday'
    """
    return ", ".join(WEEKDAYS.get(code, "") for code in weekday_codes(codes))


def weekday_codes(codes: str) -> list[str]:
    """The codes of a working pattern, one by one.

    >>> weekday_codes("MoWe")
    ['Mo', 'We']
    """
    return [codes[at : at + 2] for at in range(0, len(codes), 2)]
