"""Notes: written by the two, agreed to by each for themselves, read by nobody else, handed over with consent alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.supervision.actions import handovers
from peerhub.supervision.actions.notes import sign_note, write_note
from peerhub.supervision.models import SupervisionAgreement, SupervisionCover, SupervisionHandover, SupervisionSession
from peerhub.supervision.queries.sessions import parties_of
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.supervision.making import Pair, agree, hold, supervisor

Browse = Callable[[UUID | None], Browser]
SECRET = "She said the night shift frightens her"
MEMO = "Ask again about sleep, gently"


@pytest.fixture(autouse=True)
def _second_of_june() -> Iterator[None]:
    with time_machine.travel("2025-06-02 15:00:00+01:00", tick=False):
        yield


@pytest.fixture
def session(app: Flask, world: World, sam: Pair, browse: Browse) -> str:
    """The address of a session with a note and a memo."""
    with app.app_context():
        scope.enter(world.trust)
        key = hold(sam.agreement, date(2025, 5, 26), themes=("wellbeing",), wellbeing="2")
        db.session.commit()
    browser = browse(world.sam)
    browser.post(f"/supervision/sessions/{key}/note", {"words": SECRET, "version": "0"})
    browser.post(f"/supervision/sessions/{key}/memo", {"words": MEMO, "version": "0"})
    return f"/supervision/sessions/{key}"


def test_the_two_read_it_and_each_agrees_for_themselves(session: str, browse: Browse, world: World) -> None:
    for who, left in ((world.sam, "Waits for one of you"), (world.priya, "Agreed by both")):
        browser = browse(who)
        assert SECRET in browser.get(session).text
        page = browser.post(f"{session}/sign", {"number": "1"})
        assert left in page.text
        assert not page.all(f'form[action="{session}/sign"]'), "nothing more to agree to"
    page = browse(world.priya).post(f"{session}/sign", {"number": "1"})
    assert "You have agreed to this note already" in page.text


def test_an_amendment_is_a_version_and_both_are_asked_again(session: str, browse: Browse, world: World) -> None:
    for who in (world.sam, world.priya):
        browse(who).post(f"{session}/sign", {"number": "1"})
    page = browse(world.priya).post(f"{session}/note", {"words": "She said the nights are long", "version": "1"})
    assert "Waits for both of you" in page.text
    assert "Older versions (1)" in page.text
    assert SECRET in page.text
    page = browse(world.sam).post(f"{session}/sign", {"number": "1"})
    assert "The note was changed meanwhile" in page.text
    assert "Waits for both of you" in page.text


def test_two_who_write_at_once_both_see_both(session: str, browse: Browse, world: World) -> None:
    browse(world.priya).post(f"{session}/note", {"words": "Hers", "version": "1"})
    page = browse(world.sam).post(f"{session}/note", {"words": "His", "version": "1"}, status=409)
    assert "Hers" in page.text
    assert "His" in page.response.text


def test_the_memo_is_the_supervisors_alone(session: str, browse: Browse, world: World) -> None:
    assert MEMO in browse(world.sam).get(session).text
    assert MEMO not in browse(world.priya).get(session).text
    assert browse(world.priya).client.get(f"{session}/memo").status_code in {403, 404}
    browse(world.sam).post(f"{session}/memo", {"words": " ", "version": "1"})
    assert MEMO not in browse(world.sam).get(session).text


def test_a_supervisor_who_is_supervised_keeps_no_memo_of_their_own_session(
    app: Flask, browse: Browse, world: World, sam: Pair
) -> None:
    with app.app_context():
        scope.enter(world.trust)
        rita = supervisor(world, None, "Rita", "Rowe", "20002")
        key = hold(agree(rita, sam.sam), date(2025, 5, 26))
        db.session.commit()
    assert browse(world.sam).get(f"/supervision/sessions/{key}").status == 200
    assert browse(world.sam).client.get(f"/supervision/sessions/{key}/memo").status_code == 404


@pytest.mark.parametrize("who", ["hana", "hugo", "moses", "ellen", "mel", "ivy", "nadia", "quinn", "ada", "stig"])
def test_no_other_role_reads_a_word_anywhere(who: str, session: str, app: Flask, browse: Browse, world: World) -> None:
    browser = browse(getattr(world, who))
    addresses = [session, f"{session}/note", f"{session}/memo", "/", "/supervision", "/supervision/service"]
    addresses += ["/supervision/agreements", "/supervision/agreements?format=csv", "/audit", "/my-data?format=json"]
    addresses += [f"/people/{world.priya_person}", f"/people/{world.priya_person}/supervision"]
    for address in addresses:
        text = browser.client.get(address, follow_redirects=True).get_data(as_text=True)
        assert SECRET not in text, address
        assert MEMO not in text, address
        assert "2 of 5" not in text, address
    assert browser.client.get(f"{session}/note").status_code in {403, 404}
    token = browser.token()
    for part in ("note", "sign", "memo"):
        sent = {"csrf_token": token, "words": "Mine", "number": "1", "version": "1"}
        assert browser.client.post(f"{session}/{part}", data=sent).status_code in {403, 404}


def test_the_head_sees_that_it_was_and_what_about(session: str, browse: Browse, world: World) -> None:
    page = browse(world.hana).get(session)
    assert "Held" in page.text
    assert "50 minutes" in page.text
    assert "Themes Wellbeing" in page.text
    assert "What was said is for the two who met" in page.text
    hr = browse(world.hugo).get(session)
    assert "Held" in hr.text
    assert "Themes" not in hr.text
    assert "Wellbeing" not in hr.text


def test_each_reading_is_written_down_without_words(session: str, app: Flask, browse: Browse, world: World) -> None:
    browse(world.priya).get(session)
    browse(world.hana).get(session)
    with app.app_context():
        rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("supervision note read"))).all()
        assert {row.user_id for row in rows} == {world.sam, world.priya}
        for row in db.session.scalars(select(AuditEntry)):
            assert SECRET not in str(row.facts)
            assert MEMO not in str(row.facts)


@pytest.mark.only_on("sqlite")
def test_the_database_file_holds_no_word_of_it(session: str, app: Flask, database_url: str) -> None:
    path = database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(path, "rb") as file:  # noqa: PTH123 - bytes of a database
        held = file.read()
    assert b"frightens" not in held
    assert b"gently" not in held
    assert b"Rahman" in held, "names are there to be found"


# Handing over --------------------------------------------------------------------------------------------------------


@pytest.fixture
def rita(app: Flask, world: World) -> UUID:
    """Rita, who will follow Sam; her account is Hana's, for a supervisor who is head of peer work too."""
    with app.app_context():
        scope.enter(world.trust)
        key = supervisor(world, world.hana, "Rita", "Rowe", "20002")
        db.session.commit()
        return key


