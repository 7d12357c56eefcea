"""The pages of workforce."""
