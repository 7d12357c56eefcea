"""Single meetings: arranged, moved, cancelled; who comes, and who facilitates. Each refusal is a rule of ``rules``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from peerhub.access import audit
from peerhub.core.database import db
from peerhub.core.errors import DomainError
from peerhub.meetings.actions.refusing import refuse_if, trimmed
from peerhub.meetings.models import Meeting, MeetingParty
from peerhub.meetings.queries.parties import party_in
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.recurrence import to_moment
from peerhub.meetings.rules.states import change_refusal, minutes_refusal
from peerhub.meetings.rules.words import Came, How, Part, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a meeting or a series is, besides when and who.

    Attributes:
        team_id, service_line_id: whom it is for; with neither, the whole organisation.
        title: public words only: nobody's name, nothing of what will be said.
    """

    kind: str
    minutes: int
    team_id: UUID | None = None
    service_line_id: UUID | None = None
    site: str = ""
    title: str = ""
    how: How = How.IN_PERSON
    place: str = ""
    link: str = ""
    made_by_id: UUID | None = None

    def columns(self) -> dict[str, Any]:
        """The same as columns of a row.

        Raises:
            DomainError: it takes too long or no time, or its link is none.
        """
        refuse_if(minutes_refusal(self.minutes))
        return {
            "kind": self.kind, "minutes": self.minutes, "team_id": self.team_id,
            "service_line_id": self.service_line_id, "site": trimmed(self.site), "title": trimmed(self.title),
            "how": self.how, "place": trimmed(self.place), "link": checked_link(self.link),
            "made_by_id": self.made_by_id,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coming:
    """Who comes: facilitators in the order of their turns, and everybody else. Whoever is both facilitates."""

    facilitators: Sequence[Party] = ()
    attendees: Sequence[Party] = field(default_factory=tuple)

    @property
    def parts(self) -> list[tuple[Party, Part]]:
        """Each once, with their part."""
        leading = dict.fromkeys(self.facilitators, Part.FACILITATOR)
        return list((leading | {who: Part.ATTENDEE for who in self.attendees if who not in leading}).items())


def checked_link(link: str | None) -> str:
    """A link to a video meeting.

    Raises:
        DomainError: it does not begin with https:// or names no server.
    """
    given = trimmed(link)
    if given and (urlsplit(given).scheme != "https" or not urlsplit(given).netloc):
        raise DomainError("A link begins with https://, as the meeting's invitation has it", "link")
    return given


def arrange_meeting(details: Details, slot: datetime, coming: Coming) -> Meeting:
    """Arrange a single meeting at a local time, before now too: one that was can be recorded at once.

    Raises:
        DomainError: it takes too long or no time, or its link is none.
    """
    made = Meeting(starts_at=to_moment(slot), **details.columns())
    db.session.add(made)
    db.session.flush()
    for party, part in coming.parts:
        made.parties.append(_row(party, part))
    db.session.flush()
    audit.wrote("meeting arranged", made, kind=made.kind, people=len(coming.parts))
    return made


def _row(party: Party, part: Part) -> MeetingParty:
    return MeetingParty(person_id=party.person_id, user_id=party.user_id, part=part)


def change_details(meeting: Meeting, version: int | None, **changed: Any) -> list[str]:
    """Change what a planned meeting is called, how and where people meet.

    Args:
        changed: any of ``title``, ``how``, ``place``, ``link``, ``site``.

    Raises:
        DomainError: it is not planned any more, or the link is none.
        Conflict: somebody else saved it first.
    """
    meeting.expect(version)
    refuse_if(change_refusal(meeting.state))
    if "link" in changed:
        changed["link"] = checked_link(changed["link"])
    fields = audit.changed(meeting, **{key: _plain(value) for key, value in changed.items()})
    if fields:
        meeting.sequence += 1
        db.session.flush()
        audit.wrote("meeting changed", meeting, fields=fields)
    return fields


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) and not isinstance(value, How) else value


