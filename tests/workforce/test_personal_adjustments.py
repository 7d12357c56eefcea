"""Adjustments: asked for, agreed, in place, looked at again; seen by the person, the head, and a manager if shared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry, RoleGrant
from peerhub.access.permissions import Role
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.models import Adjustment, AdjustmentStep, Person, Spell
from peerhub.workforce.rules.words import AdjustmentStatus as S
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

Browse = Callable[[UUID | None], Browser]
NOW = "2025-06-02 10:00:00+01:00"
TODAY = date(2025, 6, 2)


@pytest.fixture(autouse=True)
def _second_of_june() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def make(app: Flask, world: World) -> Callable[..., UUID]:
    """Put an adjustment of Priya's into the database."""

    def made(status: S = S.REQUESTED, *, shared: bool = False, review_on: date | None = None, **more: object) -> UUID:
        with app.app_context():
            scope.enter(world.trust)
            values: dict[str, object] = {
                "person_id": world.priya_person, "kind": "quiet_space", "description": "A desk away from the door",
                "status": status, "asked_on": date(2025, 5, 1), "with_manager": shared, "review_on": review_on,
            }  # fmt: skip
            row = Adjustment(**values | more)
            db.session.add(row)
            db.session.commit()
            return row.id

    return made


@pytest.fixture
def held(app: Flask, world: World) -> Callable[[UUID], Adjustment]:
    """What the database holds of an adjustment."""

    def read(key: UUID) -> Adjustment:
        with app.app_context():
            scope.enter(world.trust)
            row = db.session.get_one(Adjustment, key)
            assert row.steps is not None
            return row

    return read


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


AGREED = day("agreed_on", TODAY) | day("review_on", date(2025, 12, 2))


def of(world: World) -> str:
    return f"/people/{world.priya_person}/adjustments"


def test_a_peer_asks_and_reads_how_far_it_has_come(browse: Browse, world: World, app: Flask) -> None:
    browser = browse(world.priya)
    page = browser.get(f"{of(world)}/ask")
    assert "You do not need a diagnosis" in page.text
    page = browser.post(f"{of(world)}/ask", {"kind": "quiet_space", "description": " A desk away from the door "})
    assert page.heading == "Your adjustments"
    assert "A desk away from the door" in page.text
    assert "Asked for" in page.text
    with app.app_context():
        scope.enter(world.trust)
        row = db.session.scalars(select(Adjustment).where(Adjustment.status == S.REQUESTED)).one()
        assert (row.person_id, row.asked_on, row.with_manager) == (world.priya_person, TODAY, False)
        assert row.description == "A desk away from the door"


def test_asking_needs_a_kind_and_words(browse: Browse, world: World) -> None:
    page = browse(world.priya).post(f"{of(world)}/ask", {"kind": "", "description": "  "}, status=422)
    assert page.errors == ["Choose what sort of change it is", "Say what would help"]


def test_the_whole_way_from_asking_to_the_end(
    browse: Browse, world: World, make: Callable[..., UUID], held: Callable[[UUID], Adjustment]
) -> None:
    key = make()
    hana = browse(world.hana)
    hana.post(f"/adjustments/{key}/agree", AGREED | {"version": "1", "note": "Desk by the window"})
    row = held(key)
    assert (row.status, row.agreed_on, row.review_on) == (S.AGREED, TODAY, date(2025, 12, 2))
    assert row.agreed_by_id == world.hana
    hana.post(f"/adjustments/{key}/in-place", {"version": "2"})
    assert held(key).status is S.IN_PLACE
    hana.post(f"/adjustments/{key}/review", day("review_on", date(2026, 6, 2)) | {"version": "3", "note": ""})
    assert held(key).review_on == date(2026, 6, 2)
    browse(world.priya).post(f"/adjustments/{key}/end", {"version": "4", "note": "I have moved"})
    row = held(key)
    assert (row.status, row.ended_on) == (S.ENDED, TODAY)
    assert [step.move.value for step in row.steps] == ["agree", "put_in_place", "review", "end"]
    page = browse(world.priya).get(of(world))
    assert "agreed, by Hana Test (head of peer work). “Desk by the window”" in page.text
    assert "Agreed by Hana Test (head of peer work)" in page.text
    assert "ended, by Priya Test. “I have moved”" in page.text


