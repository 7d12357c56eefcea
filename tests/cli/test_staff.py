"""`peerhub import spells` and `peerhub export spells`: out of the demonstration and into an empty installation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from peerhub.cli.main import main

HEADINGS = (
    "staff_number,first_name,last_name,service_line,setting,team,position_title,lived_experience_role,peer_service,"
    "start_date,end_date\n"
)
GOOD = "1,Amina,Yusuf,Perinatal,community,Harbour team,Peer support worker,yes,yes,2022-04-01,\n"
BAD = "2,Grace,Adeyemi,Perinatal,community,Harbour team,Peer support worker,yes,yes,01/13/2022,\n"
ASKED = ("--json", "--from", "2022-01-01", "--to", "2022-12-31", "--as-at", "2025-11-14")


@pytest.fixture
def peerhub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in an installation of its own; ``where`` names it."""
    monkeypatch.delenv("PEERHUB_DATABASE_URL", raising=False)

    def run(*words: str | Path, where: str = "here") -> Result:
        monkeypatch.setenv("PEERHUB_INSTANCE", str(tmp_path / where))
        return CliRunner().invoke(main, [str(word) for word in words])

    return run


@pytest.fixture
def empty(peerhub: Callable[..., Result]) -> Callable[..., Result]:
    """An installation with an organisation and nobody in it."""
    peerhub("init")
    peerhub("create-admin", "--organisation", "Northmoor", "--name", "Ada", "--email", "ada@example.org")
    return peerhub


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_loads_into_an_empty_installation_and_gives_the_same_figures(
    ending: str, empty: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / f"spells.{ending}"
    assert empty("demo", where="demonstration").exit_code == 0
    exported = empty("export", "spells", file, where="demonstration")
    assert exported.exit_code == 0, exported.output
    assert file.stat().st_mode & 0o777 == 0o600, "nobody else on the machine reads it"
    before = json.loads(empty("retention", *ASKED, where="demonstration").stdout)
    loaded = empty("import", "spells", file, "--create-teams")
    assert loaded.exit_code == 0, loaded.output
    assert json.loads(empty("retention", *ASKED).stdout) == before
    again = empty("import", "spells", file)
    assert again.exit_code == 0, again.output
    assert "Loaded: 0 new spells, 0 changed, 0 ended" in again.output


def test_one_bad_row_stops_the_whole_file_and_is_named(empty: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "spells.csv"
    file.write_text(HEADINGS + GOOD + BAD, encoding="utf-8")
    answer = empty("import", "spells", file, "--create-teams")
    assert answer.exit_code == 1
    assert "Line 3, start_date: '01/13/2022' has no month that exists." in answer.output
    assert "nothing was" in answer.output
    assert json.loads(empty("retention", *ASKED).stdout)["cohort"]["recruited"] == 0
    good = empty("import", "spells", file, "--create-teams", "--only-good")
    assert good.exit_code == 0, good.output
    assert "Loaded: 1 new spells" in good.output
    assert json.loads(empty("retention", *ASKED).stdout)["cohort"]["recruited"] == 1


def test_unknown_teams_are_named_and_made_only_when_asked(empty: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "spells.csv"
    file.write_text(HEADINGS + GOOD, encoding="utf-8")
    answer = empty("import", "spells", file)
    assert answer.exit_code == 1
    assert "Unknown team: Harbour team, in Perinatal (a new service line)" in answer.output
    assert "--create-teams" in answer.output


def test_a_dry_run_writes_nothing(empty: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "spells.csv"
    file.write_text(HEADINGS + GOOD, encoding="utf-8")
    answer = empty("import", "spells", file, "--create-teams", "--dry-run")
    assert answer.exit_code == 0, answer.output
    assert "Would load: 1 new spells" in answer.output
    assert json.loads(empty("retention", *ASKED).stdout)["cohort"]["recruited"] == 0


def test_a_file_that_is_no_table_is_refused_in_words(empty: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "spells.xlsx"
    file.write_text("not a workbook", encoding="utf-8")
    answer = empty("import", "spells", file)
    assert answer.exit_code == 1
    assert "The name ends in .xlsx, but the file is not an Excel workbook." in answer.output


def test_an_export_says_what_its_name_must_end_in(empty: Callable[..., Result], tmp_path: Path) -> None:
    answer = empty("export", "spells", tmp_path / "spells.ods")
    assert answer.exit_code == 2
    assert ".csv or .xlsx" in answer.output
