"""Reports for those who see figures and not people: read from workforce and the indicators, never from a feature."""
