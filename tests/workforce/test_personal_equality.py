"""Equality answers: one's own to write, to read and to take back; nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import EqualityProfile, Person
from peerhub.workforce.rules.words import AskedState
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]


@pytest.fixture
def kept(app: Flask, world: World) -> Callable[[], EqualityProfile | None]:
    """What the database holds of Priya's answers."""

    def read() -> EqualityProfile | None:
        with app.app_context():
            scope.enter(world.trust)
            return db.session.scalar(select(EqualityProfile).where(EqualityProfile.person_id == world.priya_person))

    return read


def test_the_page_says_why_it_is_asked_who_sees_it_and_how_to_take_it_back(browse: Browse, world: World) -> None:
    page = browse(world.priya).get("/my-equality")
    for heading in ("Why we ask", "Who sees what", "If you change your mind"):
        assert heading in page.text
    assert "Only you can open your answers" in page.text
    assert page.text.count("Not answered") == 9


def test_answering_goes_from_question_to_question(
    browse: Browse, world: World, kept: Callable[[], EqualityProfile]
) -> None:
    browser = browse(world.priya)
    page = browser.post("/my-equality/age", {"choice": "35_44", "version": "0"})
    assert page.heading.endswith("Disability")
    browser.post("/my-equality/religion", {"choice": "own_words", "words": "Quaker", "version": "1"})
    assert kept().answers == {"age": {"choice": "35_44"}, "religion": {"choice": "own_words", "words": "Quaker"}}
    assert kept().state is AskedState.ANSWERED
    page = browser.get("/my-equality")
    assert "35 to 44" in page.text
    assert "Quaker" in page.text


def test_an_answer_can_be_taken_back_one_by_one_and_then_nothing_is_kept(
    browse: Browse, world: World, kept: Callable[[], EqualityProfile | None]
) -> None:
    browser = browse(world.priya)
    browser.post("/my-equality/age", {"choice": "35_44", "version": "0"})
    browser.post("/my-equality/age", {"choice": "", "version": "1"})
    assert kept() is None


def test_changing_from_own_words_to_another_answer_needs_no_tidying(
    browse: Browse, world: World, kept: Callable[[], EqualityProfile]
) -> None:
    browser = browse(world.priya)
    browser.post("/my-equality/sex", {"choice": "own_words", "words": "Intersex", "version": "0"})
    browser.post("/my-equality/sex", {"choice": "prefers_not", "words": "Intersex", "version": "1"})
    assert kept().answers["sex"] == {"choice": "prefers_not"}


def test_everything_can_be_deleted_in_one_step(
    browse: Browse, world: World, kept: Callable[[], EqualityProfile | None]
) -> None:
    browser = browse(world.priya)
    browser.post("/my-equality/age", {"choice": "35_44", "version": "0"})
    browser.post("/my-equality/race", {"choice": "own_words", "words": "Romany", "version": "1"})
    page = browser.post("/my-equality/clear")
    assert "no longer holds any of your answers" in page.text
    assert kept() is None
    assert page.text.count("Not answered") == 9


def test_preferring_not_to_answer_is_kept_apart_from_not_having_been_asked(
    browse: Browse, world: World, kept: Callable[[], EqualityProfile]
) -> None:
    browser = browse(world.priya)
    browser.post("/my-equality/sex", {"choice": "female", "version": "0"})
    page = browser.post("/my-equality/decline", {"version": "1"})
    assert kept().state is AskedState.DECLINED
    assert kept().answers == {}, "what was answered before is gone"
    assert page.text.count("I prefer not to say") == 9
    browser.post("/my-equality/sex", {"choice": "female", "version": str(kept().version)})
    assert kept().state is AskedState.ANSWERED


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"choice": "own_words", "words": " "}, "Write your answer in your own words, or choose another answer"),
        ({"choice": "female", "words": "Intersex"}, "Choose “In my own words” to keep what you wrote, or delete it"),
        ({"choice": "own_words", "words": "x" * 201}, "In your own words must be 200 characters or fewer"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    values: dict[str, str], message: str, browse: Browse, world: World, kept: Callable[[], EqualityProfile | None]
) -> None:
    page = browse(world.priya).post("/my-equality/sex", values | {"version": "0"}, status=422)
    assert page.errors == [message]
    assert page.all("#words")[0].attrs["value"] == values["words"]
    assert kept() is None


