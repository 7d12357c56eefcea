"""The equality report: how many gave each answer, with small numbers hidden so that none can be worked out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from peerhub.reports.rules.releasing import Count, Key, Table, Told, released
from peerhub.workforce.rules.equality import (
    COUNTED_WORDS,
    NOT_ASKED,
    PREFERS_NOT,
    QUESTIONS,
    UNANSWERED,
    Question,
)

NO_ANSWER = "no_answer"
"""Whoever left a question out and whoever was not asked, together: apart, one table would give the other away."""
NOT_SHOWN = "not shown"
WHO = "who"
"""The table of who answered at all."""
ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: how many gave it, as it may be shown, and when they were counted.

    ``percent`` and ``as_at`` are None where none may be shown.

    Attributes:
        is_group: whether it is a group of the answers below it.
    """

    words: str
    people: int | str
    percent: float | None
    as_at: date | None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One characteristic with its answers."""

    name: str
    question: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class EqualityReport:
    """What may be shown of the counts so far. With ``is_too_few`` people no answers are shown at all.

    Attributes:
        people: how many were counted last.
        threshold: how far a number must be from every earlier one to be shown anew.
        is_suppressed: whether a number is not shown.
        is_unchanged: whether the last count shows no number anew, and the earlier ones stand.
    """

    people: int | str
    sections: tuple[Section, ...]
    threshold: int
    least: int
    is_suppressed: bool
    is_unchanged: bool = False
    is_too_few: bool = False


def count_of(as_at: date, counts: Mapping[str, Mapping[str, int]], threshold: int, least: int) -> Count:
    """A count as it was kept, with the settings of its day.

    Args:
        counts: by characteristic and answer, as counted.
        threshold: counts from 1 to one below this are hidden.
        least: percentages of fewer people than this are not shown; nor is a question that fewer have answered.
    """
    waiting = next(iter(counts.values()))[NOT_ASKED]
    everybody = sum(next(iter(counts.values())).values())
    asked = Table({ANSWERED: everybody - waiting, NOT_ASKED: waiting}, {})
    return Count(
        as_at,
        {WHO: asked, **{str(name): _table(QUESTIONS[name], counts[name], least) for name in QUESTIONS}},
        threshold,
        least,
    )


def _table(question: Question, told: Mapping[str, int], least: int) -> Table:
    answers: dict[Key, int] = {code: number for code, number in told.items() if code not in {UNANSWERED, NOT_ASKED}}
    return Table(
        {**answers, NO_ANSWER: told[UNANSWERED] + told[NOT_ASKED]},
        {_group(words): codes for words, codes in question.groups},
        enough=sum(answers.values()) - answers[PREFERS_NOT] >= least,
    )


def _group(words: str) -> Key:
    return ("group", words)


def equality_report(counts: Sequence[Count]) -> EqualityReport:
    """What may be shown of all counts, the earliest first; at least one.

    Each number is the latest that was shown of its answer.
    """
    last = counts[-1]
    if last.people < last.least:
        few = f"fewer than {last.least}"
        return EqualityReport(few, (), last.threshold, last.least, is_suppressed=True, is_too_few=True)
    told = released(counts)
    who = Section(
        "Who answered",
        "Whether people answered any question, or told us that they prefer not to",
        (_line(told, WHO, ANSWERED, "Answered or declined"), _line(told, WHO, NOT_ASKED, COUNTED_WORDS[NOT_ASKED])),
    )
    sections = (
        who,
        *(
            Section(question.characteristic.label, question.text, tuple(_lines(question, told)))
            for question in QUESTIONS.values()
        ),
    )
    return EqualityReport(
        last.people,
        sections,
        last.threshold,
        last.least,
        is_suppressed=any(line.as_at is None for section in sections for line in section.lines),
        is_unchanged=len(told) > 1 and not any(told[-1].shown.values()),
    )


def _lines(question: Question, told: Sequence[Told]) -> Iterator[Line]:
    name = str(question.characteristic)
    words = {**dict(question.choices), **COUNTED_WORDS, NO_ANSWER: "Left this question out, or not asked yet"}
    grouped = {code for _, codes in question.groups for code in codes}
    for group, codes in question.groups:
        yield _line(told, name, _group(group), group, is_group=True)
        yield from (_line(told, name, code, words[code]) for code in codes)
    for code in told[-1].count.tables[name].answers:
        if code not in grouped:
            yield _line(told, name, code, words[str(code)])


def _line(told: Sequence[Told], table: str, cell: Key, words: str, *, is_group: bool = False) -> Line:
    for one in reversed(told):
        if cell in one.shown[table]:
            number = one.count.tables[table].cells[cell]
            return Line(words, number, 100 * number / one.count.people, one.count.as_at, is_group)
    return Line(words, NOT_SHOWN, None, None, is_group)
