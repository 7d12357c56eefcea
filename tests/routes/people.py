"""The routes of workforce that are about people and their spells."""

from __future__ import annotations

from peerhub.access.permissions import Role
from tests.routes.route import Route, about

PERSON = about("person_id", "priya_person", "stranger_person")
READ = about(
    "person_id",
    "tom_person",
    "stranger_person",
    *(role for role in Role if role not in {Role.HEAD_OF_PEER_WORK, Role.HR}),
)
"""Tom has no account: those whose permission reaches him read it, and nobody by holding one for their own record."""

AWAY = about("break_id", "tom_break", "stranger_break")
SPELL = about("spell_id", "priya_spell", "stranger_spell")

ROUTES = {
    "workforce.index": Route(),
    "workforce.my_record": Route(),
    "workforce.person": READ,
    "workforce.add_person": Route(),
    "workforce.edit_person": PERSON,
    "workforce.person_history": READ,
    "workforce.person_account": PERSON,
    "workforce.confirm_person": PERSON,
    "workforce.choose_merge": PERSON,
    "workforce.merge_people": Route(
        lambda world: {"person_id": world.priya_person, "other_id": world.tom_person},
        lambda world: {"person_id": world.priya_person, "other_id": world.stranger_person},
    ),
    "workforce.undo_merge": about("merge_id", "tom_merge", "stranger_merge"),
    "workforce.erase_person": PERSON,
    "workforce.start_spell": PERSON,
    "workforce.end_spell": SPELL,
    "workforce.move_person": SPELL,
    "workforce.correct_spell": SPELL,
    "workforce.delete_spell": SPELL,
    "workforce.add_break": SPELL,
    "workforce.change_break": AWAY,
    "workforce.delete_break": AWAY,
}
