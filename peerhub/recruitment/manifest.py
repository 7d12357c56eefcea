"""What recruitment tells the application."""

from __future__ import annotations

from peerhub.access.permissions import Permission
from peerhub.core.feature import Feature, NavigationItem
from peerhub.recruitment.views import blueprint

FEATURE = Feature(
    name="recruitment",
    blueprint=blueprint,
    navigation=(NavigationItem("Recruitment", "recruitment.index", (Permission.RECRUITMENT_VIEW,)),),
)
