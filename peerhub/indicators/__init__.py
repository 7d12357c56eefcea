"""A dated figure: its statistics and its suppression."""
