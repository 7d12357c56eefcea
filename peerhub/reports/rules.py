"""The equality report: how many gave each answer, with small numbers hidden so that none can be worked out. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from peerhub.indicators.rules.suppression import Release, Shown, slice_may_be_shown
from peerhub.workforce.rules.equality import COUNTED_WORDS, NOT_ASKED, QUESTIONS, UNANSWERED, Question

Key = Hashable
PEOPLE = "people"
"""Everybody who was counted: the total of each question."""
NO_ANSWER = "no_answer"
"""Whoever left a question out and whoever was not asked, together: apart, one table would give the other away."""
NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Line:
    """One answer: how many gave it, as it may be shown. ``percent`` is None where none may be shown.

    Attributes:
        is_group: whether it is a group of the answers below it.
    """

    words: str
    people: int | str
    percent: float | None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One characteristic with its answers."""

    name: str
    question: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class EqualityReport:
    """What may be shown of a count. With ``is_too_few`` people no answers are shown at all."""

    people: int | str
    sections: tuple[Section, ...]
    is_suppressed: bool
    least: int
    is_too_few: bool = False


def equality_report(counts: Mapping[str, Mapping[str, int]], threshold: int, least: int) -> EqualityReport:
    """What may be shown of a count.

    Args:
        counts: by characteristic and answer, as counted.
        threshold: counts from 1 to one below this are hidden.
        least: percentages of fewer people than this are not shown, nor is anything else.
    """
    everybody = sum(next(iter(counts.values())).values())
    if everybody < least:
        return EqualityReport(f"fewer than {least}", (), is_suppressed=True, least=least, is_too_few=True)
    shown = _release_of(counts, threshold, least).suppressed()
    asked = _who_told(counts, everybody, threshold)
    sections = (
        asked,
        *(
            Section(
                question.characteristic.label,
                question.text,
                tuple(_lines(question, counts[question.characteristic.value], shown)),
            )
            for question in QUESTIONS.values()
        ),
    )
    hidden = any(isinstance(line.people, str) for section in sections for line in section.lines)
    return EqualityReport(_people(shown, PEOPLE), sections, hidden, least)


def _who_told(counts: Mapping[str, Mapping[str, int]], everybody: int, threshold: int) -> Section:
    """How many told anything. Where either number is small neither is said, nor which of them it is."""
    waiting = next(iter(counts.values()))[NOT_ASKED]
    is_shown = slice_may_be_shown(waiting, everybody, threshold)

    def line(words: str, number: int) -> Line:
        return Line(words, number, 100 * number / everybody) if is_shown else Line(words, NOT_SHOWN, None)

    return Section(
        "Who answered",
        "Whether people answered any question, or told us that they prefer not to",
        (line("Answered or declined", everybody - waiting), line(COUNTED_WORDS[NOT_ASKED], waiting)),
    )


def _release_of(counts: Mapping[str, Mapping[str, int]], threshold: int, least: int) -> Release:
    """The figures of all questions in one release, so that no table can be taken from another."""
    release = Release(threshold, least)
    for question in QUESTIONS.values():
        name = question.characteristic.value
        told = _merged(counts[name])
        grouped = {code for _, codes in question.groups for code in codes}
        parts: dict[Key, int] = {(name, code): number for code, number in told.items() if code not in grouped}
        for words, codes in question.groups:
            release.breakdown((name, "group", words), {(name, code): told[code] for code in codes})
            parts[name, "group", words] = sum(told[code] for code in codes)
        release.breakdown(PEOPLE, parts)
    return release


def _merged(told: Mapping[str, int]) -> dict[str, int]:
    without = {code: number for code, number in told.items() if code not in {UNANSWERED, NOT_ASKED}}
    return without | {NO_ANSWER: told[UNANSWERED] + told[NOT_ASKED]}


def _lines(question: Question, told: Mapping[str, int], shown: Shown) -> Iterator[Line]:
    name = question.characteristic.value
    words = {**dict(question.choices), **COUNTED_WORDS, NO_ANSWER: "Left this question out, or not asked yet"}
    grouped = {code for _, codes in question.groups for code in codes}
    for group, codes in question.groups:
        yield _line(shown, (name, "group", group), group, is_group=True)
        yield from (_line(shown, (name, code), words[code]) for code in codes)
    for code in _merged(told):
        if code not in grouped:
            yield _line(shown, (name, code), words[code])


def _line(shown: Shown, key: Key, words: str, *, is_group: bool = False) -> Line:
    count, everybody = shown[key], shown[PEOPLE]
    percent = None
    if isinstance(count, int) and isinstance(everybody, int) and shown.may_show_percent(key, PEOPLE):
        percent = 100 * count / everybody
    return Line(words, _people(shown, key), percent, is_group)


def _people(shown: Shown, key: Key) -> int | str:
    count = shown[key]
    return count if isinstance(count, int) and not shown.is_hidden(key) else shown.words(key)
