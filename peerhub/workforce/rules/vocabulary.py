"""The words of the staff record: each enumeration with its label, and the other words HR systems use for it."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Self, TypeVar


class Labelled(StrEnum):
    """A code kept in the database and in files, with the words people read."""

    label: str

    def __new__(cls, code: str, label: str) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Setting(Labelled):
    COMMUNITY = "community", "Community"
    INPATIENT = "inpatient", "Inpatient"
    CRISIS = "crisis", "Crisis"
    SECURE = "secure", "Secure"
    JUSTICE = "justice", "Justice"


class RoleKind(Labelled):
    PEER_SUPPORT_WORKER = "peer_support_worker", "Peer support worker"
    SENIOR_PEER_SUPPORT_WORKER = "senior_peer_support_worker", "Senior peer support worker"
    PEER_SUPERVISOR = "peer_supervisor", "Peer supervisor"
    PEER_LEAD = "peer_lead", "Peer lead"
    HEAD_OF_PEER_WORK = "head_of_peer_work", "Head of peer work"
    LIVED_EXPERIENCE_LEADERSHIP = "lived_experience_leadership", "Lived experience leadership"
    OTHER = "other", "Other"


class Contract(Labelled):
    PERMANENT = "permanent", "Permanent"
    FIXED_TERM = "fixed_term", "Fixed term"
    SECONDMENT = "secondment", "Secondment"
    BANK = "bank", "Bank"
    APPRENTICESHIP = "apprenticeship", "Apprenticeship"
    HONORARY = "honorary", "Honorary"
    SESSIONAL = "sessional", "Sessional"

    @property
    def counts_for_retention(self) -> bool:
        """Bank, honorary and sessional work is never employment in a cohort."""
        return self not in (Contract.BANK, Contract.HONORARY, Contract.SESSIONAL)


class LeavingReason(Labelled):
    PROMOTION = "promotion", "Promotion"
    NEW_ROLE_IN_ORGANISATION = "new_role_in_organisation", "New role in the organisation"
    NEW_LE_ROLE_ELSEWHERE = "new_le_role_elsewhere", "New lived experience role elsewhere"
    OTHER_NHS = "other_nhs", "Other NHS organisation"
    OTHER_EMPLOYER = "other_employer", "Other employer"
    END_OF_FIXED_TERM = "end_of_fixed_term", "End of fixed term"
    FUNDING_ENDED = "funding_ended", "Funding ended"
    EDUCATION = "education", "Education"
    HEALTH = "health", "Health"
    CARING = "caring", "Caring"
    RELOCATION = "relocation", "Relocation"
    RETIREMENT = "retirement", "Retirement"
    DISMISSAL = "dismissal", "Dismissal"
    DEATH_IN_SERVICE = "death_in_service", "Death in service"
    ROLE_NOT_AS_EXPECTED = "role_not_as_expected", "Role not as expected"
    LACK_OF_SUPPORT = "lack_of_support", "Lack of support"
    OTHER = "other", "Other"
    NOT_KNOWN = "not_known", "Not known"
    HAS_NOT_WORKED = "has_not_worked", "Has not worked (never started)"


class Band(Labelled):
    BAND_2 = "2", "Band 2"
    BAND_3 = "3", "Band 3"
    BAND_4 = "4", "Band 4"
    BAND_5 = "5", "Band 5"
    BAND_6 = "6", "Band 6"
    BAND_7 = "7", "Band 7"
    BAND_8A = "8a", "Band 8a"
    BAND_8B = "8b", "Band 8b"
    BAND_8C = "8c", "Band 8c"
    BAND_8D = "8d", "Band 8d"
    BAND_9 = "9", "Band 9"
    VSM = "vsm", "Very senior manager"
    NON_AFC = "non_afc", "Not on Agenda for Change"
    INVOLVEMENT = "involvement", "Involvement payment"


Kind = TypeVar("Kind", bound=Labelled)

_OTHER_WORDS: Mapping[type[Labelled], Mapping[str, Labelled]] = {
    Setting: {
        "in-patient": Setting.INPATIENT,
        "ward": Setting.INPATIENT,
        "forensic": Setting.SECURE,
        "secure inpatient": Setting.SECURE,
        "health and justice": Setting.JUSTICE,
        "health justice": Setting.JUSTICE,
    },
    RoleKind: {
        "psw": RoleKind.PEER_SUPPORT_WORKER,
        "peer worker": RoleKind.PEER_SUPPORT_WORKER,
        "senior peer worker": RoleKind.SENIOR_PEER_SUPPORT_WORKER,
        "senior psw": RoleKind.SENIOR_PEER_SUPPORT_WORKER,
        "peer coordinator": RoleKind.PEER_SUPERVISOR,
        "le leadership": RoleKind.LIVED_EXPERIENCE_LEADERSHIP,
    },
    Contract: {
        "fixed term temp": Contract.FIXED_TERM,
        "fixed term temporary": Contract.FIXED_TERM,
        "temporary": Contract.FIXED_TERM,
        "locum": Contract.FIXED_TERM,
        "substantive": Contract.PERMANENT,
        "internal secondment": Contract.SECONDMENT,
        "apprentice": Contract.APPRENTICESHIP,
        "bank staff": Contract.BANK,
        "zero hours": Contract.BANK,
        "volunteer": Contract.HONORARY,
        "non-exec director/chair": Contract.HONORARY,
        "involvement": Contract.SESSIONAL,
        "expert by experience": Contract.SESSIONAL,
    },
    LeavingReason: {
        "new LE role elsewhere": LeavingReason.NEW_LE_ROLE_ELSEWHERE,
        "new role in organisation": LeavingReason.NEW_ROLE_IN_ORGANISATION,
        "other NHS": LeavingReason.OTHER_NHS,
        "has not worked": LeavingReason.HAS_NOT_WORKED,
        "merged organisation - duplicate record": LeavingReason.HAS_NOT_WORKED,
        "voluntary resignation - adult dependants": LeavingReason.CARING,
        "voluntary resignation - child dependants": LeavingReason.CARING,
        "voluntary resignation - health": LeavingReason.HEALTH,
        "voluntary resignation - incompatible working relationships": LeavingReason.LACK_OF_SUPPORT,
        "voluntary resignation - lack of opportunities": LeavingReason.ROLE_NOT_AS_EXPECTED,
        "voluntary resignation - other/not known": LeavingReason.NOT_KNOWN,
        "voluntary resignation - pay and reward related": LeavingReason.OTHER,
        "voluntary resignation - promotion": LeavingReason.PROMOTION,
        "voluntary resignation - relocation": LeavingReason.RELOCATION,
        "voluntary resignation - to undertake further education or training": LeavingReason.EDUCATION,
        "voluntary resignation - work life balance": LeavingReason.OTHER,
        "mutually agreed resignation - local scheme with repayment": LeavingReason.OTHER,
        "mutually agreed resignation - local scheme without repayment": LeavingReason.OTHER,
        "mutually agreed resignation - national scheme with repayment": LeavingReason.OTHER,
        "end of fixed term contract": LeavingReason.END_OF_FIXED_TERM,
        "end of fixed term contract - completion of training scheme": LeavingReason.END_OF_FIXED_TERM,
        "end of fixed term contract - end of work requirement": LeavingReason.END_OF_FIXED_TERM,
        "end of fixed term contract - external rotation": LeavingReason.END_OF_FIXED_TERM,
        "end of fixed term contract - other": LeavingReason.END_OF_FIXED_TERM,
        "retirement age": LeavingReason.RETIREMENT,
        "retirement - ill health": LeavingReason.RETIREMENT,
        "flexi retirement": LeavingReason.RETIREMENT,
        "voluntary early retirement - no actuarial reduction": LeavingReason.RETIREMENT,
        "voluntary early retirement - with actuarial reduction": LeavingReason.RETIREMENT,
        "initial pension ended": LeavingReason.RETIREMENT,
        "dismissal - capability": LeavingReason.DISMISSAL,
        "dismissal - conduct": LeavingReason.DISMISSAL,
        "dismissal - some other substantial reason": LeavingReason.DISMISSAL,
        "dismissal - statutory reason": LeavingReason.DISMISSAL,
        "redundancy - compulsory": LeavingReason.FUNDING_ENDED,
        "redundancy - voluntary": LeavingReason.FUNDING_ENDED,
        "employee transfer": LeavingReason.OTHER_EMPLOYER,
        "pregnancy": LeavingReason.OTHER,
        "bank staff not fulfilled minimum work requirement": LeavingReason.OTHER,
        "not set in legacy at migration": LeavingReason.NOT_KNOWN,
        "unknown": LeavingReason.NOT_KNOWN,
    },
    Band: {
        "very senior manager": Band.VSM,
        "non afc": Band.NON_AFC,
        "non afc vcse": Band.NON_AFC,
        **{f"XR{number:02}": Band(str(number)) for number in range(2, 8)},
        "XR08": Band.BAND_8A,
        "XR09": Band.BAND_8B,
        "XR10": Band.BAND_8C,
        "XR11": Band.BAND_8D,
        "XR12": Band.BAND_9,
    },
}

_PAY_SCALE = re.compile(r"\bXR(?:0[2-9]|1[0-2])\b", re.IGNORECASE)
_BAND_WORDS = re.compile(r"^(?:afc|agenda for change)?\s*(?:pay\s+)?(?:band\s*)?", re.IGNORECASE)


def word_key(text: str) -> str:
    """Letters and digits in lower case: how headings and values are compared, so case, spaces, dashes and underscores do not matter."""
    return "".join(filter(str.isalnum, text.casefold()))


@cache
def _vocabulary(kind: type[Kind]) -> Mapping[str, Kind]:
    words: dict[str, Kind] = {}
    for text, member in _OTHER_WORDS.get(kind, {}).items():
        words[word_key(text)] = kind(member)
    for choice in kind:
        words[word_key(choice.label)] = choice
        words[word_key(choice.value)] = choice
    return words


def recognise(kind: type[Kind], text: str) -> Kind | None:
    """The member that `text` names by code, by label or by the staff record's own words; None when it names none."""
    words = _vocabulary(kind)
    found = words.get(word_key(text))
    if found is None and issubclass(kind, Band):
        scale = _PAY_SCALE.search(text)
        found = words.get(word_key(scale.group() if scale else _BAND_WORDS.sub("", text.strip())))
    return found


def allowed_words(kind: type[Labelled]) -> str:
    """The labels of an enumeration as a list to read out."""
    return ", ".join(choice.label for choice in kind)


_YES = frozenset({"yes", "y", "true", "t", "1"})
_NO = frozenset({"no", "n", "false", "f", "0", ""})


def recognise_yes_no(text: str) -> bool | None:
    """True or False for yes/no, y/n, true/false, 1/0 in any case; blank is no, as staff records mark only the yes; None otherwise."""
    word = text.strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else None