def readers(session: str, browse: Browse, world: World) -> set[str]:
    return {
        who
        for who in ("sam", "hana", "priya")
        if SECRET in browse(getattr(world, who)).client.get(session).get_data(as_text=True)
    }


def hand(app: Flask, world: World, sam: Pair, to: UUID, on: date, *, asks: bool = True) -> UUID:
    with app.app_context():
        scope.enter(world.trust)
        row = db.session.get_one(SupervisionAgreement, sam.agreement)
        made = handovers.hand_over(row, None, supervisor_id=to, on=on, asks_for_notes=asks)
        db.session.commit()
        return made.id


def test_notes_go_over_on_the_day_the_person_agreed_and_somebody_can_read_at_every_moment(
    session: str, app: Flask, browse: Browse, world: World, sam: Pair, rita: UUID
) -> None:
    asked = hand(app, world, sam, rita, date(2025, 6, 9))
    assert readers(session, browse, world) == {"sam", "priya"}
    page = browse(world.priya).get("/my-supervision")
    assert "Say whether your notes go to Rita Rowe" in page.text
    browse(world.priya).post(f"/supervision/hand-overs/{asked}", {"answer": "yes"})
    for day, expected in (("2025-06-08 23:59", "sam"), ("2025-06-09 00:01", "hana"), ("2026-06-09 12:00", "hana")):
        with time_machine.travel(f"{day}:00+01:00", tick=False):
            assert readers(session, browse, world) == {expected, "priya"}, day


@pytest.mark.parametrize("answer", ["no", None])
def test_without_consent_they_stay_where_they_are(
    answer: str | None, session: str, app: Flask, browse: Browse, world: World, sam: Pair, rita: UUID
) -> None:
    asked = hand(app, world, sam, rita, date(2025, 6, 3), asks=answer is not None)
    if answer:
        browse(world.priya).post(f"/supervision/hand-overs/{asked}", {"answer": answer})
    with time_machine.travel("2025-07-01 12:00:00+01:00", tick=False):
        assert readers(session, browse, world) == {"sam", "priya"}


@pytest.mark.parametrize("who", ["sam", "hana", "hugo", "stig"])
def test_nobody_answers_for_the_person(
    who: str, session: str, app: Flask, browse: Browse, world: World, sam: Pair, rita: UUID
) -> None:
    asked = hand(app, world, sam, rita, date(2025, 6, 9))
    browser = browse(getattr(world, who))
    sent = {"csrf_token": browser.token(), "answer": "yes"}
    assert browser.client.post(f"/supervision/hand-overs/{asked}", data=sent).status_code in {403, 404}
    with app.app_context():
        scope.enter(world.trust)
        assert db.session.get_one(SupervisionHandover, asked).answered_on is None


def test_nobody_signs_for_another_even_past_the_pages(in_app: Flask, world: World, sam: Pair) -> None:
    row = db.session.get_one(SupervisionSession, hold(sam.agreement, date(2025, 5, 26)))
    write_note(row, sam.sam, "Words", 0)
    with pytest.raises(DomainError, match="Only the two of you"):
        sign_note(row, world.tom_person, parties_of(row), 1)


def test_a_note_is_not_found_by_a_cover(app: Flask, session: str, browse: Browse, world: World, sam: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        cover = supervisor(world, world.hugo, "Hugo", "Hart", "20003")
        db.session.add(SupervisionCover(agreement_id=sam.agreement, cover_id=cover, starts=date(2025, 6, 1)))
        db.session.commit()
    assert SECRET not in browse(world.hugo).client.get(session).get_data(as_text=True)
