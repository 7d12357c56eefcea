"""The demonstration as a newcomer finds it: the published figures through the page, the file and the command line."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from peerhub.access.models import AuditEntry, Organisation, User
from peerhub.access.permissions import Role
from peerhub.cli.main import main
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.demo import accounts, build, history, places
from peerhub.workforce.models import Break, Person, Post, ServiceLine, Spell
from tests.fixtures.demonstration import session_key
from tests.fixtures.pages import Browser
from tests.fixtures.sessions import session_of
from tests.retention.test_pages import cells

PUBLISHED = "/retention?from=2022-01-01&to=2022-12-31&as_at=2025-11-14"
TIERS = ("In the organisation", "In a lived experience role", "In the peer service")
PERCENT = {"1 year": (100, 100, None), "2 years": (95, 89, 84), "3 years": (84, 79, 74)}


def browser(app: Flask, role: Role) -> Browser:
    client, held = app.test_client(), session_of(app, session_key(app, role))
    with client.session_transaction() as session:
        session.update(held)
    return Browser(client)


def test_the_published_figures_on_the_page(demonstration: Flask) -> None:
    page = browser(demonstration, Role.HR).get(PUBLISHED)
    shown = {(line[0], line[1]): line[4] for line in cells(page, "Still here after each year")}
    for after, percents in PERCENT.items():
        for tier, percent in zip(TIERS, percents, strict=True):
            if percent is not None:
                assert shown[after, tier] == f"{percent}%", (after, tier)
    assert "Inpatient: 16" in page.text
    assert "Community: 3" in page.text
    whole = {(line[0], line[1]): line[4] for line in cells(page, "Everyone, after each year")}
    assert whole["3 years", "In the peer service"] == "73%"


def test_the_published_figures_in_the_file(demonstration: Flask) -> None:
    answer = browser(demonstration, Role.HR).client.get(f"{PUBLISHED}&format=csv")
    lines = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    shown = {
        (line["Years after starting"], line["Group"]): Decimal(line["Percent"])
        for line in lines
        if line["Part"] == "Still here"
    }
    assert [shown["2", tier] for tier in TIERS] == [Decimal("94.7"), Decimal("89.5"), Decimal("84.2")]
    assert [shown["3", tier] for tier in TIERS] == [Decimal("84.2"), Decimal("78.9"), Decimal("73.7")]


def test_the_published_figures_at_the_command_line(demonstration: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = demonstration.extensions["settings"]
    monkeypatch.setenv("PEERHUB_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("PEERHUB_INSTANCE", str(settings.instance))
    monkeypatch.setattr("peerhub.core.schema.is_up_to_date", lambda: True)
    words = ["--json", "--from", "2022-01-01", "--to", "2022-12-31", "--as-at", "2025-11-14"]
    answer = CliRunner().invoke(main, ["retention", *words])
    assert answer.exit_code == 0, answer.output
    report = json.loads(answer.stdout)
    assert report["cohort"]["by_setting"] == {"community": 3, "inpatient": 16}
    keys = ("in_trust", "in_le_role", "in_peer_service")
    assert [report["years"][2][key]["count"] for key in keys] == [16, 15, 14]
    assert round(report["whole_service"][2]["in_peer_service"]["percent"]) == 73


def test_about_a_hundred_peers_over_nine_service_lines(demonstration: Flask) -> None:
    with demonstration.app_context():
        trust = db.session.scalars(select(Organisation).where(Organisation.name == places.organisation().name)).one()
        scope.enter(trust.id)
        here = (Spell.starts <= today()) & ((Spell.ends.is_(None)) | (Spell.ends >= today()))
        peers = db.session.scalar(
            select(func.count(Spell.person_id.distinct())).join(Post).where(here, Post.peer_service)
        )
        assert 85 <= peers <= 115
        assert db.session.scalar(select(func.count(ServiceLine.id))) == 9
        assert db.session.scalar(select(func.count(Spell.id))) == len(history.spell_rows())
        assert db.session.scalar(select(func.count(Break.id))) == len(history.breaks())
        linked = select(func.count(Person.id)).where(Person.user_id.is_not(None))
        assert db.session.scalar(linked) == sum(bool(account.staff_number) for account in accounts.ACCOUNTS)


def test_what_was_loaded_went_through_the_actions(demonstration: Flask) -> None:
    with demonstration.app_context():
        counted = dict(db.session.execute(select(AuditEntry.action, func.count()).group_by(AuditEntry.action)).all())
    assert counted["spell started"] == len(history.spell_rows())
    assert counted["post added"] == len(places.posts())


def test_each_thing_was_done_by_somebody_whose_part_it_is(demonstration: Flask) -> None:
    role_of = {account.email: account.role for account in accounts.ACCOUNTS}
    with demonstration.app_context():
        done = db.session.execute(select(AuditEntry.action, User.email).join(User, AuditEntry.user_id == User.id))
        by = {(action, role_of.get(email)) for action, email in done}
    assert ("account linked", Role.HR) in by
    assert ("adjustment asked for", Role.PEER_WORKER) in by
    invited = {role for action, role in by if action == "user invited"}
    assert invited <= {Role.SYSTEM_ADMINISTRATOR, None}, "the programme's own administrator is not among the sign-ins"


@pytest.mark.parametrize("account", accounts.ACCOUNTS, ids=lambda account: account.role.value)
def test_each_role_signs_in_with_what_is_printed(account: accounts.Account, demonstration: Flask) -> None:
    said = accounts.sign_ins()
    assert account.email in said
    assert accounts.DEMONSTRATION_PASSWORD in said
    client: FlaskClient = demonstration.test_client()
    stranger = Browser(client)
    page = stranger.post("/sign-in", {"email": account.email, "password": accounts.DEMONSTRATION_PASSWORD})
    assert page.heading.startswith("Today")
    assert account.name in page.text


def test_a_loaded_demonstration_is_known_as_one(demonstration: Flask) -> None:
    with demonstration.app_context():
        assert build.is_loaded()
        assert build.is_anything_there()
