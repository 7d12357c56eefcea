"""stub"""

from peerhub.retention.queries.facts import Loaded
from peerhub.retention.rules.figures import Figures


def suppressed_figures(loaded: Loaded, exact: Figures) -> Figures:
    """Not built yet."""
    raise NotImplementedError
