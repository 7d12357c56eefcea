"""Today: what needs me now, and the quick ways to my work."""
