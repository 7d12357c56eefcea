"""Posts: the list, each post's page, adding, putting right, new terms from a day on, closing."""

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
from peerhub.core.forms import InTheWay, was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.tables import Column, Table, as_file, asked_format, view_from_address
from peerhub.core.time import long_date, short_date, today
from peerhub.workforce.actions import posts as actions
from peerhub.workforce.forms.posts import (
    SHOWN,
    ClosePostForm,
    CorrectPostForm,
    NewPostForm,
    NewTermsForm,
    PostsFilter,
    TermsForm,
)
from peerhub.workforce.queries import history, places, posts
from peerhub.workforce.queries.post_lines import PostLine
from peerhub.workforce.views.blueprint import blueprint
from peerhub.workforce.views.listing import TAGS, arranged, sortable


def _post_address(row: PostLine) -> str:
    return url_for("workforce.post", post_id=row.id)


def _holder_address(row: PostLine) -> str | None:
    return url_for("workforce.person", person_id=row.holder_id) if row.holder_id else None


COLUMNS: tuple[Column[PostLine], ...] = (
    Column("title", "Post", lambda row: row.title, href=_post_address),
    Column("number", "Number", lambda row: row.number, is_whole=True),
    Column("role_kind", "Kind of role", lambda row: row.role_kind),
    Column("band", "Band", lambda row: row.band),
    Column("wte", "WTE", lambda row: row.wte, is_number=True, show=lambda row: f"{row.wte.normalize():f}"),
    Column("team", "Team", lambda row: row.team),
    Column("service_line", "Service line", lambda row: row.service_line),
    Column("standing", "Today", lambda row: row.standing, tag=lambda row: TAGS[row.standing]),
    Column("holder", "Who is in it", lambda row: row.holder, href=_holder_address),
    Column("vacant_from", "Vacant from", lambda row: row.vacant_from, show=lambda row: short_date(row.vacant_from)),
    Column("next_starts", "Next start", lambda row: row.next_starts, show=lambda row: short_date(row.next_starts)),
    Column("employer", "Employer", lambda row: row.employer),
    Column("peer_service", "Peer service", lambda row: row.is_peer_service),
    Column("funding", "Funding", lambda row: row.funding),
    Column("funding_ends", "Funding ends", lambda row: row.funding_ends, show=lambda row: short_date(row.funding_ends)),
    Column("opens", "First day", lambda row: row.opens, show=lambda row: short_date(row.opens)),
    Column("closes", "Last day", lambda row: row.closes, show=lambda row: short_date(row.closes)),
)
ALWAYS = {"title", "number", "wte", "team", "service_line", "standing"}
ALSO: Mapping[str, set[str]] = {
    "vacant": {"next_starts"},
    "free": {"vacant_from", "next_starts"},
    "filled": {"holder"},
    "funding": {"holder", "funding", "funding_ends"},
    "open": {"holder"},
    "everything": {"holder", "closes"},
}

NOTES = {
    "vacant": "A post is vacant on a day when it is open and nobody is in it. With a next start it is so until then.",
    "free": (
        "A post is vacant on a day when it is open and nobody is in it. These have such a day today or later: they are "
        "the ones that somebody can be started in."
    ),
}


@blueprint.get("/posts", endpoint="posts")
@requires(Permission.POSTS_VIEW)
def posts_list() -> ResponseReturnValue:
    """The posts within reach, vacant ones unless others are asked for; with ``format``, the same as a file."""
    asking, kind = viewer(), asked_format()
    view = view_from_address(sortable(COLUMNS), "team")
    show = view.filters.get("show", "")
    show = show if show in dict(SHOWN) else "vacant"
    rows = narrowed(posts.posts(asking, show), view.filters)
    page = arranged(rows, COLUMNS, view.whole() if kind else view)
    audit.read("list of posts exported" if kind else "list of posts seen", None, posts=len(page.rows))
    if kind:
        return as_file("posts", COLUMNS, page.rows, kind)
    form = PostsFilter(request.args)
    form.service_line.offer([(row.id, row.name) for row in places.service_lines(asking)], nothing="All")
    form.team.offer(places.team_names(asking), nothing="All")
    columns = tuple(column for column in COLUMNS if column.key in ALWAYS | ALSO[show])
    empty = _empty(show, is_narrowed=bool(view.filters))
    table = Table(dict(SHOWN)[show], columns, page, view, empty=empty, note=NOTES.get(show, ""))
    return render_template(
        "workforce/posts/index.html", table=table, form=form, may_add=asking.may(Permission.POSTS_EDIT)
    )


