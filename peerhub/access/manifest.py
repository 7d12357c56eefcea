"""What access tells the application."""

from __future__ import annotations

from peerhub.access.jobs import JOBS
from peerhub.access.permissions import Permission
from peerhub.access.queries.personal_data import personal_data
from peerhub.access.views import (
    account,
    audit_log,
    invitations,
    jobs,
    links,
    organisations,
    outbox,
    roles,
    signin,
    users,
)
from peerhub.access.views.needs import outbox_needs
from peerhub.access.views.pages import blueprint
from peerhub.core.feature import Feature, NavigationItem

PAGES = (account, audit_log, invitations, jobs, links, organisations, outbox, roles, signin, users)
"""Importing a module of views hangs its pages on the blueprint."""

FEATURE = Feature(
    name="access",
    blueprint=blueprint,
    navigation=(
        NavigationItem("Organisations", "access.organisations", (Permission.ORGANISATIONS_VIEW,)),
        NavigationItem("Users", "access.users", (Permission.USERS_MANAGE,)),
        NavigationItem("Organisation", "access.settings", (Permission.SETTINGS_MANAGE,)),
        NavigationItem("Audit log", "access.audit_log", (Permission.AUDIT_VIEW,)),
        NavigationItem("Outbox", "access.outbox", (Permission.OUTBOX_VIEW,)),
        NavigationItem("Jobs", "access.jobs", (Permission.JOBS_VIEW,)),
    ),
    due=(outbox_needs,),
    jobs=JOBS,
    personal_data=(personal_data,),
)
