"""The demonstration's history tells the published figures, counted here day by day without the product's own rules."""

import csv
import io
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest

from peerhub.demo import history, places

FIRST, LAST, TOLD = date(2025, 11, 14), date(2027, 12, 31), date(2026, 11, 24)
MONTHS = [date(year, month, 1) for year in (2026, 2027) for month in range(1, 13)]
AS_AT = [FIRST, date(2025, 12, 1), *MONTHS, TOLD, LAST]
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
SERVICE_LINES = {
    "Rehabilitation": "community",
    "Early intervention in psychosis": "community",
    "Perinatal": "community",
    "Eating disorders": "community",
    "Community transformation": "community",
    "Adult mental health wards and PICU": "inpatient",
    "Crisis services": "crisis",
    "Secure inpatient services": "secure",
    "Health and justice services": "justice",
}
Row = dict[str, str]


def days_of(row: Row) -> tuple[date, date]:
    return date.fromisoformat(row["start_date"]), date.fromisoformat(row["end_date"] or "2029-12-31")


def on(row: Row, day: date) -> bool:
    first, last = days_of(row)
    return first <= day <= last


class Diary:
    """One person's days in each tier, written out one by one, and the first row that counts as joining."""

    def __init__(self, rows: list[Row]) -> None:
        self.days: dict[str, set[date]] = {"trust": set(), "le": set(), "peer": set()}
        counted = [row for row in rows if row["contract"] != "bank"]
        for row in counted:
            day, last = days_of(row)
            while day <= min(last, LAST):
                self.days["trust"].add(day)
                if row["lived_experience_role"] == "yes":
                    self.days["le"].add(day)
                if row["peer_service"] == "yes":
                    self.days["peer"].add(day)
                day += timedelta(days=1)
        joining = sorted((row for row in counted if row["peer_service"] == "yes"), key=lambda row: row["start_date"])
        self.joined = joining[0] if joining else None

    @property
    def index(self) -> date:
        assert self.joined is not None
        return date.fromisoformat(self.joined["start_date"])

    def anniversary(self, years: int) -> date:
        if (self.index.month, self.index.day) == (2, 29) and (self.index.year + years) % 4:
            return date(self.index.year + years, 2, 28)
        return self.index.replace(year=self.index.year + years)


def by_person(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["staff_number"]].append(row)
    return found


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return history.spell_rows()


@pytest.fixture(scope="module")
def peers(rows: list[Row]) -> list[Diary]:
    diaries = [Diary(theirs) for theirs in by_person(rows).values()]
    return [diary for diary in diaries if diary.joined]


def kept(peers: list[Diary], years: int, as_at: date) -> tuple[int, int, int, int]:
    """Observed, then in the Trust, in a lived experience role, in the peer service, on each one's anniversary."""
    due = [peer for peer in peers if peer.anniversary(years) <= as_at]
    trust, le, peer = (sum(p.anniversary(years) in p.days[tier] for p in due) for tier in ("trust", "le", "peer"))
    return len(due), trust, le, peer


@pytest.mark.parametrize("as_at", AS_AT, ids=str)
def test_the_recruits_of_2022_show_the_published_figures(peers: list[Diary], as_at: date) -> None:
    cohort = [peer for peer in peers if peer.index.year == 2022]
    assert Counter(peer.joined["setting"] for peer in cohort if peer.joined) == {"inpatient": 16, "community": 3}
    assert kept(cohort, 1, as_at) == (19, 19, 19, 19)
    assert kept(cohort, 2, as_at) == (19, 18, 17, 16)
    assert kept(cohort, 3, as_at) == (19, 16, 15, 14)


def test_the_whole_service_keeps_73_per_cent_for_three_years_on_every_day(peers: list[Diary]) -> None:
    for as_at in EVERY_DAY:
        observed, *_, peer = kept(peers, 3, as_at)
        assert (200 * peer + observed) // (2 * observed) == 73, f"{as_at}: {peer} of {observed}"
        assert 1000 * peer != 725 * observed, f"{as_at}: rests on how a half is rounded"


def test_the_whole_service_rests_on_more_people_as_they_fall_due(peers: list[Diary]) -> None:
    assert kept(peers, 3, FIRST)[0] == 37
    assert kept(peers, 3, LAST)[0] == 82