@pytest.mark.parametrize(
    ("step", "values", "words"),
    [
        ("agree", AGREED, "An adjustment you asked for was agreed"),
        ("decline", {"reason": "There is no other room"}, "There is an answer about an adjustment you asked for"),
    ],
)
def test_an_answer_is_told_on_today_until_it_was_seen(
    step: str, values: dict[str, str], words: str, browse: Browse, world: World, make: Callable[..., UUID]
) -> None:
    key, priya = make(), browse(world.priya)
    assert words not in priya.get("/").text
    browse(world.hana).post(f"/adjustments/{key}/{step}", values | {"version": "1"})
    page = priya.get("/")
    assert words in page.text
    assert words not in browse(world.hana).get("/").text
    assert "I have seen this answer" in priya.get(of(world)).text
    assert "I have seen this answer" not in browse(world.hana).get(of(world)).text
    browse(world.hana).post(f"/adjustments/{key}/seen", {"version": "2"}, status=400)
    page = priya.post(f"/adjustments/{key}/seen", {"version": "2"})
    assert "I have seen this answer" not in page.text
    assert words not in priya.get("/").text


def test_what_is_taken_back_is_called_so(browse: Browse, world: World, make: Callable[..., UUID]) -> None:
    key, priya = make(), browse(world.priya)
    assert priya.get(f"/adjustments/{key}/end").heading.startswith("Take back what you asked for")
    page = priya.post(f"/adjustments/{key}/end", {"version": "1"})
    assert "You have taken it back." in page.text
    running = make(S.IN_PLACE)
    assert priya.get(f"/adjustments/{running}/end").heading.startswith("End an adjustment")


UNHEARD = "A request for an adjustment waits, and nobody may answer."


@pytest.fixture
def hanas(app: Flask, world: World) -> UUID:
    """A record of Hana's own, on Willow."""
    with app.app_context():
        scope.enter(world.trust)
        hana = Person(first_name="Hana", last_name="Head", user_id=world.hana)
        db.session.add(hana)
        db.session.flush()
        db.session.add(Spell(person_id=hana.id, post_id=world.vacant_post, starts=date(2024, 1, 1)))
        db.session.commit()
        return hana.id


def test_the_heads_own_request_is_heard_by_somebody_else(app: Flask, browse: Browse, world: World, hanas: UUID) -> None:
    hana, hugo = browse(world.hana), browse(world.hugo)
    address = f"/people/{hanas}/adjustments"
    assert "If you move to another team" in hana.get(f"{address}/ask").text
    page = hana.post(f"{address}/ask", {"kind": "quiet_space", "description": "A secret wish"})
    assert "nobody answers their own request" in page.text
    assert "Nobody here may answer this yet" in page.text
    assert "HR is told that a request waits" in page.text
    told = hugo.get("/").text
    assert UNHEARD in told
    assert not any(word in told for word in ("Hana", "secret wish"))
    assert UNHEARD not in browse(world.moses).get("/").text
    with app.app_context():
        scope.enter(world.trust)
        key = db.session.scalars(select(Adjustment.id).where(Adjustment.person_id == hanas)).one()
        other = RoleGrant(
            user_id=world.sam, organisation_id=world.trust, role=Role.HEAD_OF_PEER_WORK, starts=date(2025, 1, 1)
        )
        db.session.add(other)
        db.session.commit()
    assert UNHEARD not in hugo.get("/").text
    assert "Nobody here may answer this yet" not in hana.get(address).text
    assert "Answer Hana Head" in browse(world.sam).get("/").text
    assert browse(world.sam).post(f"/adjustments/{key}/agree", AGREED | {"version": "1"})


def test_the_heads_manager_answers_what_is_shown_to_them(browse: Browse, world: World, hanas: UUID) -> None:
    hana = browse(world.hana)
    values = {"kind": "quiet_space", "description": "A desk", "with_manager": "y"}
    assert "Nobody here may answer this yet" not in hana.post(f"/people/{hanas}/adjustments/ask", values).text
    assert UNHEARD not in browse(world.hugo).get("/").text
    assert "Answer Hana Head" in browse(world.moses).get("/").text


def test_not_agreeing_needs_a_reason_that_the_person_reads_and_can_answer(
    browse: Browse, world: World, make: Callable[..., UUID], held: Callable[[UUID], Adjustment]
) -> None:
    key = make()
    page = browse(world.hana).post(f"/adjustments/{key}/decline", {"version": "1", "reason": " "}, status=422)
    assert page.errors == ["Say why this cannot be agreed, and what was looked at instead"]
    assert held(key).status is S.REQUESTED
    browse(world.hana).post(f"/adjustments/{key}/decline", {"version": "1", "reason": "There is no other room"})
    page = browse(world.priya).get(of(world))
    assert "There is no other room" in page.text
    assert "You can ask for this to be looked at again" in page.text
    browse(world.priya).post(f"/adjustments/{key}/ask-again", {"version": "2", "note": "Headphones would do"})
    assert held(key).status is S.REQUESTED
    assert held(key).reason == ""
    assert "There is no other room" in browse(world.priya).get(of(world)).text, "what was said stays in the history"


