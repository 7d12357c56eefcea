"""The other words that people and HR systems use for our words, and how a cell that holds one is read."""

import re
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting, Word

Kind = TypeVar("Kind", bound=Word)

_OTHER_WORDS: Mapping[type[Word], Mapping[str, Word]] = {
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
        "new lived experience role elsewhere": LeavingReason.NEW_LE_ROLE_ELSEWHERE,
        "new role in organisation": LeavingReason.NEW_ROLE_IN_ORGANISATION,
        "other NHS organisation": LeavingReason.OTHER_NHS,
        "other NHS employer": LeavingReason.OTHER_NHS,
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
        "not on agenda for change": Band.NON_AFC,
        "non afc vcse": Band.NON_AFC,
        "XR02": Band.B2,
        "XR03": Band.B3,
        "XR04": Band.B4,
        "XR05": Band.B5,
        "XR06": Band.B6,
        "XR07": Band.B7,
        "XR08": Band.B8A,
        "XR09": Band.B8B,
        "XR10": Band.B8C,
        "XR11": Band.B8D,
        "XR12": Band.B9,
    },
}

_PAY_SCALE = re.compile(r"\bXR(?:0[2-9]|1[0-2])\b", re.IGNORECASE)
_BAND_WORDS = re.compile(r"^(?:afc|agenda for change)?\s*(?:pay\s+)?(?:band\s*)?", re.IGNORECASE)


def word_key(text: str) -> str:
    """Letters and digits in lower case: how headings and words are compared, whatever their spaces and dashes."""
    return "".join(filter(str.isalnum, text.casefold()))


@cache
def _vocabulary(kind: type[Kind]) -> Mapping[str, Kind]:
    words: dict[str, Kind] = {}
    for text, member in _OTHER_WORDS.get(kind, {}).items():
        if isinstance(member, kind):
            words[word_key(text)] = member
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


def allowed_words(kind: type[Word]) -> str:
    """The labels of an enumeration as a list to read out."""
    return ", ".join(choice.label for choice in kind)


_YES = frozenset({"yes", "y", "true", "t", "1"})
_NO = frozenset({"no", "n", "false", "f", "0", ""})


def recognise_yes_no(text: str) -> bool | None:
    """True or False for yes/no, y/n, true/false, 1/0 in any case; None for anything else.

    Blank is no: staff records often mark only the yes.
    """
    word = text.strip().casefold()
    if word in _YES:
        return True
    return False if word in _NO else None
