"""The menu says where one is, once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.fixtures.pages import Browser
from tests.fixtures.people import World


@pytest.mark.parametrize(
    ("address", "item"),
    [("/", "Today"), ("/people", "People"), ("/teams", "Teams"), ("/people/add", "People"), ("/account", None)],
)
def test_one_item_is_marked(
    address: str, item: str | None, browse: Callable[[UUID | None], Browser], world: World
) -> None:
    page = browse(world.hana).get(address)
    marked = [" ".join(link.to_text().split()) for link in page.all(".nhsuk-header__navigation-list [aria-current]")]
    assert marked == ([item] if item else [])