def _empty(show: str, *, is_narrowed: bool) -> str:
    if is_narrowed and show in {"open", "everything"}:
        return "No post matches. Choose fewer filters, or add a post."
    return {
        "vacant": "No post is vacant today. Choose “Vacant today or later” to see those that will be.",
        "free": "No post is vacant today or later. A post is listed here once whoever is in it has a last day.",
        "filled": "Nobody is in a post today. When a person starts in a post, it is listed here.",
        "funding": "No funding ends within 120 days. Posts are listed here in time to renew them.",
    }.get(show, "There are no posts yet. Add the first one; people can then start in it.")


def narrowed(rows: Iterable[PostLine], filters: Mapping[str, str]) -> list[PostLine]:
    """The posts that an address asks for."""
    tests: dict[str, Callable[[PostLine], Any]] = {
        "service_line": lambda row: row.service_line_id,
        "team": lambda row: row.team_id,
        "setting": lambda row: row.setting,
        "role_kind": lambda row: row.role_kind,
    }
    return [row for row in rows if all(str(tests[name](row)) == filters[name] for name in tests if name in filters)]


@blueprint.get("/posts/<uuid:post_id>")
@requires(Permission.POSTS_VIEW)
def post(post_id: UUID) -> ResponseReturnValue:
    """A post: its terms now and before, and who held it when."""
    shown = posts.post_page(viewer(), post_id)
    if shown.holders:
        audit.read("post's holders read", ("post", post_id), people=len(shown.holders))
    return render_template("workforce/posts/post.html", post=shown, tags=TAGS, crumbs=_crumbs())


@blueprint.get("/posts/<uuid:post_id>/history")
@requires(Permission.POSTS_EDIT)
def post_history(post_id: UUID) -> ResponseReturnValue:
    """Who changed this post, when and which fields."""
    asking = viewer()
    row = posts.load_post(asking, post_id, Permission.POSTS_EDIT)
    keys = [terms.id for terms in posts.post_page(asking, post_id).all_terms]
    return render_template(
        "workforce/posts/history.html", title=row.title, entries=history.of_post(keys), crumbs=_crumbs(row)
    )


@blueprint.route("/posts/add", methods=["GET", "POST"])
@requires(Permission.POSTS_EDIT)
def add_post() -> ResponseReturnValue:
    """Add a post to a team."""
    asking = viewer()
    form = NewPostForm(data={"wte": 1, "lived_experience": True, "peer_service": True, "opens": today()} | _offered())
    _offer_teams(form, asking)
    if was_sent(form):
        with form.attempt():
            values = _terms(form, asking) | {"number": form.number.data, "employer": form.employer.data or ""}
            added = actions.add_post(
                values.pop("team"), values.pop("title"), values.pop("role_kind"), form.opens.data, **values
            )
        if form.is_clean:
            flash("Saved. The post is here. People can start in it.")
            return redirect(url_for("workforce.post", post_id=added.id))
        _point_out(asking, form)
    status = 422 if form.problems() else 200
    return render_template("workforce/posts/add.html", form=form, crumbs=_crumbs()), status


def _point_out(asking: Viewer, form: NewPostForm | CorrectPostForm, row: Any = None) -> None:
    """Lead to the post that has the number already."""
    if form.number.errors and form.number.data:
        other = posts.of_number(asking, form.number.data, form.employer.data or "", row)
        if other is not None:
            words = f"{other.title}, {other.team.name}"
            form.in_the_way = InTheWay("This number belongs to", words, url_for("workforce.post", post_id=other.id))


def _offered() -> dict[str, Any]:
    try:
        return {"team_id": UUID(request.args.get("team", ""))}
    except ValueError:
        return {}


def _offer_teams(form: TermsForm, asking: Viewer, held: tuple[UUID, str] | None = None) -> None:
    rows = places.teams(asking, Permission.POSTS_EDIT)
    choices = {row.id: f"{row.name} ({row.service_line})" for row in rows if row.closed_on is None}
    form.team_id.offer((choices | dict([held] if held else [])).items())