def move_meeting(meeting: Meeting, slot: datetime, minutes: int | None = None, version: int | None = None) -> Meeting:
    """Move a planned meeting to another local time. What it was is kept, and points to the meeting it is now.

    Raises:
        DomainError: it is not planned any more, or it is at this time already.
        Conflict: somebody else saved it first.
    """
    meeting.expect(version)
    refuse_if(change_refusal(meeting.state, "moved"))
    refuse_if(minutes_refusal(meeting.minutes if minutes is None else minutes))
    if to_moment(slot) == meeting.starts_at and minutes in {None, meeting.minutes}:
        raise DomainError("It is at this time already. Choose another day or time", "at")
    moved = copy_of(meeting, to_moment(slot), meeting.minutes if minutes is None else minutes)
    db.session.add(moved)
    db.session.flush()
    point_to(meeting, moved)
    db.session.flush()
    audit.wrote("meeting moved", meeting)
    return moved


def copy_of(meeting: Meeting, starts_at: datetime, minutes: int) -> Meeting:
    """The same meeting at another moment, with the same people and actions to come; not yet in the session."""
    return Meeting(
        kind=meeting.kind, series_id=meeting.series_id, title=meeting.title, team_id=meeting.team_id,
        service_line_id=meeting.service_line_id, site=meeting.site, starts_at=starts_at, minutes=minutes,
        how=meeting.how, place=meeting.place, link=meeting.link, made_by_id=meeting.made_by_id,
        parties=[
            MeetingParty(
                person_id=row.person_id, user_id=row.user_id, guest_name=row.guest_name,
                guest_organisation=row.guest_organisation, part=row.part, covers_person_id=row.covers_person_id,
                covers_user_id=row.covers_user_id, merged_from_id=row.merged_from_id,
                also_person_id=row.also_person_id,
            )
            for row in meeting.parties
        ],
    )  # fmt: skip


def point_to(old: Meeting, new: Meeting) -> None:
    """Make a meeting one that moved to another, which calendars then show in its stead."""
    new.uid, new.sequence = old.uid, old.sequence + 1
    old.state, old.moved_to_id = State.MOVED, new.id
    for action in list(old.actions):
        action.meeting_id = new.id


def cancel_meeting(meeting: Meeting, version: int | None = None) -> None:
    """Cancel a planned meeting; of a series, this one is skipped. Its slot is kept, so that it is not made again.

    Raises:
        DomainError: it is not planned any more.
        Conflict: somebody else saved it first.
    """
    meeting.expect(version)
    refuse_if(change_refusal(meeting.state, "cancelled"))
    call_off(meeting)
    db.session.flush()
    audit.wrote("meeting skipped" if meeting.series_id else "meeting cancelled", meeting)


def call_off(meeting: Meeting) -> None:
    """Make a meeting one that does not take place."""
    meeting.state = State.CANCELLED
    meeting.sequence += 1


def ask_party(meeting: Meeting, party: Party, part: Part = Part.ATTENDEE, came: Came | None = None) -> MeetingParty:
    """Ask somebody to a meeting, or, with ``came``, note somebody who was there.

    Raises:
        DomainError: they are in it already, or it was moved or cancelled.
    """
    _refuse_gone(meeting)
    if any(party_in(row) == party for row in meeting.parties):
        raise DomainError("They are in this meeting already", "who")
    row = _row(party, part)
    row.came = came
    return _joined(meeting, row)


def ask_guest(meeting: Meeting, name: str, organisation: str) -> MeetingParty:
    """Ask somebody from outside, by their name and organisation.

    Raises:
        DomainError: no name was given, or it was moved or cancelled.
    """
    _refuse_gone(meeting)
    if not trimmed(name):
        raise DomainError("Enter the guest’s name", "guest_name")
    return _joined(meeting, MeetingParty(guest_name=trimmed(name), guest_organisation=trimmed(organisation)))


