"""The words of supervision as closed lists, each with the label people read."""

from __future__ import annotations

from peerhub.workforce.rules.words import Contract, Word


class SupervisionKind(Word):
    """What an agreement is for."""

    PEER = "peer_supervision", "Peer supervision"
    MANAGEMENT = "management_supervision", "Management supervision"
    REFLECTIVE = "reflective_practice", "Reflective practice"


class DueState(Word):
    """How a peer stands with peer supervision on a day."""

    ON_TIME = "on_time", "On time"
    DUE_SOON = "due_soon", "Due soon"
    OVERDUE = "overdue", "Overdue"
    PAUSED = "paused", "Paused"
    NO_AGREEMENT = "no_agreement", "No agreement"


class MissedReason(Word):
    """Why a session was not held."""

    SUPERVISEE_UNWELL = "supervisee_unwell", "Supervisee unwell"
    SUPERVISOR_UNWELL = "supervisor_unwell", "Supervisor unwell"
    SERVICE_PRESSURE = "service_pressure", "Service pressure"
    LEAVE = "leave", "Leave"
    DID_NOT_ATTEND = "did_not_attend", "Did not attend"
    OTHER = "other", "Other"


class Theme(Word):
    """What a session was about, said so that nobody can be told from it."""

    ROLE_CLARITY = "role_clarity", "Role clarity"
    TEAM_RELATIONSHIPS = "team_relationships", "Team relationships"
    EMOTIONAL_LABOUR = "emotional_labour", "Emotional labour"
    USING_LIVED_EXPERIENCE = "using_lived_experience", "Using lived experience"
    BOUNDARIES = "boundaries", "Boundaries"
    WELLBEING = "wellbeing", "Wellbeing"
    ADJUSTMENTS = "adjustments", "Adjustments"
    TRAINING = "training", "Training"
    CAREER = "career", "Career"
    SPEAKING_UP = "speaking_up", "Speaking up"


class Lack(Word):
    """Why somebody has nobody to go to today."""

    NO_AGREEMENT = "no_agreement", "No agreement"
    SUPERVISOR_LEFT = "supervisor_left", "Their supervisor has left"
    SUPERVISOR_AWAY = "supervisor_away", "Their supervisor is away, with no cover and no deputy"


class AbsenceCategory(Word):
    """What sort of absence it is. Never an illness."""

    SICKNESS = "sickness", "Sickness"
    DISABILITY = "disability", "To do with a disability"
    PREGNANCY = "pregnancy", "To do with pregnancy"
    WORK_RELATED = "work_related", "Caused by work"
    OTHER = "other", "Another reason"


NEVER_A_PEER = frozenset({Contract.BANK, Contract.HONORARY, Contract.SESSIONAL})
"""Contracts that make nobody a current peer, as they start no cohort entry."""
