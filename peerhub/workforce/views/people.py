"""The list of people, and each person's page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.errors import DomainError, NotFound, Refused
from peerhub.core.forms import InTheWay, was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.tables import Column, Table, View, as_file, asked_format, view_from_address
from peerhub.core.time import short_date
from peerhub.workforce.actions import people as actions
from peerhub.workforce.actions import spells as spell_actions
from peerhub.workforce.forms.people import AccountForm, NewPersonForm, PeopleFilter, PersonForm
from peerhub.workforce.forms.search import SearchForm
from peerhub.workforce.queries import careers, history, people, places, posts, records
from peerhub.workforce.views.blueprint import blueprint

TAGS = {
    people.Whereabouts.HERE: "green",
    people.Whereabouts.STARTING: "blue",
    people.Whereabouts.LEFT: "grey",
    people.Whereabouts.NO_POST: "yellow",
}
COLUMNS: tuple[Column[people.PersonLine], ...] = (
    Column("name", "Name", lambda row: row.name, href=lambda row: url_for("workforce.person", person_id=row.id)),
    Column("staff_number", "Staff number", lambda row: row.staff_number, is_whole=True),
    Column("title", "Post", lambda row: row.title),
    Column("team", "Team", lambda row: row.team),
    Column("service_line", "Service line", lambda row: row.service_line),
    Column("starts", "Started", lambda row: row.starts, show=lambda row: short_date(row.starts)),
    Column("ends", "Last day", lambda row: row.ends, show=lambda row: short_date(row.ends)),
    Column("whereabouts", "Where they are", lambda row: row.whereabouts, tag=lambda row: TAGS[row.whereabouts]),
    Column("unconfirmed", "Not confirmed", lambda row: row.is_unconfirmed, is_sorted=False),
)
SHOWN = tuple(column for column in COLUMNS if column.key != "unconfirmed")


@blueprint.get("/people")
@requires(Permission.PEOPLE_VIEW)
def index() -> ResponseReturnValue:
    """The people within reach; with ``format``, the same as a file."""
    asking, kind = viewer(), asked_format()
    view = without_names(view_from_address(people.SORTED, "name"))
    page = people.people(asking, view.whole() if kind else view)
    audit.read("list of people exported" if kind else "list of people seen", None, people=len(page.rows))
    if kind:
        return as_file("people", COLUMNS, page.rows, kind)
    form = PeopleFilter(request.args)
    form.service_line.offer([(row.id, row.name) for row in places.service_lines(asking)], nothing="All")
    form.team.offer(places.team_names(asking), nothing="All")
    is_narrowed = bool(view.filters)
    empty = (
        "Nobody matches. Clear these choices, or show everybody."
        if is_narrowed
        else "Nobody is here yet. Add a person, or load your staff record: people and their posts are listed here."
    )
    table = Table("People", SHOWN, page, view, empty=empty)
    return render_template(
        "workforce/people/index.html", table=table, form=form, search=SearchForm(), is_narrowed=is_narrowed
    )


def without_names(view: View) -> View:
    """The view with nothing but the choices of the list: what else an address holds, such as a name, is let go."""
    return replace(view, filters={name: value for name, value in view.filters.items() if name in PeopleFilter.NAMES})


@blueprint.get("/my-record")
@requires(Permission.OWN_RECORD)
def my_record() -> ResponseReturnValue:
    """The viewer's own record, at an address that stays."""
    own = people.own_record(viewer())
    if own is None:
        return render_template("workforce/people/no_record.html")
    return person(own.id)


@blueprint.get("/people/<uuid:person_id>")
@requires(Permission.PEOPLE_VIEW, Permission.OWN_RECORD)
def person(person_id: UUID) -> ResponseReturnValue:
    """A person: contact details, timeline of posts, and what other rooms add."""
    asking = viewer()
    try:
        row = people.load_person(asking, person_id, own=Permission.OWN_RECORD)
    except NotFound:
        into = records.stands_for(asking, person_id)
        if into is None:
            raise
        return redirect(url_for("workforce.person", person_id=into))
    shown = careers.person_page(asking, row)
    if not shown.is_own:
        audit.read("person's record read", row)
    return render_template(
        "workforce/people/person.html",
        person=shown,
        can=_abilities(asking, shown),
        panels=_panels(asking, person_id),
        step=request.args.get("next", ""),
        crumbs=[] if shown.is_own else [{"text": "People", "href": url_for("workforce.index")}],
    )


