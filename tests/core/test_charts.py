"""Charts: drawn once, told in words, sent under a policy of their own, and never drawn twice at once."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from peerhub.core import charts
from tests.core.workshop import Bars
from tests.fixtures.pages import Browser

Visit = Callable[[], Browser]
SVG = "{http://www.w3.org/2000/svg}"
ADDRESS = "/workshop/bars.svg?numbers=1,2,3"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[charts.Shape]:
    """The shape of each drawing that was made."""
    made: list[charts.Shape] = []
    draw = charts.draw

    def noted(chart: charts.Chart, kind: str, shape: charts.Shape = charts.Shape.WIDE) -> bytes:
        made.append(shape)
        return draw(chart, kind, shape)

    monkeypatch.setattr(charts, "draw", noted)
    return made


def test_a_chart_is_drawn_once_and_kept(visit: Visit, workshop: Flask, drawn: list[charts.Shape]) -> None:
    first, second = visit().client.get(ADDRESS), visit().client.get(ADDRESS)
    assert (first.status_code, first.mimetype, first.data) == (200, "image/svg+xml", second.data)
    assert len(drawn) == 1
    folder = Path(workshop.instance_path) / "charts"
    assert [file.suffix for file in folder.iterdir()] == [".svg"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_other_numbers_another_shape_and_another_kind_are_other_drawings(
    visit: Visit, drawn: list[charts.Shape]
) -> None:
    for address in (ADDRESS, "/workshop/bars.svg?numbers=1,2,4", f"{ADDRESS}&shape=narrow", "/workshop/bars.png"):
        assert visit().client.get(address).status_code == 200
    assert drawn == [charts.Shape.WIDE, charts.Shape.WIDE, charts.Shape.NARROW, charts.Shape.WIDE]


def test_a_drawing_that_the_browser_has_is_not_sent_again(visit: Visit, drawn: list[charts.Shape]) -> None:
    answer = visit().client.get(ADDRESS)
    again = visit().client.get(ADDRESS, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    assert again.headers["Cache-Control"] == answer.headers["Cache-Control"] == "private, no-cache"
    other = visit().client.get("/workshop/bars.svg?numbers=9", headers={"If-None-Match": answer.headers["ETag"]})
    assert other.status_code == 200


def test_a_drawing_says_what_it_shows_in_real_text(visit: Visit) -> None:
    tree = ET.fromstring(visit().client.get(ADDRESS).data)  # noqa: S314 - drawn by us a moment ago
    assert (tree.attrib["role"], tree.attrib["aria-labelledby"]) == ("img", "title desc")
    assert [(part.tag, part.attrib["id"], part.text) for part in tree[:2]] == [
        (f"{SVG}title", "title", "Bars & <more>"),
        (f"{SVG}desc", "desc", 'The third is "highest".'),
    ]
    assert "Bars, wide" in {"".join(text.itertext()) for text in tree.iter(f"{SVG}text")}
    told = visit().client.get(ADDRESS).text
    assert "<script" not in told
    assert re.findall(r"(?:href|src)=\"(?!#)[^\"]*\"", told) == []
    assert "DejaVu Sans" in told
    assert "Arial" in told


def test_a_narrow_drawing_is_narrow(visit: Visit) -> None:
    widths = {}
    for shape in ("wide", "narrow"):
        tree = ET.fromstring(visit().client.get(f"{ADDRESS}&shape={shape}").data)  # noqa: S314 - as above
        widths[shape] = float(tree.attrib["viewBox"].split()[2])
    assert widths["narrow"] < widths["wide"] / 2


def test_nonsense_for_a_shape_is_the_wide_one(visit: Visit, drawn: list[charts.Shape]) -> None:
    visit().client.get(f"{ADDRESS}&shape=round")
    assert drawn == [charts.Shape.WIDE]


def test_a_picture_to_keep(visit: Visit) -> None:
    answer = visit().client.get("/workshop/bars.png?download=1")
    assert (answer.mimetype, answer.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bars.png"'
    assert "Content-Disposition" not in visit().client.get("/workshop/bars.png").headers


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_drawings_own_policy_lets_nothing_run(kind: str, visit: Visit) -> None:
    answer = visit().client.get(f"/workshop/bars.{kind}")
    policy = answer.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_same_chart_gives_the_same_bytes() -> None:
    chart = charts.Chart("bars", "Bars", "Three of them.", Bars((1, 2, 3)))
    for kind in ("svg", "png"):
        assert charts.draw(chart, kind) == charts.draw(chart, kind)


def test_many_who_ask_at_once_get_one_drawing(workshop: Flask, drawn: list[charts.Shape]) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: workshop.test_client().get(ADDRESS), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert len(drawn) == 1


def test_different_charts_drawn_at_once_do_not_mix(workshop: Flask) -> None:
    addresses = [f"/workshop/bars.svg?numbers={n}&shape={shape}" for n in "1234" for shape in ("wide", "narrow")]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda address: workshop.test_client().get(address).data, addresses))
    for file in (Path(workshop.instance_path) / "charts").iterdir():
        file.unlink()
    assert [workshop.test_client().get(address).data for address in addresses] == together


def test_the_drawings_not_asked_for_the_longest_go(
    visit: Visit, workshop: Flask, monkeypatch: pytest.MonkeyPatch, drawn: list[charts.Shape]
) -> None:
    monkeypatch.setattr(charts, "MOST_KEPT", 2)
    folder = Path(workshop.instance_path) / "charts"
    for age, number in ((300, 1), (200, 2)):
        before = set(folder.glob("*"))
        visit().client.get(f"/workshop/bars.svg?numbers={number}")
        (new,) = set(folder.glob("*")) - before
        os.utime(new, (new.stat().st_atime - age, new.stat().st_mtime - age))
    visit().client.get("/workshop/bars.svg?numbers=1")  # asked for again, so the other one is older now
    visit().client.get("/workshop/bars.svg?numbers=3")
    assert len(list(folder.iterdir())) == 2
    assert len(drawn) == 3
    visit().client.get("/workshop/bars.svg?numbers=1")
    assert len(drawn) == 3
    visit().client.get("/workshop/bars.svg?numbers=2")
    assert len(drawn) == 4


def test_nothing_heavy_is_imported_until_it_is_needed() -> None:
    heavy = ("matplotlib", "scipy", "openpyxl", "apscheduler")
    asked = f"import peerhub.app, sys; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
