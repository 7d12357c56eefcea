"""The staff record as a file: the same file loads again without change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from peerhub.access.models import AuditEntry, Organisation, OrganisationKind, RoleGrant
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.demo import history
from peerhub.workforce.actions.loading import load_file
from peerhub.workforce.files import read_staff_record, write_staff_record
from peerhub.workforce.models import Person, Spell
from peerhub.workforce.queries.exporting import spell_rows
from peerhub.workforce.rules.rows import SpellRow
from peerhub.workforce.rules.words import Band, Contract, LeavingReason, RoleKind, Setting
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.workforce.records import Load, priya
from tests.workforce.test_import_loading import contents

Browse = Callable[[UUID | None], Browser]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_hr_takes_the_record_as_a_file_and_it_is_in_the_audit_log(
    browse: Browse, app: Flask, world: World, tmp_path: Path, kind: str
) -> None:
    answer = browse(world.hugo).get(f"/staff-record/file?format={kind}").response
    path = tmp_path / f"spells.{kind}"
    path.write_bytes(answer.get_data())
    assert f".{kind}" in answer.headers["Content-Disposition"]
    rows = read_staff_record(path, path.name).rows
    assert [(row.staff_number, row.last_name, row.team, row.start_date) for row in rows] == [
        ("10002", "Okafor", "Harbour team", date(2023, 5, 2)),
        ("10001", "Rahman", "Willow ward", date(2022, 3, 1)),
    ]
    with app.app_context():
        [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "staff record exported"))
        assert (entry.user_id, entry.is_read, entry.facts) == (world.hugo, True, {"spells": 2})
        scope.enter(world.trust)
        assert load_file(path).counts.unchanged == 2


def test_a_role_for_one_ward_takes_that_ward_alone(browse: Browse, app: Flask, world: World) -> None:
    with app.app_context():
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == world.hugo)).one()
        grant.breadth, grant.place_id = Breadth.TEAM, world.willow
        db.session.commit()
    text = browse(world.hugo).get("/staff-record/file?format=csv").response.get_data(as_text=True)
    assert "Rahman" in text
    assert "Okafor" not in text


def test_a_role_for_one_ward_loads_that_ward_alone(browse: Browse, app: Flask, world: World) -> None:
    from tests.workforce.test_import_pages import check, load, summary

    with app.app_context():
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == world.hugo)).one()
        assert grant.role is Role.HR
        grant.breadth, grant.place_id = Breadth.TEAM, world.willow
        db.session.commit()
    hugo = browse(world.hugo)
    tom = {"staff_number": "10002", "first_name": "Tom", "last_name": "Okafor", "post_number": "P002"}
    harbour = {"service_line": "Perinatal", "setting": "community", "team": "Harbour team"}
    page = check(
        hugo,
        tom | harbour | {"post_number": "P010", "start_date": "2025-05-02"},
        tom | {"start_date": "2023-05-02"},
        priya(email="p@new.example"),
        tom | {"post_number": "P55", "start_date": "2025-01-01", "email": "stolen@new.example"},
        is_complete="y",
    )
    assert summary(page)["Cannot be loaded"] == "2 rows"
    assert "Your role does not reach Harbour team" in page.text
    assert "PeerHub holds this post in a team that your role does not reach" in page.text
    assert "Not confirmed" not in summary(page), "Tom is beyond reach"
    load(hugo, page, which="good")
    with app.app_context():
        scope.enter(world.trust)
        assert db.session.get_one(Spell, world.tom_spell).ends is None
        assert db.session.get_one(Person, world.tom_person).email == "tom@example.org"
        assert db.session.get_one(Person, world.priya_person).email == "p@new.example"


def test_people_without_a_number_and_people_erased_load_again_unchanged(
    load: Load, world: World, tmp_path: Path
) -> None:
    load(priya(end_date="2024-06-30", leaving_reason="health", destination="Elsewhere"))
    tom = db.session.get_one(Person, world.tom_person)
    tom.staff_number, tom.preferred_name = None, "  Tom   the second "
    gone = db.session.get_one(Person, world.priya_person)
    gone.first_name = gone.last_name = gone.email = ""
    gone.staff_number, gone.erased_on = None, date(2025, 1, 1)
    db.session.commit()
    before = contents()
    for kind in ("csv", "xlsx"):
        path = tmp_path / f"again.{kind}"
        path.write_bytes(write_staff_record(spell_rows(), kind))
        outcome = load_file(path)
        db.session.commit()
        assert (outcome.problems, outcome.counts.unchanged) == ((), 2)
        assert contents() == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_begins_like_a_formula_is_not_taken_back_even_where_it_is_held(
    load: Load, world: World, tmp_path: Path, kind: str
) -> None:
    """Only a release before this rule can have kept such words; the row says what to put right, and nothing changes."""
    load(priya(end_date="2024-06-30", leaving_reason="health", destination="Elsewhere"))
    db.session.get_one(Spell, world.priya_spell).destination = "-1+1|cmd"
    db.session.commit()
    before = contents()
    path = tmp_path / f"again.{kind}"
    path.write_bytes(write_staff_record(spell_rows(), kind))
    outcome = load_file(path, only_good=True)
    db.session.commit()
    assert [(problem.column, outcome.counts.unchanged) for problem in outcome.problems] == [("destination", 1)]
    assert contents() == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_demonstration_comes_back_as_it_went_in(in_app: Flask, world: World, tmp_path: Path, kind: str) -> None:
    rows = history.spell_rows()
    path = tmp_path / f"spells.{kind}"
    from peerhub.core.files import write_csv, write_xlsx

    write = write_csv if kind == "csv" else write_xlsx
    path.write_bytes(write(history.COLUMNS, [[row[column] for column in history.COLUMNS] for row in rows]))
    made = Organisation(name="Wrenmoor", kind=OrganisationKind.NHS_TRUST)
    db.session.add(made)
    db.session.commit()
    scope.enter(made.id)
    first = load_file(path, create_places=True)
    assert (first.problems, first.counts.new) == ((), len(rows))
    db.session.commit()
    again = load_file(path)
    assert again.counts.unchanged == len(rows)
    path.write_bytes(write_staff_record(spell_rows(), kind))
    back = load_file(path)
    assert (back.problems, back.counts.unchanged) == ((), len(rows))
    read = {_facts(row) for row in read_staff_record(path, path.name).rows}
    path.write_bytes(write(history.COLUMNS, [[row[column] for column in history.COLUMNS] for row in rows]))
    assert read == {_facts(row) for row in read_staff_record(path, path.name).rows}


def _facts(row: SpellRow) -> tuple[Any, ...]:
    """All of a row but its line; preferred name and email are the person's, and the latest row's count."""
    left_out = {"line", "preferred_name", "email"}
    return tuple(getattr(row, name) for name in SpellRow.__slots__ if name not in left_out)


NAMES = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc"]), min_size=1, max_size=12
)
WORDS = NAMES.map(lambda text: " ".join(text.split())).filter(lambda text: text and text.lstrip("'")[:1] not in "=+-@")
DAYS = st.dates(date(2015, 1, 1), date(2025, 12, 31))


@st.composite
def records(draw: Callable[..., Any]) -> list[SpellRow]:
    """A staff record as HR might have it: careers in numbered posts and in posts without a number."""
    made: list[SpellRow] = []
    for person in range(draw(st.integers(1, 4))):
        names = {"first_name": draw(WORDS), "last_name": draw(WORDS), "staff_number": f"7000{person}"}
        start = draw(DAYS)
        for spell in range(draw(st.integers(1, 3))):
            end = start + timedelta(days=draw(st.integers(0, 900)))
            is_open = draw(st.booleans())
            is_peer = draw(st.booleans())
            setting = draw(st.sampled_from(Setting))
            made.append(
                SpellRow(
                    line=len(made) + 2,
                    **names,
                    preferred_name=draw(st.just("") | WORDS),
                    service_line=f"Line {setting.label}",
                    setting=setting,
                    team=f"Team {setting.label}",
                    post_number=draw(st.sampled_from(["", f"P{person}-{spell}"])),
                    employer=draw(st.sampled_from(["", "Partner"])),
                    position_title=draw(WORDS),
                    role_kind=draw(st.sampled_from(RoleKind)),
                    band=draw(st.none() | st.sampled_from(Band)),
                    wte=Decimal(draw(st.integers(1, 100_000))) / 100_000,
                    lived_experience_role=is_peer or draw(st.booleans()),
                    peer_service=is_peer,
                    contract=draw(st.sampled_from(Contract)),
                    start_date=start,
                    end_date=None if is_open else end,
                    leaving_reason=None if is_open else draw(st.none() | st.sampled_from(LeavingReason)),
                    destination="" if is_open else draw(st.just("") | WORDS),
                    campaign=draw(st.just("") | WORDS),
                )
            )
            start = end + timedelta(days=draw(st.integers(1, 60)))
    return made


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=records())
def test_any_record_loads_and_comes_back_without_change(
    in_app: Flask, tmp_path: Path, kind: str, rows: list[SpellRow]
) -> None:
    db.session.rollback()
    made = Organisation(name=f"Trust {UUID(int=hash(tuple(rows)) % 2**128)}", kind=OrganisationKind.NHS_TRUST)
    db.session.add(made)
    db.session.flush()
    scope.enter(made.id)
    path = tmp_path / f"spells.{kind}"
    path.write_bytes(write_staff_record(rows, kind))
    first = load_file(path, create_places=True, only_good=True)
    assert first.counts.refused == 0, first.problems
    db.session.flush()
    assert load_file(path).counts.unchanged == len(rows)
    exported = spell_rows()
    assert {_facts(row) for row in exported} == {_facts(row) for row in rows}
    path.write_bytes(write_staff_record(exported, kind))
    again = load_file(path)
    assert (again.problems, again.counts.unchanged) == ((), len(rows))
    db.session.rollback()
