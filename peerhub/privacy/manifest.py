"""What privacy tells the application."""

from __future__ import annotations

from peerhub.access.permissions import Permission
from peerhub.core.feature import Feature, QuickAction
from peerhub.privacy.views import blueprint

FEATURE = Feature(
    name="privacy",
    blueprint=blueprint,
    quick_actions=(QuickAction("What PeerHub holds about me", "privacy.my_data", tuple(Permission)),),
)
