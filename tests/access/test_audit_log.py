"""The audit log as an administrator searches it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event

from peerhub.access.models import AuditEntry
from peerhub.access.permissions import Role
from peerhub.core.database import db
from tests.access.desk import Desk
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
NOON = datetime(2025, 7, 1, 12, 0, tzinfo=UTC)
A_RECORD = UUID("01a20fc1-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def written(app: Flask, world: World) -> None:
    """Entries of Northmoor and of the other trust."""
    told = (
        (world.hana, "person changed", "person", A_RECORD, False, NOON, {"fields": ["first_name", "email"]}),
        (world.hugo, "retention people seen", None, None, True, NOON + timedelta(hours=1), {"people": 4}),
        (world.ada, "role given", "user", world.mel, False, NOON + timedelta(days=1), {"role": "hr"}),
        (None, "sign-in failed", "user", world.hana, False, datetime(2025, 6, 30, 22, 59, tzinfo=UTC), {}),
        (None, "sign-in failed", "user", world.hana, False, datetime(2025, 6, 30, 23, 1, tzinfo=UTC), {}),
    )
    with app.app_context():
        for user, action, kind, subject, is_read, at, facts in told:
            db.session.add(
                AuditEntry(
                    at=at, organisation_id=world.trust, user_id=user, action=action, subject_kind=kind,
                    subject_id=subject, is_read=is_read, source="192.0.2.7", request_id="abc123", facts=facts,
                )
            )  # fmt: skip
        db.session.add(
            AuditEntry(at=NOON, organisation_id=world.other_trust, user_id=world.stig, action="stranger's doing")
        )
        db.session.commit()


def done(page: Page) -> list[str]:
    """What was done, in the order of the page."""
    return [
        " ".join(row.query("td")[2].to_text().split()).removeprefix("What was done ") for row in page.all("tbody tr")
    ]


ALL = ["Role given", "Retention people seen", "Person changed", "Sign-in failed", "Sign-in failed"]


def test_the_newest_come_first_with_who_when_what_and_from_where(browse: Browse, world: World) -> None:
    page = browse(world.ada).get("/audit-log")
    assert done(page) == ALL
    row = " ".join(page.all("tbody tr")[2].to_text().split())
    for words in (
        "Tue 1 July 2025, 1pm",
        "Hana Test",
        "Person",
        "first name, email",
        f"Person {str(A_RECORD)[-8:]}",
        "Change",
        "192.0.2.7",
    ):
        assert words in row
    assert str(A_RECORD) not in row, "the file has the whole number"
    assert "Nobody signed in" in page.text


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("what=sign-in", ["Sign-in failed", "Sign-in failed"]),
        ("what=ROLE+given", ["Role given"]),
        ("what=%25", []),
        ("kind=person", ["Person changed"]),
        (f"subject={A_RECORD}", ["Person changed"]),
        ("show=reads", ["Retention people seen"]),
        ("show=writes", [action for action in ALL if action != "Retention people seen"]),
        ("first-day=2&first-month=7&first-year=2025", ["Role given"]),
        ("last-day=30&last-month=6&last-year=2025", ["Sign-in failed"]),
        (
            "first-day=1&first-month=7&first-year=2025&last-day=1&last-month=7&last-year=2025",
            ["Retention people seen", "Person changed", "Sign-in failed"],
        ),
        ("what=sign-in&kind=person", []),
        ("sort=at", ALL[::-1]),
    ],
)
def test_the_log_is_searched(search: str, found: list[str], browse: Browse, world: World) -> None:
    page = browse(world.ada).get(f"/audit-log?{search}")
    assert done(page) == found
    if not found:
        assert "Nothing was done that fits" in page.text


def test_what_an_entry_is_about_leads_to_its_page_or_to_all_that_was_done_to_it(browse: Browse, world: World) -> None:
    page = browse(world.ada).get("/audit-log")
    leads = {" ".join(link.to_text().split()): link.attrs["href"] for link in page.all("tbody td a")}
    assert leads[f"Account {str(world.mel)[-8:]}"] == f"/users/{world.mel}"
    assert leads[f"Person {str(A_RECORD)[-8:]}"] == f"/audit-log?subject={A_RECORD}"


def test_who_did_it_without_signing_in_is_said(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        for source in ("", "job"):
            db.session.add(AuditEntry(at=NOON, organisation_id=world.trust, action=f"from {source}", source=source))
        db.session.commit()
    page = browse(world.ada).get("/audit-log?what=from")
    assert "Command line" in page.text
    assert "PeerHub itself" in page.text
    assert "Nobody signed in" not in page.text


def test_a_page_of_the_log_is_short_enough_for_a_phone(app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        db.session.add_all(AuditEntry(at=NOON, organisation_id=world.trust, action=f"Thing {n}") for n in range(30))
        db.session.commit()
    page = browse(world.ada).get("/audit-log?what=thing")
    assert len(done(page)) == 25
    assert len(done(browse(world.ada).get("/audit-log?what=thing&page=2"))) == 5


def test_what_one_account_did_is_found(browse: Browse, world: World) -> None:
    assert done(browse(world.ada).get(f"/audit-log?account={world.hugo}")) == ["Retention people seen"]
    page = browse(world.ada).get(f"/audit-log?account={world.stig}", status=422)
    assert page.errors == ["Choose one from the list"]
    offered = {option.to_text().strip() for option in page.all("select[name=account] option")}
    assert {"Anybody", "Hana Test", "Hugo Test"} <= offered
    assert "Stig Test" not in offered


@pytest.mark.parametrize(
    ("search", "told"),
    [
        ("subject=12", "Copy the whole number of the record, as the file of this list has it"),
        ("first-day=31&first-month=2&first-year=2025", "First day must be a real date, such as 27 3 2025"),
        ("first-day=1", "First day must include a month and a year"),
        (
            "first-day=2&first-month=1&first-year=2025&last-day=1&last-month=1&last-year=2025",
            "The last day must be the first day or later",
        ),
        ("kind=nonsense", "Choose one from the list"),
    ],
)
def test_what_cannot_be_searched_for_is_told(search: str, told: str, browse: Browse, world: World) -> None:
    page = browse(world.ada).get(f"/audit-log?{search}", status=422)
    assert page.errors == [told]


def test_another_organisations_doings_are_never_shown(browse: Browse, world: World, desk: Desk) -> None:
    assert "Stranger" not in browse(world.ada).get("/audit-log").text
    desk.give_role(world.stig, Role.SYSTEM_ADMINISTRATOR, organisation=world.other_trust)
    page = browse(world.stig).get("/audit-log")
    assert done(page) == ["Stranger's doing"]
    assert done(browse(world.stig).get(f"/audit-log?subject={A_RECORD}")) == []
    browse(world.stig).get(f"/audit-log?account={world.hana}", status=422)


def test_the_log_leaves_as_a_file_and_that_is_noted(browse: Browse, world: World, desk: Desk) -> None:
    browser = browse(world.ada)
    lines = browser.client.get("/audit-log?format=csv&what=person").text.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("When,Who,What was done,Done to,Fields,Number of the record")
    assert len(lines) == 2
    assert 'Hana Test,Person changed,Person,"first name, email"' in lines[1]
    book = load_workbook(io.BytesIO(browser.client.get("/audit-log?format=xlsx").data))
    assert book.active is not None
    assert book.active.max_row == 1 + len(ALL) + 1, "the export before is in it"
    assert [entry.facts for entry in desk.audited("audit log exported")] == [{"rows": 1}, {"rows": 6}]


def test_looking_at_the_log_writes_nothing(browse: Browse, world: World) -> None:
    browser = browse(world.ada)
    browser.get("/audit-log")
    assert done(browser.get("/audit-log")) == ALL


def test_the_log_is_paged_and_asks_a_fixed_number_of_times(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.ada)
    browser.get("/audit-log")
    count_queries()
    browser.get("/audit-log")
    few = count_queries()
    with app.app_context():
        for number in range(120):
            db.session.add(
                AuditEntry(
                    at=NOON + timedelta(days=9, minutes=number), organisation_id=world.trust, user_id=world.hana,
                    action=f"thing {number} done", subject_id=uuid4(),
                )
            )  # fmt: skip
        db.session.commit()
    count_queries()
    page = browser.get("/audit-log")
    assert count_queries() == few
    assert "1 to 25 of 125" in page.text
    assert done(page)[0] == "Thing 119 done"
    last = browser.get("/audit-log?page=5")
    assert done(last)[-1] == "Sign-in failed"
    assert len(done(last)) == 25


@pytest.mark.parametrize(
    ("search", "index"),
    [
        ("", "ix_audit_entry_organisation_id_at"),
        (f"subject={A_RECORD}", "ix_audit_entry_subject_id_organisation_id_at"),
        ("account=hana", "ix_audit_entry_user_id_organisation_id_at"),
    ],
)
def test_the_log_is_read_by_an_index(search: str, index: str, app: Flask, browse: Browse, world: World) -> None:
    with app.app_context():
        engine = db.engine
        if engine.dialect.name != "sqlite":
            return  # a small table is read whole on PostgreSQL, whatever indexes there are
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    browse(world.ada).get(f"/audit-log?{search.replace('hana', str(world.hana))}")
    event.remove(engine, "before_cursor_execute", note)
    statement, parameters = next(pair for pair in asked if "audit_entry" in pair[0] and "LIMIT" in pair[0])
    with app.app_context():
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]  # as SQLite was given them
    said = " ".join(str(row) for row in plan)
    assert index in said, said
    assert "SCAN audit_entry" not in said


@pytest.mark.parametrize("action", ["equality answers saved", "equality answers deleted"])
def test_who_answered_about_themselves_is_kept_and_not_listed(
    action: str, app: Flask, browse: Browse, world: World, desk: Desk
) -> None:
    profile = uuid4()
    with app.app_context():
        db.session.add(
            AuditEntry(
                at=NOON + timedelta(hours=2), organisation_id=world.trust, user_id=world.priya, action=action,
                subject_kind="equality_profile", subject_id=profile,
            )
        )  # fmt: skip
        db.session.commit()
    browser = browse(world.ada)
    for search in ("", "what=equality", f"account={world.priya}", f"subject={profile}", "kind=equality_profile"):
        answer = browser.client.get(f"/audit-log?{search}").text
        assert action.capitalize() not in answer
        assert action.capitalize() not in browser.client.get(f"/audit-log?{search}&format=csv").text
    page = browser.get("/audit-log?show=writes")
    assert done(page) == [one for one in ALL if one != "Retention people seen"]
    assert "save or delete their own equality answers" in page.text
    assert "equality_profile" not in {option.attrs["value"] for option in page.all("select[name=kind] option")}
    assert [entry.user_id for entry in desk.audited(action)] == [world.priya], "the fact is kept"