def test_recruits_of_each_campaign(rows: list[Row], peers: list[Diary]) -> None:
    published = [(c.year, c.applications, c.roles, c.service, c.lived_experience_led) for c in history.campaigns()]
    assert published == [
        (2018, 217, 6, "community", True),
        (2021, 120, 12, "inpatient", True),
        (2025, 236, 6, "secure inpatient", True),
    ]
    joined = Counter((p.joined["campaign"], p.joined["setting"]) for p in peers if p.joined and p.joined["campaign"])
    assert joined == {(c.name, c.setting): c.roles for c in history.campaigns()}
    assert sum(bool(row["campaign"]) for row in rows) == 24
    from_2021 = [p for p in peers if p.joined and p.joined["campaign"] == "Inpatient peer support 2021"]
    assert {p.index.year for p in from_2021} == {2022}


def test_about_a_hundred_peers_over_all_nine_service_lines(rows: list[Row]) -> None:
    current = [row for row in rows if row["peer_service"] == "yes" and on(row, TOLD)]
    assert 90 <= len(current) <= 100
    assert 90 <= len(by_person(current)) < len(current), "one of them holds two posts"
    assert {row["service_line"]: row["setting"] for row in current} == SERVICE_LINES
    assert {line.name: line.setting for line in places.service_lines()} == SERVICE_LINES
    kinds = Counter(row["role_kind"] for row in current)
    assert kinds["head_of_peer_work"] == 1
    assert kinds["peer_lead"] >= 2
    supervised = kinds["peer_support_worker"] + kinds["senior_peer_support_worker"]
    assert 8 <= supervised / kinds["peer_supervisor"] <= 10


def test_established_posts_reach_the_target_of_a_hundred(rows: list[Row]) -> None:
    established = {post.post_number for post in history.established_posts()}
    vacant = {post.post_number for post in history.vacant_posts()}
    filled = {row["post_number"] for row in rows if row["peer_service"] == "yes" and on(row, TOLD)}
    assert 100 <= len(established) <= 105
    assert established == vacant | filled
    assert not vacant & filled
    assert vacant
    assert all(post.opened <= TOLD for post in history.vacant_posts())
    sizes = [len(history.established_posts(date(year, 12, 31))) for year in range(2018, 2027)]
    assert sizes == sorted(sizes)


def test_wards_mostly_have_pairs_and_a_few_have_one_peer_alone(rows: list[Row]) -> None:
    wards = [team for team in places.teams() if team.is_ward]
    here = Counter(row["team"] for row in rows if row["peer_service"] == "yes" and on(row, TOLD))
    assert all(team.beds and 10 <= team.beds <= 22 for team in wards)
    assert {team.setting for team in wards} == {"inpatient", "secure"}
    alone = {team.name for team in wards if here[team.name] == 1}
    assert alone == {"Comfrey Ward", "Sandwort Ward", "Sedge Ward"}
    assert all(here[team.name] >= 1 for team in wards)


def test_a_staff_number_is_one_person_and_a_person_one_staff_number(rows: list[Row]) -> None:
    def pairs(*columns: str) -> set[tuple[str, ...]]:
        return {tuple(row[column] for column in columns) for row in rows}

    people = len(pairs("staff_number"))
    for about in (("first_name", "last_name"), ("email",), ("last_name",)):
        assert len(pairs(*about)) == len(pairs("staff_number", *about)) == people, about
    assert all(row["email"].isascii() and row["email"].endswith(".example") for row in rows)


def test_nobody_shares_a_post_and_every_spell_fits_its_post(rows: list[Row]) -> None:
    terms = {post.post_number: post for post in places.posts()}
    assert len(terms) == len(places.posts())
    assert set(terms) == {row["post_number"] for row in rows} | {post.post_number for post in history.vacant_posts()}
    holders: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in rows:
        first, last = days_of(row)
        post = terms[row["post_number"]]
        assert first <= last
        assert post.opened <= first
        assert post.closed is None or (row["end_date"] and last <= post.closed)
        assert 0 < float(row["wte"]) <= 1
        holders[row["post_number"]].append((first, last))
    for number, spells in holders.items():
        assert all(a[1] < b[0] for a, b in pairwise(sorted(spells))), number


