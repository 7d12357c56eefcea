"""What holds of supervision, with no database, no clock and no web."""
