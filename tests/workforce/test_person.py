"""A person's page, the forms about who they are, their history and their account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from flask import Flask
from markupsafe import Markup
from sqlalchemy import func, select

from peerhub.access.models import AuditEntry, User
from peerhub.access.permissions import Permission
from peerhub.core.database import db
from peerhub.core.feature import Feature, Panel
from peerhub.workforce.models import Break, Person, Spell
from peerhub.workforce.rules.words import BreakKind, Contract, LeavingReason
from tests.fixtures.pages import Page
from tests.fixtures.people import World
from tests.workforce.looking import Browse, links, rows, sent, typed, write

TODAY = date(2026, 3, 2)
DETAILS = (Person.first_name, Person.last_name, Person.preferred_name, Person.staff_number, Person.email, Person.phone)


@pytest.fixture(autouse=True)
def frozen() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def timeline(page: Page) -> list[str]:
    """What the timeline says, entry by entry."""
    return [" ".join(entry.to_text().split()) for entry in page.all(".peerhub-timeline > li")]


def summary(page: Page) -> dict[str, str]:
    """The summary lists of the page as one."""
    keys = [key.to_text().strip() for key in page.all(".nhsuk-summary-list__key")]
    values = [" ".join(value.to_text().split()).replace(" ,", ",") for value in page.all(".nhsuk-summary-list__value")]
    return dict(zip(keys, values, strict=True))


def spell(world: World, starts: date, ends: date | None = None, **more: object) -> Spell:
    """A spell of Tom's in the vacant post."""
    reason = LeavingReason.CARING if ends else None
    given = {"person_id": world.tom_person, "post_id": world.vacant_post, "leaving_reason": reason} | more
    return Spell(starts=starts, ends=ends, **given)


def test_hr_sees_who_somebody_is_and_where_they_work(app: Flask, browse: Browse, world: World) -> None:
    page = browse(world.hugo).get(f"/people/{world.tom_person}")
    assert page.heading == "Tom Okafor"
    shown = summary(page)
    assert shown["Post"] == "Peer support worker, Band 3"
    assert shown["Team"] == "Harbour team, Perinatal"
    assert shown["Since"] == "Tue 2 May 2023"
    assert shown["Contract"] == "Permanent, 1 WTE"
    assert (shown["Staff number"], shown["Work e-mail address"]) == ("10002", "tom@example.org")
    assert "Pronouns" not in shown, "what is not known takes no room"
    found = links(page)
    assert found["Peer support worker"] == f"/posts/{world.tom_post}"
    assert found["Harbour team"] == f"/teams/{world.harbour}"
    for name in ("Start in another post", "Put details right", "Link an account", "Merge with another record"):
        assert name in found
    assert rows(app, world.trust, select(AuditEntry.subject_id).where(AuditEntry.is_read.is_(True))) == [
        (world.tom_person,)
    ]


def test_every_page_that_shows_a_record_is_written_down_as_read(app: Flask, browse: Browse, world: World) -> None:
    hugo = browse(world.hugo)
    addresses = [
        f"/people/{world.tom_person}",
        f"/people/{world.tom_person}/edit",
        f"/people/{world.tom_person}/posts/start",
        f"/people/{world.tom_person}/erase",
        *(f"/spells/{world.tom_spell}/{name}" for name in ("end", "move", "correct", "delete", "away")),
        f"/away/{world.tom_break}",
        f"/away/{world.tom_break}/delete",
    ]
    for address in addresses:
        hugo.get(address)
    read = select(AuditEntry.subject_id, AuditEntry.user_id).where(AuditEntry.is_read.is_(True))
    assert [tuple(row) for row in rows(app, world.trust, read)] == [(world.tom_person, world.hugo)] * len(addresses)


def test_posts_are_told_from_first_to_last_with_gaps_and_overlaps(app: Flask, browse: Browse, world: World) -> None:
    def make() -> None:
        db.session.add(spell(world, date(2022, 2, 1), date(2023, 3, 31), destination="Home"))
        db.session.add(spell(world, date(2025, 1, 1), wte=Decimal("0.4"), weekdays="MoFr", campaign="Winter 2024"))

    write(app, world.trust, make)
    first, gap, second, third = timeline(browse(world.hugo).get(f"/people/{world.tom_person}"))
    assert "Tue 1 February 2022 to Fri 31 March 2023" in first
    assert "Reason for leaving: Caring for someone. Went to: Home." in first
    assert gap == "In no post here from Sat 1 April 2023 to Mon 1 May 2023 (31 days)."
    assert "Tue 2 May 2023 to now" in second
    assert "Away from Mon 8 January 2024 to Fri 1 March 2024: Career break" in second
    assert "0.4 WTE, Monday, Friday." in third
    assert "Campaign: Winter 2024." in third
    assert "From Wed 1 January 2025 on also Peer support worker, Harbour team: 1.4 WTE together." in third


