"""`peerhub retention` as somebody at a keyboard gets it: the published table, from a file and from the database."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from peerhub.cli.main import main
from peerhub.demo.history import COLUMNS, spell_rows
from tests.retention.record import found

ASKED = ("--from", "2022-01-01", "--to", "2022-12-31", "--as-at", "2025-11-14")
PUBLISHED = {1: (100, 100, None), 2: (95, 89, 84), 3: (84, 79, 74)}
KEYS = ("in_trust", "in_le_role", "in_peer_service")


@pytest.fixture
def spells(tmp_path: Path) -> Path:
    """The demonstration's spells as a file in the columns of the staff record."""
    path = tmp_path / "spells.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        writer.writerows(spell_rows())
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["retention", *map(str, words)])


def check_published(report: dict[str, Any]) -> None:
    assert report["as_at"] == "2025-11-14"
    assert report["cohort"] == {
        "from": "2022-01-01",
        "to": "2022-12-31",
        "recruited": 19,
        "by_setting": {"community": 3, "inpatient": 16},
    }
    for row in report["years"]:
        assert (row["observed"], row["not_yet_due"]) == (19, 0)
        for key, percent in zip(KEYS, PUBLISHED[row["year"]], strict=True):
            if percent is not None:
                assert round(row[key]["percent"]) == percent, (row["year"], key)
                assert row[key]["percent"] == 100 * row[key]["count"] / 19, "unrounded"
                assert row[key]["low"] < row[key]["percent"] <= row[key]["high"]
    third = report["whole_service"][2]
    assert {*third} == {"year", "observed", *KEYS}
    assert round(third["in_peer_service"]["percent"]) == 73
    for tier in KEYS:
        assert [point["days"] for point in report["survival"][tier]] == [365, 730, 1095]
        assert {*report["survival"][tier][0]} == {"year", "days", "estimate", "low", "high", "at_risk"}


def test_the_published_table_from_a_file_with_no_database(spells: Path) -> None:
    answer = run("--json", "--spells", spells, *ASKED)
    assert answer.exit_code == 0, answer.output
    report = json.loads(answer.stdout)
    check_published(report)
    assert [*report] == ["as_at", "cohort", "years", "whole_service", "survival"]


def test_the_published_table_from_the_database(
    app: Flask, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        found(spell_rows())
    monkeypatch.setenv("PEERHUB_DATABASE_URL", database_url)
    monkeypatch.setenv("PEERHUB_INSTANCE", str(tmp_path))
    monkeypatch.setattr("peerhub.core.schema.is_up_to_date", lambda: True)
    unsaid = run("--json", *ASKED)
    assert unsaid.exit_code == 1
    assert "Say whose with --organisation: Elsewhere Mental Health Trust, Northmoor" in unsaid.output
    answer = run("--json", "--organisation", "Wrenmoor Trust", *ASKED)
    assert answer.exit_code == 0, answer.output
    check_published(json.loads(answer.stdout))


def test_a_setting_narrows_the_cohort_and_never_the_whole_service(spells: Path) -> None:
    whole = json.loads(run("--json", "--spells", spells, *ASKED).stdout)
    narrowed = json.loads(run("--json", "--spells", spells, *ASKED, "--setting", "inpatient").stdout)
    assert narrowed["cohort"]["recruited"] == 16
    assert narrowed["cohort"]["by_setting"] == {"inpatient": 16}
    assert narrowed["whole_service"] == whole["whole_service"]


def test_two_settings_are_compared(spells: Path) -> None:
    report = json.loads(run("--json", "--spells", spells, *ASKED, "--compare", "setting").stdout)
    assert report["log_rank"]["groups"] == ["community", "inpatient"]
    assert 0 < report["log_rank"]["p"] < 1


def test_any_years_up_to_ten(spells: Path) -> None:
    report = json.loads(run("--json", "--spells", spells, *ASKED, "--years", "10,1").stdout)
    assert [row["year"] for row in report["years"]] == [1, 10]
    assert report["years"][1]["observed"] == 0
    assert report["years"][1]["in_trust"] == {"count": 0, "percent": None, "low": None, "high": None}
    assert report["survival"]["in_trust"][1] == {
        "year": 10,
        "days": 3650,
        "estimate": None,
        "low": None,
        "high": None,
        "at_risk": 0,
    }


def test_in_words(spells: Path) -> None:
    said = run("--spells", spells, *ASKED).stdout
    assert "19 recruited from 2022-01-01 to 2022-12-31, as at 2025-11-14" in said
    assert "14/19 74%" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--from", "2022-12-31", "--to", "2022-01-01", "--as-at", "2025-01-01"),
            "--to must be the same day",
        ),
        ((*ASKED, "--years", "0"), "whole numbers from 1 to 10"),
        ((*ASKED, "--years", "11"), "whole numbers from 1 to 10"),
        ((*ASKED, "--years", "two"), "whole numbers from 1 to 10"),
        ((*ASKED, "--setting", "moonbase"), "--setting takes one of: Community, Inpatient"),
        (("--from", "30/02/2022", "--to", "2022-12-31", "--as-at", "2025-01-01"), "does not match the format"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(words: tuple[str, ...], told: str, spells: Path) -> None:
    answer = run("--spells", spells, *words)
    assert answer.exit_code == 2
    assert told in answer.output


def test_a_row_that_cannot_be_used_is_named_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "spells.csv"
    path.write_text(
        "staff_number,lived_experience_role,peer_service,start_date,end_date\n"
        "1,yes,yes,2022-04-01,\n"
        "2,yes,yes,31/06/2022,\n",
        encoding="utf-8",
    )
    answer = run("--json", "--spells", path, *ASKED)
    assert "Line 3, start_date:" in answer.stderr
    report = json.loads(answer.stdout)
    assert (report["cohort"]["recruited"], report["excluded"]) == (1, 1)


def test_a_file_that_is_no_table_stops_the_command_with_words(tmp_path: Path) -> None:
    path = tmp_path / "spells.csv"
    path.write_bytes(b"%PDF-1.7")
    answer = run("--json", "--spells", path, *ASKED)
    assert answer.exit_code == 1
    assert "This is a PDF" in answer.output
    assert "Traceback" not in answer.output


def test_a_file_needs_neither_a_database_nor_the_web(spells: Path) -> None:
    words = ["retention", "--json", "--spells", str(spells), *ASKED]
    told = (
        "import sys; from peerhub.cli.main import main; main(sys.argv[1:], standalone_mode=False); "
        "print([name for name in ('flask', 'sqlalchemy', 'matplotlib') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", told, *words], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.strip() == "[]"
