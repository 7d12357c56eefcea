"""Loading a staff record into what PeerHub holds: what is found again, what changes, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from peerhub.access.models import AuditEntry
from peerhub.core import scope
from peerhub.core.database import Base, db
from peerhub.workforce import signals
from peerhub.workforce.models import Break, Person, Post, Spell, StaffImport, Team
from peerhub.workforce.rules.words import Band, BreakKind, LeavingReason
from tests.fixtures.people import World
from tests.workforce.records import Load, priya

HARBOUR = {"service_line": "Perinatal", "setting": "community", "team": "Harbour team"}
NOT_WRITTEN = {"audit_entry", "staff_import"}


def contents() -> dict[str, list[str]]:
    """Every row of every table but those that say who loaded what."""
    db.session.expire_all()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOT_WRITTEN]
    return {table.name: sorted(map(repr, db.session.execute(select(table)).all())) for table in tables}


def person(number: str) -> Person:
    return db.session.scalars(select(Person).where(Person.staff_number == number)).one()


def told(outcome) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.message) for problem in outcome.problems]


def test_a_new_person_gets_a_post_and_a_spell(load: Load, world: World) -> None:
    outcome = load({"wte": "0.6", "email": "ada@example.org", "preferred_name": "Addie", "campaign": "Spring"})
    assert outcome.is_loaded
    assert (outcome.counts.new, outcome.counts.new_people, outcome.counts.new_posts) == (1, 1, 1)
    ada = person("20001")
    [spell] = ada.spells
    assert (ada.known_as, ada.email) == ("Addie Nwosu", "ada@example.org")
    assert (spell.starts, spell.ends, spell.wte, spell.campaign) == (date(2024, 4, 1), None, Decimal("0.6"), "Spring")
    post = spell.post
    assert (post.number, post.team_id, post.band, post.wte) == ("P100", world.willow, Band.B3, Decimal("0.6"))
    assert (post.opens, post.closes) == (date(2024, 4, 1), None)


def test_the_same_file_twice_changes_nothing(load: Load) -> None:
    rows = [
        {"end_date": "2025-01-31", "leaving_reason": "promotion"},
        {"start_date": "2025-02-01", "post_number": "P101", "band": "4"},
        {"staff_number": "20002", "first_name": "Bea", "start_date": "2025-02-01"},
        {"staff_number": "20003", "first_name": "Cy", "post_number": ""},
        {"staff_number": "20004", "first_name": "Di", "post_number": "", "wte": "0.4"},
        {"staff_number": "20004", "first_name": "Di", "post_number": "", "wte": "0.2"},
        {
            "staff_number": "20005",
            "first_name": "Ed",
            "team": "Larch ward",
            "service_line": "Older adults",
            "post_number": "P105",
        },
        priya(band="4", email="priya@new.example"),
    ]
    first = load(*rows, create_places=True)
    assert first.is_loaded, told(first)
    before = contents()
    again = load(*rows, create_places=True)
    assert (again.counts.unchanged, again.counts.new, again.counts.changed) == (8, 0, 0)
    assert contents() == before


def test_nothing_is_written_when_one_row_cannot_be(load: Load) -> None:
    before = contents()
    outcome = load({}, {"staff_number": "20002", "start_date": "never"})
    assert not outcome.is_loaded
    assert [(line, column) for line, column, _ in told(outcome)] == [(3, "start_date")]
    assert contents() == before
    assert db.session.scalar(select(StaffImport).where(StaffImport.finished_at.is_not(None))) is None


def test_a_dry_run_writes_nothing_and_counts_the_same(load: Load) -> None:
    before = contents()
    outcome = load({}, priya(end_date="2024-05-01"), dry_run=True)
    assert (outcome.counts.new, outcome.counts.ended, outcome.is_loaded) == (1, 1, False)
    assert contents() == before


def test_the_good_rows_alone_can_be_loaded(load: Load) -> None:
    outcome = load({}, {"staff_number": "20002", "start_date": "never"}, only_good=True)
    assert outcome.is_loaded
    assert (outcome.counts.new, outcome.counts.refused) == (1, 1)
    assert person("20001").spells
    assert db.session.scalar(select(Person).where(Person.staff_number == "20002")) is None


def test_a_known_spell_gets_its_last_day_and_reason(load: Load, world: World) -> None:
    outcome = load(priya(end_date="2024-06-30", leaving_reason="education", destination="University"))
    assert (outcome.counts.ended, outcome.counts.changed, outcome.counts.new) == (1, 0, 0)
    spell = db.session.get_one(Spell, world.priya_spell)
    assert (spell.ends, spell.leaving_reason, spell.destination, spell.version) == (
        date(2024, 6, 30),
        LeavingReason.EDUCATION,
        "University",
        2,
    )


def test_what_the_file_does_not_have_stays_as_it_is(load: Load, world: World) -> None:
    load(priya(wte="0.6", contract="fixed_term", role_kind="peer_lead", campaign="Spring", email="new@example.org"))
    few = ("staff_number", "first_name", "last_name", "service_line", "setting", "team", "post_number",
           "position_title", "lived_experience_role", "peer_service", "start_date", "end_date")  # fmt: skip
    before = contents()
    outcome = load(priya(), columns=few)
    assert outcome.counts.unchanged == 1
    assert contents() == before


def test_a_blank_cell_takes_nothing_away_but_an_end_date(load: Load, world: World) -> None:
    load(priya(end_date="2024-06-30", leaving_reason="health", campaign="Spring", band="4"))
    outcome = load(priya(band=""))
    spell = db.session.get_one(Spell, world.priya_spell)
    assert (outcome.counts.changed, spell.ends, spell.leaving_reason) == (1, None, None)
    assert (spell.campaign, spell.post.band, spell.person.email) == ("Spring", Band.B4, "priya@example.org")


def test_new_terms_follow_the_old_and_write_nothing_over(load: Load, world: World) -> None:
    load(priya(end_date="2024-03-31", leaving_reason="promotion"), {"post_number": "P001", "band": "4"})
    rows = db.session.scalars(select(Post).where(Post.number == "P001").order_by(Post.opens)).all()
    assert [(row.band, row.opens, row.closes) for row in rows] == [
        (Band.B3, date(2022, 1, 1), date(2024, 3, 31)),
        (Band.B4, date(2024, 4, 1), None),
    ]
    assert [len(row.spells) for row in rows] == [1, 1]
    assert rows[1].first_id == rows[0].id


def test_a_change_of_terms_while_somebody_stays_is_found_again(load: Load, world: World) -> None:
    """PeerHub splits a spell where its post changes; the file still has one row for it."""
    from peerhub.workforce.actions.posts import change_terms

    change_terms(db.session.get_one(Post, world.priya_post), None, date(2024, 1, 1), band=Band.B4)
    db.session.commit()
    before = contents()
    outcome = load(priya(band="4"))
    assert (told(outcome), outcome.counts.unchanged) == ([], 1)
    assert contents() == before
    outcome = load(priya(band="4", end_date="2025-01-31", leaving_reason="health"))
    assert (told(outcome), outcome.counts.ended) == ([], 1)
    spells = person("10001").spells
    assert [spell.ends for spell in spells] == [date(2023, 12, 31), date(2025, 1, 31)]


def test_rows_without_a_number_are_posts_of_their_own_and_found_again(load: Load) -> None:
    rows = [{"post_number": ""}, {"staff_number": "20002", "first_name": "Bea", "post_number": ""}]
    assert load(*rows).counts.new_posts == 2
    assert load(*rows).counts.unchanged == 2
    ended = load(rows[0] | {"end_date": "2025-01-31", "leaving_reason": "health"}, rows[1])
    assert (ended.counts.ended, ended.counts.unchanged) == (1, 1)
    post = person("20001").spells[0].post
    assert post.closes == date(2025, 1, 31), "a post without a number is there for whoever is in it"


def test_a_file_without_numbers_finds_the_posts_that_have_one(load: Load) -> None:
    assert load(priya(post_number="")).counts.unchanged == 1


def test_a_post_can_be_given_its_number_later(load: Load) -> None:
    load({"post_number": ""})
    outcome = load({"post_number": "P500"})
    assert (outcome.counts.changed, outcome.counts.new) == (1, 0)
    [spell] = person("20001").spells
    assert spell.post.number == "P500"
    assert load({"post_number": "P500"}).counts.unchanged == 1


def test_a_corrected_title_or_team_is_the_same_spell(load: Load, world: World) -> None:
    load({"post_number": ""})
    outcome = load({"post_number": "", "team": "Harbour team", "service_line": "Perinatal", "setting": "community"})
    assert (outcome.counts.changed, outcome.counts.new) == (1, 0)
    assert person("20001").spells[0].post.team_id == world.harbour


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"post_number": "P001"}, "post_number", "also held on some of these days in what PeerHub already holds"),
        (priya(start_date="2022-04-01"), "start_date", "PeerHub holds this person in this post from 01/03/2022"),
        (priya(first_name="Bea"), "staff_number", "has another name in what PeerHub already holds"),
        ({"setting": "community"}, "setting", "A service line has one setting"),
        ({"service_line": "Moon"}, "team", "PeerHub has Willow ward under Adult acute wards"),
        ({"team": "Larch ward"}, "team", "Adult acute wards has no team called Larch ward"),
        ({"team": "Larch", "service_line": "Moon"}, "service_line", "PeerHub has no service line called Moon"),
    ],
)
def test_a_row_that_cannot_be_beside_what_is_held_is_refused(load: Load, row, column, words) -> None:
    before = contents()
    outcome = load(row, only_good=True)
    assert [(line, named) for line, named, _ in told(outcome)] == [(2, column)]
    assert words in told(outcome)[0][2]
    assert contents() == before


def test_unknown_teams_are_told_and_made_when_asked(load: Load) -> None:
    row = {"team": "Larch ward", "service_line": "Older adults"}
    outcome = load(row)
    assert [(place.line, place.team, place.rows, place.line_is_new) for place in outcome.places] == [
        ("Older adults", "Larch ward", 1, True)
    ]
    assert load(row, create_places=True).counts.new_teams == 1
    team = db.session.scalars(select(Team).where(Team.name == "Larch ward")).one()
    assert team.service_line.name == "Older adults"


def test_a_person_missing_from_a_complete_list_is_unconfirmed_until_found(load: Load, world: World) -> None:
    outcome = load(priya(), is_complete=True)
    assert (outcome.counts.unconfirmed, outcome.counts.confirmed) == (1, 0)
    assert person("10002").unconfirmed_since is not None
    assert person("10001").unconfirmed_since is None
    tom = HARBOUR | {"staff_number": "10002", "first_name": "Tom", "last_name": "Okafor", "post_number": "P002"}
    tom |= {"start_date": "2023-05-02"}
    again = load(priya(), tom)
    assert (again.counts.confirmed, again.counts.unchanged) == (1, 2)
    assert person("10002").unconfirmed_since is None


def test_somebody_whose_row_was_refused_is_not_missing(load: Load) -> None:
    refused = priya(start_date="never")
    assert load(refused, {}, is_complete=True, only_good=True).counts.unconfirmed == 1, "Tom alone"
    assert person("10001").unconfirmed_since is None


def test_time_away_ends_with_its_spell(load: Load, world: World) -> None:
    for starts, ends in ((date(2024, 1, 1), None), (date(2025, 1, 1), date(2025, 2, 1))):
        db.session.add(Break(spell_id=world.priya_spell, kind=BreakKind.CAREER_BREAK, starts=starts, ends=ends))
    db.session.commit()
    load(priya(end_date="2024-06-30", leaving_reason="health"))
    [away] = db.session.scalars(select(Break).where(Break.spell_id == world.priya_spell)).all()
    assert (away.starts, away.ends) == (date(2024, 1, 1), date(2024, 6, 30))


def test_a_post_that_becomes_a_peer_post_is_no_longer_counted_in_staffing(load: Load, world: World) -> None:
    post = db.session.get_one(Post, world.vacant_post)
    post.role_kind, post.peer_service, post.counted_in_numbers = "other", False, True
    db.session.commit()
    outcome = load({"post_number": "P003", "start_date": "2022-01-01"})
    assert outcome.is_loaded, told(outcome)
    assert (post.peer_service, post.counted_in_numbers) == (True, False)


def test_a_merged_record_leads_to_the_one_kept(load: Load, world: World) -> None:
    other = Person(staff_number="10009", first_name="Pri", last_name="Rahman", merged_into_id=world.priya_person)
    db.session.add(other)
    db.session.commit()
    outcome = load(priya(staff_number="10009", first_name="Pri", end_date="2024-06-30", leaving_reason="health"))
    assert (told(outcome), outcome.counts.ended) == ([], 1)
    assert db.session.get_one(Spell, world.priya_spell).ends == date(2024, 6, 30)


def test_an_erased_person_is_not_brought_back(load: Load, world: World) -> None:
    erased = db.session.get_one(Person, world.priya_person)
    erased.first_name, erased.last_name, erased.email, erased.erased_on = "", "", "", date(2024, 1, 1)
    db.session.commit()
    outcome = load(priya(end_date="2024-06-30"), only_good=True)
    assert "was erased" in told(outcome)[0][2]
    assert (person("10001").email, person("10001").spells[0].ends) == ("", None)


def test_an_erased_number_is_known_again_though_it_is_not_kept(load: Load, world: World) -> None:
    from peerhub.workforce.actions.erasing import erase_person

    rows = [priya(end_date="2024-06-30", leaving_reason="health"), priya(post_number="", start_date="2019-01-01")]
    rows[1] |= {"end_date": "2019-12-31", "leaving_reason": "health"}
    load(*rows)
    erase_person(db.session.get_one(Person, world.priya_person), "10001")
    db.session.commit()
    before = contents()
    assert db.session.get_one(Person, world.priya_person).staff_number is None
    again = load(*rows)
    assert (again.counts.unchanged, told(again)) == (2, [])
    assert contents() == before
    refused = load(priya(post_number="P77", start_date="2025-01-01"), only_good=True)
    assert "was erased" in told(refused)[0][2]
    assert contents() == before


def test_a_closed_team_takes_nobody_on(load: Load, world: World) -> None:
    db.session.get_one(Team, world.harbour).closed_on = date(2023, 12, 31)
    db.session.commit()
    outcome = load({"team": "Harbour team", "service_line": "Perinatal", "setting": "community"})
    assert "closed on 31/12/2023" in told(outcome)[0][2]


def test_the_other_trust_is_neither_read_nor_written(load: Load, world: World) -> None:
    outcome = load(
        priya(email="p@new.example"), {"post_number": "P001", "end_date": "2022-02-28", "start_date": "2022-02-01"}
    )
    assert outcome.is_loaded, told(outcome)
    with scope.within(world.other_trust):
        vera = db.session.get_one(Person, world.stranger_person)
        assert (vera.staff_number, vera.email) == ("10001", "vera@example.org")
        assert db.session.scalar(select(func.count(Spell.id))) == 1


def test_each_written_row_is_in_the_audit_log_without_its_content(load: Load, world: World) -> None:
    load({}, priya(end_date="2024-06-30", leaving_reason="health", email="new@example.org"))
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert sorted((entry.action, entry.subject_kind or "") for entry in entries) == [
        ("leaver taken out of meetings", ""),
        ("person changed by staff record", "person"),
        ("spell ended by staff record", "spell"),
        ("spell started by staff record", "spell"),
        ("staff record loaded", "staff_import"),
    ]
    ended = next(entry for entry in entries if entry.action.startswith("spell ended"))
    assert (ended.subject_id, ended.facts) == (world.priya_spell, {"fields": ["ends", "leaving_reason"]})
    assert {entry.organisation_id for entry in entries} == {world.trust}
    assert "new@example.org" not in repr([entry.facts for entry in entries])


def test_other_rooms_are_told_of_spells_that_start_and_end(load: Load, world: World) -> None:
    heard: list[object] = []

    def hear(fact: object) -> None:
        heard.append(fact)

    with signals.spell_started.connected_to(hear), signals.spell_ended.connected_to(hear):
        load({"end_date": "2025-01-31"}, priya(end_date="2024-06-30"), priya(start_date="2025-01-01", post_number="P9"))
    kinds = sorted((type(fact).__name__, str(getattr(fact, "starts", getattr(fact, "ends", "")))) for fact in heard)
    assert kinds == [
        ("SpellEnded", "2024-06-30"),
        ("SpellEnded", "2025-01-31"),
        ("SpellStarted", "2024-04-01"),
        ("SpellStarted", "2025-01-01"),
    ]
