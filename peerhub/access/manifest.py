"""What access tells the application."""

from __future__ import annotations

from peerhub.access.views import account, signin
from peerhub.access.views.pages import blueprint
from peerhub.core.feature import Feature

PAGES = (account, signin)
"""Importing a module of views hangs its pages on the blueprint."""

FEATURE = Feature(name="access", blueprint=blueprint)
