"""Calendars as files (iCalendar, RFC 5545), which Outlook, Google and Apple read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache, lru_cache

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vDatetime,
    vDuration,
    vInt,
    vText,
    vUri,
)

from peerhub.core.time import LONDON
from peerhub.meetings.queries.feeds import Entry

PRODUCT = "-//PeerHub//Meetings//EN"
DOMAIN = "peerhub"
"""What stands after the @ of each entry's identifier."""
REFRESH_EVERY = timedelta(hours=1)
END = b"END:VCALENDAR\r\n"
MOST_KEPT = 10_000


def calendar(entries: Iterable[Entry], base_url: str, name: str = "PeerHub") -> bytes:
    """A calendar of some meetings. The same meetings give the same bytes.

    Args:
        base_url: where PeerHub is: each entry leads to its meeting's page.
        name: what a calendar program calls it.
    """
    return b"".join((_frame(name), *(_event(entry, base_url) for entry in entries), END))


def invitation(entry: Entry, base_url: str) -> bytes:
    """One meeting as a file, to take into a calendar by hand or with a message."""
    return b"".join((_frame(None), _event(entry, base_url), END))


@cache
def _frame(name: str | None) -> bytes:
    """What comes before the entries; with a name, of a calendar that is read again and again."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    if name is not None:
        made.add("x-wr-calname", name)
        made.add("refresh-interval", REFRESH_EVERY, {"VALUE": "DURATION"})
        made.add("x-published-ttl", "PT1H")
    made.add_component(_london())
    return bytes(made.to_ical()).removesuffix(END)


def _london() -> Timezone:
    """Europe/London, by the rules of its clock changes: the last Sundays of March and October at 1am UTC.

    The library would write each change out, those of March an hour late.
    """
    made = Timezone()
    made.add("tzid", "Europe/London")
    for part, name, begins, month, before, after in (
        (TimezoneDaylight(), "BST", "1981-03-29T01:00", 3, 0, 1),
        (TimezoneStandard(), "GMT", "1996-10-27T02:00", 10, 1, 0),
    ):
        part.add("dtstart", datetime.fromisoformat(begins))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        made.add_component(part)
    return made


@lru_cache(maxsize=MOST_KEPT)
def _event(entry: Entry, base_url: str) -> bytes:
    """An entry: of every kind of meeting and in every state with the same properties.

    Its values are made here, and not by the library from what it would guess them to be, which takes twice as long.
    """
    starts = vDatetime(entry.starts_at.astimezone(LONDON))
    starts.params["TZID"] = "Europe/London"
    made = Event()
    made["UID"] = vText(f"{entry.uid}@{DOMAIN}")
    made["SEQUENCE"] = vInt(entry.sequence)
    made["DTSTAMP"] = vDatetime(entry.made_at)
    made["DTSTART"] = starts
    made["DURATION"] = vDuration(entry.ends_at - entry.starts_at)  # an end on the wall is in doubt as clocks go back
    made["SUMMARY"] = vText(entry.title)
    made["LOCATION"] = vText(entry.location)
    made["URL"] = vUri(f"{base_url}/meetings/{entry.meeting_id}")
    made["STATUS"] = vText("CANCELLED" if entry.is_cancelled else "CONFIRMED")
    made["TRANSP"] = vText("OPAQUE")
    made["CLASS"] = vText("PRIVATE")
    return bytes(made.to_ical(sorted=False))
