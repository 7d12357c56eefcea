"""What tests of meetings may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from peerhub.access.permissions import Permission
from peerhub.meetings.rules import kinds
from peerhub.meetings.rules.kinds import MeetingKind
from peerhub.meetings.rules.words import Register

NOW = datetime(2025, 5, 1, 8, tzinfo=UTC)
"""Thursday 1 May 2025, 9am in London."""

CONFIDENTIAL = MeetingKind(
    code="quiet_talk",
    name="Quiet talk",
    minutes=60,
    themes=(("workload", "Workload"), ("boundaries", "Boundaries")),
    oversees=(Permission.PEOPLE_MERGE,),
    is_confidential=True,
)
"""Arranged as any other; overseen by the head and HR, who may not read its register."""
COUNTED = MeetingKind(code="drop_in", name="Drop-in", register=Register.NUMBERS, needs_facilitator=False)


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """It is Thursday 1 May 2025, 9am in London, until a test moves on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def more_kinds(app: Flask) -> Iterator[None]:
    """Two kinds that only tests have: a confidential one, and one whose register holds numbers."""
    before = dict(kinds._Known.kinds)
    kinds.know([CONFIDENTIAL, COUNTED])
    yield
    kinds._Known.kinds = before
