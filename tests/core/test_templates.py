"""Templates: every value is escaped, ours refuse undefined names, the NHS.UK package's read as its own do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nhsuk_frontend_jinja
import pytest
from flask import Flask
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, UndefinedError

from tests.fixtures.pages import Browser

Visit = Callable[[], Browser]
PACKAGE = Path(nhsuk_frontend_jinja.__file__).parent / "templates"
COMPONENTS = sorted(path.parent.name for path in PACKAGE.glob("nhsuk/components/*/macro.jinja"))


def test_a_script_in_a_value_is_words_on_every_kind_of_component(visit: Visit) -> None:
    page = visit().get("/workshop/template/escaped")
    body = page.response.text.partition("<main")[2]
    assert "<script" not in body
    assert body.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 11


def test_a_script_in_a_list_is_words(visit: Visit) -> None:
    page = visit().get("/workshop/list?sort=name&q=script")
    assert "<script>alert(1)</script>" in page.all("td a")[0].to_text()
    assert "<script>alert" not in page.response.text


def test_a_script_in_a_form_is_words(visit: Visit) -> None:
    page = visit().get("/workshop/filled")
    assert page.all("#name")[0].attrs["value"] == '"><script>'
    assert page.all("#story")[0].to_text().strip() == "</textarea><script>"


@pytest.mark.parametrize("name", ["undefined", "undefined_in_macro"])
def test_our_own_templates_refuse_undefined_names(name: str, workshop: Flask) -> None:
    template = workshop.jinja_env.get_template(f"workshop/{name}.html")
    with workshop.test_request_context("/"), pytest.raises(UndefinedError):
        template.render(
            page_header=dict, service_name="", viewer=None, quick_actions=list, get_flashed_messages=lambda **_: []
        )


def macro_name(component: str) -> str:
    """The name the package gives a component's macro."""
    source = (PACKAGE / "nhsuk" / "components" / component / "macro.jinja").read_text(encoding="utf-8")
    return source.partition("{% macro ")[2].partition("(")[0].strip()


PARAMETERS: list[dict[str, Any]] = [
    {},
    {
        "id": "x", "name": "x", "idPrefix": "x", "text": "<b>", "href": "/x", "titleText": "T", "heading": "H",
        "headingLevel": 2, "label": {"text": "<b>"}, "legend": {"text": "L"}, "hint": {"text": "H"},
        "errorMessage": {"text": "E"}, "summaryText": "S", "fieldset": {"legend": {"text": "L"}},
        "errorList": [{"text": "e"}], "rows": [{"key": {"text": "K"}, "value": {"text": "V"}}],
        "items": [{"text": "<b>", "value": "1", "href": "/i", "title": "T", "label": "Day", "name": "day"}],
    },
]  # fmt: skip


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_component_reads_the_same_through_us_as_in_the_package_alone(component: str, workshop: Flask) -> None:
    alone = Environment(
        loader=FileSystemLoader(PACKAGE),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    name = macro_name(component)
    source = f'{{% from "nhsuk/components/{component}/macro.jinja" import {name} %}}{{{{ {name}(given) }}}}'
    for given in PARAMETERS:
        answers = []
        for environment in (alone, workshop.jinja_env):
            with workshop.test_request_context("/"):
                try:
                    answers.append(environment.from_string(source).render(given=given))
                except Exception as error:  # noqa: BLE001 - whatever the package does with this is what we must do too
                    answers.append(f"{type(error).__name__}: {error}")
        assert answers[0] == answers[1]
        assert "<b>" not in answers[1]


def test_there_are_components_to_compare() -> None:
    assert len(COMPONENTS) > 30
