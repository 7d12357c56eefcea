"""What supervision tells the application."""

from __future__ import annotations

from peerhub.core.feature import Feature
from peerhub.supervision import models as _models  # noqa: F401 - its tables are there with the room

FEATURE = Feature(name="supervision")
