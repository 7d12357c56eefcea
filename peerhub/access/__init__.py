"""Organisations, users, the roles they hold, what each role may do, signing in, and the audit log."""
