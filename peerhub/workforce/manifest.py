"""What workforce tells the application."""

from __future__ import annotations

from peerhub.access.permissions import Permission
from peerhub.core.feature import Feature, NavigationItem, QuickAction
from peerhub.workforce.jobs import JOBS
from peerhub.workforce.queries.held_for import held_for
from peerhub.workforce.queries.personal_data import personal_data
from peerhub.workforce.views import away as _away  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import equality as _equality  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import establishment as _establishment  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import imports as _imports  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import people as _people  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import personal as _personal  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import places as _places  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import posts as _posts  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import records as _records  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import search as _search  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import service_lines as _lines  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views import spells as _spells  # noqa: F401 - hangs its pages on the blueprint
from peerhub.workforce.views.blueprint import blueprint
from peerhub.workforce.views.needs import file_needs, funding_needs, people_needs, personal_needs

FEATURE = Feature(
    name="workforce",
    blueprint=blueprint,
    navigation=(
        NavigationItem("People", "workforce.index", (Permission.PEOPLE_VIEW,)),
        NavigationItem("Teams", "workforce.teams", (Permission.POSTS_VIEW,)),
        NavigationItem("Posts", "workforce.posts", (Permission.POSTS_VIEW,)),
        NavigationItem("Establishment", "workforce.establishment", (Permission.ESTABLISHMENT_VIEW,)),
        NavigationItem("Search", "workforce.search", (Permission.PEOPLE_VIEW, Permission.POSTS_VIEW)),
        NavigationItem("Staff record", "workforce.staff_record", (Permission.STAFF_IMPORT, Permission.STAFF_EXPORT)),
        NavigationItem("My record", "workforce.my_record", (Permission.OWN_RECORD,)),
    ),
    quick_actions=(
        QuickAction("Add a person", "workforce.add_person", (Permission.PEOPLE_EDIT,)),
        QuickAction("My record", "workforce.my_record", (Permission.OWN_RECORD,)),
        QuickAction("Ask for an adjustment", "workforce.my_adjustments", (Permission.OWN_ADJUSTMENTS,)),
        QuickAction("Establishment", "workforce.establishment", (Permission.ESTABLISHMENT_VIEW,)),
    ),
    places=held_for,
    due=(people_needs, personal_needs, funding_needs, file_needs),
    jobs=JOBS,
    personal_data=(personal_data,),
)
