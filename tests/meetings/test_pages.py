"""The pages of meetings: who sees what, and what a person gets who arranges, moves, covers, records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from peerhub.access.models import AuditEntry, User
from peerhub.access.queries.accounts import viewer_of
from peerhub.core.database import db
from peerhub.meetings.actions.making import horizon, make_ahead
from peerhub.meetings.actions.recording import agree
from peerhub.meetings.models import Meeting, MeetingAction, MeetingParty, Series
from peerhub.meetings.queries.meetings import load_meeting, meeting_page
from peerhub.meetings.rules.parties import Party
from peerhub.meetings.rules.words import Came, How, Part, State
from tests.fixtures.people import World
from tests.meetings.making import TUESDAY, a_meeting, a_series
from tests.workforce.looking import Browse, links, rows, sent, typed, write

pytestmark = pytest.mark.usefixtures("frozen", "more_kinds")
OVER = TUESDAY + timedelta(hours=2)


@pytest.fixture
def meeting(app: Flask, world: World) -> UUID:
    """A meeting of Willow ward on Tuesday 6 May at 10am: Sam facilitates it, Priya and Tom come."""
    return write(app, world.trust, lambda: a_meeting(world, world.priya_person, world.tom_person, place="Room 4"))  # type: ignore[no-any-return]  # its key


@pytest.fixture
def quiet(app: Flask, world: World) -> UUID:
    """The same of a confidential kind, held, with an action of Priya's."""

    def make() -> Meeting:
        made = a_meeting(
            world, world.priya_person, kind="quiet_talk", state=State.HELD, themes=["boundaries"], held_minutes=50
        )
        agree(made, Party(person_id=world.priya_person), "Ask about the night shift")
        return made

    return write(app, world.trust, make)  # type: ignore[no-any-return]  # its key


@pytest.fixture
def weekly(app: Flask, world: World) -> UUID:
    """A series of Willow ward, every Tuesday at 10am, made to the horizon."""

    def make() -> Series:
        made = a_series(world, world.priya_person)
        make_ahead(made, horizon(date(2025, 5, 1)))
        return made

    return write(app, world.trust, make)  # type: ignore[no-any-return]  # its key


def of(app: Flask, world: World, series: UUID, state: State = State.PLANNED) -> list[UUID]:
    found = select(Meeting.id).where(Meeting.series_id == series, Meeting.state == state).order_by(Meeting.starts_at)
    return [row[0] for row in rows(app, world.trust, found)]


def fact(app: Flask, world: World, key: UUID, *names: str) -> tuple[Any, ...]:
    found = select(*(getattr(Meeting, name) for name in names)).where(Meeting.id == key)
    return tuple(rows(app, world.trust, found)[0])


def test_a_week_shows_ones_own_meetings_by_day(browse: Browse, world: World, meeting: UUID) -> None:
    this = browse(world.priya).get("/meetings")
    assert "You have no meetings this week" in this.text
    page = browse(world.priya).get(links(this)["Week after"])
    assert "Tue 6 May 2025" in page.text
    assert "10am to 11am Meeting Willow ward, Room 4" in page.text
    assert links(page)["This week"] == "/meetings?week=2025-04-28"
    assert "You have no meetings" in browse(world.moses).get("/meetings?week=2025-05-06").text
    for wrong in ("nonsense", "9999-12-31", "0001-01-01"):
        assert "28 Apr 2025 to 4 May 2025" in browse(world.priya).get(f"/meetings?week={wrong}").text


def test_the_head_and_the_wards_supervisor_see_all_of_theirs(
    app: Flask, browse: Browse, world: World, meeting: UUID
) -> None:
    write(
        app,
        world.trust,
        lambda: a_meeting(world, facilitator=world.moses, team_id=world.harbour, title="Harbour huddle"),
    )
    hana = browse(world.hana)
    assert "You have no meetings" in hana.get("/meetings?week=2025-05-06").text
    assert "Harbour huddle" in hana.get("/meetings?week=2025-05-06&whose=all").text
    of_sam = browse(world.sam).get("/meetings?week=2025-05-06&whose=all").text
    assert "Room 4" in of_sam
    assert "Harbour huddle" not in of_sam
    assert "Harbour huddle" not in browse(world.priya).get("/meetings?week=2025-05-06&whose=all").text


