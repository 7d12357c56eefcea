"""Who may do what: the whole matrix, readable from top to bottom.

A role is held for an organisation, a service line or a team; a permission that comes with it reaches as far as
the role does. ``OWN_`` permissions reach the holder's own record alone.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """A thing that can be done. A page names the one it needs."""

    OWN_RECORD = "own_record"
    OWN_EQUALITY = "own_equality"
    OWN_ADJUSTMENTS = "own_adjustments"
    PEOPLE_VIEW = "people_view"
    PEOPLE_EDIT = "people_edit"
    PEOPLE_MERGE = "people_merge"
    PEOPLE_ERASE = "people_erase"
    BREAKS_VIEW = "breaks_view"
    ADJUSTMENTS_VIEW = "adjustments_view"
    ADJUSTMENTS_EDIT = "adjustments_edit"
    EQUALITY_REPORT = "equality_report"
    POSTS_VIEW = "posts_view"
    POSTS_EDIT = "posts_edit"
    SPELLS_EDIT = "spells_edit"
    TEAMS_EDIT = "teams_edit"
    STAFF_IMPORT = "staff_import"
    STAFF_EXPORT = "staff_export"
    ESTABLISHMENT_VIEW = "establishment_view"
    RECRUITMENT_VIEW = "recruitment_view"
    RECRUITMENT_EDIT = "recruitment_edit"
    RETENTION_VIEW = "retention_view"
    RETENTION_INDIVIDUALS = "retention_individuals"
    RETENTION_PUBLISH = "retention_publish"
    MEETINGS_OWN = "meetings_own"
    MEETINGS_ARRANGE = "meetings_arrange"
    OWN_SUPERVISION = "own_supervision"
    SUPERVISION_GIVE = "supervision_give"
    SUPERVISION_ARRANGE = "supervision_arrange"
    SUPERVISION_DATES = "supervision_dates"
    SUPERVISION_OVERSEE = "supervision_oversee"
    INDICATORS_VIEW = "indicators_view"
    INDICATORS_COUNTS = "indicators_counts"
    ORGANISATIONS_VIEW = "organisations_view"
    USERS_MANAGE = "users_manage"
    SETTINGS_MANAGE = "settings_manage"
    AUDIT_VIEW = "audit_view"
    OUTBOX_VIEW = "outbox_view"
    JOBS_VIEW = "jobs_view"


class Role(StrEnum):
    """A part a person plays."""

    HEAD_OF_PEER_WORK = "head_of_peer_work"
    PEER_SUPERVISOR = "peer_supervisor"
    PEER_WORKER = "peer_worker"
    TEAM_MANAGER = "team_manager"
    HR = "hr"
    EXECUTIVE = "executive"
    MEASURES_LEAD = "measures_lead"
    INVOLVEMENT_LEAD = "involvement_lead"
    PROGRAMME_LEAD = "programme_lead"
    QI_COACH = "qi_coach"
    SYSTEM_ADMINISTRATOR = "system_administrator"

    @property
    def label(self) -> str:
        """The role as people say it."""
        return LABELS[self]


LABELS: dict[Role, str] = {
    Role.HEAD_OF_PEER_WORK: "Head of peer work",
    Role.PEER_SUPERVISOR: "Peer supervisor",
    Role.PEER_WORKER: "Peer worker",
    Role.TEAM_MANAGER: "Team manager",
    Role.HR: "HR",
    Role.EXECUTIVE: "Executive",
    Role.MEASURES_LEAD: "Measures lead",
    Role.INVOLVEMENT_LEAD: "Involvement lead",
    Role.PROGRAMME_LEAD: "Programme lead (national)",
    Role.QI_COACH: "QI coach (national)",
    Role.SYSTEM_ADMINISTRATOR: "System administrator",
}

P = Permission
OWN = frozenset({P.OWN_RECORD, P.OWN_EQUALITY, P.OWN_ADJUSTMENTS, P.MEETINGS_OWN})
"""One's own record with what goes with it, and the meetings one is asked to: whoever works in the organisation may have
them, whatever their role.