def _joined(meeting: Meeting, row: MeetingParty) -> MeetingParty:
    meeting.parties.append(row)
    db.session.flush()
    audit.wrote("person asked to meeting", meeting, part=row.part)
    return row


def _refuse_gone(meeting: Meeting) -> None:
    if meeting.state in {State.MOVED, State.CANCELLED}:
        raise DomainError(f"This meeting was {meeting.state.value}, so nobody can be added")


def leave_out(meeting: Meeting, row: MeetingParty) -> None:
    """Take somebody out of a planned meeting, or out of the register of one that was.

    Raises:
        DomainError: it was moved or cancelled.
    """
    if meeting.state in {State.MOVED, State.CANCELLED}:
        raise DomainError(f"This meeting was {meeting.state.value}, so nobody can be taken out")
    meeting.parties.remove(row)
    db.session.delete(row)
    db.session.flush()
    audit.wrote("person taken out of meeting", meeting)


def change_facilitator(
    meeting: Meeting, party: Party, *, covers: MeetingParty | None = None, version: int | None = None
) -> MeetingParty:
    """Give a planned meeting one facilitator instead of those it has.

    Args:
        covers: whom they stand in for this time, who is then not asked to it; without it the change is for good.

    Raises:
        DomainError: it is not planned any more, or they facilitate it already.
        Conflict: somebody else saved it first.
    """
    meeting.expect(version)
    refuse_if(change_refusal(meeting.state, "given to somebody else"))
    led = [row for row in meeting.parties if row.part is Part.FACILITATOR]
    if [party_in(row) for row in led] == [party]:
        raise DomainError("They facilitate this meeting already. Choose somebody else", "who")
    covered = party_in(covers) if covers is not None else None
    row = give_to(meeting, party)
    if covered is not None:
        row.covers_person_id, row.covers_user_id = covered.person_id, covered.user_id
    meeting.sequence += 1
    db.session.flush()
    audit.wrote("meeting covered" if covered else "facilitator changed", meeting)
    return row


def give_to(meeting: Meeting, party: Party) -> MeetingParty:
    """Make somebody the one who facilitates a meeting; whoever did is no longer asked to it."""
    kept: MeetingParty | None = None
    for row in list(meeting.parties):
        if party_in(row) == party:
            kept = row
        elif row.part is Part.FACILITATOR:
            meeting.parties.remove(row)
            db.session.delete(row)
    if kept is None:
        kept = _row(party, Part.FACILITATOR)
        meeting.parties.append(kept)
    kept.part, kept.covers_person_id, kept.covers_user_id = Part.FACILITATOR, None, None
    return kept


def swap_turns(one: Meeting, other: Meeting) -> None:
    """Let the facilitators of two planned meetings of a series change over; everybody has as many turns as before.

    Raises:
        DomainError: they are not of one series, one is not planned any more, or one has not one facilitator.
    """
    if one.series_id is None or one.series_id != other.series_id or one.id == other.id:
        raise DomainError("Turns are swapped between two meetings of one series", "other")
    refuse_if(change_refusal(one.state, "swapped") or change_refusal(other.state, "swapped"))
    led = [_one_facilitator(meeting) for meeting in (one, other)]
    give_to(one, led[1])
    give_to(other, led[0])
    one.sequence += 1
    other.sequence += 1
    db.session.flush()
    audit.wrote("turns swapped", one)
    audit.wrote("turns swapped", other)


def _one_facilitator(meeting: Meeting) -> Party:
    led = [party_in(row) for row in meeting.parties if row.part is Part.FACILITATOR]
    if len(led) != 1 or led[0] is None:
        raise DomainError("Turns are swapped between meetings that have one facilitator each", "other")
    return led[0]


def planned_from(series_id: UUID, day: date) -> list[Meeting]:
    """The planned meetings of a series from a day on, those it moved to included, in order."""
    return list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.series_id == series_id,
                Meeting.state == State.PLANNED,
                Meeting.starts_at >= to_moment(datetime.combine(day, datetime.min.time())),
            )
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )
