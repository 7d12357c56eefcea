"""The NHS.UK assets that the build makes: all there, nothing asked of another host, no font that is not ours."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.build.repository import ROOT, files

STATIC = ROOT / "peerhub" / "static"


@pytest.fixture(scope="module")
def assets() -> dict[str, str]:
    return json.loads((STATIC / "nhsuk" / "assets.json").read_text(encoding="utf-8"))


def test_every_asset_that_is_named_is_there(assets: dict[str, str]) -> None:
    assert {*assets} == {"folder", "stylesheet", "script", "start", "images"}
    assert [path for path in assets.values() if not (STATIC / path).exists()] == []


def test_the_folder_changes_with_its_contents_so_that_it_may_be_kept_for_ever(assets: dict[str, str]) -> None:
    assert re.fullmatch(r"nhsuk/\d+\.\d+\.\d+-[0-9a-f]{8}", assets["folder"])


def test_the_style_sheet_brings_no_font_and_asks_nothing_of_another_host(assets: dict[str, str]) -> None:
    styles = (STATIC / assets["stylesheet"]).read_text(encoding="utf-8")
    assert "@font-face" not in styles
    assert "rutiger" not in styles
    assert re.findall(r"https?://[^)\"' ]+|url\([\"']?//", styles) == []
    assert "html{font-family:Arial," in styles


def test_every_icon_of_the_style_sheet_is_where_it_looks(assets: dict[str, str]) -> None:
    styles = (STATIC / assets["stylesheet"]).read_text(encoding="utf-8")
    named = {name for name in re.findall(r"url\([\"']?([^)\"']+)", styles) if not name.startswith("data:")}
    assert named
    assert [name for name in named if not (STATIC / assets["folder"] / name).is_file()] == []


def test_the_scripts_ask_nothing_of_another_host(assets: dict[str, str]) -> None:
    for name in ("script", "start"):
        text = (STATIC / assets[name]).read_text(encoding="utf-8")
        assert {*re.findall(r"https?://[\w.-]+", text)} <= {"http://www.w3.org"}  # the name of SVG, not an address
        assert "sourceMappingURL" not in text
    assert 'from "./nhsuk.js"' in (STATIC / assets["start"]).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel made from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    make = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    done = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {*zipfile.ZipFile(next(folder.glob("*.whl"))).namelist()}


def test_a_wheel_carries_the_package_and_its_assets(wheel: set[str], assets: dict[str, str]) -> None:
    assert {str(path) for path in files(under="peerhub")} <= wheel
    assert {f"peerhub/static/{assets[name]}" for name in ("stylesheet", "script", "start")} <= wheel


def test_a_wheel_carries_nothing_but_the_package(wheel: set[str]) -> None:
    assert {Path(name).parts[0] for name in wheel} == {"peerhub", "peerhub-0.1.0.dist-info"}
