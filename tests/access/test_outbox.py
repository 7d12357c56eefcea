"""The outbox: what waits, what left and what was given up; words are shown only where nothing is ever sent."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from peerhub.access.permissions import Role
from peerhub.app import create_app
from peerhub.core import mail
from peerhub.core.database import db
from peerhub.core.mail import OutboxMail
from tests.access.desk import Desk
from tests.fixtures.application import settings_for
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.fixtures.sessions import session_of

Browse = Callable[[UUID | None], Browser]
THEN = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)
URL = "smtp://mail.example.org"


@pytest.fixture
def sending(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The same installation with a mail server."""
    made = create_app(settings_for(database_url, tmp_path, mail_url=URL))
    yield made
    with made.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def as_ada(app: Flask) -> Browser:
    client, held = app.test_client(), session_of(app, "session-of-Ada")
    with client.session_transaction() as session:
        session.update(held)
    return Browser(client)


def states(page: Page) -> list[str]:
    return [" ".join(tag.to_text().split()) for tag in page.all("td .nhsuk-tag")]


def test_messages_of_ones_own_organisation_are_listed(browse: Browse, world: World, desk: Desk) -> None:
    page = browse(world.ada).get("/outbox")
    assert "nell@example.org" in page.text
    assert "nils@example.org" not in page.text
    assert states(page) == ["Waiting"]
    assert "No mail server is set" in page.text
    assert "Open this link" not in page.text, "the list shows no words"


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("sent", {"sent_at": THEN}),
        ("given_up", {"given_up_at": THEN}),
        ("waiting", {}),
        ("unsure", {"sent_at": THEN, "claimed_until": THEN}),
    ],
)
def test_the_list_is_narrowed(
    state: str, values: dict[str, datetime], browse: Browse, world: World, desk: Desk
) -> None:
    desk.change(OutboxMail, world.message, **values)
    for asked in ("sent", "given_up", "waiting", "unsure"):
        assert len(states(browse(world.ada).get(f"/outbox?state={asked}"))) == (asked == state)
    assert len(states(browse(world.ada).get("/outbox?state=nonsense"))) == 1


def test_words_are_shown_and_noted_where_no_mail_is_sent(browse: Browse, world: World, desk: Desk) -> None:
    page = browse(world.ada).get(f"/outbox/{world.message}")
    assert "Open this link" in page.text
    entry = desk.audited("message read")[-1]
    assert (entry.user_id, entry.subject_id, entry.is_read) == (world.ada, world.message, True)


def test_words_are_shown_to_nobody_where_mail_is_sent(sending: Flask, world: World, desk: Desk) -> None:
    page = as_ada(sending).get(f"/outbox/{world.message}")
    assert "Open this link" not in page.text
    assert "is for the person it goes to" in page.text
    assert desk.audited("message read") == []
    assert "No mail server is set" not in as_ada(sending).get("/outbox").text


def test_the_words_of_a_message_are_gone_once_it_is_sent(app: Flask, world: World, desk: Desk) -> None:
    left = []
    with app.app_context():
        assert mail.deliver(URL, "peerhub@example.org", lambda *sent: left.append(sent[2].get_content())) == 2
    assert len(left) == 2
    assert "Open this link" in left[0]
    with app.app_context():
        row = db.session.get_one(OutboxMail, world.message)
        assert (row.body, row.sent_at is not None) == ("", True)


def test_a_message_that_was_given_up_is_tried_anew(app: Flask, browse: Browse, world: World, desk: Desk) -> None:
    def fails(*_sent: object) -> None:
        raise smtplib.SMTPServerDisconnected

    desk.change(OutboxMail, world.message, given_up_at=THEN, tries=6)
    browser = browse(world.ada)
    assert "We tried 6 times" in browser.get(f"/outbox/{world.message}").text
    page = browser.post(f"/outbox/{world.message}/send")
    assert "try to send the message again" in page.text
    assert desk.audited("message put back")[-1].subject_id == world.message
    with app.app_context():
        row = db.session.get_one(OutboxMail, world.message)
        assert (row.given_up_at, row.tries) == (None, 0)
        mail.deliver(URL, "peerhub@example.org", fails)
        assert db.session.get_one(OutboxMail, world.message, populate_existing=True).tries == 1


