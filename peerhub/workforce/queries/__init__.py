"""Reads of workforce: loading is checking."""
