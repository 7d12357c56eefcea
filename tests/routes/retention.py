"""The routes of retention."""

from __future__ import annotations

from uuid import UUID

from tests.fixtures.people import World
from tests.routes.route import Route

OTHERS = UUID("01900000-0000-7000-8000-000000000001")


def nobodys(_world: World) -> dict[str, UUID]:
    """A key no figure has: what a published figure shows to whom is tested in tests/retention/test_publishing.py."""
    return {"figure_id": OTHERS}


ROUTES = {
    "retention.index": Route(),
    "retention.chart": Route(lambda _: {"name": "tiers", "kind": "svg"}, found=frozenset({200, 404})),
    "retention.people": Route(),
    "retention.published": Route(),
    "retention.publish": Route(),
    "retention.figure": Route(nobodys, found=frozenset({404})),
    "retention.revise": Route(nobodys, found=frozenset({404})),
}
