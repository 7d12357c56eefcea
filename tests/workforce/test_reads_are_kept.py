"""Whoever reads what is said of others is in the audit log, whichever page they read it on."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from peerhub.access.models import AuditEntry
from tests.fixtures.people import World
from tests.workforce.looking import Browse, rows

LISTED = "list of people seen"
RECORD = "person's record read"
PAGES = [
    ("/people", LISTED),
    ("/posts?show=filled", "list of posts seen"),
    ("/teams/{willow}", "team's people read"),
    ("/posts/{priya_post}", "post's holders read"),
    ("/people/{tom_person}", RECORD),
    ("/people/{tom_person}/edit", RECORD),
    ("/people/{tom_person}/account", RECORD),
    ("/people/{tom_person}/history", "person's history read"),
    ("/people/{tom_person}/merge", LISTED),
    ("/people/{priya_person}/adjustments", "adjustments read"),
    ("/adjustments/{priya_adjustment}/end", "adjustment read"),
    ("/spells/{tom_spell}/correct", RECORD),
]


def reads(app: Flask, world: World) -> list[str]:
    held = select(AuditEntry.action).where(AuditEntry.is_read.is_(True)).order_by(AuditEntry.id)
    return [row.action for row in rows(app, world.trust, held)]


@pytest.mark.parametrize(("address", "action"), PAGES)
def test_a_page_about_others_is_a_read(app: Flask, browse: Browse, world: World, address: str, action: str) -> None:
    places = {name: getattr(world, name) for name in world.__dataclass_fields__}
    browse(world.hana).get(address.format(**places))
    assert reads(app, world) == [action]


@pytest.mark.parametrize(
    ("address", "sent", "status"),
    [
        ("/people/{tom_person}/edit", {"version": "999", "first_name": "Tom", "last_name": "Other"}, 409),
        ("/spells/{tom_spell}/correct", {"version": "999"}, 422),
        ("/people/{tom_person}/merge", {"q": "Okafor"}, 200),
        ("/search", {"q": "Okafor"}, 200),
    ],
)
def test_so_is_an_answer_that_shows_what_is_saved(
    app: Flask, browse: Browse, world: World, address: str, sent: dict[str, str], status: int
) -> None:
    places = {name: getattr(world, name) for name in world.__dataclass_fields__}
    browse(world.hana).post(address.format(**places), sent, status=status)
    assert reads(app, world)