def _terms(form: TermsForm, asking: Viewer) -> dict[str, Any]:
    """The terms that a form holds, its team looked up as far as the viewer may give posts to it."""
    values = {name: form[name].data for name in actions.TERMS if name != "team"}
    return values | {"team": places.load_team(asking, form.team_id.data, Permission.POSTS_EDIT)}


@blueprint.route("/posts/<uuid:post_id>/correct", methods=["GET", "POST"])
@requires(Permission.POSTS_EDIT)
def correct_post(post_id: UUID) -> ResponseReturnValue:
    """Put a post right, as if it had always been so."""
    asking = viewer()
    row = posts.load_post(asking, post_id, Permission.POSTS_EDIT)
    form = CorrectPostForm(obj=row)
    _offer_teams(form, asking, (row.team_id, row.team.name))
    outcome = save(
        form,
        lambda: actions.correct_post(
            row, form.opened_at, **_terms(form, asking), number=form.number.data, employer=form.employer.data,
            opens=form.opens.data,
        ),
        lambda: _saved_values(row) | {"number": row.number, "employer": row.employer, "opens": row.opens},
    )  # fmt: skip
    _point_out(asking, form, row)
    return _answer("workforce/posts/correct.html", form, row, outcome, f"Saved. {row.title} is put right.")


@blueprint.route("/posts/<uuid:post_id>/new-terms", methods=["GET", "POST"])
@requires(Permission.POSTS_EDIT)
def new_terms(post_id: UUID) -> ResponseReturnValue:
    """Give a post new terms from a day on; the former terms stay as they were."""
    asking = viewer()
    row = posts.load_post(asking, post_id, Permission.POSTS_EDIT)
    form = NewTermsForm(obj=row)
    _offer_teams(form, asking, (row.team_id, row.team.name))
    made: list[Any] = []
    outcome = save(
        form,
        lambda: made.append(actions.change_terms(row, form.opened_at, form.first_day.data, **_terms(form, asking))),
        lambda: _saved_values(row),
    )
    later = made[0] if outcome.is_saved else row
    since = long_date(form.first_day.data)
    return _answer("workforce/posts/new_terms.html", form, later, outcome, f"Saved. The new terms hold from {since}.")


def _saved_values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in actions.TERMS if name != "team"} | {"team_id": row.team_id}


@blueprint.route("/posts/<uuid:post_id>/close", methods=["GET", "POST"])
@requires(Permission.POSTS_EDIT)
def close_post(post_id: UUID) -> ResponseReturnValue:
    """Close a post after a last day."""
    row = posts.load_post(viewer(), post_id, Permission.POSTS_EDIT)
    form = ClosePostForm(data={"closes": row.closes or today(), "version": row.version})
    outcome = save(
        form,
        lambda: actions.close_post(row, form.opened_at, form.closes.data),
        lambda: {"closes": row.closes},
    )
    return _answer(
        "workforce/posts/close.html", form, row, outcome, f"Saved. The post is open until {long_date(row.closes)}."
    )


@blueprint.post("/posts/<uuid:post_id>/reopen")
@requires(Permission.POSTS_EDIT)
def reopen_post(post_id: UUID) -> ResponseReturnValue:
    """Open a post again."""
    row = posts.load_post(viewer(), post_id, Permission.POSTS_EDIT)
    actions.reopen_post(row, None)
    flash("Saved. The post is open again.")
    return redirect(url_for("workforce.post", post_id=row.id))


def _answer(template: str, form: Any, row: Any, outcome: Any, words: str) -> ResponseReturnValue:
    if outcome.is_saved:
        flash(words)
        return redirect(url_for("workforce.post", post_id=row.id))
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(template, form=form, title=row.title, theirs=outcome.theirs, crumbs=_crumbs(row)), status


def _crumbs(row: Any = None) -> list[dict[str, str]]:
    """Where a page about a post stands."""
    crumbs = [{"text": "Posts", "href": url_for("workforce.posts")}]
    if row is not None:
        crumbs.append({"text": row.title, "href": url_for("workforce.post", post_id=row.id)})
    return crumbs
