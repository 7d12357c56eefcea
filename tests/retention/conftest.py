"""How the retention tests run."""

from hypothesis import settings

# The first example of a test may load SciPy; a busy machine is not a fault in the rules.
settings.register_profile("retention", deadline=None)
settings.load_profile("retention")
