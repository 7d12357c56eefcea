"""What people meet for in supervision, told to the engine. A calendar says "Meeting" of each."""

from __future__ import annotations

from peerhub.access.permissions import Permission
from peerhub.meetings.rules.kinds import MeetingKind
from peerhub.supervision.rules.words import MissedReason, SupervisionKind, Theme

THEMES = tuple((theme.value, theme.label) for theme in Theme)
REASONS = tuple((reason.value, reason.label) for reason in MissedReason)
EVIDENCE = {
    SupervisionKind.PEER: ("supervision_on_time",),
    SupervisionKind.MANAGEMENT: (),
    SupervisionKind.REFLECTIVE: ("reflective_practice_held",),
}
KINDS = tuple(
    MeetingKind(
        code=kind.value,
        name=kind.label,
        minutes=60,
        rule="FREQ=WEEKLY;INTERVAL=4",
        themes=THEMES,
        missed_reasons=REASONS,
        arranges=(Permission.SUPERVISION_OVERSEE,),
        oversees=(Permission.SUPERVISION_OVERSEE,),
        is_confidential=True,
        evidence=EVIDENCE[kind],
    )
    for kind in SupervisionKind
)
