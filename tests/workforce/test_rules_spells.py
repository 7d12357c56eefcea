"""Rows of a staff record: what makes a good spell, what is refused and how, and what rows must not say together."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerhub.core.files import read_table
from peerhub.core.formulas import formula_sign
from peerhub.workforce.files import StaffRecord, read_staff_record, write_refused, write_staff_record
from peerhub.workforce.rules.columns import COLUMNS, Column
from peerhub.workforce.rules.rows import SpellRow, read_row
from peerhub.workforce.rules.spells import check_spells
from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting

GOOD = {
    "staff_number": "00123",
    "first_name": "Ada",
    "last_name": "Nwosu",
    "service_line": "Acute",
    "setting": "inpatient",
    "team": "Ash Ward",
    "position_title": "Peer Support Worker",
    "lived_experience_role": "yes",
    "peer_service": "yes",
    "start_date": "01/04/2022",
}


def row(line: int = 2, **changes: object) -> SpellRow:
    found, problems = read_row(line, {Column(name): cell for name, cell in (GOOD | changes).items()})
    assert found is not None, problems
    return found


def told(**changes: object) -> list[tuple[str, str]]:
    found, problems = read_row(2, {Column(name): cell for name, cell in (GOOD | changes).items()})
    assert (found is None) == bool(problems)
    return [(problem.column, problem.message) for problem in problems]


def csv_of(*rows: dict[str, str]) -> bytes:
    lines = [",".join(column.value for column in COLUMNS)]
    lines += [",".join(f'"{(GOOD | one).get(column.value, "")}"' for column in COLUMNS) for one in rows]
    return "\r\n".join(lines).encode()


def record(content: bytes, name: str = "spells.csv") -> StaffRecord:
    return read_staff_record(io.BytesIO(content), name)


def test_a_short_row_is_a_full_spell():
    spell = row()
    assert (spell.staff_number, spell.start_date, spell.end_date) == ("00123", date(2022, 4, 1), None)
    assert (spell.wte, spell.contract, spell.role_kind) == (
        Decimal(1),
        Contract.PERMANENT,
        RoleKind.PEER_SUPPORT_WORKER,
    )
    assert (spell.post_number, spell.band, spell.leaving_reason) == ("", None, None)


def test_a_title_that_is_none_of_ours_is_another_kind_of_role():
    assert row(position_title="Patient safety partner").role_kind is RoleKind.OTHER


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"end_date": "2022-03-31"}, "end_date", "The end date 31/03/2022 is before the start date 01/04/2022"),
        ({"end_date": "31/02/2022"}, "end_date", "not a day that exists"),
        ({"start_date": ""}, "start_date", "There is no start date"),
        ({"staff_number": " "}, "staff_number", "There is no staff number"),
        ({"setting": ""}, "setting", "There is no setting"),
        ({"setting": "moonbase"}, "setting", "Use one of: Community"),
        ({"wte": "1.5"}, "wte", "more than full time"),
        ({"wte": "-1"}, "wte", "no time at all"),
        ({"contract": "handshake"}, "contract", "We do not know 'handshake'"),
        ({"band": "99"}, "band", "Use one of: Band 2"),
        ({"leaving_reason": "health"}, "end_date", "There is a reason for leaving and no end date"),
        ({"leaving_reason": "bored"}, "leaving_reason", "We do not know 'bored'"),
        ({"lived_experience_role": "no"}, "lived_experience_role", "always a lived experience role"),
        ({"peer_service": "maybe"}, "peer_service", "neither yes nor no"),
        ({"email": "ada at trust"}, "email", "not an email address"),
        ({"team": "x" * 121}, "team", "121 characters, more than the 120"),
    ],
)
def test_a_row_that_cannot_be_right_is_told_by_column(changes, column, words):
    problems = told(**changes)
    assert [found for found, _ in problems] == [column]
    assert words in problems[0][1]


def test_every_problem_of_a_row_is_told_in_the_order_of_the_columns():
    assert [column for column, _ in told(first_name="", wte="2", start_date="x")] == ["first_name", "wte", "start_date"]


def test_the_same_first_and_last_day_is_a_good_spell():
    assert row(end_date="01/04/2022").end_date == date(2022, 4, 1)


def test_one_number_with_two_names_is_told_at_the_later_line():
    problems = check_spells([row(2), row(3, last_name="NWOSU"), row(4, first_name="Bea", post_number="9")])
    assert [(problem.line, problem.column) for problem in problems] == [(4, "staff_number")]
    assert "another name in line 2" in problems[0].message


def test_the_same_spell_twice_is_told_once():
    problems = check_spells([row(2, post_number="P1"), row(3, post_number="P1")])
    assert [(problem.line, problem.message) for problem in problems] == [
        (3, "This is the same spell as line 2. Take one of them out.")
    ]


@pytest.mark.parametrize(
    ("first", "second", "overlapping"),
    [
        ({"end_date": "30/06/2022"}, {"start_date": "01/07/2022"}, False),
        ({"end_date": "01/07/2022"}, {"start_date": "01/07/2022"}, True),
        ({}, {"start_date": "01/07/2022"}, True),
        ({"end_date": "31/12/2022"}, {"start_date": "01/05/2022", "end_date": "01/06/2022"}, True),
        ({}, {"start_date": "01/07/2022", "post_number": "P2"}, False),
        ({}, {"start_date": "01/07/2022", "employer": "Northfold Mind"}, False),
        ({"post_number": ""}, {"start_date": "01/07/2022", "post_number": ""}, False),
    ],
)
def test_two_people_cannot_hold_one_post_on_one_day(first, second, overlapping):
    one = row(2, **({"post_number": "P1"} | first))
    other = row(3, **({"post_number": "p1", "staff_number": "9", "first_name": "Bea"} | second))
    for rows in ([one, other], [other, one]):
        problems = check_spells(rows)
        assert [(problem.line, problem.column) for problem in problems] == [(3, "post_number")] * overlapping


def test_a_third_spell_inside_a_long_one_is_told_too():
    rows = [
        row(2, post_number="P1", end_date="31/12/2023"),
        row(3, post_number="P1", start_date="01/05/2022", end_date="01/06/2022", staff_number="8", first_name="Cy"),
        row(4, post_number="P1", start_date="01/08/2022", staff_number="9", first_name="Bea"),
    ]
    assert [problem.line for problem in check_spells(rows)] == [3, 4]


def test_a_service_line_has_one_setting():
    problems = check_spells([row(2), row(3, setting="community")])
    assert [(problem.line, problem.column) for problem in problems] == [(3, "setting")]


def test_a_file_gives_its_good_rows_and_every_problem_by_line():
    read = record(
        csv_of(
            {},
            {"staff_number": "2", "first_name": "=cmd|' /C calc'!A0"},
            {"staff_number": "3", "end_date": "2021-01-01"},
            {"staff_number": "4", "wte": "-1"},
            {"staff_number": "5", "destination": "-"},
        )
    )
    assert [good.staff_number for good in read.rows] == ["00123", "5"]
    assert [(problem.line, problem.column) for problem in read.problems] == [
        (3, "first_name"),
        (4, "end_date"),
        (5, "wte"),
    ]
    assert "begins with '='" in read.problems[0].message


def test_headings_that_do_not_do_give_no_rows():
    read = record(b"staff_number,first_name\n1,Ada\n")
    assert (read.headings_usable, read.rows) == (False, ())
    assert {problem.line for problem in read.problems} == {1}


def test_refused_rows_come_back_whole_with_the_reason():
    content = csv_of({}, {"staff_number": "3", "end_date": "2021-01-01"}) + b"\r\n7,Ann,Lee\r\n"
    read = record(content)
    back = read_table(io.BytesIO(write_refused(read.table, read.problems, "csv")), "refused.csv")
    assert back.headings[-1] == "reason"
    assert [cells[0] for cells in back.rows] == ["3", "7"]
    assert "end_date: The end date 01/01/2021 is before" in back.rows[0][-1]
    assert "3 cells, fewer than" in back.rows[1][-1]


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12).filter(
    lambda text: formula_sign(text) is None
)
maybe = st.one_of(st.just(""), words)
days = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@st.composite
def spell_rows(draw: st.DrawFn) -> SpellRow:
    start = draw(days)
    peer_service = draw(st.booleans())
    end = draw(st.one_of(st.none(), st.integers(0, 4000).map(lambda more: start + timedelta(more))))
    return SpellRow(
        line=2,
        staff_number=draw(words),
        first_name=draw(words),
        last_name=draw(words),
        preferred_name=draw(maybe),
        email=draw(st.sampled_from(["", "ada@trust.example"])),
        employer=draw(maybe),
        service_line=draw(words),
        setting=draw(st.sampled_from(Setting)),
        team=draw(words),
        post_number=draw(maybe),
        position_title=draw(words),
        role_kind=draw(st.sampled_from(RoleKind)),
        band=draw(st.sampled_from([None, *Band])),
        wte=draw(st.integers(1, 100_000).map(lambda part: (Decimal(part) / 100_000).normalize())),
        lived_experience_role=peer_service or draw(st.booleans()),
        peer_service=peer_service,
        contract=draw(st.sampled_from(Contract)),
        start_date=start,
        end_date=end,
        leaving_reason=draw(st.sampled_from([None, *LeavingReason])) if end else None,
        destination=draw(maybe),
        campaign=draw(maybe),
    )


@settings(deadline=None)
@given(spell_rows(), st.sampled_from(["csv", "xlsx"]))
def test_what_is_exported_imports_again_without_change(spell, kind):
    read = record(write_staff_record([spell], kind), f"spells.{kind}")
    assert (read.rows, read.problems) == ((spell,), ())
