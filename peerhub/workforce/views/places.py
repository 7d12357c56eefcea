"""Teams: the list, each team's page, adding, changing, closing, and the champions of peer work in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.forms import Form, was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.tables import Column, Table, as_file, asked_format, view_from_address
from peerhub.core.time import long_date, short_date, today
from peerhub.workforce.actions import places as actions
from peerhub.workforce.forms.places import ChampionEndForm, ChampionForm, ClosingForm, TeamForm, TeamsFilter
from peerhub.workforce.queries import places
from peerhub.workforce.queries.places import TeamLine
from peerhub.workforce.rules.establishment import Standing
from peerhub.workforce.views.blueprint import blueprint
from peerhub.workforce.views.listing import TAGS, arranged, sortable

COLUMNS: tuple[Column[TeamLine], ...] = (
    Column("name", "Team", lambda row: row.name, href=lambda row: url_for("workforce.team", team_id=row.id)),
    Column("service_line", "Service line", lambda row: row.service_line),
    Column("setting", "Setting", lambda row: row.setting),
    Column("ward", "Ward", lambda row: row.is_ward),
    Column("site", "Site", lambda row: row.site),
    Column("manager", "Team manager", lambda row: row.manager),
    Column("posts", "Posts", lambda row: row.posts, is_number=True),
    Column("filled", "Filled", lambda row: row.filled, is_number=True),
    Column("vacant", "Vacant", lambda row: row.vacant, is_number=True),
    Column("wte", "WTE of posts", lambda row: row.wte, is_number=True),
    Column("closed_on", "Last day open", lambda row: row.closed_on, show=lambda row: short_date(row.closed_on)),
)
SHOWN = tuple(column for column in COLUMNS if column.key not in {"site", "wte", "closed_on"})
FIELDS = ("name", "service_line_id", "site", "is_ward", "beds", "manager_name")


@blueprint.get("/teams")
@requires(Permission.POSTS_VIEW)
def teams() -> ResponseReturnValue:
    """The teams within reach with their posts of today; with ``format``, the same as a file."""
    asking, kind = viewer(), asked_format()
    view = view_from_address(sortable(COLUMNS), "name")
    rows = places.teams(asking)
    kept = narrowed(rows, view.filters)
    page = arranged(kept, COLUMNS, view.whole() if kind else view)
    if kind:
        return as_file("teams", COLUMNS, page.rows, kind)
    form = TeamsFilter(request.args)
    form.service_line.offer(sorted({(row.service_line_id, row.service_line) for row in rows}, key=_name), nothing="All")
    is_closed = view.filters.get("show") in {"closed", "everything"}
    columns = (*SHOWN, COLUMNS[-1]) if is_closed else SHOWN
    empty = "No team matches. Choose another service line, or show all teams." if rows else _nothing_yet(asking)
    return render_template(
        "workforce/teams/index.html",
        table=Table("Teams", columns, page, view, empty=empty),
        form=form,
        may_add=bool(places.service_lines(asking, Permission.TEAMS_EDIT)),
    )


def _name(choice: tuple[UUID, str]) -> str:
    return choice[1].casefold()


def _nothing_yet(asking: Viewer) -> str:
    begin = "Add a service line, then its teams." if asking.may(Permission.TEAMS_EDIT) else "HR can add them."
    return f"There are no teams yet. Wards and teams are listed here with their posts. {begin}"


def narrowed(rows: Iterable[TeamLine], filters: Mapping[str, str]) -> list[TeamLine]:
    """The teams that an address asks for."""
    tests: dict[str, Callable[[TeamLine, str], bool]] = {
        "service_line": lambda row, asked: str(row.service_line_id) == asked,
        "setting": lambda row, asked: row.setting == asked,
        "ward": lambda row, asked: row.is_ward == (asked == "yes"),
    }
    show = filters.get("show", "")
    return [
        row
        for row in rows
        if (show == "everything" or row.is_closed == (show == "closed"))
        and all(test(row, filters[name]) for name, test in tests.items() if name in filters)
    ]


@blueprint.get("/teams/<uuid:team_id>")
@requires(Permission.POSTS_VIEW)
def team(team_id: UUID) -> ResponseReturnValue:
    """A team: who leads it, who works here, its posts and champions."""
    shown = places.team_page(viewer(), team_id)
    if shown.sees_people:
        audit.read("team's people read", ("team", team_id), people=len(shown.now + shown.to_come + shown.before))
    numbers = {standing: shown.number(standing) for standing in (Standing.FILLED, Standing.VACANT)}
    return render_template(
        "workforce/teams/team.html", team=shown, filled=numbers[Standing.FILLED], vacant=numbers[Standing.VACANT],
        tags=TAGS, crumbs=_crumbs(),
    )  # fmt: skip


@blueprint.route("/teams/add", methods=["GET", "POST"])
@requires(Permission.TEAMS_EDIT)
def add_team() -> ResponseReturnValue:
    """Add a ward or team."""
    asking = viewer()
    form = TeamForm(data=_offered_line())
    _offer_lines(form, asking)
    if was_sent(form):
        with form.attempt():
            line = places.load_service_line(asking, form.service_line_id.data)
            values = {name: form[name].data for name in FIELDS if name != "service_line_id"}
            added = actions.add_team(line, values.pop("name"), **values)
        if form.is_clean:
            flash(f"Saved. {added.name} is a team of {line.name}. Its posts come next.")
            return redirect(url_for("workforce.team", team_id=added.id))
    status = 422 if form.problems() else 200
    return render_template("workforce/teams/add.html", form=form, crumbs=_crumbs()), status


def _offered_line() -> dict[str, UUID]:
    try:
        return {"service_line_id": UUID(request.args.get("service_line", ""))}
    except ValueError:
        return {}


def _offer_lines(form: TeamForm, asking: Viewer, held: tuple[UUID, str] | None = None) -> None:
    lines = places.service_lines(asking, Permission.TEAMS_EDIT)
    choices = {row.id: row.name for row in lines if row.may_edit and row.closed_on is None}
    form.service_line_id.offer((choices | dict([held] if held else [])).items())


@blueprint.route("/teams/<uuid:team_id>/edit", methods=["GET", "POST"])
@requires(Permission.TEAMS_EDIT)
def edit_team(team_id: UUID) -> ResponseReturnValue:
    """Change a team's details."""
    asking = viewer()
    row = places.load_team(asking, team_id, Permission.TEAMS_EDIT)
    form = TeamForm(obj=row)
    _offer_lines(form, asking, (row.service_line_id, row.service_line.name))

    def change() -> None:
        values = {name: form[name].data for name in FIELDS}
        if values["service_line_id"] != row.service_line_id:
            places.load_service_line(asking, values["service_line_id"])
        actions.change_team(row, form.opened_at, **values)

    outcome = save(form, change, lambda: {name: getattr(row, name) for name in FIELDS})
    if outcome.is_saved:
        return _saved(row.id, f"Saved. The details of {row.name} are up to date.")
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(
        "workforce/teams/edit.html", form=form, name=row.name, theirs=outcome.theirs, crumbs=_crumbs(row)
    ), status


