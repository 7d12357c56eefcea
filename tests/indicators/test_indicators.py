"""Live indicators: the registry, the page and the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask

from peerhub.cli.main import main
from peerhub.core.feature import Feature
from peerhub.indicators.manifest import gather_indicators
from peerhub.indicators.rules import registry
from peerhub.indicators.rules.registry import Better, DeclaredTwice, Indicator, Share
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Browse = Callable[[UUID], Browser]


def many(day: date, team_id: UUID | None) -> Share:
    return Share(day.month, 20) if team_id is None else Share(1, 2)


def rows(page: Page, caption: str) -> list[list[str]]:
    """The cells of the table with this caption, without the headings that are said on a phone."""
    (table,) = (table for table in page.all("table") if table.query("caption")[0].to_text().strip() == caption)
    return [[_cell(cell) for cell in line.query("td")] for line in table.query("tbody")[0].query("tr")]


def _cell(cell: Any) -> str:
    heading = cell.query(".nhsuk-table-responsive__heading")[0].to_text()
    return " ".join(cell.to_text().replace(heading, "", 1).split())


def few(_day: date, _team_id: UUID | None) -> Share:
    return Share(3, 9)


MANY = Indicator(code="many", name="Walks taken", counts="Walks, of days.", value=many)
FEW = Indicator(code="few", name="Apples left", counts="Apples, of baskets.", better=Better.LOWER, value=few)


@pytest.fixture
def known(app: Flask) -> Iterator[None]:
    """Two indicators and no others, as at 10 June 2025."""
    before = registry.all_indicators()
    registry.know((MANY, FEW))
    with time_machine.travel("2025-06-10 12:00Z", tick=False):
        yield
    registry.know(before)


def test_rooms_declare_indicators_once_each() -> None:
    before = registry.all_indicators()
    rooms = [Feature("a", indicators=(MANY,)), Feature("b", indicators=(FEW,)), Feature("c")]
    try:
        gather_indicators(rooms)
        assert [one.code for one in registry.all_indicators()] == ["few", "many"]
        assert registry.indicator_of("few") is FEW
        with pytest.raises(DeclaredTwice):
            gather_indicators([*rooms, Feature("d", indicators=(FEW,))])
    finally:
        registry.know(before)


def test_the_head_sees_counts_of_any_day_and_team(known: None, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    page = hana.get("/indicators?on=2025-03-14")
    assert rows(page, "The whole organisation") == [
        ["Apples left Apples, of baskets.", "33% (3 of 9)", "33% (3 of 9)"],
        ["Walks taken Walks, of days.", "15% (3 of 20)", "15% (3 of 20)"],
    ]
    page = hana.get(f"/indicators?team={world.willow}")
    assert rows(page, "Willow ward")[1][1] == "50% (1 of 2)"


def test_executives_see_percentages_of_many_at_the_end_of_a_month(known: None, browse: Browse, world: World) -> None:
    ellen = browse(world.ellen)
    page = ellen.get("/indicators?on=2025-03-14")
    assert "As at the end of Fri 28 February 2025" in page.text
    assert [row[1:] for row in rows(page, "The whole organisation")] == [
        ["Not shown: fewer than 10", "Not shown: fewer than 10"],
        ["10%", "10%"],
    ]
    assert ellen.get(f"/indicators?team={world.willow}", status=404)


def test_a_manager_sees_the_team_alone(known: None, browse: Browse, world: World) -> None:
    moses = browse(world.moses)
    assert "The whole organisation" not in moses.get("/indicators").text
    assert rows(moses.get("/indicators"), "Willow ward")[0][1] == "33% (3 of 9)"
    moses.get(f"/indicators?team={world.harbour}", status=404)
    moses.get(f"/indicators?team={world.trust}", status=404)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("2025-06-11", "Day must be between 1 January 2000 and today"),
        ("soon", "Day must be a real date, such as 2025-11-14"),
    ],
)
def test_a_day_that_cannot_be_is_told(asked: str, told: str, known: None, browse: Browse, world: World) -> None:
    assert told in browse(world.hana).get(f"/indicators?on={asked}", status=422).text


def test_the_command_tells_every_indicator_that_rooms_declare(
    world: World, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERHUB_DATABASE_URL", database_url)
    monkeypatch.setenv("PEERHUB_INSTANCE", str(tmp_path))
    monkeypatch.setattr("peerhub.core.schema.is_up_to_date", lambda: True)
    asked = ["indicators", "--organisation", "Northmoor Mental Health Trust", "--as-at", "2025-06-02"]
    found = json.loads(CliRunner().invoke(main, [*asked, "--json"]).output)
    assert next(one for one in found if one["code"] == "supervision_on_time")["of"] == 2
    assert "Supervision on time" in CliRunner().invoke(main, asked).output
    answer = CliRunner().invoke(main, [*asked, "--team", "Nowhere"])
    assert (answer.exit_code, "no team called Nowhere" in answer.output) == (1, True)
