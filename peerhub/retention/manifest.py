"""What retention tells the application."""

from __future__ import annotations

from peerhub.access.permissions import Permission
from peerhub.core.feature import Feature, NavigationItem, QuickAction
from peerhub.retention.views import people, publishing  # noqa: F401 - each puts its pages on the blueprint
from peerhub.retention.views.report import blueprint

FEATURE = Feature(
    name="retention",
    blueprint=blueprint,
    navigation=(NavigationItem("Retention", "retention.index", (Permission.RETENTION_VIEW,)),),
    quick_actions=(QuickAction("View retention", "retention.index", (Permission.RETENTION_VIEW,)),),
)