@blueprint.route("/teams/<uuid:team_id>/close", methods=["GET", "POST"])
@requires(Permission.TEAMS_EDIT)
def close_team(team_id: UUID) -> ResponseReturnValue:
    """Close a team and its posts on a day."""
    row = places.load_team(viewer(), team_id, Permission.TEAMS_EDIT)
    form = ClosingForm(data={"closed_on": row.closed_on or today(), "version": row.version})
    outcome = save(
        form,
        lambda: actions.close_team(row, form.opened_at, form.closed_on.data),
        lambda: {"closed_on": row.closed_on},
    )
    if outcome.is_saved:
        return _saved(row.id, f"Saved. {row.name} is open until {long_date(row.closed_on)}.")
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(
        "workforce/teams/close.html", form=form, name=row.name, theirs=outcome.theirs, crumbs=_crumbs(row)
    ), status


@blueprint.post("/teams/<uuid:team_id>/reopen")
@requires(Permission.TEAMS_EDIT)
def reopen_team(team_id: UUID) -> ResponseReturnValue:
    """Open a team again."""
    row = places.load_team(viewer(), team_id, Permission.TEAMS_EDIT)
    actions.reopen_team(row, None)
    return _saved(row.id, f"Saved. {row.name} is open again. Its posts stay closed until you reopen each.")


@blueprint.route("/teams/<uuid:team_id>/champions/add", methods=["GET", "POST"])
@requires(Permission.TEAMS_EDIT)
def name_champion(team_id: UUID) -> ResponseReturnValue:
    """Name a supporter of peer work in a team."""
    row = places.load_team(viewer(), team_id, Permission.TEAMS_EDIT)
    form = ChampionForm(data={"starts": today()})
    if was_sent(form):
        with form.attempt():
            actions.name_champion(row, form.name.data or "", form.starts.data, form.ends.data)
        if form.is_clean:
            return _saved(row.id, "Saved. The team has a champion.")
    return _champion_page("workforce/teams/name_champion.html", form, row)


@blueprint.route("/champions/<uuid:champion_id>/end", methods=["GET", "POST"])
@requires(Permission.TEAMS_EDIT)
def end_champion(champion_id: UUID) -> ResponseReturnValue:
    """Give a champion a last day."""
    champion = places.load_champion(viewer(), champion_id)
    form = ChampionEndForm(data={"ends": champion.ends or today()})
    if was_sent(form):
        with form.attempt():
            actions.end_champion(champion, form.ends.data)
        if form.is_clean:
            return _saved(champion.team_id, "Saved. The champion has a last day. Name another when you know who.")
    return _champion_page("workforce/teams/end_champion.html", form, champion.team, champion=champion.name)


def _champion_page(template: str, form: Form, row: Any, **more: Any) -> ResponseReturnValue:
    status = 422 if form.problems() else 200
    return render_template(template, form=form, name=row.name, crumbs=_crumbs(row), **more), status


def _saved(team_id: UUID, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("workforce.team", team_id=team_id))


def _crumbs(row: Any = None) -> list[dict[str, str]]:
    """Where a page about a team stands."""
    crumbs = [{"text": "Teams", "href": url_for("workforce.teams")}]
    if row is not None:
        crumbs.append({"text": row.name, "href": url_for("workforce.team", team_id=row.id)})
    return crumbs