def test_a_move_the_next_day_is_no_gap(app: Flask, browse: Browse, world: World) -> None:
    write(app, world.trust, lambda: spell(world, date(2022, 2, 1), date(2023, 5, 1)))
    page = browse(world.hugo).get(f"/people/{world.tom_person}")
    assert len(timeline(page)) == 2
    assert "In no post" not in page.text
    assert "also" not in " ".join(timeline(page))


def test_a_team_manager_sees_posts_in_the_team_alone(app: Flask, browse: Browse, world: World) -> None:
    def make() -> None:
        db.session.add(spell(world, date(2022, 2, 1), date(2023, 3, 31)))
        there = db.session.get_one(Spell, world.priya_spell)
        there.ends, there.leaving_reason, there.destination = date(2026, 5, 29), LeavingReason.HEALTH, "Hospital"
        db.session.add(spell(world, date(2021, 1, 4), date(2022, 1, 31), person_id=world.priya_person))

    write(app, world.trust, make)
    page = browse(world.moses).get(f"/people/{world.priya_person}")
    assert len(timeline(page)) == 1
    assert "You see posts in your teams that are held now or to come." in page.text
    assert "In no post" not in page.text
    assert "Fri 29 May 2026" in page.text, "that they leave, and when, is for the team to plan"
    for words in ("Hospital", "Reason for leaving"):
        assert words not in page.text
    found = links(page)
    assert not [href for href in found.values() if href.endswith(("/edit", "/end", "/move", "/correct", "/delete"))]
    assert (
        "Reason for leaving: Health. Went to: Hospital." in browse(world.hugo).get(f"/people/{world.priya_person}").text
    )
    browse(world.moses).get(f"/people/{world.tom_person}", status=404)
    browse(world.sam).get(f"/people/{world.tom_person}", status=404)


def test_a_peer_worker_sees_their_own_record_and_no_other(app: Flask, browse: Browse, world: World) -> None:
    away = {"kind": BreakKind.MATERNITY, "starts": date(2026, 1, 5)}
    write(app, world.trust, lambda: Break(spell_id=world.priya_spell, **away))
    priya = browse(world.priya)
    page = priya.get("/my-record")
    assert page.heading == "My record Priya Rahman"
    assert "Where you work now" in page.text
    assert "Maternity, adoption or shared parental leave" in page.text
    assert "Is something wrong here? Tell HR or your head of peer work" in page.text
    found = links(page)
    for name in ("My adjustments", "My wellness plan", "My equality answers", "History of this record"):
        assert priya.get(found[name])
    assert not [href for href in found.values() if href.endswith(("/edit", "/end", "/erase", "/merge"))]
    assert rows(app, world.trust, select(func.count(AuditEntry.id)).where(AuditEntry.is_read.is_(True))) == [(0,)]
    priya.get(f"/people/{world.tom_person}", status=404)
    priya.get(f"/people/{world.priya_person}/edit", status=403)


def test_an_account_without_a_record_is_told_whom_to_ask(browse: Browse, world: World) -> None:
    page = browse(world.hana).get("/my-record")
    assert "Your account is not linked to a staff record yet" in page.text
    assert "Ask HR or your head of peer work to link it." in page.text


def test_somebody_to_come_and_somebody_who_left(app: Flask, browse: Browse, world: World) -> None:
    there = select(Spell.id).where(Spell.person_id == world.tom_person)
    assert len(rows(app, world.trust, there)) == 1

    def leave() -> None:
        spell_ = db.session.get_one(Spell, world.tom_spell)
        spell_.ends, spell_.leaving_reason = date(2025, 12, 31), LeavingReason.OTHER

    write(app, world.trust, leave)
    hugo = browse(world.hugo)
    assert "Their last day was Wed 31 December 2025." in hugo.get(f"/people/{world.tom_person}").text
    write(app, world.trust, lambda: spell(world, date(2026, 4, 1)))
    page = hugo.get(f"/people/{world.tom_person}")
    assert "They start as Peer support worker in Willow ward on Wed 1 April 2026." in page.text
    assert "In no post here from Thu 1 January 2026 to Tue 31 March 2026 (90 days)." in page.text


