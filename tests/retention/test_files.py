"""Retention straight from a file: which rows count, which are told and left out, with no web and no database."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from peerhub.core.files import FileProblem, write_xlsx
from peerhub.retention.files import facts_from_file
from peerhub.retention.rules.report import retention_report

HEADINGS = "staff_number,setting,lived_experience_role,peer_service,contract,wte,start_date,end_date,leaving_reason"


def write(folder: Path, *rows: str, headings: str = HEADINGS) -> Path:
    path = folder / "spells.csv"
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return path


def report(path: Path) -> dict:
    return retention_report(facts_from_file(path), date(2022, 1, 1), date(2022, 12, 31), date(2025, 6, 30))


def test_the_record_systems_own_headings_and_words_are_read(tmp_path):
    path = write(
        tmp_path,
        "007,Inpatient,Y,TRUE,Fixed Term Temp,0.6,1-Apr-22,31/03/2023,Voluntary Resignation - Health",
        "007,Inpatient,Y,TRUE,Permanent,0.6,1 April 2023,,",
        "7,Community,1,1,,,44652,31/12/4712,",
        "8,Community,yes,yes,Bank,1,2022-04-01,,",
        "9,Community,yes,yes,Permanent,1,2022-04-01,,Has Not Worked",
        headings="Employee Number,Setting,Lived Experience Role,Peer Service,Assignment Category,FTE,Start Date,"
        "Leave Date,Leaving Reason",
    )
    told = report(path)
    assert told["cohort"]["by_setting"] == {"community": 1, "inpatient": 1}
    assert told["years"][2]["in_peer_service"]["count"] == 2
    assert "excluded" not in told


def test_an_excel_file_gives_the_same_figures(tmp_path):
    headings = HEADINGS.split(",")
    rows = [
        ["1001", "inpatient", True, "yes", "permanent", 1, date(2022, 4, 1), None, None],
        [1002, "community", "yes", 1, "permanent", 0.5, date(2022, 5, 1), date(2023, 1, 31), "caring"],
    ]
    path = tmp_path / "spells.xlsx"
    path.write_bytes(write_xlsx(headings, rows))
    told = report(path)
    assert told["cohort"]["by_setting"] == {"community": 1, "inpatient": 1}
    assert told["years"][0]["in_trust"]["count"] == 1


def test_e36_rows_that_cannot_be_right_are_left_out_and_told_by_line(tmp_path):
    path = write(
        tmp_path,
        "1,community,yes,yes,permanent,1,2022-04-01,,",
        "2,community,yes,yes,permanent,1,2022-04-01,2022-03-31,",
        "3,community,yes,yes,permanent,1,,,",
        ",community,yes,yes,permanent,1,2022-04-01,,",
        "5,moonbase,perhaps,yes,permanent,1,2022-04-01,,",
        "6,community,yes,yes,permanent,1.2,2022-04-01,,",
        "7,community,yes,yes,permanent,1,30/02/2022,,",
        "8,community,yes,yes",
        "",
        "10,community,yes,yes,permanent,1,2022-04-01,2022-04-01,",
    )
    facts = facts_from_file(path)
    assert [(problem.line, problem.column) for problem in facts.refused] == [
        (3, "end_date"),
        (4, "start_date"),
        (5, "staff_number"),
        (6, "lived_experience_role"),
        (6, "setting"),
        (7, "wte"),
        (8, "start_date"),
        (9, ""),
    ]
    told = report(path)
    assert (told["cohort"]["recruited"], told["excluded"]) == (2, 7)
    assert "moonbase" in facts.refused[4].message
    assert "Community, Inpatient, Crisis" in facts.refused[4].message


def test_reasons_in_other_words_leave_nobody_out(tmp_path):
    path = write(tmp_path, "1,community,yes,yes,permanent,1,2022-04-01,2022-09-01,Won the lottery")
    assert report(path)["cohort"]["recruited"] == 1


def test_the_few_columns_that_matter_are_enough(tmp_path):
    path = write(
        tmp_path,
        "1,yes,yes,2022-04-01,",
        headings="staff_number,lived_experience_role,peer_service,start_date,end_date",
    )
    assert report(path)["cohort"]["by_setting"] == {"not_known": 1}


@pytest.mark.parametrize(
    ("headings", "words"),
    [
        ("staff_number,lived_experience_role,peer_service,Latest Start Date,end_date", "joined the employer"),
        ("staff_number,lived_experience_role,peer_service,start_date", "no column end_date"),
        ("staff_number,lived_experience_role,peer_servise,start_date,end_date", "'peer_servise' looks like it"),
        (
            "staff_number,Employee Number,lived_experience_role,peer_service,start_date,end_date",
            "More than one heading",
        ),
    ],
)
def test_headings_that_are_missing_renamed_or_repeated_are_told(tmp_path, headings, words):
    with pytest.raises(FileProblem, match=words):
        facts_from_file(write(tmp_path, headings=headings))


def test_a_file_that_is_not_there_or_too_large_is_told(tmp_path):
    with pytest.raises(FileProblem, match="could not be opened"):
        facts_from_file(tmp_path / "nowhere.csv")
    large = tmp_path / "large.csv"
    with large.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(FileProblem, match="larger than 45 MB"):
        facts_from_file(large)


def test_it_works_with_no_web_and_no_database_in_sight(tmp_path):
    path = write(tmp_path, "1,community,yes,yes,permanent,1,2022-04-01,,")
    code = (
        "import json, sys\n"
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from peerhub.retention.files import facts_from_file\n"
        "from peerhub.retention.rules.report import retention_report\n"
        "facts = facts_from_file(Path(sys.argv[1]))\n"
        "report = retention_report(facts, date(2022, 1, 1), date(2022, 12, 31), date(2025, 1, 1), compare='setting')\n"
        "loaded = sorted({'flask', 'sqlalchemy', 'wtforms', 'matplotlib', 'openpyxl'} & set(sys.modules))\n"
        "print(json.dumps([loaded, report['cohort']['recruited']]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[], 1]


def test_reading_facts_does_not_load_scipy():
    code = "import sys, peerhub.retention.files, peerhub.retention.rules.report; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
