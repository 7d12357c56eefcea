"""Sealed words: not in the database as they are, opened by the installation's keys, sealed anew with newer ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from peerhub.cli.main import main
from peerhub.core import sealed
from peerhub.core.database import db
from peerhub.core.sealed import Rotated, Unreadable
from peerhub.meetings.models import Meeting, MeetingAction
from tests.fixtures.people import World
from tests.meetings.making import a_meeting

WORDS = "Ask about the Tuesday shift – it’s hard"
SECRET = "a secret of tests that is long enough"


@pytest.fixture(autouse=True)
def keys_as_before(app: Flask) -> Iterator[None]:
    before = sealed._Keys.all
    yield
    sealed._Keys.all = before


@pytest.fixture
def action(in_app: Flask, world: World) -> MeetingAction:
    meeting: Meeting = a_meeting(world)
    made = MeetingAction(meeting_id=meeting.id, user_id=world.sam, what=WORDS)
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture(autouse=True)
def nothing_else(app: Flask) -> None:
    """Nothing else is sealed, in either trust."""
    with app.app_context():
        db.session.execute(text("DELETE FROM meeting_action"))
        db.session.commit()


def held() -> list[str]:
    return list(db.session.scalars(text("SELECT what FROM meeting_action ORDER BY id")))


def test_the_database_holds_the_words_sealed_and_gives_them_back(action: MeetingAction) -> None:
    db.session.expire_all()
    assert db.session.scalars(select(MeetingAction.what)).all() == [WORDS]
    assert "Tuesday" not in held()[0]
    assert sealed.unseal(held()[0]) == WORDS


def test_the_same_words_are_sealed_differently_each_time() -> None:
    assert sealed.seal(WORDS) != sealed.seal(WORDS)


def test_without_the_key_nothing_opens(action: MeetingAction) -> None:
    sealed.install([], "the secret of another installation")
    db.session.expire_all()
    with pytest.raises(Unreadable):
        db.session.scalars(select(MeetingAction.what)).all()


def test_keys_that_are_set_later_still_open_what_was_sealed_before() -> None:
    sealed.install([], SECRET)
    before = sealed.seal(WORDS)
    newest = sealed.new_key()
    sealed.install([newest], SECRET)
    assert sealed.unseal(before) == WORDS
    sealed.install([sealed.new_key(), newest], SECRET)
    assert sealed.unseal(before) == WORDS


def test_rotating_seals_everything_with_the_newest_key_and_may_run_again(
    action: MeetingAction, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    monkeypatch.setattr(sealed, "ROWS_AT_A_TIME", 2)
    db.session.add_all(
        MeetingAction(meeting_id=action.meeting_id, user_id=world.sam, what=f"Action {n}") for n in range(4)
    )
    db.session.commit()
    newest = sealed.new_key()
    sealed.install([newest], "a key for tests alone")
    assert sealed.rotate() == Rotated(anew=5)
    assert sealed.rotate() == Rotated(already=5)
    sealed.install([newest], "the old secret is gone")
    assert {sealed.unseal(token) for token in held()} == {WORDS, *(f"Action {n}" for n in range(4))}


def test_what_no_key_opens_is_left_and_counted(action: MeetingAction) -> None:
    before = held()
    sealed.install([sealed.new_key()], "the secret of another installation")
    assert sealed.rotate() == Rotated(unreadable=1)
    assert held() == before


def test_rotating_leaves_what_somebody_wrote_meanwhile(action: MeetingAction, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = sealed.new_key()
    sealed.install([newest], "a key for tests alone")
    (before,) = held()
    table = MeetingAction.__table__
    action.what = "Written meanwhile"
    db.session.commit()
    sealed._reseal(table, table.c.what, action.id, before)
    db.session.commit()
    assert [sealed.unseal(token) for token in held()] == ["Written meanwhile"]


def test_the_command_makes_a_key_and_says_how_many_were_sealed_anew(
    action: MeetingAction, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = CliRunner().invoke(main, ["rotate-keys", "--new"]).output.strip()
    monkeypatch.setenv("PEERHUB_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    monkeypatch.setenv("PEERHUB_SECRET_KEY", SECRET)
    monkeypatch.setenv("PEERHUB_NOTE_KEYS", key)
    monkeypatch.setattr("peerhub.core.schema.is_up_to_date", lambda: True)
    unopened = CliRunner().invoke(main, ["rotate-keys"])
    assert unopened.exit_code == 1
    assert "1 cannot be opened with any key" in unopened.output
    assert key not in unopened.output
