"""Meetings as a viewer may see them."""
