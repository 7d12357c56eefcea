"""Two years of meetings, as whoever signs in to the demonstration finds them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from peerhub.access.models import Organisation
from peerhub.access.permissions import Role
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.core.time import today
from peerhub.demo import places
from peerhub.meetings.models import Meeting, MeetingParty
from peerhub.meetings.rules.words import State
from peerhub.supervision.models import SupervisionAgreement, SupervisionSession
from peerhub.supervision.queries.evidence import on_time
from tests.demo.test_build import browser


@pytest.fixture
def trust(demonstration: Flask) -> Iterator[Flask]:
    """The demonstration, about the trust."""
    with demonstration.app_context():
        scope.enter(
            db.session.scalars(select(Organisation.id).where(Organisation.name == places.organisation().name)).one()
        )
        yield demonstration


def test_supervision_of_two_years_is_there_and_nearly_all_of_it_on_time(trust: Flask) -> None:
    for weeks in range(0, 92, 13):
        share = on_time(today() - timedelta(weeks=weeks))
        assert share.of > 50, weeks
        assert 85 < (share.percent or 0) < 100, weeks


def test_nobody_is_in_two_sessions_at_once_or_in_one_while_away(trust: Flask) -> None:
    twice = (
        select(MeetingParty.person_id)
        .join(Meeting, Meeting.id == MeetingParty.meeting_id)
        .where(Meeting.state.in_((State.HELD, State.MISSED)), MeetingParty.person_id.is_not(None))
        .group_by(MeetingParty.person_id, Meeting.starts_at)
        .having(func.count() > 1)
    )
    assert db.session.scalars(twice).all() == []
    outside = (
        select(func.count())
        .select_from(SupervisionSession)
        .join(SupervisionAgreement, SupervisionAgreement.id == SupervisionSession.agreement_id)
        .where(
            (SupervisionSession.held_on < SupervisionAgreement.starts)
            | (SupervisionSession.held_on > SupervisionAgreement.ends)
        )
    )
    assert db.session.scalar(outside) == 0
    first, last = db.session.execute(
        select(func.min(SupervisionSession.held_on), func.max(SupervisionSession.held_on))
    ).one()
    assert today() - timedelta(days=2 * 365) <= first < last < today()


def test_the_peer_worker_finds_a_note_to_agree_to_and_the_head_none(demonstration: Flask) -> None:
    peer = browser(demonstration, Role.PEER_WORKER).get("/my-supervision")
    assert "Waits for you" in peer.text
    head = browser(demonstration, Role.HEAD_OF_PEER_WORK)
    assert "quiet room on Tuesdays" not in head.get("/supervision/service").text
