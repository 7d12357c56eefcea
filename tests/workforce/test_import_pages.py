"""Loading a staff record through its pages, from the upload to what it did."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from peerhub.access.models import AuditEntry, RoleGrant
from peerhub.access.rules import Breadth
from peerhub.core import scope
from peerhub.core.database import db
from peerhub.workforce.actions import imports as actions
from peerhub.workforce.jobs import wipe_old_loads, work_on_loads
from peerhub.workforce.models import ImportLine, ImportState, Person, Spell, StaffImport, Team
from peerhub.workforce.rules.columns import COLUMNS
from tests.fixtures.pages import Browser, Page
from tests.fixtures.people import World
from tests.workforce.looking import at_once
from tests.workforce.records import file_of, priya

Browse = Callable[[UUID | None], Browser]
MATCHED = {f"at_{column.value}": str(place) for place, column in enumerate(COLUMNS)}


@pytest.fixture
def hugo(browse: Browse, world: World) -> Browser:
    """HR at work."""
    return browse(world.hugo)


def upload(browser: Browser, content: bytes, name: str = "spells.csv", *, status: int = 200) -> Page:
    return browser.post("/staff-record/upload", {"file": (io.BytesIO(content), name)}, status=status)


def seen_version(page: Page) -> str:
    return str(page.all('input[name="version"]')[0].attrs["value"])


def address(page: Page) -> str:
    return page.response.request.path.removesuffix("/columns")


def check(browser: Browser, *rows: dict[str, str], **chosen: str) -> Page:
    """Upload rows and match their columns as they are."""
    page = upload(browser, file_of(*rows))
    return browser.post(f"{address(page)}/columns", {"version": seen_version(page)} | MATCHED | chosen)


def load(browser: Browser, page: Page, **chosen: str) -> Page:
    return browser.post(f"{address(page)}/load", {"version": seen_version(page)} | chosen)


def inside(app: Flask, world: World, read: Callable[[], Any]) -> Any:
    with app.app_context():
        scope.enter(world.trust)
        return read()


def summary(page: Page) -> dict[str, str]:
    keys = [" ".join(found.to_text().split()) for found in page.all(".nhsuk-summary-list__key")]
    values = [" ".join(found.to_text().split()) for found in page.all(".nhsuk-summary-list__value")]
    return dict(zip(keys, values, strict=True))


def test_a_good_file_is_loaded_in_four_steps(hugo: Browser, app: Flask, world: World) -> None:
    start = hugo.get("/staff-record")
    assert start.heading == "Staff record"
    columns = upload(hugo, file_of({}, priya(end_date="2024-06-30", leaving_reason="health")))
    assert "Match the columns" in columns.heading
    assert [found.attrs["value"] for found in columns.all("#at_staff_number option[selected]")] == ["0"]
    checked = hugo.post(f"{address(columns)}/columns", {"version": seen_version(columns)} | MATCHED)
    assert "What this file would do" in checked.heading
    assert summary(checked)["New"] == "1 period in post"
    assert summary(checked)["Ended"] == "1 period in post"
    assert "last day: nothing becomes 30/06/2024" in hugo.get(f"{address(checked)}?show=changes").text
    assert inside(app, world, lambda: db.session.get_one(Spell, world.priya_spell).ends) is None, "only looked at"
    done = load(hugo, checked)
    assert "Staff record loaded" in done.heading
    assert inside(app, world, lambda: db.session.get_one(Spell, world.priya_spell).ends) == date(2024, 6, 30)
    again = check(hugo, {}, priya(end_date="2024-06-30", leaving_reason="health"))
    assert summary(again)["Unchanged"] == "2 periods in post"


def test_a_load_wipes_the_file_and_is_found_in_the_list(hugo: Browser, app: Flask, world: World) -> None:
    page = load(hugo, check(hugo, {}))
    key = UUID(address(page).rpartition("/")[2])
    row = inside(app, world, lambda: db.session.get_one(StaffImport, key))
    assert (row.state, row.headings) == (ImportState.LOADED, [])
    assert (
        inside(app, world, lambda: db.session.scalar(select(StaffImport.content).where(StaffImport.id == key))) is None
    )
    listed = hugo.get("/staff-record").text
    assert "Loaded" in listed
    assert "Hugo Test" in listed


def test_one_bad_row_holds_all_back_or_comes_back_as_a_file(hugo: Browser, app: Flask, world: World) -> None:
    checked = check(hugo, {}, {"staff_number": "20002", "first_name": "=cmd", "start_date": "31/02/2024"})
    text = checked.text
    assert summary(checked)["Cannot be loaded"] == "1 row"
    assert "This begins with '='" in text
    assert "'31/02/2024' is not a day that exists" in text
    refused = hugo.post(f"{address(checked)}/load", {"version": seen_version(checked)}, status=422)
    assert refused.errors == ["Choose whether to load the good rows, or nothing until every row is right"]
    assert "Nothing was loaded" in load(hugo, checked, which="none").text
    assert inside(app, world, lambda: db.session.scalar(select(Person).where(Person.staff_number == "20001"))) is None
    done = load(hugo, checked, which="good")
    assert "1 row with what is wrong with each" in done.text
    assert inside(app, world, lambda: db.session.scalar(select(Person).where(Person.staff_number == "20001")))
    back = hugo.get(f"{address(done)}/refused").response
    assert back.headers["Content-Disposition"].startswith("attachment")
    body = back.get_data().decode("utf-8-sig")
    assert "20002" in body
    assert "'=cmd" in body, "safe to open"
    assert "is not a day that exists" in body
    assert "20001" not in body
    asked = hugo.get(f"{address(done)}/let-go")
    wiped = hugo.post(f"{address(done)}/let-go", {"version": seen_version(asked)})
    assert wiped.heading == "Staff record"
    assert "wrong with each" not in hugo.get(address(done)).text
    assert inside(app, world, lambda: db.session.scalars(select(ImportLine)).all()) == []


def test_unknown_teams_are_ticked_to_be_made(hugo: Browser, app: Flask, world: World) -> None:
    rows = [{"team": "Larch ward"}, {"team": "Wilow ward", "staff_number": "20002", "post_number": "P2"}]
    checked = check(hugo, *rows)
    ticks = {found.to_text().strip(): found.attrs["for"] for found in checked.all(".nhsuk-checkboxes__label")}
    assert sorted(ticks) == ["Larch ward, in Adult acute wards", "Wilow ward, in Adult acute wards"]
    box = checked.all(f"#{ticks['Larch ward, in Adult acute wards']}")[0].attrs["value"]
    again = hugo.post(f"{address(checked)}/teams", {"version": seen_version(checked), "create": box})
    assert summary(again)["New"] == "1 period in post"
    assert summary(again)["Cannot be loaded"] == "1 row"
    load(hugo, again, which="good")
    assert inside(app, world, lambda: set(db.session.scalars(select(Team.name)))) == {
        "Willow ward", "Harbour team", "Larch ward",
    }  # fmt: skip


def test_headings_of_another_system_are_recognised_and_can_be_chosen(hugo: Browser) -> None:
    content = file_of({}).replace(b"staff_number", b"Employee Number").replace(b"end_date", b"Finished on")
    columns = upload(hugo, content)
    assert [found.attrs["value"] for found in columns.all("#at_staff_number option[selected]")] == ["0"]
    assert "We did not find this one by its heading." in columns.text
    at = f"{address(columns)}/columns"
    missing = hugo.post(at, {"version": seen_version(columns)} | MATCHED | {"at_end_date": ""}, status=422)
    assert missing.errors == ["Choose the column that holds the end date."]
    assert "One column of your file may serve for two" in columns.text
    twice = hugo.post(at, {"version": seen_version(columns)} | MATCHED | {"at_end_date": "17"}, status=422)
    assert "is chosen more than once" in twice.errors[0]
    checked = hugo.post(at, {"version": seen_version(columns)} | MATCHED)
    assert summary(checked)["New"] == "1 period in post"


def test_a_complete_list_shows_who_is_missing(hugo: Browser, app: Flask, world: World) -> None:
    checked = check(hugo, priya(), is_complete="y")
    assert "1 person missing from the file" in summary(checked)["Not confirmed"]
    assert "Tom Okafor" in hugo.get(f"{address(checked)}?show=missing").text
    load(hugo, checked)
    assert inside(app, world, lambda: db.session.get_one(Person, world.tom_person).unconfirmed_since) is not None


def test_a_load_can_be_left_and_found_again_and_let_go(hugo: Browser, app: Flask, world: World) -> None:
    checked = check(hugo, {})
    listed = hugo.get("/staff-record")
    assert "Ready to load" in listed.text
    assert address(checked) in [link.attrs["href"] for link in listed.all("a")]
    assert "What this file would do" in hugo.get(address(checked)).heading
    remove = f"{address(checked)}/let-go"
    assert [link.to_text() for link in listed.all(f'a[href="{remove}"]')] == ["Remove spells.csv"]
    asked = hugo.get(remove)
    assert "Remove this file" in asked.heading
    assert "What this file would do" in hugo.get(address(checked)).heading, "nothing is removed by looking"
    gone = hugo.post(remove, {"version": seen_version(asked)})
    assert "no longer keeps" in gone.text
    assert not gone.all(f'a[href="{remove}"]'), "it is finished with"
    assert "was not loaded" in hugo.get(address(checked)).text
    assert "was not loaded" in hugo.get(remove).text, "there is nothing left to remove"


def test_the_page_never_has_a_button_that_removes_the_file_at_one_click(hugo: Browser) -> None:
    checked = check(hugo, {}, {"staff_number": "20002", "start_date": "never"})
    done = load(hugo, checked, which="good")
    for page in (upload(hugo, file_of({})), checked, done):
        assert not page.all('form[action$="/let-go"]')
        assert page.all('a[href$="/let-go"]')
    assert "Refused rows to put right" in hugo.get("/staff-record").text
    assert "Remove the refused rows" in hugo.get(f"{address(done)}/let-go").heading


def test_new_rows_can_be_looked_at_before_they_are_loaded(hugo: Browser) -> None:
    rows = [{"staff_number": str(30000 + i), "post_number": f"N{i}"} for i in range(59)]
    page = check(hugo, priya(band="4"), *rows, priya(post_number="P77", start_date="2025-01-01", wte="0.2"))
    assert "60 new rows" in page.text
    assert "1 changed row" in page.text
    assert page.all("tbody tr td")[0].to_text().split()[-1] == "3", "with no problem, what is new comes first"
    cells = [" ".join(cell.to_text().split()) for cell in page.all("tbody tr")[0].children if cell.to_text().strip()]
    assert cells[1].endswith("30000")
    assert cells[2].endswith("Ada Nwosu (new person), Peer support worker in Willow ward from 01/04/2024; new post"), (
        cells
    )
    assert len(hugo.get(f"{address(page)}?show=new&page=2").all("tbody tr")) == 10
    file = hugo.get(f"{address(page)}?show=new&format=csv").response.get_data(as_text=True)
    assert file.count("from 01/04/2024") == 59
    assert "Priya Rahman, Peer support worker in Willow ward from 01/01/2025" in file
    changes = hugo.get(f"{address(page)}?show=changes")
    assert len(changes.all("tbody tr")) == 1
    assert "band: Band 3 becomes Band 4" in changes.text


def test_a_new_team_is_said_with_the_rows_that_are_new_in_it(hugo: Browser) -> None:
    page = check(hugo, {"team": "Larch ward", "end_date": "2024-06-30"})
    box = page.all('input[name="create"]')[0].attrs["value"]
    page = hugo.post(f"{address(page)}/teams", {"version": seen_version(page), "create": box})
    assert "in Larch ward from 01/04/2024 to 30/06/2024; new post; new team" in page.text


def test_a_file_that_changes_nothing_is_said_to_and_has_no_button(hugo: Browser) -> None:
    load(hugo, check(hugo, {}))
    same = check(hugo, {})
    assert "There is nothing to load: PeerHub holds every row as it is" in same.text
    assert not same.all('form[action$="/load"]')
    some = check(hugo, {}, {"staff_number": "20002", "start_date": "never"})
    assert "There is nothing else to load: PeerHub holds every other row as it is" in some.text
    assert not some.all('form[action$="/load"]')
    assert some.all('a[href$="/refused"]')
    left_out = check(hugo, {}, is_complete="y")
    assert [found.to_text().strip() for found in left_out.all('form[action$="/load"] button')] == ["Load the file"]
    both = check(hugo, {}, {"staff_number": "20003", "post_number": "P3"})
    assert [found.to_text().strip() for found in both.all('form[action$="/load"] button')] == ["Load 1 row"]


def test_a_file_of_mine_that_waits_is_on_my_today(hugo: Browser, browse: Browse, world: World) -> None:
    hana = browse(world.hana)
    assert "staff record spells.csv" not in hugo.get("/").text
    first = upload(hugo, file_of({}))
    assert "Match the columns of the staff record spells.csv, or remove it" in hugo.get("/").text
    assert "spells.csv" not in hana.get("/").text, "it waits for Hugo"
    check(hugo, {})
    assert "Go on with 2 staff-record files, or remove them" in hugo.get("/").text
    hugo.post(f"{address(first)}/let-go", {"version": seen_version(first)})
    today = hugo.get("/")
    assert "Load the staff record spells.csv, or remove it" in today.text


def test_what_is_kept_for_seven_days_is_wiped_on_the_eighth(hugo: Browser, app: Flask, world: World) -> None:
    checked = check(hugo, {}, {"staff_number": "bad", "start_date": "never"})
    key = UUID(address(checked).rpartition("/")[2])

    def content() -> bytes | None:
        return inside(app, world, lambda: db.session.scalar(select(StaffImport.content).where(StaffImport.id == key)))

    made = inside(app, world, lambda: db.session.get_one(StaffImport, key).made_at)
    for later, is_kept in ((timedelta(days=7), True), (timedelta(days=7, seconds=1), False)):
        with app.app_context(), time_machine.travel(made + later, tick=False):
            wipe_old_loads()
            db.session.commit()
        assert (content() is not None) is is_kept
    assert inside(app, world, lambda: db.session.scalars(select(ImportLine)).all()) == []
    assert inside(app, world, lambda: db.session.get_one(StaffImport, key).state) is ImportState.ABANDONED


def test_of_two_who_load_one_file_the_second_is_told(hugo: Browser, browse: Browse, world: World, app: Flask) -> None:
    checked = check(hugo, {})
    load(browse(world.hana), checked)
    second = load(hugo, checked)
    assert "Somebody else went on with this file" in second.text
    assert "Staff record loaded" in second.heading
    assert (
        inside(app, world, lambda: len(db.session.scalars(select(Person).where(Person.staff_number == "20001")).all()))
        == 1
    )


def test_two_files_with_the_same_person_make_one(hugo: Browser, app: Flask, world: World) -> None:
    first, second = check(hugo, {}), check(hugo, {"band": "4"})
    load(hugo, first)
    done = load(hugo, second)
    assert summary(done)["New"] == "0 periods in post"
    assert summary(done)["Changed"] == "1 period in post"


def test_what_can_no_longer_be_loaded_is_shown_and_nothing_is_written(hugo: Browser, app: Flask, world: World) -> None:
    checked = check(hugo, {}, {"staff_number": "20005", "post_number": "P9"})
    load(hugo, check(hugo, {"staff_number": "20009", "first_name": "Bo"}))
    after = load(hugo, checked)
    assert "PeerHub has changed since the file was checked" in after.text
    assert "also held on some of these days in what PeerHub already holds" in after.text
    assert inside(app, world, lambda: db.session.scalar(select(Person).where(Person.staff_number == "20005"))) is None


def test_a_large_file_is_worked_on_by_the_job(hugo: Browser, app: Flask, world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "SMALL", {"csv": 10, "xlsx": 10})

    def work() -> None:
        with app.app_context():
            work_on_loads()
            db.session.remove()

    waiting = check(hugo, {})
    assert "Checking your file" in waiting.heading
    assert "Being checked" in hugo.get("/staff-record").text
    work()
    checked = hugo.get(address(waiting))
    assert summary(checked)["New"] == "1 period in post"
    assert "Loading your file" in load(hugo, checked).heading
    assert "Somebody else went on" in load(hugo, checked).text
    work()
    assert "Staff record loaded" in hugo.get(address(waiting)).heading
    entry = inside(app, world, lambda: db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "spell started by staff record")).one())  # fmt: skip
    assert (entry.user_id, entry.organisation_id) == (world.hugo, world.trust)
    work()


def test_the_page_says_how_far_the_work_is(
    hugo: Browser, browse: Browse, app: Flask, world: World, monkeypatch: Any
) -> None:
    monkeypatch.setattr(actions, "SMALL", {"csv": 10, "xlsx": 10})
    seen: list[str] = []

    def how_far(page: Page) -> str:
        (bar,), (words,) = page.all("progress"), page.all("#how-far")
        return f"{bar.attrs['value']} of {bar.attrs['max']}: {words.to_text()}"

    def looking(function: Callable[..., Any]) -> Callable[..., Any]:
        def look(*given: Any) -> Any:
            seen.append(how_far(browse(world.hugo).get(address(waiting))))
            return function(*given)

        return look

    waiting = check(hugo, {})
    seen.append(how_far(waiting))
    monkeypatch.setattr(actions, "read", looking(actions.read))
    monkeypatch.setattr(actions, "compare", looking(actions.compare))
    with app.app_context():
        work_on_loads()
        db.session.remove()
    assert seen == [
        "0 of 3: It is next in line.",
        "1 of 3: Reading the file: step 1 of 2.",
        "2 of 3: Comparing it with what PeerHub holds: step 2 of 2.",
    ]


def test_work_that_fails_gives_the_file_back(hugo: Browser, app: Flask, world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "SMALL", {"csv": 10, "xlsx": 10})
    waiting = check(hugo, {})

    def fail(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken, app.app_context():
        broken.setattr(actions, "compare", fail)
        work_on_loads()
        db.session.remove()
    again = hugo.get(address(waiting))
    assert "Something went wrong on our side" in again.text
    assert "Match the columns" in again.heading


def test_a_job_that_was_cut_off_is_begun_again(hugo: Browser, app: Flask, world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "SMALL", {"csv": 10, "xlsx": 10})
    waiting = check(hugo, {})
    key = UUID(address(waiting).rpartition("/")[2])

    def take() -> bool:
        found = db.session.get_one(StaffImport, key)
        taken = actions.take_in_hand(found)
        db.session.commit()
        return taken

    assert inside(app, world, take)
    with app.app_context():
        work_on_loads()
        db.session.remove()
    assert "Checking your file" in hugo.get(address(waiting)).heading, "it is in another's hand"
    with app.app_context(), time_machine.travel(timedelta(minutes=11)):
        work_on_loads()
        db.session.remove()
    assert "What this file would do" in hugo.get(address(waiting)).heading


@pytest.mark.parametrize("name", ["priya", "sam", "moses", "ellen", "mel", "ivy", "nadia", "ada"])
def test_only_those_who_may_load_get_in(browse: Browse, world: World, name: str) -> None:
    browser = browse(getattr(world, name))
    browser.get("/staff-record", status=403)
    browser.get("/staff-record/file?format=csv", status=403)
    browser.post("/staff-record/upload", {"file": (io.BytesIO(file_of({})), "a.csv")}, status=403)


def test_the_list_takes_as_many_statements_whatever_its_rows(hugo: Browser, count_queries: Callable[[], int]) -> None:
    checked = check(hugo, *({"staff_number": str(30000 + i), "post_number": f"N{i}", "wte": "7"} for i in range(3)))
    count_queries()
    hugo.get("/staff-record")
    few = count_queries()
    hugo.get(address(checked))
    few_problems = count_queries()
    more = check(hugo, *({"staff_number": str(30000 + i), "post_number": f"N{i}", "wte": "7"} for i in range(300)))
    for _ in range(5):
        upload(hugo, file_of({}))
    count_queries()
    hugo.get("/staff-record")
    assert count_queries() == few
    page = hugo.get(address(more))
    assert count_queries() == few_problems
    assert "1 to 50 of 300" in page.text
    assert hugo.get(f"{address(more)}?page=6").all("tbody tr")
    file = hugo.get(f"{address(more)}?show=problems&format=csv").response.get_data(as_text=True)
    assert file.count("more than full time") == 300


def test_two_who_load_the_same_people_at_once_write_them_once(
    browse: Browse, hugo: Browser, app: Flask, world: World
) -> None:
    hana = browse(world.hana)
    rows = [{"staff_number": str(40000 + i), "post_number": "", "first_name": "Ann"} for i in range(40)]
    first, second = check(hugo, *rows), check(hana, *rows)
    tokens = [{"csrf_token": browser.token()} for browser in (hugo, hana)]
    done = at_once(lambda: load(hugo, first, **tokens[0]), lambda: load(hana, second, **tokens[1]))
    assert sorted(summary(page)["New"] for page in done) == ["0 periods in post", "40 periods in post"]
    assert sorted(summary(page)["Unchanged"] for page in done) == ["0 periods in post", "40 periods in post"]
    count = select(func.count(Person.id)).where(Person.first_name == "Ann")
    assert inside(app, world, lambda: db.session.scalar(count)) == 40


def test_two_who_load_one_file_at_once_write_it_once(browse: Browse, hugo: Browser, app: Flask, world: World) -> None:
    hana = browse(world.hana)
    checked = check(hugo, {"post_number": ""})
    tokens = [{"csrf_token": browser.token()} for browser in (hugo, hana)]
    done = at_once(lambda: load(hugo, checked, **tokens[0]), lambda: load(hana, checked, **tokens[1]))
    assert sum("Somebody else went on with this file" in page.text for page in done) == 1
    count = select(func.count(Spell.id)).join(Person).where(Person.staff_number == "20001")
    assert inside(app, world, lambda: db.session.scalar(count)) == 1


def test_whoever_loads_for_one_ward_sees_their_own_files_alone(
    browse: Browse, hugo: Browser, app: Flask, world: World
) -> None:
    of_hugo = check(hugo, {})
    with app.app_context():
        grant = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == world.hana)).one()
        grant.breadth, grant.place_id = Breadth.TEAM, world.willow
        db.session.commit()
    hana = browse(world.hana)
    own = check(hana, {})
    hana.get(address(of_hugo), status=404)
    hana.get(f"{address(of_hugo)}/refused", status=404)
    hana.post(f"{address(of_hugo)}/load", {"version": seen_version(of_hugo)}, status=404)
    links = [link.attrs["href"] for link in hana.get("/staff-record").all("tbody a")]
    assert links == [address(own), f"{address(own)}/let-go"]
    assert address(own) in [link.attrs["href"] for link in hugo.get("/staff-record").all("tbody a")]