def test_a_person_the_staff_record_leaves_out(app: Flask, browse: Browse, world: World) -> None:
    def leave_out() -> None:
        db.session.get_one(Person, world.priya_person).unconfirmed_since = date(2026, 2, 2)

    write(app, world.trust, leave_out)
    address = f"/people/{world.priya_person}"
    words = "The staff record loaded on Mon 2 February 2026 leaves Priya Rahman out"
    for user in (world.priya, world.sam, world.moses):
        assert words not in browse(user).get(address).text
        browse(user).post(f"{address}/confirm", status=403)
    hana = browse(world.hana)
    assert words in hana.get(address).text
    page = hana.post(f"{address}/confirm")
    assert "Saved. Priya Rahman still works here." in page.text
    assert words not in page.text
    assert rows(app, world.trust, select(Person.unconfirmed_since).where(Person.id == world.priya_person)) == [(None,)]
    hana.client.get(f"{address}/confirm")
    browse(world.stig).post(f"{address}/confirm", status=404)


def test_what_is_typed_is_shown_as_it_is(app: Flask, browse: Browse, world: World) -> None:
    evil = "<script>alert(1)</script>"

    def change() -> None:
        row = db.session.get_one(Person, world.tom_person)
        row.preferred_name = row.pronouns = row.phone = evil
        there = db.session.get_one(Spell, world.tom_spell)
        there.post.title = there.post.team.name = there.post.employer = there.campaign = evil

    write(app, world.trust, change)
    page = browse(world.hugo).get(f"/people/{world.tom_person}")
    assert evil not in page.response.text
    assert evil in page.text


def test_other_rooms_put_panels_there_for_those_who_may(app: Flask, browse: Browse, world: World) -> None:
    body = Markup("<p>Next: <b>Friday</b></p>")
    panel = Panel("Supervision", (Permission.PEOPLE_EDIT,), lambda _viewer, _person: str(body))
    app.extensions["rooms"] = (*app.extensions["rooms"], Feature(name="supervision", person_panels=(panel,)))
    page = browse(world.hana).get(f"/people/{world.priya_person}")
    assert "Next: Friday" in page.text
    assert page.all("section b")
    assert "Next: Friday" not in browse(world.moses).get(f"/people/{world.priya_person}").text


def test_it_takes_the_same_statements_however_many_posts(
    app: Flask, browse: Browse, world: World, count_queries: Callable[[], int]
) -> None:
    hana, address = browse(world.hana), f"/people/{world.tom_person}"
    hana.get(address)
    count_queries()
    hana.get(address)
    few = count_queries()

    def make() -> None:
        for year in range(2010, 2020):
            held = spell(world, date(year, 1, 4), date(year, 12, 31), contract=Contract.BANK)
            held.breaks.append(Break(kind=BreakKind.SUSPENSION, starts=date(year, 3, 1), ends=date(year, 4, 1)))
            db.session.add(held)

    write(app, world.trust, make)
    count_queries()
    assert len(timeline(hana.get(address))) == 21
    assert count_queries() == few


def new(**changed: str) -> dict[str, str]:
    values = {"first_name": "Ana", "last_name": "Bell", "staff_number": "30001", "email": "ana@example.org"}
    return values | {"post_id": ""} | typed(starts=None) | changed


