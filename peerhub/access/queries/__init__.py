"""Reads of access: who signs in, what they hold, what was done. Loading is checking."""