def test_those_above_see_facts_and_none_of_the_words(app: Flask, browse: Browse, world: World, quiet: UUID) -> None:
    for user in (world.sam, world.priya):
        page = browse(user).get(f"/meetings/{quiet}")
        assert "Ask about the night shift" in page.text
    for user in (world.hana, world.hugo):
        page = browse(user).get(f"/meetings/{quiet}")
        assert "Boundaries" in page.text
        assert "50 minutes" in page.text
        assert "night shift" not in page.response.text
        browse(user).get(f"/meetings/{quiet}/actions/add", status=404)
    for user in (world.moses, world.ivy, world.ellen):
        browse(user).get(f"/meetings/{quiet}", status=404)
    for user in (world.ada, world.nadia):
        browse(user).get(f"/meetings/{quiet}", status=403)
    browse(world.stig).get(f"/meetings/{quiet}", status=404)
    kept = select(AuditEntry.user_id).where(AuditEntry.action == "meeting read", AuditEntry.subject_id == quiet)
    assert {row[0] for row in rows(app, world.trust, kept)} == {world.hana, world.hugo}


def test_words_are_not_even_read_for_whoever_was_not_there(in_app: Flask, world: World) -> None:
    meeting = a_meeting(world, world.priya_person)
    agree(meeting, Party(person_id=world.priya_person), "Ask about the night shift")
    for user, sees in ((world.sam, True), (world.priya, True), (world.hana, False)):
        viewer = viewer_of(db.session.get_one(User, user), None)
        assert bool(meeting_page(viewer, load_meeting(viewer, meeting.id)).actions) is sees


def test_a_register_is_for_those_who_keep_it_and_for_oneself(
    app: Flask, browse: Browse, world: World, quiet: UUID
) -> None:
    def came() -> None:
        for row in db.session.scalars(select(MeetingParty).where(MeetingParty.meeting_id == quiet)):
            row.came = Came.APOLOGIES if row.person_id else Came.CAME

    write(app, world.trust, came)
    assert "Apologies" in browse(world.sam).get(f"/meetings/{quiet}").text
    own = browse(world.priya).get(f"/meetings/{quiet}").text
    assert "Priya Rahman (you) Part Attendee Came Apologies" in own
    assert "Sam Test Part Facilitator Came Not said" in own
    above = browse(world.hugo).get(f"/meetings/{quiet}").text
    assert "Apologies" not in above


def arranged(**more: Any) -> dict[str, Any]:
    return {
        "at": "2pm", "minutes": "60", "repeats": "no", "every": "1", "how": "in_person", "place": "Hub", "link": "",
        "title": "",
    } | typed(starts=date(2025, 5, 6), ends=None) | more  # fmt: skip


def test_somebody_arranges_a_meeting_in_two_steps(app: Flask, browse: Browse, world: World) -> None:
    sam = browse(world.sam)
    choose = sam.get("/meetings/arrange")
    offered = [option.to_text().strip() for option in choose.all("select[name=where] option")]
    assert offered == ["Choose one", "Team: Willow ward"]
    assert "Choose whom it is for" in sam.get("/meetings/arrange?kind=meeting&where=").errors
    where = f"/meetings/arrange?kind=meeting&where=t{world.willow.hex}"
    fill = sam.get(where)
    names = [label.to_text().strip() for label in fill.all("label")]
    assert "Priya Rahman" in names
    assert "Tom Okafor" not in names  # of another team
    page = sam.post(where, arranged(facilitators=f"u{world.sam.hex}", attendees=f"p{world.priya_person.hex}"))
    assert "Saved. The meeting is on Tue 6 May 2025 at 2pm." in page.text
    assert "Priya Rahman" in page.text
    assert "Hub" in browse(world.priya).get("/meetings?week=2025-05-06").text


