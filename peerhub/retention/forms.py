"""The forms of retention: what narrows the page, and what publishes a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import StringField

from peerhub.core.fields import at_most
from peerhub.core.forms import Form, Required
from peerhub.retention.queries.figures import label_of
from peerhub.retention.queries.reports import Report
from peerhub.retention.rules.questions import COMPARED

FILTER_WORDS: Mapping[str, str] = {
    "setting": "Setting",
    "service_line": "Service line",
    "team": "Team",
    "employer": "Employer",
    "band": "Band",
    "campaign": "Recruitment campaign",
}


def filters_of(report: Report, address: Mapping[str, str]) -> list[dict[str, Any]]:
    """The parameters of the NHS.UK macros that draw what narrows the page; what was typed wrongly is kept."""
    asked = report.figures.question
    wrong = {problem.field: problem.message for problem in report.problems}
    shown = {"from": asked.from_.isoformat(), "to": asked.to.isoformat(), "as_at": asked.as_at.isoformat()}
    shown["years"] = ", ".join(map(str, asked.years))
    inputs = [
        _input(name, words, address.get(name, "") if name in wrong else shown[name], wrong.get(name))
        for name, words in (
            ("from", "Started from"),
            ("to", "Started up to"),
            ("as_at", "As at"),
            ("years", "Years after starting, 1 to 10"),
        )
    ]
    narrowing = asked.narrowing()
    selects = [
        _select(name, FILTER_WORDS[name], _options(name, words, narrowing[name]), narrowing[name])
        for name, words in report.choices.items()
    ]
    compared = [("", "Nothing"), *((name, FILTER_WORDS[name]) for name in COMPARED)]
    return [*inputs, *selects, _select("compare", "Compare the two largest groups by", compared, asked.compare or "")]


def _options(name: str, words: Iterable[str], chosen: str) -> list[tuple[str, str]]:
    """All, the words there are, and the chosen one even where nobody has it, so that the form says what is shown."""
    there = dict.fromkeys([*words, *([chosen] if chosen else [])])
    return [("", "All"), *((word, label_of(name, word)) for word in there)]


def _input(name: str, words: str, value: str, wrong: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {"id": f"filter-{name}", "name": name, "label": {"text": words}, "value": value}
    given |= {"macro": "input", "type": "text" if name == "years" else "date", "width": 10}
    return given | ({"errorMessage": {"text": wrong}} if wrong else {})


def _select(name: str, words: str, items: list[tuple[str, str]], chosen: str) -> dict[str, Any]:
    options = [{"value": value, "text": text, "selected": value == chosen} for value, text in items]
    return {"macro": "select", "id": f"filter-{name}", "name": name, "label": {"text": words}, "items": options}


class PublishForm(Form):
    """Keep a figure as it is today."""

    title = StringField(
        "Title",
        [Required("Enter a title"), at_most(160)],
        description="What people will know it by, such as Board report, November 2025.",
    )
