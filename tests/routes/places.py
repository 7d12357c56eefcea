"""The routes of workforce that are about service lines, teams, posts and establishment, and search."""

from __future__ import annotations

from peerhub.access.permissions import Role
from tests.routes.route import Route, about

OF_WILLOW = (Role.PEER_SUPERVISOR, Role.TEAM_MANAGER)
"""Roles that the named people hold for Willow ward alone."""
LINE = about("line_id", "harbour_line", "rook_line", *OF_WILLOW)
TEAM = about("team_id", "harbour", "rook", *OF_WILLOW)
POST = about("post_id", "tom_post", "stranger_post", *OF_WILLOW)

ROUTES = {
    "workforce.service_lines": Route(),
    "workforce.service_line": LINE,
    "workforce.add_service_line": Route(),
    "workforce.edit_service_line": LINE,
    "workforce.close_service_line": LINE,
    "workforce.reopen_service_line": LINE,
    "workforce.teams": Route(),
    "workforce.team": TEAM,
    "workforce.add_team": Route(),
    "workforce.edit_team": TEAM,
    "workforce.close_team": TEAM,
    "workforce.reopen_team": TEAM,
    "workforce.name_champion": TEAM,
    "workforce.end_champion": about("champion_id", "champion", "stranger_champion"),
    "workforce.search": Route(),
    "workforce.establishment": Route(),
    "workforce.establishment_chart": Route(lambda _: {"kind": "svg"}),
    "workforce.posts": Route(),
    "workforce.post": POST,
    "workforce.add_post": Route(),
    "workforce.correct_post": POST,
    "workforce.new_terms": POST,
    "workforce.close_post": POST,
    "workforce.reopen_post": POST,
    "workforce.post_history": POST,
}