@pytest.mark.parametrize(
    ("status", "step", "values", "words"),
    [
        (S.IN_PLACE, "agree", AGREED, "This was answered already. It can be agreed only while it is asked for"),
        (S.AGREED, "decline", {"reason": "No"}, "This was answered already. If it no longer works, review it or end"),
        (S.REQUESTED, "review", day("review_on", date(2026, 1, 1)), "Only an adjustment that is agreed or in place"),
        (S.REQUESTED, "end", {}, "Answer what was asked for: agree to it, or say why not"),
        (S.ENDED, "end", {}, "There is nothing to end: this adjustment is not running"),
    ],
)
def test_a_step_out_of_turn_is_refused_in_words(
    status: S,
    step: str,
    values: dict[str, str],
    words: str,
    browse: Browse,
    world: World,
    make: Callable[..., UUID],
    held: Callable[[UUID], Adjustment],
) -> None:
    key = make(status)
    page = browse(world.hana).post(f"/adjustments/{key}/{step}", values | {"version": "1"}, status=422)
    assert page.errors[0].startswith(words)
    assert (held(key).status, held(key).version) == (status, 1)


def test_putting_in_place_what_is_not_agreed_is_refused_in_words(
    browse: Browse, world: World, make: Callable[..., UUID], held: Callable[[UUID], Adjustment]
) -> None:
    key = make()
    page = browse(world.hana).post(f"/adjustments/{key}/in-place", {"version": "1"}, status=400)
    assert "Only an adjustment that is agreed can be put in place" in page.text
    assert held(key).status is S.REQUESTED


def test_nobody_agrees_to_their_own(
    browse: Browse, world: World, app: Flask, make: Callable[..., UUID], held: Callable[[UUID], Adjustment]
) -> None:
    key = make()
    with app.app_context():
        db.session.add(
            RoleGrant(
                user_id=world.priya, organisation_id=world.trust, role=Role.HEAD_OF_PEER_WORK, starts=date(2025, 1, 1)
            )
        )
        db.session.commit()
    page = browse(world.priya).post(f"/adjustments/{key}/agree", AGREED | {"version": "1"}, status=422)
    assert page.errors == ["Somebody else has to agree to an adjustment of your own"]
    assert held(key).status is S.REQUESTED


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (day("agreed_on", date(2025, 6, 3)) | day("review_on", date(2026, 1, 1)), "must be today or before"),
        (
            day("agreed_on", date(2025, 4, 30)) | day("review_on", date(2026, 1, 1)),
            "the day it was asked for, or",
        ),
        (day("agreed_on", TODAY) | day("review_on", TODAY), "The review date must be after today"),
        (day("agreed_on", TODAY), "Enter the day you will look at it together again"),
    ],
)
def test_wrong_days_are_told_beside_the_field(
    values: dict[str, str], message: str, browse: Browse, world: World, make: Callable[..., UUID]
) -> None:
    page = browse(world.hana).post(f"/adjustments/{make()}/agree", values | {"version": "1"}, status=422)
    assert message in page.errors[0]


def test_the_second_to_save_sees_where_it_stands_and_loses_nothing(
    browse: Browse, world: World, make: Callable[..., UUID], held: Callable[[UUID], Adjustment]
) -> None:
    key = make()
    browse(world.priya).post(f"/adjustments/{key}/share", {"version": "1"})
    page = browse(world.hana).post(
        f"/adjustments/{key}/agree", AGREED | {"version": "1", "note": "By the window"}, status=409
    )
    assert "Somebody else saved this while you were writing" in page.text
    assert "By the window" in page.text
    assert held(key).status is S.REQUESTED
    again = page.all('input[name="version"]')[0].attrs["value"]
    browse(world.hana).post(f"/adjustments/{key}/agree", AGREED | {"version": again, "with_manager": "y"})
    assert (held(key).status, held(key).with_manager) == (S.AGREED, True)


def test_a_team_manager_sees_only_what_is_shared(browse: Browse, world: World, make: Callable[..., UUID]) -> None:
    kept, shared = make(), make(shared=True, description="Longer breaks")
    page = browse(world.moses).get(of(world))
    assert "Longer breaks" in page.text
    assert "A desk away from the door" not in page.text
    assert "There may be others" in page.text
    browse(world.moses).get(f"/adjustments/{kept}/agree", status=404)
    page = browse(world.moses).get(f"/adjustments/{shared}/agree")
    assert not page.all('input[name="with_manager"]')
    browse(world.moses).post(f"/adjustments/{shared}/agree", AGREED | {"version": "1"})
    assert "Agreed" in browse(world.moses).get(of(world)).text, "it stays shared with who agreed to it"


