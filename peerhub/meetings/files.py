"""Calendars as files (iCalendar, RFC 5545), which Outlook, Google and Apple read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from icalendar import Calendar, Event, Timezone

from peerhub.core.time import LONDON
from peerhub.meetings.queries.feeds import Entry

PRODUCT = "-//PeerHub//Meetings//EN"
DOMAIN = "peerhub"
"""What stands after the @ of each entry's identifier."""
FIRST, LAST = date(2020, 1, 1), date(2038, 1, 1)
"""Between which the clock changes are written out; calendars on 32 bits know none later."""
REFRESH = "PT1H"


def calendar(entries: Iterable[Entry], base_url: str, name: str = "PeerHub") -> bytes:
    """A calendar of some meetings. The same meetings give the same bytes.

    Args:
        base_url: where PeerHub is: each entry leads to its meeting's page.
        name: what a calendar program calls it.
    """
    made = _empty()
    made.add("x-wr-calname", name)
    made.add("refresh-interval;value=duration", REFRESH)
    made.add("x-published-ttl", REFRESH)
    for entry in entries:
        made.add_component(_event(entry, base_url))
    return bytes(made.to_ical())


def invitation(entry: Entry, base_url: str) -> bytes:
    """One meeting as a file, to take into a calendar by hand or with a message."""
    made = _empty()
    made.add_component(_event(entry, base_url))
    return bytes(made.to_ical())


def _empty() -> Calendar:
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add_component(_london())
    return made


@cache
def _london() -> Timezone:
    """Europe/London with its clock changes, written out once."""
    return Timezone.from_tzid("Europe/London", first_date=FIRST, last_date=LAST)


def _event(entry: Entry, base_url: str) -> Event:
    """An entry: of every kind of meeting and in every state with the same properties."""
    made = Event()
    made.add("uid", f"{entry.uid}@{DOMAIN}")
    made.add("sequence", entry.sequence)
    made.add("dtstamp", entry.made_at)
    made.add("dtstart", entry.starts_at.astimezone(LONDON))
    made.add("dtend", entry.ends_at.astimezone(LONDON))
    made.add("summary", entry.title)
    made.add("location", entry.location)
    made.add("url", f"{base_url}/meetings/{entry.meeting_id}")
    made.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    made.add("transp", "OPAQUE")
    made.add("class", "PRIVATE")
    return made
