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
    assert "Nothing was loaded: 1 of 2 rows cannot be." in answer.output
    assert "--only-good" in answer.output
    assert json.loads(empty("retention", *ASKED).stdout)["cohort"]["recruited"] == 0
    good = empty("import", "spells", file, "--create-teams", "--only-good")
    assert good.exit_code == 0, good.output
    assert "Loaded: 1 new spell," in good.output
    assert json.loads(empty("retention", *ASKED).stdout)["cohort"]["recruited"] == 1


def test_unknown_teams_are_named_and_made_only_when_asked(empty: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "spells.csv"
    file.write_text(HEADINGS + GOOD, encoding="utf-8")
    answer = empty("import", "spells", file)
    assert answer.exit_code == 1
    assert "1 row is in teams that PeerHub does not know." in answer.output
    assert "Unknown team: Harbour team, in Perinatal (a new service line), named by 1 row." in answer.output
    assert (
        "Nothing was loaded: 1 of 1 row cannot be. To make the unknown teams, type the same again with" in answer.output
    )
    assert "--create-teams" in answer.output
    assert "Would load" not in answer.output, "nobody asked for a trial"
    trial = empty("import", "spells", file, "--create-teams", "--dry-run")
    assert "New team: Harbour team" in trial.output
    done = empty("import", "spells", file, "--create-teams")
    assert "Loaded: 1 new spell, 0 changed" in done.output
    assert "team: Harbour" not in done.output, "they are known now"


def test_many_rows_and_many_unknown_teams_do_not_fill_the_screen(empty: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "spells.csv"
    rows = [GOOD.replace("Harbour team", f"Team {n:02}").replace("1,", f"{n},", 1) for n in range(43)]
    file.write_text(HEADINGS + "".join(rows), encoding="utf-8")
    answer = empty("import", "spells", file)
    assert "43 rows are in teams that PeerHub does not know." in answer.output
    assert answer.output.count("Unknown team:") == 10
    assert "And 33 more teams." in answer.output
    assert len(answer.output.splitlines()) < 16
    file.write_text(HEADINGS + "".join(row.replace("2022-04-01", "soon") for row in rows), encoding="utf-8")
    answer = empty("import", "spells", file)
    assert "And 23 more problems." in answer.output
    assert "Nothing was loaded: 43 of 43 rows cannot be. Put them right" in answer.output


EXPORT = "Employee Number,First Name,Last Name,Org L5,Position Title,Latest Start Date,Termination Date\n"
OF_EXPORT = "1,Amina,Yusuf,Harbour team,Peer support worker,01/04/2022,\n"


def test_an_export_of_an_hr_system_is_loaded_by_naming_its_columns(
    empty: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "export.csv"
    file.write_text(EXPORT + OF_EXPORT, encoding="utf-8")
    answer = empty("import", "spells", file, "--create-teams")
    assert answer.exit_code == 1
    assert "Line 1, team: There is no column team. 'Org L5' may be it" in answer.output
    assert "Nothing was loaded: some columns were not found. Say which heading is which with --column" in answer.output
    columns = ("--column", "team=Org L5", "--column", "Service line=org l5", "--column", "start_date=Latest Start Date")
    flags = ("--set", "lived_experience_role=auto", "--set", "peer_service=auto")
    unknown = empty("import", "spells", file, "--create-teams", *columns, *flags, "--set", "setting=auto")
    assert "PeerHub does not know Harbour team, so it cannot work out its setting" in unknown.output
    done = empty("import", "spells", file, "--create-teams", *columns, *flags, "--set", "setting=community")
    assert "Loaded: 1 new spell" in done.output, done.output
    again = empty("import", "spells", file, *columns, *flags, "--set", "setting=auto")
    assert "1 as they were" in again.output, "the service line is known now"
    assert json.loads(empty("retention", *ASKED).stdout)["cohort"]["recruited"] == 1
    given = ("--set", "lived_experience_role=yes", "--set", "peer_service=yes", *columns[4:])
    straight = empty("retention", *ASKED, "--spells", file, *given, where="nowhere")
    assert json.loads(straight.stdout)["cohort"]["recruited"] == 1, straight.output
    unclear = empty("retention", *ASKED, "--spells", file, where="nowhere")
    assert unclear.exit_code == 1
    assert "--set peer_service=yes" in unclear.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--column", "team"), 'such as --column "team=Ward"'),
        (("--column", "ward=Ward"), "we have no column ward. We have: staff_number,"),
        (("--column", "team=A", "--column", "team=B"), "--column team is given twice"),
        (("--set", "setting=moon"), "--set setting: We do not know 'moon'"),
        (("--set", "peer_service=perhaps"), "'perhaps' is neither yes nor no"),
        (("--set", "start_date=2022-01-01"), "--set cannot give start_date. It can give:"),
        (("--column", "team=Moon"), "There is no heading 'Moon' in the file. It has: staff_number, first_name,"),
    ],
)
def test_a_slip_in_these_options_is_told(
    empty: Callable[..., Result], tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "spells.csv"
    file.write_text(HEADINGS + GOOD, encoding="utf-8")
    answer = empty("import", "spells", file, *words)
    assert answer.exit_code in {1, 2}
    assert said in " ".join(answer.output.split())


def test_columns_of_a_file_are_not_asked_about_without_a_file(peerhub: Callable[..., Result]) -> None:
    assert "name it with --spells" in peerhub("retention", *ASKED, "--set", "peer_service=yes").output


def test_a_dry_run_writes_nothing(empty: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "spells.csv"
    file.write_text(HEADINGS + GOOD, encoding="utf-8")
    answer = empty("import", "spells", file, "--create-teams", "--dry-run")
    assert answer.exit_code == 0, answer.output
    assert "Would load: 1 new spell," in answer.output
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