def test_a_message_of_which_nobody_knows_whether_it_left_can_be_sent_again(
    app: Flask, browse: Browse, world: World, desk: Desk
) -> None:
    desk.change(OutboxMail, world.message, sent_at=THEN, claimed_until=THEN)
    browser = browse(world.ada)
    page = browser.get(f"/outbox/{world.message}")
    assert "Not confirmed" in page.text
    assert "It has most likely left" in page.text
    assert "try to send the message again" in browser.post(f"/outbox/{world.message}/send").text
    with app.app_context():
        assert mail.deliver(URL, "peerhub@example.org", lambda *_sent: None) == 2


def test_a_message_that_waits_is_left_alone(browse: Browse, world: World, desk: Desk) -> None:
    assert "There is nothing to do" in browse(world.ada).post(f"/outbox/{world.message}/send").text
    assert desk.audited("message put back") == []


def test_another_trust_sees_no_message_of_ours(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.stig, Role.SYSTEM_ADMINISTRATOR, organisation=world.other_trust)
    browser = browse(world.stig)
    assert "nell@example.org" not in browser.get("/outbox").text
    browser.get(f"/outbox/{world.message}", status=404)
    browser.post(f"/outbox/{world.message}/send", status=404)


def test_a_guests_reset_link_stays_with_their_own_organisation(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_role(world.stig, Role.HR)
    browse(None).post("/forgot-password", {"email": "stig@example.org"})
    assert desk.messages("stig@example.org")[-1].organisation_id == world.other_trust
    assert "stig@example.org" not in browse(world.ada).get("/outbox").text


def test_the_list_asks_a_fixed_number_of_times(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    browser = browse(world.ada)
    browser.get("/outbox")
    count_queries()
    browser.get("/outbox")
    few = count_queries()
    with app.app_context():
        for number in range(60):
            mail.post(f"n{number}@example.org", "A subject", "Words", organisation_id=world.trust)
        db.session.commit()
    count_queries()
    page = browser.get("/outbox")
    assert count_queries() == few
    assert "1 to 50 of 61" in page.text


def reset_message(browse: Browse, world: World, desk: Desk) -> str:
    """Where the message is with the link to a new password that Ada sent Hugo."""
    browse(world.ada).post(f"/users/{world.hugo}/reset")
    return f"/outbox/{desk.messages('hugo@example.org')[-1].id}"


def test_a_link_to_an_account_that_is_in_use_is_shown_to_nobody(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hugo)
    page = browse(world.ada).get(reset_message(browse, world, desk))
    assert "/link/" not in page.response.text
    assert "It waits here until mail can be sent" in page.text
    assert "PEERHUB_MAIL_URL" in page.text
    assert "peerhub reset-link hugo@example.org" in page.text
    assert states(browse(world.ada).get("/outbox"))[0] == "Waiting"
    assert desk.audited("message read") == []


def test_nor_is_ones_own(browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.ada)
    browse(None).post("/forgot-password", {"email": "ada@example.org"})
    page = browse(world.ada).get(f"/outbox/{desk.messages('ada@example.org')[-1].id}")
    assert "/link/" not in page.response.text


def test_a_link_to_a_first_password_is_shown(browse: Browse, world: World, desk: Desk) -> None:
    assert "/link/" in browse(world.ada).get(reset_message(browse, world, desk)).text
    assert len(desk.audited("message read")) == 1


def test_a_link_that_waited_leaves_once_mail_is_sent(app: Flask, browse: Browse, world: World, desk: Desk) -> None:
    desk.give_password(world.hugo)
    reset_message(browse, world, desk)
    left = []
    with app.app_context():
        mail.deliver(URL, "peerhub@example.org", lambda *sent: left.append((sent[1], sent[2].get_content())))
    assert "/link/" in dict(left)["hugo@example.org"]


def test_today_says_what_cannot_leave(browse: Browse, world: World, desk: Desk, sending: Flask) -> None:
    assert "1 message cannot leave, because no mail server is set" in browse(world.ada).get("/").text
    assert "cannot leave" not in browse(world.hana).get("/").text
    assert "cannot leave" not in as_ada(sending).get("/").text
    with sending.app_context():
        row = db.session.get_one(OutboxMail, world.message)
        row.given_up_at = THEN
        db.session.commit()
    assert "1 message could not be sent" in as_ada(sending).get("/").text