def test_a_person_is_added(app: Flask, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    page = hana.post("/people/add", new(first_name=" Ana ", preferred_name="Annie"))
    assert "Saved. Annie Bell has a record." in page.text
    assert "Start them in a post" in links(page)
    made = rows(app, world.trust, select(*DETAILS).where(Person.last_name == "Bell"))
    assert [tuple(row) for row in made] == [("Ana", "Bell", "Annie", "30001", "ana@example.org", "")]
    facts = rows(
        app, world.trust, select(AuditEntry.user_id, AuditEntry.facts).where(AuditEntry.action == "person added")
    )
    assert [tuple(row) for row in facts] == [(world.hana, {})]


def test_a_person_is_added_in_a_post(app: Flask, browse: Browse, world: World) -> None:
    asked = sent(browse(world.hugo).get(f"/people/add?post={world.vacant_post}"))
    assert asked["post_id"] == str(world.vacant_post)
    values = new(post_id=str(world.vacant_post), contract="fixed_term") | typed(starts=date(2026, 4, 1))
    page = browse(world.hugo).post("/people/add", values)
    assert "They start as Peer support worker in Willow ward on Wed 1 April 2026." in page.text
    kept = rows(app, world.trust, select(Spell.contract).where(Spell.starts == date(2026, 4, 1)))
    assert kept == [(Contract.FIXED_TERM,)]


def test_a_vacant_post_leads_to_starting_somebody_in_it(browse: Browse, world: World) -> None:
    hugo, words = browse(world.hugo), "Start somebody in this post"
    page = hugo.get(links(hugo.get(f"/posts/{world.vacant_post}"))[words])
    assert sent(page)["post_id"] == str(world.vacant_post)
    assert "Do they have a record already?" in page.text
    assert words not in links(hugo.get(f"/posts/{world.priya_post}"))
    assert words not in links(browse(world.moses).get(f"/posts/{world.vacant_post}"))


def test_a_staff_number_in_use_leads_to_whose_it_is_for_those_who_may_see_them(browse: Browse, world: World) -> None:
    page = browse(world.hana).post("/people/add", new(staff_number="10001"), status=422)
    assert links(page)["Priya Rahman"] == f"/people/{world.priya_person}"
    address = f"/people/{world.tom_person}/edit"
    hana = browse(world.hana)
    page = hana.post(address, sent(hana.get(address)) | {"staff_number": "10001"}, status=422)
    assert links(page)["Priya Rahman"] == f"/people/{world.priya_person}"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"first_name": " "}, "Enter the first name"),
        ({"last_name": ""}, "Enter the last name"),
        ({"last_name": "x" * 101}, "Last name must be 100 characters or fewer"),
        ({"staff_number": "10001"}, "Somebody else already has this staff number"),
        ({"email": "ana"}, "Enter an e-mail address in the correct format, such as name@example.org"),
        (typed(starts=date(2026, 4, 1)), "Choose the post they start in"),
        ({"post_id": "{vacant}"}, "Enter the first day in the post"),
        ({"post_id": "{vacant}"} | typed(starts=date(2026, 4, 1)), "Choose the contract they start with"),
        ({"post_id": "{held}"}, "Choose one from the list"),
        (
            {"post_id": "{vacant}", "contract": "permanent"} | typed(starts=date(2021, 4, 1)),
            "This post opens on 1 January 2022. Choose a first day on or after it",
        ),
    ],
)
def test_a_person_that_may_not_be_added(
    app: Flask, browse: Browse, world: World, changed: dict[str, str], error: str
) -> None:
    keys = {"vacant": world.vacant_post, "held": world.priya_post}
    values = new(phone="0300 1") | {name: value.format(**keys) for name, value in changed.items()}
    page = browse(world.hana).post("/people/add", values, status=422)
    assert page.errors == [error]
    assert sent(page)["phone"] == "0300 1"
    assert rows(app, world.trust, select(func.count(Person.id)).where(Person.phone == "0300 1")) == [(0,)]


def test_a_namesake_is_pointed_out(browse: Browse, world: World) -> None:
    page = browse(world.hana).post("/people/add", new(first_name="tom", last_name="OKAFOR"))
    assert "Another record has the same name. If it is the same person, merge the two records." in page.text
    assert "Merge with another record" in links(page)


def test_the_same_staff_number_in_another_trust_is_no_matter(app: Flask, browse: Browse, world: World) -> None:
    browse(world.stig).post("/people/add", new(staff_number="10002"))
    assert rows(app, world.other_trust, select(Person.last_name).where(Person.staff_number == "10002")) == [("Bell",)]


def test_details_are_put_right(app: Flask, browse: Browse, world: World) -> None:
    hana, address = browse(world.hana), f"/people/{world.tom_person}/edit"
    opened = sent(hana.get(address))
    assert (opened["first_name"], opened["staff_number"]) == ("Tom", "10002")
    page = hana.post(address, opened | {"preferred_name": "Tommy", "pronouns": "he/him", "staff_number": ""})
    assert "Saved. The details of Tommy Okafor are up to date." in page.text
    assert tuple(rows(app, world.trust, select(*DETAILS).where(Person.id == world.tom_person))[0])[2:4] == (
        "Tommy",
        None,
    )
    facts = rows(app, world.trust, select(AuditEntry.facts).where(AuditEntry.action == "person changed"))
    assert [set(fact["fields"]) for (fact,) in facts] == [{"preferred_name", "pronouns", "staff_number"}]
    page = hana.post(address, sent(hana.get(address)) | {"staff_number": "10001"}, status=422)
    assert page.errors == ["Somebody else already has this staff number"]


