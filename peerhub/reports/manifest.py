"""What reports tells the application."""

from __future__ import annotations

from peerhub.access.permissions import Permission
from peerhub.core.feature import Feature, QuickAction
from peerhub.reports.views import blueprint

FEATURE = Feature(
    name="reports",
    blueprint=blueprint,
    quick_actions=(QuickAction("View equality figures", "reports.equality", (Permission.EQUALITY_REPORT,)),),
)
