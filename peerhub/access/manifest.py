"""What access tells the application."""

from __future__ import annotations

from peerhub.access.views.signin import blueprint
from peerhub.core.feature import Feature

FEATURE = Feature(name="access", blueprint=blueprint)
