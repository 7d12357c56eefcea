"""Meetings: series, occurrences, registers, actions and calendars; everything people meet for."""
