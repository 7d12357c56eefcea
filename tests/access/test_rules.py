"""The rules of access: pure, and each with its edge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from peerhub.access.permissions import LABELS, MATRIX, Permission, Role
from peerhub.access.rules import (
    KIND_LABELS,
    NATIONAL,
    Breadth,
    Holding,
    Lock,
    OrganisationKind,
    Viewer,
    has_administrator,
    is_locked,
    password_problem,
    role_refusal,
)

TRUST, OTHER, TEAM = uuid4(), uuid4(), uuid4()
DAY = date(2025, 11, 14)
NOON = datetime(2025, 11, 14, 12, 0, tzinfo=UTC)
LOCK = Lock(5, timedelta(minutes=15))


def held(
    role: Role = Role.HR,
    starts: date = DAY,
    ends: date | None = None,
    *,
    organisation: UUID = TRUST,
    team: UUID | None = None,
) -> Holding:
    return Holding(role, organisation, Breadth.TEAM if team else Breadth.ORGANISATION, team, starts, ends)


def test_every_role_and_kind_has_words_and_the_matrix_names_every_role() -> None:
    assert LABELS.keys() == MATRIX.keys() == set(Role)
    assert KIND_LABELS.keys() == set(OrganisationKind)


def test_the_system_administrator_sees_no_personal_content() -> None:
    assert MATRIX[Role.SYSTEM_ADMINISTRATOR] == {
        Permission.USERS_MANAGE, Permission.SETTINGS_MANAGE, Permission.AUDIT_VIEW, Permission.OUTBOX_VIEW,
        Permission.JOBS_VIEW,
    }  # fmt: skip
    for role in NATIONAL:
        assert MATRIX[role] == {Permission.ORGANISATIONS_VIEW}


def test_only_administrators_run_the_system() -> None:
    for permission in MATRIX[Role.SYSTEM_ADMINISTRATOR]:
        assert [role for role in Role if permission in MATRIX[role]] == [Role.SYSTEM_ADMINISTRATOR]


def test_an_unknown_permission_is_an_error() -> None:
    viewer = Viewer(uuid4(), "Hana", TRUST, "Northmoor", (held(),))
    with pytest.raises(ValueError, match="no_such"):
        viewer.may("no_such")  # type: ignore[arg-type]  # what a typing mistake would be


@pytest.mark.parametrize(
    ("wanted", "kind", "field"),
    [
        (held(Role.HR), OrganisationKind.NHS_TRUST, None),
        (held(Role.QI_COACH), OrganisationKind.NHS_TRUST, "role"),
        (held(Role.QI_COACH), OrganisationKind.PROGRAMME, None),
        (held(Role.QI_COACH, team=TEAM), OrganisationKind.PROGRAMME, "place"),
        (held(Role.SYSTEM_ADMINISTRATOR, team=TEAM), OrganisationKind.NHS_TRUST, "place"),
        (held(ends=DAY), OrganisationKind.VCSE, None),
        (held(ends=DAY - timedelta(days=1)), OrganisationKind.VCSE, "ends"),
    ],
)
def test_a_role_is_refused_with_its_field(wanted: Holding, kind: OrganisationKind, field: str | None) -> None:
    refusal = role_refusal(wanted, kind, ())
    assert (refusal.field if refusal else None) == field


@pytest.mark.parametrize(
    ("other", "is_refused"),
    [
        (held(starts=DAY, ends=DAY), True),
        (held(starts=DAY + timedelta(days=1)), False),
        (held(starts=DAY - timedelta(days=9), ends=DAY - timedelta(days=1)), False),
        (held(starts=DAY - timedelta(days=9)), True),
        (held(Role.EXECUTIVE), False),
        (held(organisation=OTHER), False),
        (held(team=TEAM), False),
    ],
)
def test_the_same_role_is_held_once_on_a_day(other: Holding, is_refused: bool) -> None:
    wanted = held(starts=DAY, ends=DAY)
    assert bool(role_refusal(wanted, OrganisationKind.NHS_TRUST, [other])) is is_refused


@pytest.mark.parametrize(
    ("holding", "is_enough"),
    [
        (held(Role.SYSTEM_ADMINISTRATOR), True),
        (held(Role.SYSTEM_ADMINISTRATOR, ends=DAY + timedelta(days=900)), False),
        (held(Role.SYSTEM_ADMINISTRATOR, starts=DAY + timedelta(days=1)), False),
        (held(Role.SYSTEM_ADMINISTRATOR, organisation=OTHER), False),
        (held(Role.HEAD_OF_PEER_WORK), False),
    ],
)
def test_an_administrator_is_one_without_a_last_day(holding: Holding, is_enough: bool) -> None:
    assert has_administrator([holding], TRUST, DAY) is is_enough
    assert not has_administrator([], TRUST, DAY)


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("three random words", True),
        ("a" * 11, False),
        ("abcabcabcabc", False),
        ("correct horse" * 20, False),
        ("PassWord is here", False),
        ("123456 and so on", False),
        ("hana has a horse", False),
        ("her okafor horse", False),
        ("han", False),
    ],
)
def test_passwords(password: str, is_fine: bool) -> None:
    problem = password_problem(password, email="hana@example.org", name="Jo Okafor")
    assert (problem is None) is is_fine, problem


@pytest.mark.parametrize(
    ("minutes_ago", "is_closed"),
    [
        ([(1, False)] * 4, False),
        ([(1, False)] * 5, True),
        ([(1, False)] * 4 + [(15, False)], False),
        ([(5, False)] * 5 + [(1, True)], False),
        ([(5, True)] + [(1, False)] * 5, True),
        ([], False),
    ],
)
def test_the_door_closes(minutes_ago: list[tuple[int, bool]], is_closed: bool) -> None:
    tries = [(NOON - timedelta(minutes=minutes), succeeded) for minutes, succeeded in minutes_ago]
    assert is_locked(tries, NOON, LOCK) is is_closed
