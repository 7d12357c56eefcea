"""How tests read what the retention pages and files say."""

from __future__ import annotations

from datetime import date, datetime

from tests.fixtures.pages import Page


def cells(page: Page, caption: str) -> list[list[str]]:
    """The body of the table whose caption holds these words, without the headings that phones show."""
    table = next(table for table in page.all("table") if caption in table.query("caption")[0].to_text())
    for kind in (".nhsuk-table-responsive__heading", ".nhsuk-u-visually-hidden"):
        for hidden in table.query(kind):
            hidden.parent.remove_child(hidden)
    return [
        [" ".join(cell.to_text().split()) for cell in line.query("td")] for line in table.query("tbody")[0].query("tr")
    ]


def day_in(cell: object) -> date:
    """A date as a spreadsheet holds it."""
    assert isinstance(cell, datetime)
    return cell.date()
