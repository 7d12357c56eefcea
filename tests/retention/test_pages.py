"""The retention page as people get it: the published table, filters, charts, drill-down, files."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from tests.fixtures.pages import Browser
from tests.retention.reading import cells
from tests.retention.record import Trust

Browse = Callable[[UUID | None], Browser]
PUBLISHED = "/retention?from=2022-01-01&to=2022-12-31&as_at=2025-11-14"


def test_the_published_table(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(PUBLISHED)
    shown = {(line[0], line[1]): line[2:] for line in cells(page, "Still here after each year")}
    assert shown["1 year", "In a lived experience role"][:3] == ["19", "19", "100%"]
    assert shown["2 years", "In the organisation"] == ["18", "19", "95%", "75 to 99%", "0"]
    assert shown["2 years", "In a lived experience role"][:3] == ["17", "19", "89%"]
    assert shown["2 years", "In the peer service"][:3] == ["16", "19", "84%"]
    assert shown["3 years", "In the organisation"] == ["16", "19", "84%", "62 to 94%", "0"]
    assert shown["3 years", "In a lived experience role"][:3] == ["15", "19", "79%"]
    assert shown["3 years", "In the peer service"] == ["14", "19", "74%", "51 to 88%", "0"]
    assert "Inpatient: 16" in page.text
    assert "Community: 3" in page.text
    assert "As at Fri 14 November 2025. It rests on 19 people." in page.text
    whole = {(line[0], line[1]): line[2:] for line in cells(page, "Everyone, after each year")}
    assert whole["3 years", "In the peer service"][2] == "73%"
