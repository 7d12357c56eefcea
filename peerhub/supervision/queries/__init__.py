"""Reads of supervision: to load is to check."""
