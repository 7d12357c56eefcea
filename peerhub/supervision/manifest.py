"""What supervision tells the application."""

from __future__ import annotations

from peerhub.access.permissions import Permission
from peerhub.core.feature import Feature, NavigationItem, Panel, QuickAction
from peerhub.supervision.listeners import listen
from peerhub.supervision.queries.evidence import INDICATORS
from peerhub.supervision.queries.personal_data import personal_data
from peerhub.supervision.rules.kinds import KINDS
from peerhub.supervision.views import agreements, caseload, people, service, sessions
from peerhub.supervision.views.blueprint import blueprint

PAGES = (agreements, caseload, people, service, sessions)
"""Importing a module of views hangs its pages on the blueprint."""

FEATURE = Feature(
    name="supervision",
    blueprint=blueprint,
    navigation=(
        NavigationItem(
            "Supervision", "supervision.caseload", (Permission.SUPERVISION_GIVE, Permission.SUPERVISION_DATES)
        ),
        NavigationItem("My supervision", "supervision.my", (Permission.OWN_SUPERVISION,)),
    ),
    quick_actions=(
        QuickAction("Log supervision", "supervision.log", (Permission.SUPERVISION_GIVE,)),
        QuickAction("My supervision", "supervision.my", (Permission.OWN_SUPERVISION,)),
    ),
    due=(people.needs,),
    person_panels=(Panel("Supervision", people.SEES, people.panel),),
    personal_data=(personal_data,),
    meeting_kinds=KINDS,
    indicators=INDICATORS,
    listen=listen,
)