@dataclass(frozen=True, slots=True)
class Abilities:
    """What this viewer may do with this person."""

    edit: bool
    start: bool
    merge: bool
    erase: bool
    adjustments: bool


def _abilities(asking: Viewer, shown: careers.PersonPage) -> Abilities:
    def may(permission: Permission) -> bool:
        return asking.reach(permission).whole or people.is_within(asking, shown.id, permission)

    return Abilities(
        edit=may(Permission.PEOPLE_EDIT),
        start=may(Permission.SPELLS_EDIT),
        merge=asking.reach(Permission.PEOPLE_MERGE).whole,
        erase=asking.reach(Permission.PEOPLE_ERASE).whole,
        adjustments=(shown.is_own and asking.may(Permission.OWN_ADJUSTMENTS)) or may(Permission.ADJUSTMENTS_VIEW),
    )


def _panels(asking: Viewer, person_id: UUID) -> list[dict[str, Any]]:
    """What other rooms put on a person's page, for those who may see it."""
    asked = [panel for room in current_app.extensions["rooms"] for panel in room.person_panels]
    return [
        {"title": panel.title, "body": Markup(panel.render(asking, person_id))}  # noqa: S704 - a room's own template, already escaped
        for panel in asked
        if asking.may(*panel.permissions)
    ]


