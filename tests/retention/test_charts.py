"""The charts of retention as files: real text, a title and a description, two shapes, drawn once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from tests.fixtures.pages import Browser
from tests.retention.record import Trust

Browse = Callable[[UUID | None], Browser]
ASKED = "from=2022-01-01&to=2022-12-31&as_at=2025-11-14&compare=setting"
CHARTS = {
    "tiers": "Who is still here, by year after starting",
    "survival": "How long people stay",
    "compared": "How long two groups stay",
    "leavers": "Why people left",
}
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> str:
    """Every word that is drawn as text."""
    root = ET.fromstring(svg.encode())  # noqa: S314 - our own drawing
    return " ".join(" ".join(element.itertext()) for element in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_says_what_it_shows_in_real_text(browse: Browse, wrenmoor: Trust, name: str) -> None:
    answer = browse(wrenmoor.hattie).client.get(f"/retention/charts/{name}.svg?{ASKED}")
    assert answer.mimetype == "image/svg+xml"
    root = ET.fromstring(answer.data)  # noqa: S314 - our own drawing
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "title desc"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title.text == CHARTS[name]
    assert "as at Fri 14 November 2025" in description.text
    assert texts(answer.text).strip()
    assert "script" not in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_bars_say_the_published_figures(browse: Browse, wrenmoor: Trust) -> None:
    svg = browse(wrenmoor.hattie).client.get(f"/retention/charts/tiers.svg?{ASKED}").text
    said = texts(svg)
    for words in ("95%", "89%", "84%", "79%", "74%", "19 observed", "0 not yet due", "2 years"):
        assert words in said
    assert "after 3 years, in the organisation 84%, in a lived experience role 79%, in the peer service 74%" in svg


def test_the_page_shows_each_chart_with_its_description_and_a_narrow_shape(browse: Browse, wrenmoor: Trust) -> None:
    page = browse(wrenmoor.hattie).get(f"/retention?{ASKED}")
    images = page.all("figure img")
    assert [image.attrs["alt"].split(". ")[0] for image in images] == list(CHARTS.values())
    narrow = [source.attrs["srcset"] for source in page.all("figure source")]
    assert all("shape=narrow" in address for address in narrow)
    for address in narrow:
        assert browse(wrenmoor.hattie).client.get(address).status_code == 200


def test_a_chart_is_drawn_once_and_not_sent_again(
    app: Flask, browse: Browse, wrenmoor: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse(wrenmoor.hattie).client
    first = client.get(f"/retention/charts/tiers.svg?{ASKED}")
    drawn = sorted(Path(app.instance_path, "charts").iterdir())
    monkeypatch.setattr("peerhub.core.charts.draw", lambda *_: pytest.fail("drawn twice"))
    again = client.get(f"/retention/charts/tiers.svg?{ASKED}")
    assert again.data == first.data
    assert sorted(Path(app.instance_path, "charts").iterdir()) == drawn
    held = client.get(f"/retention/charts/tiers.svg?{ASKED}", headers={"If-None-Match": first.headers["ETag"]})
    assert (held.status_code, held.data) == (304, b"")
    assert held.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_the_two_shapes_and_other_figures_are_other_drawings(browse: Browse, wrenmoor: Trust) -> None:
    client = browse(wrenmoor.hattie).client
    addresses = (ASKED, f"{ASKED}&shape=narrow", ASKED.replace("2025-11-14", "2024-11-14"))
    tags = [client.get(f"/retention/charts/tiers.svg?{address}").headers["ETag"] for address in addresses]
    assert len(set(tags)) == 3
    narrow = client.get(f"/retention/charts/tiers.svg?{ASKED}&shape=narrow").text
    width = re.search(r'<svg[^>]* width="([\d.]+)pt"', narrow)
    assert float(width[1]) < 375 * 0.75


def test_a_chart_is_there_as_a_picture_to_keep(browse: Browse, wrenmoor: Trust) -> None:
    answer = browse(wrenmoor.hattie).client.get(f"/retention/charts/tiers.png?{ASKED}&download=1")
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="retention-by-year.png"'


def test_there_is_no_chart_of_nothing(browse: Browse, wrenmoor: Trust) -> None:
    client = browse(wrenmoor.hattie).client
    assert client.get("/retention/charts/survival.svg?from=2001-01-01&to=2001-12-31").status_code == 404
    assert client.get("/retention/charts/compared.svg?from=2022-01-01").status_code == 404
    assert client.get("/retention/charts/other.svg").status_code == 404


def test_neither_matplotlib_nor_scipy_is_imported_before_it_is_needed() -> None:
    told = (
        "import sys, peerhub.app, peerhub.retention.charts, peerhub.retention.rules.report; "
        "print([name for name in ('matplotlib', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"


PAGE_ALONE = """
import sys
from pathlib import Path
from tests.fixtures.application import settings_for
from tests.fixtures.sessions import session_of
from peerhub.app import create_app
from peerhub.core.database import db
from tests.retention.record import found, row

app = create_app(settings_for(f"sqlite:///{sys.argv[1]}/one.db", Path(sys.argv[1])))
with app.app_context():
    db.create_all()
    trust = found([row("1", "2022-04-01")])
client, held = app.test_client(), session_of(app, "session-of-Hattie")
with client.session_transaction() as session:
    session.update(held)
assert client.get("/retention?from=2022-01-01").status_code == 200
print("matplotlib" in sys.modules)
"""


def test_the_page_itself_needs_no_matplotlib(tmp_path: Path) -> None:
    """SciPy it needs, for its estimates: imported by the first page of a process that shows any."""
    done = subprocess.run(
        [sys.executable, "-c", PAGE_ALONE, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "False"
