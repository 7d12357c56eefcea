"""Every view says who may use it, or the application does not start."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import pytest
from flask import Blueprint, Flask

from peerhub.access.permissions import MATRIX, Permission, Role
from peerhub.app import create_app
from peerhub.core.feature import Feature
from peerhub.core.marks import Unmarked, mark_of, public, requires, signed_in
from peerhub.features import FEATURES
from tests.fixtures.application import settings_for
from tests.fixtures.pages import Browser
from tests.fixtures.people import World
from tests.fixtures.sessions import session_of


class Invented(StrEnum):
    """A permission of nobody's."""

    FLY = "fly"


def fresh() -> Callable[[], str]:
    """A view that nobody marked yet."""

    def view() -> str:
        return "a page"

    return view


def started(tmp_path: Path, mark: Callable[[Callable[[], str]], Callable[[], str]]) -> Flask:
    blueprint = Blueprint("shed", __name__)
    blueprint.add_url_rule("/shed", "page", mark(fresh()))
    settings = settings_for(f"sqlite:///{tmp_path / 'none.db'}", tmp_path)
    return create_app(settings, (*FEATURES, Feature("shed", blueprint)))


def test_a_view_without_a_mark_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Unmarked, match=r"shed\.page"):
        started(tmp_path, lambda page: page)
    assert started(tmp_path, signed_in)


def test_a_mark_names_a_permission_or_a_reason() -> None:
    with pytest.raises(ValueError, match="permission"):
        requires()
    with pytest.raises(ValueError, match="permission"):
        requires("people_view")  # type: ignore[arg-type]  # a plain word is what is refused
    with pytest.raises(ValueError, match="why"):
        public("")


def test_a_mark_above_the_route_is_still_on_the_function() -> None:
    marked = requires(Permission.PEOPLE_VIEW)(fresh())
    found = mark_of(marked)
    assert found is not None
    assert (found.permissions, found.needs_sign_in) == (frozenset({Permission.PEOPLE_VIEW}), True)
    assert mark_of(lambda: "") is None


def test_a_permission_of_nobodys_is_a_fault_and_opens_nothing(make_app: Callable[..., Flask], world: World) -> None:
    blueprint = Blueprint("shed", __name__)
    blueprint.add_url_rule("/shed", "page", requires(Invented.FLY)(fresh()))
    app = make_app((*FEATURES, Feature("shed", blueprint)))
    client = app.test_client()
    held = session_of(app, world.hana)
    with client.session_transaction() as session:
        session.update(held)
    answer = client.get("/shed")
    assert answer.status_code == 500
    assert "a page" not in answer.text


def test_a_view_put_in_after_the_start_is_closed(
    app: Flask, browse: Callable[[UUID | None], Browser], world: World
) -> None:
    app.add_url_rule("/late", "late", fresh())
    browse(world.hana).get("/late", status=403)
    browse(None).get("/late", status=403)


def test_the_limit_on_tries_keeps_the_mark(app: Flask) -> None:
    found = mark_of(app.view_functions["access.sign_in"])
    assert found is not None
    assert not found.needs_sign_in


def test_every_role_has_its_line_in_the_matrix_and_every_permission_somebody() -> None:
    assert set(MATRIX) == set(Role)
    assert frozenset().union(*MATRIX.values()) == set(Permission)