@blueprint.route("/people/add", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def add_person() -> ResponseReturnValue:
    """Add a person, and start them in a vacant post if it is known; ``post`` in the address chooses one."""
    asking, form = viewer(), NewPersonForm(data={"post_id": asked_post()})
    form.post_id.offer(
        [(row.id, posts.said(row)) for row in posts.vacant(asking, Permission.SPELLS_EDIT)], nothing="Not known yet"
    )
    if was_sent(form):
        with form.attempt():
            added = _add(asking, form)
        if form.is_clean:
            flash(f"Saved. {added.known_as} has a record.")
            if people.namesakes(asking, added):
                flash("Another record has the same name. If it is the same person, merge the two records.", "warning")
            return redirect(url_for("workforce.person", person_id=added.id, next="added"))
        _point_out(asking, form)
    crumbs = [{"text": "People", "href": url_for("workforce.index")}]
    return render_template("workforce/people/add.html", form=form, crumbs=crumbs), 422 if form.problems() else 200


def _point_out(asking: Viewer, form: PersonForm) -> None:
    """Lead to whoever has the staff number already."""
    number = (form.staff_number.data or "").strip()
    other = people.of_staff_number(asking, number) if form.staff_number.errors and number else None
    if other is not None:
        address = url_for("workforce.person", person_id=other.id)
        form.in_the_way = InTheWay("This staff number belongs to", other.known_as, address)


def _add(asking: Viewer, form: NewPersonForm) -> Any:
    if form.post_id.data is None and not asking.reach(Permission.PEOPLE_EDIT).whole:
        raise DomainError(
            "Choose the post they start in: you look after some teams, and a person without a post is in none",
            "post_id",
        )
    _check_start(form)
    details = {name: form[name].data or "" for name in actions.DETAILS}
    added = actions.add_person(details.pop("first_name"), details.pop("last_name"), **details)
    if form.post_id.data is not None:
        post = posts.load_post(asking, form.post_id.data, Permission.SPELLS_EDIT)
        spell_actions.start_spell(added, post, form.starts.data, contract=form.contract.data)
    return added


def _check_start(form: NewPersonForm) -> None:
    """A post comes with a first day and a contract, and neither without a post."""
    given = {"post_id": form.post_id.data, "starts": form.starts.data, "contract": form.contract.data}
    missing = [name for name, value in given.items() if value is None]
    if 0 < len(missing) < len(given):
        words = {
            "post_id": "Choose the post they start in",
            "starts": "Enter the first day in the post",
            "contract": "Choose the contract they start with",
        }
        raise DomainError(words[missing[0]], missing[0])


@blueprint.route("/people/<uuid:person_id>/edit", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def edit_person(person_id: UUID) -> ResponseReturnValue:
    """Put a person's details right."""
    asking = viewer()
    row = people.load_person(asking, person_id, Permission.PEOPLE_EDIT)
    form = PersonForm(obj=row)
    outcome = save(
        form,
        lambda: actions.change_person(row, form.opened_at, **{name: form[name].data for name in actions.DETAILS}),
        lambda: {
            name: getattr(people.load_person(asking, person_id, Permission.PEOPLE_EDIT), name)
            for name in actions.DETAILS
        },
    )
    if outcome.is_saved:
        flash(f"Saved. The details of {row.known_as} are up to date.")
        return redirect(url_for("workforce.person", person_id=person_id))
    _point_out(asking, form)
    audit.read("person's record read", row)
    crumbs = crumbs_of(row)
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(
        "workforce/people/edit.html",
        form=form,
        name=row.known_as,
        is_own=row.user_id == asking.user_id,
        theirs=outcome.theirs,
        crumbs=crumbs,
    ), status


@blueprint.get("/people/<uuid:person_id>/history")
@requires(Permission.PEOPLE_EDIT, Permission.OWN_RECORD)
def person_history(person_id: UUID) -> ResponseReturnValue:
    """Who changed this record, when and which fields."""
    asking = viewer()
    row = people.load_person(asking, person_id, Permission.PEOPLE_EDIT, own=Permission.OWN_RECORD)
    entries = history.of_person(asking, row)
    if row.user_id != asking.user_id:
        audit.read("person's history read", row)
    return render_template(
        "workforce/people/history.html", name=row.known_as, entries=entries, most=history.MOST, crumbs=crumbs_of(row)
    )


@blueprint.post("/people/<uuid:person_id>/confirm")
@requires(Permission.SPELLS_EDIT)
def confirm_person(person_id: UUID) -> ResponseReturnValue:
    """Say that somebody whom the latest staff record leaves out still works here."""
    row = people.load_person(viewer(), person_id, Permission.SPELLS_EDIT)
    if row.unconfirmed_since is not None:
        actions.mark_unconfirmed(row, None)
    flash(f"Saved. {row.known_as} still works here.")
    return redirect(url_for("workforce.person", person_id=person_id))


@blueprint.route("/people/<uuid:person_id>/account", methods=["GET", "POST"])
@requires(Permission.PEOPLE_EDIT)
def person_account(person_id: UUID) -> ResponseReturnValue:
    """Say which account is this person's, so that they see their own record."""
    asking = viewer()
    row = people.load_person(asking, person_id, Permission.PEOPLE_EDIT)
    if row.user_id == asking.user_id and not asking.reach(Permission.PEOPLE_EDIT).whole:
        raise Refused("own account")
    form = AccountForm(data={"email": people.account_of(row) or row.email})
    if was_sent(form):
        with form.attempt():
            actions.link_account(row, form.email.data or "")
        if form.is_clean:
            flash("Saved. Their account is linked." if row.user_id else "Saved. No account is linked to this record.")
            return redirect(url_for("workforce.person", person_id=person_id))
    audit.read("person's record read", row)
    status = 422 if form.problems() else 200
    return render_template(
        "workforce/people/account.html",
        form=form,
        name=row.known_as,
        is_linked=bool(row.user_id),
        crumbs=crumbs_of(row),
    ), status


def asked_post() -> UUID | None:
    """The post that the address names, if any."""
    try:
        return UUID(request.args.get("post", ""))
    except ValueError:
        return None


def crumbs_of(row: Any) -> list[dict[str, str]]:
    """Where a page about a person stands."""
    is_seen = viewer().may(Permission.PEOPLE_VIEW)
    people_list = [{"text": "People", "href": url_for("workforce.index")}] if is_seen else []
    return [*people_list, {"text": row.known_as, "href": url_for("workforce.person", person_id=row.id)}]
