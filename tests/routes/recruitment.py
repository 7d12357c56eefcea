"""The routes of recruitment."""

from __future__ import annotations

from tests.routes.route import Route, about

ROUTES = {
    "recruitment.index": Route(),
    "recruitment.add": Route(),
    "recruitment.edit": about("campaign_id", "campaign", "stranger_campaign"),
}