def test_only_codes_the_staff_record_knows(rows: list[Row]) -> None:
    assert all(tuple(row) == history.COLUMNS for row in rows)
    assert len(history.COLUMNS) == 22
    known = {
        "contract": "permanent fixed_term secondment bank apprenticeship",
        "setting": "community inpatient crisis secure justice",
        "lived_experience_role": "yes no",
        "peer_service": "yes no",
        "band": "2 3 4 5 6 7 8a 8c non_afc",
        "role_kind": "peer_support_worker senior_peer_support_worker peer_supervisor peer_lead head_of_peer_work"
        " lived_experience_leadership other",
        "leaving_reason": "promotion new_role_in_organisation new_le_role_elsewhere other_nhs other_employer"
        " end_of_fixed_term funding_ended education health caring relocation retirement role_not_as_expected"
        " lack_of_support other",
    }
    for column, words in known.items():
        assert {row[column] for row in rows} - {""} == set(words.split()), column
    assert all(row["end_date"] and row["leaving_reason"] for row in rows if row["end_date"] or row["leaving_reason"])
    assert all(row["lived_experience_role"] == "yes" for row in rows if row["peer_service"] == "yes")


def test_the_history_holds_the_cases_people_ask_about(rows: list[Row]) -> None:
    people = by_person(rows)
    moves = [pair for theirs in people.values() for pair in pairwise(theirs) if pair[0]["end_date"]]
    gaps = [(days_of(b)[0] - days_of(a)[1]).days for a, b in moves]
    assert gaps.count(1) > 20, "moves from one day to the next"
    assert any(1 < gap <= 15 for gap in gaps), "a gap too short to be leaving"
    assert any(gap > 200 for gap in gaps), "came back after leaving"
    ways = {(a["role_kind"], b["role_kind"]) for a, b in moves}
    assert ("peer_support_worker", "senior_peer_support_worker") in ways
    assert ("senior_peer_support_worker", "peer_supervisor") in ways
    assert ("peer_support_worker", "lived_experience_leadership") in ways
    assert ("peer_support_worker", "other") in ways
    assert ("other", "peer_support_worker") in ways
    contracts = {(a["contract"], b["contract"]) for a, b in moves}
    assert ("bank", "permanent") in contracts
    assert ("fixed_term", "bank") in contracts
    both = [a for theirs in people.values() for a, b in combinations(theirs, 2) if on(a, days_of(b)[0])]
    assert len(both) == 1, "one second part-time post"
    assert [row["end_date"] for row in rows if row["end_date"] > "2026-11-24"] == ["2026-12-31"]
    assert [row["start_date"] for row in rows if row["start_date"] > "2026-11-24"] == ["2027-01-11"]
    assert any(row["start_date"] == "2024-02-29" for row in rows)
    assert {row["wte"] for row in rows} == {"0.4", "0.5", "0.6", "0.7", "0.8", "1.0"}
    outside = [row for row in rows if row["role_kind"] == "lived_experience_leadership" and on(row, TOLD)]
    assert len({row["position_title"] for row in outside}) >= 5
    assert {row["peer_service"] for row in outside} == {"no"}
    assert {row["setting"] for row in rows if row["employer"] == places.partner().name} == {"crisis", "justice"}


def test_work_through_the_bank_neither_joins_a_cohort_nor_counts_in_it(rows: list[Row], peers: list[Diary]) -> None:
    before = next(p for p in peers if p.joined and p.joined["last_name"] == "Nettleton")
    assert before.index == date(2023, 1, 16)
    after = next(p for p in peers if p.joined and p.joined["last_name"] == "Al-Sayegh")
    bank = next(row for row in rows if row["last_name"] == "Al-Sayegh" and row["contract"] == "bank")
    assert on(bank, after.anniversary(3))
    assert after.anniversary(3) not in after.days["trust"]


def test_breaks_lie_within_one_open_spell(rows: list[Row]) -> None:
    away = history.breaks()
    assert {pause.kind for pause in away} == {"maternity", "career_break", "long_sickness", "secondment_out"}
    for pause in away:
        ends = pause.ends or TOLD
        assert pause.starts <= ends
        theirs = [row for row in rows if row["staff_number"] == pause.staff_number]
        assert any(on(row, pause.starts) and on(row, ends) for row in theirs)


def test_the_same_rows_every_time_and_nothing_a_spreadsheet_would_run(rows: list[Row]) -> None:
    history.spell_rows()[0]["last_name"] = "changed by a caller"
    assert history.spell_rows() == rows
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, history.COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    assert list(csv.DictReader(io.StringIO(sheet.getvalue()))) == rows
    assert not [value for row in rows for value in row.values() if value.startswith(("=", "+", "-", "@", "\t"))]
