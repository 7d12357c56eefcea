"""The forms of workforce."""