def test_two_people_put_the_same_details_right(app: Flask, browse: Browse, world: World) -> None:
    hana, hugo = browse(world.hana), browse(world.hugo)
    address = f"/people/{world.tom_person}/edit"
    mine, theirs = sent(hana.get(address)), sent(hugo.get(address))
    hana.post(address, mine | {"phone": "0300 111"})
    page = hugo.post(address, theirs | {"phone": "0300 222"}, status=409)
    both = page.all("#both-versions")[0].to_text()
    assert "0300 111" in both
    assert "0300 222" in both
    assert rows(app, world.trust, select(Person.phone).where(Person.id == world.tom_person)) == [("0300 111",)]
    hugo.post(address, sent(page))
    assert rows(app, world.trust, select(Person.phone).where(Person.id == world.tom_person)) == [("0300 222",)]


def test_the_history_tells_who_changed_what_and_not_what_was_written(browse: Browse, world: World) -> None:
    hana, address = browse(world.hana), f"/people/{world.tom_person}"
    assert "Nothing has been changed yet." in hana.get(f"{address}/history").text
    hana.post(f"{address}/edit", sent(hana.get(f"{address}/edit")) | {"phone": "0300 111"})
    browse(world.hugo).post(
        f"/spells/{world.tom_spell}/end", {"version": "1", "leaving_reason": "caring"} | typed(ends=date(2026, 5, 1))
    )
    page = hana.get(f"{address}/history")
    entries = [[" ".join(cell.to_text().split()) for cell in row.query("td")] for row in page.all("tbody tr")]
    assert [entry[1:] for entry in entries] == [
        ["Who Hugo Test", "What Last day in a post noted", "Which details last day, reason for leaving"],
        ["Who Hana Test", "What Person changed", "Which details phone number"],
    ]
    assert "0300" not in page.text
    assert "caring" not in page.text.casefold()
    browse(world.sam).get(f"{address}/history", status=404)
    browse(world.moses).get(f"{address}/history", status=404)


def test_an_account_is_linked_and_unlinked(app: Flask, browse: Browse, world: World) -> None:
    hana, address = browse(world.hana), f"/people/{world.tom_person}/account"
    assert sent(hana.get(address))["email"] == "tom@example.org", "their own address is offered"
    page = hana.post(address, {"email": "Moses@Example.org "})
    assert "Saved. Their account is linked." in page.text
    moses = browse(world.moses)
    assert moses.get("/my-record").heading == "My record Tom Okafor", "whatever the role, one's record is one's own"
    moses.get("/my-adjustments")
    moses.get("/my-equality")
    assert rows(app, world.trust, select(Person.user_id).where(Person.id == world.tom_person)) == [(world.moses,)]
    assert sent(hana.get(address))["email"] == "moses@example.org", "the linked account's address is shown"
    page = hana.post(address, {"email": ""})
    assert "Saved. No account is linked to this record." in page.text
    assert rows(app, world.trust, select(Person.user_id).where(Person.id == world.tom_person)) == [(None,)]


def test_nobody_links_their_own_account(app: Flask, browse: Browse, world: World) -> None:
    for user, email in ((world.hana, "hana@example.org"), (world.hugo, "hugo@example.org")):
        page = browse(user).post(f"/people/{world.tom_person}/account", {"email": email}, status=422)
        assert page.errors == ["This is your own account. Ask somebody else who looks after records to link it for you"]
    browse(world.hugo).post(f"/people/{world.tom_person}/account", {"email": "hana@example.org"})
    assert browse(world.hana).get("/my-record").heading == "My record Tom Okafor"


@pytest.mark.parametrize("email", ["nobody@example.org", "stig@example.org"])
def test_an_account_that_is_not_here_cannot_be_linked(browse: Browse, world: World, email: str) -> None:
    page = browse(world.hana).post(f"/people/{world.tom_person}/account", {"email": email}, status=422)
    assert page.errors == [
        "Nobody here has an account with this e-mail address. Ask your system administrator to invite them"
    ]


def test_an_account_belongs_to_one_record(app: Flask, browse: Browse, world: World) -> None:
    page = browse(world.hana).post(f"/people/{world.tom_person}/account", {"email": "priya@example.org"}, status=422)
    assert page.errors == ["This account already belongs to somebody else"]
    assert page.all("#email-error")
    assert rows(app, world.trust, select(User.id).join(Person).where(Person.id == world.tom_person)) == []
