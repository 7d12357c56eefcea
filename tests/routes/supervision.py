"""The routes of supervision. The agreement they are asked with is Tom's with Priya; Tom has no account."""

from __future__ import annotations

from peerhub.access.permissions import Role
from tests.routes.route import Route, about

GIVERS = (Role.PEER_SUPERVISOR, Role.TEAM_MANAGER)
"""Roles that give supervision to people of their own, of whom Priya is none."""
AGREEMENT = ("agreement_id", "agreement", "stranger_agreement")
SESSION = ("session_id", "session", "stranger_session")
WORDS = about(*SESSION, *GIVERS, Role.HEAD_OF_PEER_WORK)

ROUTES = {
    "supervision.caseload": Route(),
    "supervision.log": Route(),
    "supervision.log_missed": Route(),
    "supervision.list_agreements": Route(),
    "supervision.add_agreement": Route(),
    "supervision.agreement": about(*AGREEMENT, Role.TEAM_MANAGER),
    "supervision.change_agreement": about(*AGREEMENT),
    "supervision.end_agreement": about(*AGREEMENT),
    "supervision.add_cover": about(*AGREEMENT),
    "supervision.hand_over": about(*AGREEMENT),
    "supervision.remove_cover": about("cover_id", "cover", "stranger_cover"),
    "supervision.answer_hand_over": about(
        "handover_id", "handover", "stranger_handover", Role.PEER_SUPERVISOR, Role.HEAD_OF_PEER_WORK
    ),
    "supervision.session": about(*SESSION, *GIVERS),
    "supervision.note": WORDS,
    "supervision.sign": WORDS,
    "supervision.memo": WORDS,
    "supervision.my": Route(),
    "supervision.person": about("person_id", "priya_person", "stranger_person", Role.TEAM_MANAGER),
    "supervision.service": Route(),
    "supervision.unsupervised": Route(),
    "supervision.settings": Route(),
}