def test_what_is_shared_can_be_taken_back_by_the_person_alone(
    browse: Browse, world: World, make: Callable[..., UUID], held: Callable[[UUID], Adjustment]
) -> None:
    key = make(S.IN_PLACE, shared=True)
    assert "A desk away from the door" in browse(world.moses).get(of(world)).text
    browse(world.hana).post(f"/adjustments/{key}/share", {"version": "1"}, status=400)
    assert held(key).with_manager is True
    browse(world.priya).post(f"/adjustments/{key}/share", {"version": "1"})
    assert "A desk away from the door" not in browse(world.moses).get(of(world)).text


def test_a_managers_sight_ends_with_the_spell_in_their_team(
    browse: Browse, world: World, app: Flask, make: Callable[..., UUID]
) -> None:
    key = make(S.IN_PLACE, shared=True)
    with app.app_context():
        scope.enter(world.trust)
        db.session.get_one(Spell, world.priya_spell).ends = TODAY - timedelta(days=1)
        db.session.add(Spell(person_id=world.priya_person, post_id=world.tom_post, starts=TODAY))
        db.session.commit()
    browse(world.moses).get(of(world), status=404)
    browse(world.moses).get(f"/adjustments/{key}/review", status=404)
    assert "A desk away from the door" in browse(world.hana).get(of(world)).text


@pytest.mark.parametrize(
    ("account", "status"), [("hugo", 404), ("sam", 404), ("ellen", 404), ("ada", 403), ("stig", 404)]
)
def test_who_does_not_see_adjustments(account: str, status: int, browse: Browse, world: World) -> None:
    browse(getattr(world, account)).get(of(world), status=status)


def test_a_manager_may_write_down_what_was_asked_in_person_and_sees_it(
    browse: Browse, world: World, app: Flask
) -> None:
    page = browse(world.moses).post(f"{of(world)}/ask", {"kind": "hours", "description": "Late start on Mondays"})
    assert "Late start on Mondays" in page.text
    browse(world.moses).post(
        f"/people/{world.tom_person}/adjustments/ask", {"kind": "hours", "description": "No"}, status=404
    )


def test_reading_somebodys_adjustments_is_written_down_and_reading_ones_own_is_not(
    browse: Browse, world: World, app: Flask
) -> None:
    browse(world.priya).get(of(world))
    browse(world.hana).get(of(world))
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "adjustments read")).all()
        assert [(entry.user_id, entry.subject_id, entry.is_read) for entry in entries] == [
            (world.hana, world.priya_person, True)
        ]


def test_the_audit_log_holds_no_word_of_what_was_asked(browse: Browse, world: World, app: Flask) -> None:
    browse(world.priya).post(f"{of(world)}/ask", {"kind": "hours", "description": "Late start"})
    browse(world.hana).post(f"/adjustments/{world.priya_adjustment}/end", {"version": "1", "note": "Moved ward"})
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.like("adjustment %"))).all()
        assert [entry.action for entry in entries] == ["adjustment asked for", "adjustment ended"]
        assert not any(word in str(entry.facts) for entry in entries for word in ("Late", "ward"))
        assert world.priya_person not in {entry.subject_id for entry in entries}


def test_a_review_is_due_from_its_day_on(browse: Browse, world: World, make: Callable[..., UUID]) -> None:
    make(S.IN_PLACE, review_on=TODAY)
    assert "Review due" in browse(world.priya).get(of(world)).text


def test_the_page_asks_the_database_as_often_for_one_as_for_many(
    browse: Browse, world: World, app: Flask, make: Callable[..., UUID], count_queries: Callable[[], int]
) -> None:
    def steps(key: UUID) -> None:
        with app.app_context():
            scope.enter(world.trust)
            for by in (world.hana, world.moses):
                from peerhub.core.time import utc_now
                from peerhub.workforce.rules.adjustments import Move

                db.session.add(AdjustmentStep(adjustment_id=key, move=Move.REVIEW, at=utc_now(), by_id=by))
            db.session.commit()

    browser = browse(world.hana)
    steps(make(S.IN_PLACE))
    browser.get(of(world))
    count_queries()
    browser.get(of(world))
    few = count_queries()
    for _ in range(12):
        steps(make(S.IN_PLACE))
    count_queries()
    browser.get(of(world))
    assert count_queries() == few
