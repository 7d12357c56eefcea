"""Supervision: agreements, sessions, who is due and who has nobody."""