def test_an_answer_that_is_none_of_the_choices_is_refused(browse: Browse, world: World) -> None:
    page = browse(world.priya).post("/my-equality/sex", {"choice": "75", "version": "0"}, status=422)
    assert len(page.errors) == 1


def test_a_question_that_is_not_one_of_the_nine_is_not_there(browse: Browse, world: World) -> None:
    browse(world.priya).get("/my-equality/diagnosis", status=404)


def test_two_windows_do_not_write_over_each_other(
    browse: Browse, world: World, kept: Callable[[], EqualityProfile]
) -> None:
    browser = browse(world.priya)
    browser.post("/my-equality/sex", {"choice": "female", "version": "0"})
    browser.post("/my-equality/sex", {"choice": "own_words", "words": "Intersex", "version": "1"})
    page = browser.post("/my-equality/sex", {"choice": "male", "words": "", "version": "1"}, status=409)
    assert "In my own words" in page.text
    assert kept().answers["sex"] == {"choice": "own_words", "words": "Intersex"}
    again = page.all('input[name="version"]')[0].attrs["value"]
    browser.post("/my-equality/sex", {"choice": "male", "words": "", "version": again})
    assert kept().answers["sex"] == {"choice": "male"}


@pytest.mark.parametrize("account", ["hana", "hugo", "moses", "sam", "ada", "ellen", "stig"])
def test_nobody_else_reads_a_word_of_it(account: str, browse: Browse, world: World) -> None:
    browse(world.priya).post("/my-equality/religion", {"choice": "own_words", "words": "Quaker", "version": "0"})
    for address in ("/my-equality", "/my-equality/religion"):
        answer = browse(getattr(world, account)).client.get(address)
        assert answer.status_code in {200, 403, 404}
        assert "Quaker" not in answer.text


def test_linking_another_account_to_the_record_opens_nothing(
    browse: Browse, app: Flask, world: World, kept: Callable[[], EqualityProfile]
) -> None:
    """The head of peer work may say whose account a record is; that must not open what the person wrote."""
    plan = f"/people/{world.priya_person}/wellness-plan"
    priya = browse(world.priya)
    priya.post("/my-equality/religion", {"choice": "own_words", "words": "Quaker", "version": "0"})
    priya.post(f"{plan}/edit", {"content": "Tea first.", "version": "0"})
    hana = browse(world.hana)
    hana.post(f"/people/{world.priya_person}/account", {"email": "hana@example.org"}, status=422)
    browse(world.hugo).post(f"/people/{world.priya_person}/account", {"email": "hana@example.org"})
    for address in ("/my-equality", "/my-equality/religion", plan, f"{plan}/edit", "/my-data", "/my-data?format=json"):
        answer = hana.client.get(address)
        assert answer.status_code == 200, address
        assert not any(word in answer.text for word in ("Quaker", "Tea first")), address
    hana.post("/my-equality/age", {"choice": "35_44", "version": "0"})
    assert kept().answers == {"age": {"choice": "35_44"}}, "what the other account wrote is gone, not read"


def test_without_a_record_of_ones_own_the_page_says_what_to_do(browse: Browse, world: World) -> None:
    page = browse(world.hana).get("/my-equality")
    assert "No staff record is linked to your account" in page.text


def test_the_audit_log_says_neither_who_it_was_about_nor_what_was_answered(
    browse: Browse, app: Flask, world: World
) -> None:
    browse(world.priya).post("/my-equality/religion", {"choice": "own_words", "words": "Quaker", "version": "0"})
    browse(world.priya).post("/my-equality/clear")
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.contains("equality"))).all()
        assert [entry.action for entry in entries] == ["equality answers saved", "equality answers deleted"]
        assert all(entry.facts == {} for entry in entries)
        assert world.priya_person not in {entry.subject_id for entry in entries}


def test_having_lived_experience_answers_nothing(app: Flask, world: World) -> None:
    with app.app_context():
        scope.enter(world.trust)
        assert db.session.scalars(select(Person)).all()
        assert db.session.scalars(select(EqualityProfile)).all() == []
