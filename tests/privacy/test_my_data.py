"""What PeerHub holds about me: all of it, mine alone, on a page and in a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry, Invitation
from peerhub.access.permissions import Role
from peerhub.core import scope
from peerhub.core.database import Base, db
from peerhub.core.feature import Subject
from peerhub.core.mail import OutboxMail
from peerhub.privacy.rules import ROWS_ON_A_PAGE, sections
from peerhub.workforce.models import (
    Adjustment,
    AdjustmentStep,
    Break,
    EqualityProfile,
    Person,
    PersonMerge,
    Spell,
    WellnessPlan,
)
from peerhub.workforce.queries.personal_data import personal_data
from peerhub.workforce.rules.adjustments import Move
from peerhub.workforce.rules.words import AskedState, BreakKind, LeavingReason
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
ACCOUNT = (
    "Your account", "Roles you hold or held", "Invitations to you", "Messages sent to you", "When you signed in lately",
    "What you did, and what was done with your account",
)  # fmt: skip
ALL = (
    "Your details", "Your posts", "Time away", "Other records that were joined to yours", "Your equality answers",
    "Your adjustments", "What happened with your adjustments", "Your wellness plan",
    "Who looked at your record or changed it",
    "Meetings you were asked to", "Series of meetings you come to", "What you agreed to do in meetings",
    "Your calendar addresses",
    "Your supervision agreements", "Your supervision sessions", "Notes you share with a supervisor",
    "Memos a supervisor keeps about your sessions", "Your supervision notes and a new supervisor",
    "Your sickness absence",
)  # fmt: skip


@pytest.fixture
def full(app: Flask, world: World) -> None:
    """Something of every kind about Priya, and something about Tom that is not hers."""
    with app.app_context():
        scope.enter(world.trust)
        priya = db.session.get_one(Person, world.priya_person)
        priya.preferred_name, priya.pronouns, priya.phone = "Pri", "she/her", "01632 960001"
        old = Person(first_name="P", last_name="Rahman", staff_number="99999", merged_into_id=priya.id)
        db.session.add(old)
        db.session.flush()
        step = AdjustmentStep(
            adjustment_id=world.priya_adjustment, move=Move.AGREE, at=datetime(2024, 1, 15, 9, tzinfo=UTC),
            note="Agreed over tea",
        )  # fmt: skip
        db.session.add_all(
            [
                PersonMerge(kept_id=priya.id, merged_id=old.id, merged_on=date(2024, 5, 6)),
                Spell(
                    person_id=priya.id, post_id=world.vacant_post, starts=date(2022, 1, 3), ends=date(2022, 2, 28),
                    leaving_reason=LeavingReason.PROMOTION, destination="Willow ward", campaign="Spring 2022",
                ),
                Break(
                    spell_id=world.priya_spell, kind=BreakKind.CAREER_BREAK, starts=date(2024, 7, 1),
                    ends=date(2024, 9, 30),
                ),
                EqualityProfile(
                    person_id=priya.id, account_id=world.priya, state=AskedState.ANSWERED,
                    answers={"religion": {"choice": "own_words", "words": "Quaker"}, "age": {"choice": "35_44"}},
                ),
                WellnessPlan(
                    person_id=priya.id, account_id=world.priya, content="Tea first.", shared_with="Sam",
                    review_on=date(2026, 1, 5),
                ),
                WellnessPlan(person_id=world.tom_person, content="Tom's own words"),
                step,
            ]
        )  # fmt: skip
        db.session.commit()


WORDS = (
    "Pri", "she/her", "01632 960001", "10001", "Priya", "Rahman", "priya@example.org", "Peer support worker",
    "Willow ward", "Adult acute wards", "Promotion", "Spring 2022", "Career break", "99999", "Quaker", "35 to 44",
    "Start at 10am", "Hours or working pattern", "Agreed over tea", "Tea first.", "Sam",
)  # fmt: skip


def test_the_file_holds_everything(full: None, browse: Browse, world: World) -> None:
    answer = browse(world.priya).client.get("/my-data?format=json")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.text)
    assert told["name"] == "Priya Test"
    assert {*ACCOUNT, *ALL} == told["held"].keys()
    for word in WORDS:
        assert word in answer.text, word
    posts = told["held"]["Your posts"]
    assert [(row["First day"], row["Last day"]) for row in posts] == [
        ("2022-01-03", "2022-02-28"), ("2022-03-01", None),
    ]  # fmt: skip


def test_the_page_says_the_same(full: None, browse: Browse, world: World) -> None:
    page = browse(world.priya).get("/my-data")
    for word in (*ALL, *WORDS):
        assert word in page.text, word
    assert "Mon 3 January 2022" in page.text


def test_the_page_leaves_out_what_is_empty(full: None, browse: Browse, world: World) -> None:
    browse(world.hugo).get(f"/people/{world.priya_person}")
    page = browse(world.priya).get("/my-data")
    assert "Nothing" not in [" ".join(cell.to_text().split()) for cell in page.all("dd, td")]
    assert "Why it was not agreed" not in page.text
    assert "Ended" not in [" ".join(key.to_text().split()) for key in page.all("dt")]
    assert "Person's record read" in page.text
    assert "Somebody in HR" in page.text
    assert "Hugo" not in page.text


def test_nothing_of_anybody_else_is_in_it(full: None, browse: Browse, world: World) -> None:
    for address in ("/my-data", "/my-data?format=json"):
        text = browse(world.priya).client.get(address).text
        assert not any(word in text for word in ("Tom's own words", "Okafor", "Stranger", "Hana", "Hugo"))
        for account in (world.hana, world.hugo, world.sam, world.moses, world.ada, world.stig):
            theirs = browse(account).client.get(address).text
            assert not any(word in theirs for word in ("Quaker", "Tea first", "Start at 10am"))


def test_every_column_about_the_person_is_told(full: None, app: Flask, world: World) -> None:
    """A column added later and left out of the file fails here."""
    told_elsewhere = {
        "id", "organisation_id", "version", "person_id", "user_id", "merged_into_id", "erased_on", "made_at",
        "erased_number",
        "folded", "post_id", "spell_id", "account_id", "adjustment_id", "agreed_by_id", "by_id", "answers", "state",
    }  # fmt: skip
    columns = {
        Person: 8, Spell: 8, Break: 3, Adjustment: 10, AdjustmentStep: 3, WellnessPlan: 3, EqualityProfile: 0,
    }  # fmt: skip
    for model, count in columns.items():
        own = {column.name for column in model.__table__.columns} - told_elsewhere
        assert len(own) == count, f"{model.__name__}: is each of {sorted(own)} in personal_data?"


def test_every_table_about_a_person_is_told(app: Flask) -> None:
    tables = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "person" for key in table.foreign_keys)
    }
    assert tables - {"person"} == {
        "person_merge", "equality_profile", "adjustment", "wellness_plan", "spell",
        "meeting_party", "meeting_series_party", "meeting_action",
        "supervision_agreement", "supervision_cover", "supervision_session", "supervision_note",
        "supervision_signature", "supervision_memo", "supervision_handover", "supervision_move", "sickness_absence",
    }  # fmt: skip


def test_who_looked_is_told_without_names(full: None, browse: Browse, world: World) -> None:
    browse(world.hugo).get(f"/people/{world.priya_person}")
    browse(world.hana).get(f"/people/{world.priya_person}/adjustments")
    held = json.loads(browse(world.priya).client.get("/my-data?format=json").text)["held"]
    trail = held["Who looked at your record or changed it"]
    assert [(row["What"], row["By"]) for row in trail] == [
        ("Adjustments read", "Your head of peer work"), ("Person's record read", "Somebody in HR"),
    ]  # fmt: skip


def test_the_account_is_told_with_its_roles_its_mail_and_its_trail(browse: Browse, app: Flask, world: World) -> None:
    with app.app_context():
        by_admin = AuditEntry(
            at=datetime(2024, 2, 3, tzinfo=UTC), organisation_id=world.trust, user_id=world.ada, action="role given",
            subject_kind="user", subject_id=world.priya, source="10.0.0.9",
        )  # fmt: skip
        mail = [
            OutboxMail(
                organisation_id=world.trust, recipient=to, subject=f"For {to}", body="a secret link",
                due_at=datetime(2024, 2, 3, tzinfo=UTC),
            )
            for to in ("Priya@example.org", "sam@example.org")
        ]  # fmt: skip
        invitation = Invitation(
            organisation_id=world.other_trust, email="priya@example.org", name="Priya Test", role=Role.PEER_WORKER,
            starts=date(2024, 2, 3), sent_at=datetime(2024, 2, 3, tzinfo=UTC),
            expires_at=datetime(2024, 2, 10, tzinfo=UTC),
        )  # fmt: skip
        db.session.add_all([by_admin, *mail, invitation])
        db.session.commit()
    browse(world.priya).get("/my-record")
    answer = browse(world.priya).client.get("/my-data?format=json")
    held = json.loads(answer.text)["held"]
    assert held["Your account"][0]["E-mail address"] == "priya@example.org"
    assert held["Roles you hold or held"] == [
        {
            "Role": "Peer worker", "Organisation": "Northmoor Mental Health Trust", "For": "The whole organisation",
            "First day": "2022-01-01", "Last day": None,
        }
    ]  # fmt: skip
    assert [row["About"] for row in held["Messages sent to you"]] == ["For Priya@example.org"]
    assert [row["Organisation"] for row in held["Invitations to you"]] == ["Elsewhere Mental Health Trust"]
    trail = held["What you did, and what was done with your account"]
    assert ("Role given", "A system administrator", "") in {
        (row["What"], row["By"], row["Network address"]) for row in trail
    }
    assert not any(
        secret in answer.text for secret in ("a secret link", "10.0.0.9", "session-of-Priya", "password_hash")
    )


def test_looking_at_it_is_written_down(browse: Browse, app: Flask, world: World) -> None:
    browse(world.priya).get("/my-data")
    browse(world.priya).client.get("/my-data?format=json")
    with app.app_context():
        said = db.session.scalars(select(AuditEntry.action).where(AuditEntry.user_id == world.priya)).all()
        assert said == ["own data read", "own data downloaded"]


def test_without_a_record_the_page_says_so(browse: Browse, world: World) -> None:
    page = browse(world.ellen).get("/my-data")
    assert "No staff record is linked to your account" in page.text


def test_a_stranger_is_asked_to_sign_in(browse: Browse) -> None:
    assert browse(None).client.get("/my-data?format=json").status_code == 302


@pytest.mark.parametrize("change", ["erased", "merged"])
def test_a_record_that_no_longer_stands_tells_nothing(change: str, full: None, app: Flask, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        priya = db.session.get_one(Person, world.priya_person)
        if change == "erased":
            priya.erased_on = date(2025, 1, 1)
        else:
            priya.merged_into_id = world.tom_person
        db.session.flush()
        assert personal_data(Subject(world.priya_person, world.priya)) == {}


def test_a_long_list_is_whole_in_the_file_and_short_on_the_page() -> None:
    section = sections({"Visits": [{"When": number} for number in range(ROWS_ON_A_PAGE + 5)]})[0]
    assert (len(section.rows), section.left_out) == (ROWS_ON_A_PAGE, 5)


def test_the_page_asks_the_database_as_often_whatever_is_held(
    browse: Browse, app: Flask, world: World, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.priya)
    browser.get("/my-data")
    count_queries()
    browser.get("/my-data")
    few = count_queries()
    with app.app_context():
        scope.enter(world.trust)
        for number in range(1, 9):
            row = Adjustment(
                person_id=world.priya_person, kind="hours", description=f"Number {number}", status="requested",
                asked_on=date(2025, 1, number),
            )  # fmt: skip
            row.steps.append(AdjustmentStep(move=Move.ASK, at=datetime(2025, 1, number, tzinfo=UTC)))
            days = date(2010, number, 1), date(2010, number, 20)
            spell = Spell(person_id=world.priya_person, post_id=world.vacant_post, starts=days[0], ends=days[1])
            spell.breaks.append(Break(kind=BreakKind.SUSPENSION, starts=days[0], ends=days[1]))
            db.session.add_all([row, spell])
        db.session.commit()
    count_queries()
    browser.get("/my-data")
    assert count_queries() == few
