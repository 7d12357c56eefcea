"""What retention tells the application."""

from __future__ import annotations

from peerhub.core.feature import Feature

FEATURE = Feature(name="retention")
