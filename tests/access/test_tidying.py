"""What access removes by itself: old tries, links that ran out, settled invitations, sessions that ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from peerhub.access.jobs import JOBS
from peerhub.access.models import (
    AuditEntry,
    Invitation,
    LinkPurpose,
    RoleGrant,
    SignInAttempt,
    SingleUseLink,
    UserSession,
)
from peerhub.access.permissions import Role
from peerhub.access.rules import Breadth
from peerhub.core import jobs
from peerhub.core.database import db
from tests.fixtures.people import SINCE, World

NAMED_BY = {
    SignInAttempt: SignInAttempt.email_digest,
    SingleUseLink: SingleUseLink.digest,
    Invitation: Invitation.name,
    UserSession: UserSession.digest,
}
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)


def tidy(app: Flask) -> None:
    (job,) = [job for job in app.extensions["jobs"] if job.name == "tidy sign-in records"]
    assert job in JOBS
    assert jobs.run(app, job)


def kept(app: Flask, model: type) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(select(NAMED_BY[model])))


def link(digest: str, expires_at: datetime, **owner: object) -> SingleUseLink:
    return SingleUseLink(digest=digest, purpose=LinkPurpose.RESET, expires_at=expires_at, **owner)


def asked(world: World, name: str, **moments: datetime) -> Invitation:
    sent = NOON - timedelta(days=60)
    days = {"sent_at": sent, "expires_at": sent + timedelta(days=7)} | moments
    return Invitation(
        organisation_id=world.trust, email=f"{name}@example.org", name=name, role=Role.HR, starts=SINCE, **days
    )


def test_what_has_had_its_time_goes_and_the_rest_stays(app: Flask, world: World) -> None:
    with time_machine.travel(NOON, tick=False), app.app_context():
        for digest, days in (("old", 3), ("new", 1)):
            db.session.add(
                SignInAttempt(at=NOON - timedelta(days=days), email_digest=digest, source_digest="s", succeeded=False)
            )
        db.session.add_all(
            [
                link("ran out long ago", NOON - timedelta(days=2), user_id=world.hana),
                link("ran out just now", NOON - timedelta(hours=1), user_id=world.hana),
                link("works", NOON + timedelta(hours=1), user_id=world.hana),
            ]
        )
        gone = asked(world, "ran out")
        db.session.add_all(
            [
                gone,
                asked(world, "accepted long ago", accepted_at=NOON - timedelta(days=31)),
                asked(world, "cancelled long ago", cancelled_at=NOON - timedelta(days=31)),
                asked(world, "waits", expires_at=NOON + timedelta(days=1)),
                asked(
                    world, "accepted lately", accepted_at=NOON - timedelta(days=2), expires_at=NOON - timedelta(days=1)
                ),
            ]
        )
        for digest, hours, ended_at in (("lasted", 12, None), ("ended", 1, NOON), ("goes on", 11, None)):
            made_at = NOON - timedelta(hours=hours)
            db.session.add(UserSession(user_id=world.hana, digest=digest, made_at=made_at, ended_at=ended_at))
        db.session.flush()
        db.session.add(link("of an invitation that goes", NOON + timedelta(days=1), invitation_id=gone.id))
        db.session.commit()
    with time_machine.travel(NOON, tick=False):
        tidy(app)
        assert kept(app, SignInAttempt) == ["new"]
        assert kept(app, SingleUseLink) == ["ran out just now", "works"]
        assert kept(app, Invitation) == ["Nell Newcomer", "Nils Newcomer", "accepted lately", "waits"]
        assert kept(app, UserSession) == ["goes on"]
        tidy(app)
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "old sign-in records removed")).all()
    assert [entry.facts for entry in entries] == [{"rows": {"tries": 1, "links": 2, "invitations": 3, "sessions": 2}}]


@pytest.mark.parametrize(
    "days_and_place",
    [
        {"ends": SINCE - timedelta(days=1)},
        {"breadth": Breadth.TEAM},
        {"breadth": Breadth.ORGANISATION, "place_id": "willow"},
    ],
)
@pytest.mark.parametrize("model", [RoleGrant, Invitation])
def test_the_database_itself_refuses_roles_that_make_no_sense(
    model: type, days_and_place: dict[str, object], in_app: Flask, world: World
) -> None:
    values = dict(days_and_place)
    if "place_id" in values:
        values["place_id"] = world.willow
    common = {"organisation_id": world.trust, "role": Role.HR, "starts": SINCE}
    own = {"user_id": world.mel} if model is RoleGrant else {
        "email": "x@example.org", "name": "X", "sent_at": NOON, "expires_at": NOON,
    }  # fmt: skip
    db.session.add(model(**common, **own, **values))
    with pytest.raises(IntegrityError, match=r"ck_(role_grant|invitation)_(days|place)"):
        db.session.flush()


def test_a_link_has_one_owner_at_most(in_app: Flask, world: World) -> None:
    db.session.add(link("two owners", NOON, user_id=world.hana, invitation_id=world.invitation))
    with pytest.raises(IntegrityError, match="ck_single_use_link_owner"):
        db.session.flush()
