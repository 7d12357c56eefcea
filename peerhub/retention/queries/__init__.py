"""Reads of retention: the facts of an organisation, and the figures a viewer may see."""