def test_nobody_arranges_for_a_team_beyond_their_reach_or_asks_whom_they_cannot(
    app: Flask, browse: Browse, world: World
) -> None:
    sam = browse(world.sam)
    for code in (f"t{world.harbour.hex}", f"l{world.willow_line.hex}", "everybody", f"t{world.rook.hex}"):
        assert sam.get(f"/meetings/arrange?kind=meeting&where={code}").all("select[name=where]")
    where = f"/meetings/arrange?kind=meeting&where=t{world.willow.hex}"
    before = rows(app, world.trust, select(func.count()).select_from(Meeting))
    page = sam.post(where, arranged(attendees=f"p{world.tom_person.hex}"), status=422)
    assert "Choose from the list" in page.errors
    assert rows(app, world.trust, select(func.count()).select_from(Meeting)) == before
    browse(world.priya).get("/meetings/arrange", status=403)
    browse(world.moses).get("/meetings/arrange", status=403)


def test_a_clash_is_told_with_times_that_suit_everybody_and_nothing_typed_is_lost(
    browse: Browse, world: World, meeting: UUID
) -> None:
    sam = browse(world.sam)
    where = f"/meetings/arrange?kind=meeting&where=t{world.willow.hex}"
    values = arranged(
        at="10:30", title="Handover", facilitators=f"u{world.sam.hex}", attendees=f"p{world.priya_person.hex}"
    )
    page = sam.post(where, values, status=422)
    assert "Somebody cannot come. Choose another time, or confirm this one" in page.errors
    assert "Priya Rahman has another meeting then" in page.text
    assert "Sam Test has another meeting then" in page.text
    assert sent(page)["title"] == "Handover"
    times = {button.attrs["value"]: button.to_text().strip() for button in page.all("button[name=take]")}
    assert times["2025-05-06T11:00"] == "Tue 6 May 2025, 11am"
    taken = sam.post(where, values | {"take": "2025-05-06T11:00"})
    assert "Saved. The meeting is on Tue 6 May 2025 at 11am." in taken.text
    meant = sam.post(where, values | {"clash_is_meant": "y"})
    assert "Saved. The meeting is on Tue 6 May 2025 at 10:30am." in meant.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"at": "soon"}, "Time must be a time, such as 9:30am or 2pm"),
        ({"at": ""}, "Enter the time"),
        ({"minutes": "0"}, "Length in minutes must be a whole number from 1 to 720"),
        ({"starts-month": "13"}, "Day must be a real date, such as 27 3 2025"),
        ({"link": "http://meet.example/1"}, "A link begins with https://, as the meeting's invitation has it"),
        ({"repeats": "weekly"} | typed(ends=date(2025, 5, 1)), "The last day must be the first day or later"),
        ({"repeats": "weekly"} | typed(starts=date(2025, 4, 30)), "The first day of a series must be today or later"),
        ({"title": "x" * 161}, "Title must be 160 characters or fewer"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field(
    browse: Browse, world: World, wrong: dict[str, str], words: str
) -> None:
    where = f"/meetings/arrange?kind=meeting&where=t{world.willow.hex}"
    assert words in browse(world.sam).post(where, arranged(**wrong), status=422).errors


def test_a_series_is_arranged_and_one_that_overlaps_is_meant(app: Flask, browse: Browse, world: World) -> None:
    sam = browse(world.sam)
    where = f"/meetings/arrange?kind=meeting&where=t{world.willow.hex}"
    values = arranged(repeats="weekly", every="2", facilitators=f"u{world.sam.hex}")
    page = sam.post(where, values)
    assert "Saved. 7 meetings are in the calendar" in page.text
    assert "Every 2 weeks on Tuesday at 2pm, not on bank holidays" in page.text
    again = sam.post(where, values | {"facilitators": f"u{world.hana.hex}"}, status=422)
    assert any("at the same time already: Every 2 weeks on Tuesday" in error for error in again.errors)
    assert again.all("input[name=overlap_is_meant]")
    meant = sam.post(where, values | {"facilitators": f"u{world.hana.hex}", "overlap_is_meant": "y"})
    assert "Saved. 7 meetings" in meant.text


def test_one_meeting_moves_and_the_old_page_leads_to_the_new(
    app: Flask, browse: Browse, world: World, meeting: UUID
) -> None:
    sam = browse(world.sam)
    values = sent(sam.get(f"/meetings/{meeting}/move"))
    page = sam.post(f"/meetings/{meeting}/move", values | typed(starts=date(2025, 5, 8)) | {"at": "3pm"})
    assert "Saved. The meeting moved to Thu 8 May 2025 at 3pm." in page.text
    old = browse(world.priya).get(f"/meetings/{meeting}")
    assert "This meeting moved." in old.text
    assert "Thu 8 May 2025, 3pm" in browse(world.priya).get(links(old)["See when it is now"]).text


def test_all_that_follow_move_together(app: Flask, browse: Browse, world: World, weekly: UUID) -> None:
    second = of(app, world, weekly)[1]
    sam = browse(world.sam)
    values = (
        sent(sam.get(f"/meetings/{second}/move")) | typed(starts=date(2025, 5, 14)) | {"at": "9:30", "scope": "all"}
    )
    page = sam.post(f"/meetings/{second}/move", values)
    assert "This meeting and all that follow moved. The first is on Wed 14 May 2025 at 9:30am." in page.text
    assert "Every week on Wednesday at 9:30am" in page.text
    assert len(of(app, world, weekly)) == 1
    assert len(of(app, world, weekly, State.MOVED)) == 11


def test_one_is_skipped_or_all_that_follow_are_cancelled(
    app: Flask, browse: Browse, world: World, weekly: UUID
) -> None:
    first, second, *_ = of(app, world, weekly)
    sam = browse(world.sam)
    values = sent(sam.get(f"/meetings/{first}/cancel"))
    assert "Saved. The meeting on Tue 6 May 2025 is cancelled." in sam.post(f"/meetings/{first}/cancel", values).text
    again = sam.post(f"/meetings/{first}/cancel", values | {"version": "2"}, status=422)
    assert "This meeting was cancelled, so it cannot be cancelled" in again.errors
    values = sent(sam.get(f"/meetings/{second}/cancel")) | {"scope": "all"}
    page = sam.post(f"/meetings/{second}/cancel", values)
    assert "Saved. 12 meetings are cancelled, and no more will be made." in page.text
    assert of(app, world, weekly) == []


def test_of_two_who_move_a_meeting_at_once_the_second_sees_both_versions(
    app: Flask, browse: Browse, world: World, meeting: UUID
) -> None:
    sam, hana = browse(world.sam), browse(world.hana)
    values = sent(sam.get(f"/meetings/{meeting}/edit"))
    values.pop("csrf_token")
    hana.post(f"/meetings/{meeting}/edit", values | {"place": "Garden", "how": "in_person"})
    page = sam.post(f"/meetings/{meeting}/edit", values | {"place": "Library", "how": "in_person"}, status=409)
    assert "Somebody else saved this while you were writing" in page.text
    assert "Garden" in page.text
    saved = sam.post(f"/meetings/{meeting}/edit", sent(page) | {"how": "in_person"})
    assert "Library" in saved.text


def test_cover_is_found_for_one_and_another_takes_all_that_follow(
    app: Flask, browse: Browse, world: World, weekly: UUID
) -> None:
    first, second, *_ = of(app, world, weekly)
    sam = browse(world.sam)
    values = sent(sam.get(f"/meetings/{first}/facilitator")) | {"who": f"u{world.hana.hex}", "scope": "cover"}
    page = sam.post(f"/meetings/{first}/facilitator", values)
    assert "Hana Test Part Facilitator, as cover for Sam Test" in page.text
    values = sent(sam.get(f"/meetings/{second}/facilitator")) | {"who": f"u{world.hana.hex}", "scope": "all"}
    sam.post(f"/meetings/{second}/facilitator", values)
    led = (
        select(func.count())
        .select_from(MeetingParty)
        .where(MeetingParty.user_id == world.hana, MeetingParty.part == Part.FACILITATOR)
    )
    assert rows(app, world.trust, led)[0][0] == 13
    page = browse(world.hana).get(f"/meetings/{first}/swap")
    assert "Nobody else facilitates a meeting of this series" in page.text


def test_turns_are_swapped_on_a_page(app: Flask, browse: Browse, world: World, weekly: UUID) -> None:
    first, second, *_ = of(app, world, weekly)
    hana = browse(world.hana)
    values = sent(hana.get(f"/meetings/{second}/facilitator")) | {"who": f"u{world.hana.hex}", "scope": "one"}
    hana.post(f"/meetings/{second}/facilitator", values)
    page = hana.get(f"/meetings/{first}/swap")
    assert "Hana Test: Tue 13 May 2025, 10am" in page.text
    assert "Hana Test (you) Part Facilitator" in hana.post(f"/meetings/{first}/swap", {"other": second.hex}).text


def test_somebody_from_here_and_a_guest_are_added_and_one_is_taken_out(
    app: Flask, browse: Browse, world: World, meeting: UUID
) -> None:
    hana = browse(world.hana)
    add = f"/meetings/{meeting}/people/add"
    hana.post(add, {"who": f"u{world.ivy.hex}"})
    page = hana.post(add, {"who": "", "guest_name": "Gwen Guest", "guest_organisation": "Mind"})
    assert "Ivy Test" in page.text
    assert "Gwen Guest, Mind" in page.text
    assert "Enter the guest’s name" in hana.post(add, {"who": ""}, status=422).errors
    assert "They are in this meeting already" in hana.post(add, {"who": f"u{world.ivy.hex}"}, status=422).errors
    assert "Choose one from the list" in hana.post(add, {"who": f"u{world.stig.hex}"}, status=422).errors
    (row,) = rows(app, world.trust, select(MeetingParty.id).where(MeetingParty.guest_name == "Gwen Guest"))
    page = hana.post(f"/meetings/{meeting}/people/{row[0]}/remove")
    assert "Gwen Guest" not in page.text


def test_a_register_is_filled_in_a_minute(app: Flask, browse: Browse, world: World, meeting: UUID) -> None:
    sam = browse(world.sam)
    early = sam.post(f"/meetings/{meeting}/record", sent(sam.get(f"/meetings/{meeting}/record")), status=422)
    assert "This meeting has not begun yet. Record it once it has" in early.errors
    with time_machine.travel(OVER, tick=False):
        sam = browse(world.sam)
        needs = sam.get("/").text
        assert "Record how it went: Meeting on Tue 6 May 2025" in needs
        assert "Record how it went" not in browse(world.priya).get("/").text
        assert "To record" not in browse(world.priya).get("/meetings").text
        values = sent(sam.get(f"/meetings/{meeting}/record"))
        toms = select(MeetingParty.id).where(
            MeetingParty.person_id == world.tom_person, MeetingParty.meeting_id == meeting
        )
        ((key,),) = rows(app, world.trust, toms)
        page = sam.post(f"/meetings/{meeting}/record", values | {f"came_{key.hex}": "did_not_attend"})
        assert "Saved. The meeting was held, and 2 came." in page.text
        assert "Tom Okafor Part Attendee Came Did not attend" in page.text
        assert "Record how it went" not in browse(world.sam).get("/").text
        missed = {"outcome": "missed", "reason": "service_pressure"}
        values = sent(sam.get(f"/meetings/{meeting}/record")) | missed
        refused = sam.post(f"/meetings/{meeting}/record", values, status=422)
        assert "It was recorded as held. Choose why that is put right" in refused.errors
        page = sam.post(f"/meetings/{meeting}/record", values | {"correction": "wrong_outcome"})
    assert "Saved. The meeting was missed." in page.text
    assert "Service pressure" in page.text
    assert fact(app, world, meeting, "state", "reason") == (State.MISSED, "service_pressure")


def test_a_missed_meeting_needs_its_reason(browse: Browse, world: World, meeting: UUID) -> None:
    with time_machine.travel(OVER, tick=False):
        sam = browse(world.sam)
        values = sent(sam.get(f"/meetings/{meeting}/record")) | {"outcome": "missed"}
        page = sam.post(f"/meetings/{meeting}/record", values, status=422)
    assert "Choose why it was missed" in page.errors


def test_a_kind_that_counts_heads_asks_how_many(app: Flask, browse: Browse, world: World) -> None:
    key = write(app, world.trust, lambda: a_meeting(world, kind="drop_in"))
    with time_machine.travel(OVER, tick=False):
        sam = browse(world.sam)
        values = sent(sam.get(f"/meetings/{key}/record"))
        assert not [name for name in values if name.startswith("came_")]
        page = sam.post(f"/meetings/{key}/record", values | {"headcount": "14"})
    assert "How many came 14" in page.text


def test_an_action_is_agreed_done_and_shown_where_it_belongs(
    app: Flask, browse: Browse, world: World, meeting: UUID
) -> None:
    sam = browse(world.sam)
    values = {"owner": f"p{world.priya_person.hex}", "what": "Fetch the keys"} | typed(due=date(2025, 5, 2))
    page = sam.post(f"/meetings/{meeting}/actions/add", values)
    assert "Fetch the keys" in page.text
    assert "Fetch the keys" not in browse(world.hana).get(f"/meetings/{meeting}").response.text
    with time_machine.travel(datetime(2025, 5, 5, 8, tzinfo=UTC), tick=False):
        assert "Do what you agreed in meetings: 1 action is due 3 days late" in browse(world.priya).get("/").text
        priya = browse(world.priya)
        assert "3 days late" in priya.get("/meetings/actions").text
        ((key,),) = rows(app, world.trust, select(MeetingAction.id).where(MeetingAction.meeting_id == meeting))
        done = priya.post(f"/meetings/actions/{key}/done")
        assert "Fetch the keys" not in done.text
        assert "Fetch the keys" in priya.get("/meetings/actions?show=done").text
        assert "Fetch the keys" in priya.post(f"/meetings/actions/{key}/open").text
    browse(world.ivy).post(f"/meetings/actions/{key}/done", status=404)


def test_today_tells_of_todays_meetings_and_of_those_nobody_facilitates(
    app: Flask, browse: Browse, world: World
) -> None:
    def make() -> None:
        a_meeting(world, world.priya_person, starts_at=datetime(2025, 5, 1, 13, tzinfo=UTC), how=How.PHONE)
        unled = Meeting(kind="meeting", team_id=world.willow, starts_at=TUESDAY, minutes=30)
        db.session.add(unled)

    write(app, world.trust, make)
    assert "2pm: Meeting" in browse(world.priya).get("/").text
    for user in (world.sam, world.hana):
        assert "A meeting needs a facilitator due in 5 days" in browse(user).get("/").text
    for user in (world.priya, world.moses, world.hugo):
        assert "facilitator" not in browse(user).get("/").text
    assert "Needs a facilitator" in browse(world.hana).get("/meetings?week=2025-05-06&whose=all").text


def test_a_series_page_says_who_comes_and_adds_and_takes_out(
    app: Flask, browse: Browse, world: World, weekly: UUID
) -> None:
    hana = browse(world.hana)
    assert "Meeting, Willow ward" in hana.get("/meetings/series").text
    page = hana.post(
        f"/meetings/series/{weekly}/people/add", {"who": f"p{world.tom_person.hex}"} | typed(starts=date(2025, 5, 13))
    )
    assert "Tom Okafor: attendee, from Tue 13 May 2025" in page.text
    (form,) = [form for form in page.all("form") if "Tom" in form.to_text()]
    page = hana.post(form.attrs["action"])
    assert "Tom Okafor" not in page.text
    assert "There are no series" in browse(world.ivy).get("/meetings/series").text
    own = browse(world.priya).get(f"/meetings/series/{weekly}")
    assert not own.all("main form")


def test_my_data_holds_my_meetings_and_what_i_agreed(browse: Browse, world: World, quiet: UUID) -> None:
    page = browse(world.priya).get("/my-data").text
    assert "Quiet talk" in page
    assert "Ask about the night shift" in page
    assert "Your calendar addresses" in page
    assert "night shift" not in browse(world.sam).get("/my-data").text


def test_a_page_says_when_bank_holidays_are_not_known_yet(
    app: Flask, browse: Browse, world: World, weekly: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "not published yet" not in browse(world.sam).get(f"/meetings/series/{weekly}").text
    monkeypatch.setattr("peerhub.meetings.queries.series.known_until", lambda: date(2025, 6, 30))
    page = browse(world.sam).get(f"/meetings/series/{weekly}").text
    assert "The bank holidays from Tue 1 July 2025 on are not published yet" in page
