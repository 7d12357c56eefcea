"""The rooms that make up PeerHub. A new feature is one folder and one line here."""

from __future__ import annotations

from peerhub.access.manifest import FEATURE as ACCESS
from peerhub.core.feature import Feature
from peerhub.home.manifest import FEATURE as HOME
from peerhub.indicators.manifest import FEATURE as INDICATORS
from peerhub.meetings.manifest import FEATURE as MEETINGS
from peerhub.privacy.manifest import FEATURE as PRIVACY
from peerhub.recruitment.manifest import FEATURE as RECRUITMENT
from peerhub.reports.manifest import FEATURE as REPORTS
from peerhub.retention.manifest import FEATURE as RETENTION
from peerhub.supervision.manifest import FEATURE as SUPERVISION
from peerhub.workforce.manifest import FEATURE as WORKFORCE

GROUND: tuple[Feature, ...] = (ACCESS,)
"""Rooms the application cannot do without."""

FEATURES: tuple[Feature, ...] = (
    HOME,
    MEETINGS,
    SUPERVISION,
    WORKFORCE,
    RETENTION,
    RECRUITMENT,
    INDICATORS,
    REPORTS,
    PRIVACY,
)
"""Rooms that can each be left out. The menu is in this order."""
