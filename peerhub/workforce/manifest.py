"""What workforce tells the application."""

from __future__ import annotations

from peerhub.core.feature import Feature
from peerhub.workforce import models as _models  # noqa: F401 - until the pages land

FEATURE = Feature(name="workforce")
