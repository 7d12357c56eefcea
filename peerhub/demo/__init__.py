"""Demonstration data: a fictional trust, built only through actions."""
