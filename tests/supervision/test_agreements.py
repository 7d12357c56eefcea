"""Agreements: making, changing, ending, standing in, handing over; who arranges them, and who sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.supervision.actions.agreements import NewAgreement, make_agreement
from peerhub.supervision.models import SupervisionAgreement, SupervisionCover
from peerhub.supervision.queries.due import due_on
from peerhub.supervision.rules.words import DueState, SupervisionKind
from peerhub.workforce.models import Spell
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.supervision.making import Pair, agree, hold, supervisor

Browse = Callable[[UUID | None], Browser]
TODAY = date(2025, 6, 2)


@pytest.fixture(autouse=True)
def _second_of_june() -> Iterator[None]:
    with time_machine.travel("2025-06-02 15:00:00+01:00", tick=False):
        yield


def day(name: str, when: date) -> dict[str, str]:
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


def new(supervisor: UUID, supervisee: UUID, **changed: Any) -> dict[str, Any]:
    return {
        "supervisee_id": str(supervisee), "supervisor_id": str(supervisor), "kind": "peer_supervision",
        "every_weeks": "4", "minutes": "60",
    } | day("starts", TODAY) | changed  # fmt: skip


def of_tom(app: Flask, world: World) -> list[SupervisionAgreement]:
    scope.enter(world.trust)
    return list(
        db.session.scalars(
            select(SupervisionAgreement).where(
                SupervisionAgreement.supervisee_id == world.tom_person, SupervisionAgreement.starts >= date(2025, 1, 1)
            )
        )
    )


def test_the_head_makes_one_and_the_peer_is_no_longer_missing_it(
    app: Flask, browse: Browse, world: World, sam: Pair
) -> None:
    browser = browse(world.hana)
    assert "Tom Okafor" in browser.get("/supervision/agreements?show=no_agreement").text
    page = browser.post("/supervision/agreements/add", new(sam.sam, world.tom_person))
    assert "The agreement is made" in page.text
    assert "Tom Okafor" not in browser.get("/supervision/agreements?show=no_agreement").text
    with app.app_context():
        (made,) = of_tom(app, world)
        assert (made.supervisor_id, made.every_weeks, made.starts) == (sam.sam, 4, TODAY)
        assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "agreement made"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"supervisor_id": "tom"}, "Nobody can be their own supervisor"),
        ({"every_weeks": "0"}, "Weeks between sessions must be a whole number from 1 to 26"),
        ({"minutes": "300"}, "Minutes must be a whole number from 10 to 240"),
        ({"kind": "magic"}, "Choose what the agreement is for"),
        ({"supervisor_id": ""}, "Choose the supervisor"),
        ({"starts-day": "31", "starts-month": "2"}, "First day must be a real date"),
    ],
)
def test_what_may_not_be_is_said(
    changed: dict[str, str], says: str, app: Flask, browse: Browse, world: World, sam: Pair
) -> None:
    if changed.get("supervisor_id") == "tom":
        changed = {"supervisor_id": str(world.tom_person)}
    page = browse(world.hana).post("/supervision/agreements/add", new(sam.sam, world.tom_person, **changed), status=422)
    assert any(says in error for error in page.errors), page.errors
    with app.app_context():
        assert of_tom(app, world) == []


def test_two_of_one_kind_on_one_day_are_refused_and_another_kind_is_not(
    app: Flask, browse: Browse, world: World, sam: Pair
) -> None:
    sent = new(sam.sam, world.priya_person)
    page = browse(world.hana).post("/supervision/agreements/add", sent, status=422)
    assert "There is an agreement for peer supervision on some of these days" in page.errors[0]
    browse(world.hana).post("/supervision/agreements/add", sent | {"kind": "management_supervision"})


def test_a_supervisor_who_left_is_said(in_app: Flask, world: World, sam: Pair) -> None:
    spell = db.session.scalars(select(Spell).where(Spell.person_id == sam.sam)).one()
    spell.ends = date(2025, 5, 31)
    db.session.flush()
    asked = NewAgreement(
        supervisor_id=sam.sam, supervisee_id=world.tom_person, kind=SupervisionKind.PEER, every_weeks=4, minutes=60,
        starts=TODAY,
    )  # fmt: skip
    with pytest.raises(Exception, match="This supervisor has left by then"):
        make_agreement(asked)


def test_a_supervisor_arranges_within_their_teams_alone(browse: Browse, world: World, sam: Pair) -> None:
    page = browse(world.sam).get("/supervision/agreements/add")
    offered = page.all("#supervisee_id option")
    assert [option.attrs["value"] for option in offered] == ["", str(world.priya_person)]
    answer = browse(world.sam).post("/supervision/agreements/add", new(sam.sam, world.tom_person), status=422)
    assert answer.errors == ["Choose one from the list"]
    listed = browse(world.sam).get("/supervision/agreements").text
    assert "Priya Rahman" in listed
    assert "Tom Okafor" not in listed


def test_changing_one_keeps_to_the_version_it_was_opened_at(
    app: Flask, browse: Browse, world: World, sam: Pair
) -> None:
    address = f"/supervision/agreements/{sam.agreement}/change"
    sent = {"every_weeks": "6", "minutes": "45", "deputy_id": "", "version": "1"}
    assert "every 6 weeks" in browse(world.sam).post(address, sent).text.casefold()
    page = browse(world.hana).post(address, sent | {"every_weeks": "8"}, status=409)
    assert "Somebody else saved this while you were writing" in page.text
    with app.app_context():
        scope.enter(world.trust)
        assert due_on(TODAY)[0].interval_weeks == 6


def test_ending_one_leaves_its_sessions_within_it(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        hold(sam.agreement, date(2025, 5, 26))
        db.session.commit()
    address = f"/supervision/agreements/{sam.agreement}/end"
    page = browse(world.sam).post(address, day("ends", date(2025, 5, 25)) | {"version": "1"}, status=422)
    assert "A session was held after that day" in page.errors[0]
    browse(world.sam).post(address, day("ends", TODAY) | {"version": "1"})
    with app.app_context():
        scope.enter(world.trust)
        assert due_on(TODAY)[0].state is DueState.DUE_SOON or due_on(TODAY)[0].state is DueState.ON_TIME
        assert due_on(date(2025, 6, 3))[0].state is DueState.NO_AGREEMENT


def test_handing_over_leaves_no_day_without_a_supervisor(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        rita = supervisor(world, None, "Rita", "Rowe", "20002")
        db.session.commit()
    sent = {"supervisor_id": str(rita), "version": "1", "asks_for_notes": "y"} | day("on", date(2025, 6, 16))
    page = browse(world.hana).post(f"/supervision/agreements/{sam.agreement}/hand-over", sent)
    assert "There is a supervisor on every day" in page.text
    with app.app_context():
        scope.enter(world.trust)
        said = {when: due_on(when)[0].supervisor for when in (date(2025, 6, 15), date(2025, 6, 16))}
        assert [who.name for who in said.values() if who] == ["Sam Sterling", "Rita Rowe"]


def test_cover_for_everybody_is_one_step(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        rita = supervisor(world, None, "Rita", "Rowe", "20002")
        agree(sam.sam, world.tom_person)
        db.session.commit()
    sent = {"cover_id": str(rita), "everybody": "y"} | day("starts", TODAY) | day("ends", date(2025, 6, 13))
    page = browse(world.hana).post(f"/supervision/agreements/{sam.agreement}/cover", sent)
    assert "There is cover for 2 people" in page.text
    assert "Rita Rowe" in page.text
    again = browse(world.hana).post(f"/supervision/agreements/{sam.agreement}/cover", sent, status=422)
    assert "There is cover on some of these days already" in again.errors[0]
    with app.app_context():
        scope.enter(world.trust)
        key = db.session.scalars(
            select(SupervisionCover.id).where(SupervisionCover.agreement_id == sam.agreement)
        ).one()
    assert "Nobody stands in" in browse(world.hana).post(f"/supervision/cover/{key}/remove").text


def test_nobody_arranges_their_own_supervision(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    with app.app_context():
        scope.enter(world.trust)
        own = agree(world.priya_person, sam.sam)
        db.session.commit()
    assert browse(world.sam).get(f"/supervision/agreements/{own}").status == 200
    assert browse(world.sam).client.get(f"/supervision/agreements/{own}/end").status_code == 404
    assert browse(world.hana).client.get(f"/supervision/agreements/{own}/end").status_code == 200


def test_the_list_is_a_file_too_and_that_is_written_down(app: Flask, browse: Browse, world: World, sam: Pair) -> None:
    answer = browse(world.hugo).client.get("/supervision/agreements?format=csv")
    assert answer.text.splitlines()[0].lstrip("\ufeff").startswith("Name,Staff number,Team,Supervisor")
    assert "Priya Rahman,10001" in answer.text
    with app.app_context():
        assert "list of supervision dates exported" in db.session.scalars(select(AuditEntry.action)).all()
    for who in (world.moses, world.ellen, world.priya, world.ada):
        assert browse(who).client.get("/supervision/agreements?format=csv").status_code == 403


def test_settings_are_the_heads_and_hold_for_new_agreements(browse: Browse, world: World, sam: Pair) -> None:
    sent = {"version": "0", "every_weeks": "6", "ceiling": "8", "phased_days": "28"}
    assert "up to date" in browse(world.hana).post("/supervision/settings", sent).text
    page = browse(world.hana).get("/supervision/agreements/add")
    assert page.all("#every_weeks")[0].attrs["value"] == "6"
    assert "Your hours allow for 8" in browse(world.sam).get("/supervision").text
    late = browse(world.hana).post("/supervision/settings", sent | {"ceiling": "9"}, status=409)
    assert "Somebody else saved this" in late.text
