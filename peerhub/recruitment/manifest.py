"""What recruitment tells the application."""

from __future__ import annotations

from peerhub.core.feature import Feature

FEATURE = Feature(name="recruitment")
