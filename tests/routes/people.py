"""The routes of workforce that are about people and their spells."""

from __future__ import annotations

from peerhub.access.permissions import Role
from tests.routes.route import Route, about

PERSON = about("person_id", "priya_person", "stranger_person")
READ = about("person_id", "tom_person", "stranger_person", Role.PEER_WORKER, Role.PEER_SUPERVISOR, Role.TEAM_MANAGER)

ROUTES = {
    "workforce.index": Route(),
    "workforce.my_record": Route(),
    "workforce.person": READ,
    "workforce.add_person": Route(),
    "workforce.edit_person": PERSON,
    "workforce.person_history": READ,
    "workforce.person_account": PERSON,
}