So every role that belongs to an organisation holds them. The national roles belong to none; a system administrator runs
the system without a sight of anybody's record, and reads what is held of themselves on “What PeerHub holds about you”.
"""

MATRIX: dict[Role, frozenset[Permission]] = {
    # Everything of the peer service; what a person said of their own characteristics stays with that person.
    Role.HEAD_OF_PEER_WORK: OWN | frozenset({
        P.PEOPLE_VIEW, P.PEOPLE_EDIT, P.PEOPLE_MERGE, P.BREAKS_VIEW,
        P.ADJUSTMENTS_VIEW, P.ADJUSTMENTS_EDIT, P.EQUALITY_REPORT,
        P.POSTS_VIEW, P.POSTS_EDIT, P.SPELLS_EDIT, P.TEAMS_EDIT, P.STAFF_IMPORT, P.STAFF_EXPORT,
        P.ESTABLISHMENT_VIEW, P.RECRUITMENT_VIEW, P.RECRUITMENT_EDIT,
        P.RETENTION_VIEW, P.RETENTION_INDIVIDUALS, P.RETENTION_PUBLISH,
        P.MEETINGS_ARRANGE,
        P.OWN_SUPERVISION, P.SUPERVISION_GIVE, P.SUPERVISION_ARRANGE, P.SUPERVISION_DATES, P.SUPERVISION_OVERSEE,
        P.INDICATORS_COUNTS,
    }),
    # Their own caseload: the people of the teams they hold the role for.
    Role.PEER_SUPERVISOR: OWN | frozenset({
        P.PEOPLE_VIEW, P.POSTS_VIEW, P.ESTABLISHMENT_VIEW, P.MEETINGS_ARRANGE,
        P.OWN_SUPERVISION, P.SUPERVISION_GIVE, P.SUPERVISION_ARRANGE, P.INDICATORS_COUNTS,
    }),
    # Their own record and their own supervision.
    Role.PEER_WORKER: OWN | frozenset({P.OWN_SUPERVISION}),
    # Their own team: posts, and the adjustments agreed with them.
    Role.TEAM_MANAGER: OWN | frozenset({
        P.PEOPLE_VIEW, P.BREAKS_VIEW, P.ADJUSTMENTS_VIEW, P.ADJUSTMENTS_EDIT, P.POSTS_VIEW, P.ESTABLISHMENT_VIEW,
        P.SUPERVISION_GIVE, P.INDICATORS_COUNTS,
    }),
    # Spells, posts, recruitment and retention with individuals; equality in aggregate only.
    Role.HR: OWN | frozenset({
        P.PEOPLE_VIEW, P.PEOPLE_EDIT, P.PEOPLE_MERGE, P.PEOPLE_ERASE, P.BREAKS_VIEW, P.EQUALITY_REPORT,
        P.POSTS_VIEW, P.POSTS_EDIT, P.SPELLS_EDIT, P.TEAMS_EDIT, P.STAFF_IMPORT, P.STAFF_EXPORT,
        P.ESTABLISHMENT_VIEW, P.RECRUITMENT_VIEW, P.RECRUITMENT_EDIT,
        P.RETENTION_VIEW, P.RETENTION_INDIVIDUALS, P.RETENTION_PUBLISH,
        P.SUPERVISION_DATES, P.INDICATORS_COUNTS,
    }),
    # Figures, suppressed; nothing about individuals but themselves.
    Role.EXECUTIVE: OWN | frozenset({P.ESTABLISHMENT_VIEW, P.RECRUITMENT_VIEW, P.RETENTION_VIEW, P.INDICATORS_VIEW}),
    Role.MEASURES_LEAD: OWN | frozenset({P.ESTABLISHMENT_VIEW, P.INDICATORS_VIEW}),
    Role.INVOLVEMENT_LEAD: OWN | frozenset({P.ESTABLISHMENT_VIEW, P.RECRUITMENT_VIEW}),
    # Across organisations, suppressed; no individual of any organisation.
    Role.PROGRAMME_LEAD: frozenset({P.ORGANISATIONS_VIEW}),
    Role.QI_COACH: frozenset({P.ORGANISATIONS_VIEW}),
    # Runs the system; no personal content.
    Role.SYSTEM_ADMINISTRATOR: frozenset({
        P.USERS_MANAGE, P.SETTINGS_MANAGE, P.AUDIT_VIEW, P.OUTBOX_VIEW, P.JOBS_VIEW,
    }),
}  # fmt: skip
