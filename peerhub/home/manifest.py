"""What home tells the application."""

from __future__ import annotations

from peerhub.core.feature import Feature, NavigationItem
from peerhub.home.views import blueprint

FEATURE = Feature(name="home", blueprint=blueprint, navigation=(NavigationItem("Today", "home.today_page"),))
