"""Kinds of meeting: what each is for, who arranges it, what its register holds and what a calendar may say of it.

A feature declares its kinds in its manifest; start-up gathers them all here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from peerhub.access.permissions import Permission
from peerhub.meetings.rules.words import MISSED_REASONS, Register

Coded = tuple[tuple[str, str], ...]
"""Codes with their words, in the order they are offered in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingKind:
    """A kind of meeting.

    Attributes:
        code: how the database names it, 40 characters at most.
        name: how people name it: "Peer supervision".
        minutes: how long it usually takes.
        rule: the RRULE it usually follows, or empty.
        register: whether its register holds who came, or only how many.
        themes: what may be noted as talked about: codes with words that identify nobody.
        missed_reasons: why one may be missed.
        arranges: holders of any of these may arrange it, as far as the permission reaches.
        oversees: holders of any of these see that it was, when, how long, themes and reasons, and no words.
        sees_register: holders of any of these see who came, although they were not there.
        calendar_title: what calendars say: neutral, for anybody may look over a shoulder.
        is_confidential: its own name is for those in it and those who oversee it, never for calendars or messages.
        needs_facilitator: one without a facilitator is flagged.
        evidence: codes of the indicators that it counts towards.
    """

    code: str
    name: str
    minutes: int = 60
    rule: str = ""
    register: Register = Register.PEOPLE
    themes: Coded = ()
    missed_reasons: Coded = MISSED_REASONS
    arranges: tuple[Permission, ...] = (Permission.MEETINGS_ARRANGE,)
    oversees: tuple[Permission, ...] = ()
    sees_register: tuple[Permission, ...] = ()
    calendar_title: str = "Meeting"
    is_confidential: bool = False
    needs_facilitator: bool = True
    evidence: tuple[str, ...] = ()

    def words_of_reason(self, code: str | None) -> str:
        """A missed reason in words; a code that is no longer offered is said as it is."""
        return dict(self.missed_reasons).get(code or "", (code or "").replace("_", " "))

    def words_of_themes(self, codes: Iterable[str]) -> list[str]:
        """Themes in words, in the order they are offered in."""
        held = set(codes)
        return [words for code, words in self.themes if code in held]


GENERAL = MeetingKind(
    code="meeting",
    name="Meeting",
    oversees=(Permission.MEETINGS_ARRANGE,),
    sees_register=(Permission.MEETINGS_ARRANGE,),
    needs_facilitator=True,
)
"""Any meeting that no feature has a kind of its own for."""


class DeclaredTwice(Exception):
    """Two rooms declare a kind of meeting with one code."""


class _Known:
    kinds: Mapping[str, MeetingKind] = {GENERAL.code: GENERAL}


def know(declared: Iterable[MeetingKind]) -> None:
    """Take these kinds for all there are, besides the general one.

    Raises:
        DeclaredTwice: a code is there twice.
    """
    kinds = {GENERAL.code: GENERAL}
    for kind in declared:
        if kind.code in kinds:
            raise DeclaredTwice(kind.code)
        kinds[kind.code] = kind
    _Known.kinds = kinds


def all_kinds() -> list[MeetingKind]:
    """Every kind, in the order of their names."""
    return sorted(_Known.kinds.values(), key=lambda kind: kind.name.casefold())


def kind_of(code: str) -> MeetingKind:
    """The kind with this code. One that no room declares any more is said neutrally and opened to nobody else."""
    known = _Known.kinds.get(code)
    return known or MeetingKind(code=code, name="Meeting", arranges=(), is_confidential=True)
