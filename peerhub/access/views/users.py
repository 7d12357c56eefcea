"""The list of users, and what an administrator does with each account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.actions import accounts, signing_in
from peerhub.access.actions import users as actions
from peerhub.access.forms.signing_in import ButtonForm, NameForm
from peerhub.access.forms.users import UserSearchForm, UsersFilter
from peerhub.access.permissions import Permission
from peerhub.access.queries import invitations
from peerhub.access.queries import users as queries
from peerhub.access.rules import Viewer
from peerhub.access.views import places, sessions
from peerhub.access.views.guard import viewer
from peerhub.access.views.pages import blueprint
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.tables import Column, Table, View, as_file, asked_format, view_from_address

COLUMNS: tuple[Column[queries.UserLine], ...] = (
    Column("name", "Name", lambda row: row.name, href=lambda row: url_for("access.user", user_id=row.id)),
    Column("email", "E-mail address", lambda row: row.email),
    Column("roles", "Roles today", lambda row: row.roles, is_sorted=False),
    Column(
        "state", "Account", lambda row: row.state, tag=lambda row: "green" if row.state == queries.ACTIVE else "grey"
    ),
)

MOST_FOUND = 200


@blueprint.route("/users", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def users() -> ResponseReturnValue:
    """The accounts of the organisation; with ``format``, the same as a file. Sent a name, those that it fits."""
    asking, search = viewer(), UserSearchForm()
    if request.method == "POST":
        table = _found(asking, search) if was_sent(search) else None
        page = render_template("access/users/found.html", table=table, search=search, crumbs=crumbs_of())
        return page, 422 if search.problems() else 200
    kind, view = asked_format(), view_from_address(queries.SORTED, "name")
    view = replace(view, filters={name: said for name, said in view.filters.items() if name in UsersFilter.NAMES})
    found = queries.users(asking, view.whole() if kind else view)
    if kind:
        audit.read("list of users exported", None, rows=len(found.rows))
        return as_file("users", COLUMNS, found.rows, kind)
    return render_template(
        "access/users/index.html",
        table=Table("Users", COLUMNS, found, view, empty="No account fits. Clear these choices to see everybody."),
        form=UsersFilter(request.args),
        search=search,
        is_narrowed=bool(view.filters),
        waiting=invitations.waiting(asking),
    )


def _found(asking: Viewer, search: UserSearchForm) -> Table[queries.UserLine]:
    """The accounts that a name or an address fits: the first of them, without links that would hold it."""
    found = queries.users(asking, View(sort="name", size=MOST_FOUND), search.q.data or "")
    columns = [replace(column, is_sorted=False) for column in COLUMNS]
    note = f"These are the first {MOST_FOUND}. Add another word to find fewer." if found.total > MOST_FOUND else ""
    empty = "Nobody fits. Try fewer letters."
    return Table("Users found", columns, found, View(size=MOST_FOUND), empty=empty, can_export=False, note=note)


@blueprint.get("/users/<uuid:user_id>")
@requires(Permission.USERS_MANAGE)
def user(user_id: UUID) -> ResponseReturnValue:
    """One account: its roles, and what can be done with it."""
    asking = viewer()
    row = queries.load_user(asking, user_id)
    shown = queries.user_page(asking, row)
    return render_template(
        "access/users/user.html",
        user=shown,
        roles=places.in_words(asking, shown.roles),
        is_closed=shown.is_ours and signing_in.is_closed(shown.email, sessions.door(shown.email)),
        is_self=user_id == asking.user_id,
        crumbs=crumbs_of(),
    )


@blueprint.route("/users/<uuid:user_id>/name", methods=["GET", "POST"])
@requires(Permission.USERS_MANAGE)
def user_name(user_id: UUID) -> ResponseReturnValue:
    """Put somebody's name right."""
    asking = viewer()
    row = queries.load_own_user(asking, user_id)
    form = NameForm(obj=row)
    outcome = save(
        form,
        lambda: accounts.rename(row, form.opened_at, form.name.data or ""),
        lambda: {"name": queries.load_own_user(asking, user_id).name},
    )
    if outcome.is_saved:
        flash("Saved. The name is up to date.")
        return redirect(url_for("access.user", user_id=user_id))
    page = render_template("access/users/name.html", form=form, theirs=outcome.theirs, crumbs=crumbs_of(row))
    return page, outcome.status(form)


@blueprint.post("/users/<uuid:user_id>/sign-out")
@requires(Permission.USERS_MANAGE)
def sign_user_out(user_id: UUID) -> ResponseReturnValue:
    """End every session of somebody's account."""
    return _do(user_id, actions.sign_out, "They are signed out on every device.")


@blueprint.post("/users/<uuid:user_id>/close")
@requires(Permission.USERS_MANAGE)
def close_user(user_id: UUID) -> ResponseReturnValue:
    """Close an account."""
    return _do(user_id, actions.deactivate, "The account is closed. They are signed out, and cannot sign in.")


@blueprint.post("/users/<uuid:user_id>/open")
@requires(Permission.USERS_MANAGE)
def open_user(user_id: UUID) -> ResponseReturnValue:
    """Open a closed account again."""
    return _do(user_id, actions.reactivate, "The account is open again. They can sign in with the password they had.")


@blueprint.post("/users/<uuid:user_id>/unlock")
@requires(Permission.USERS_MANAGE)
def unlock_user(user_id: UUID) -> ResponseReturnValue:
    """Let somebody try again who entered a wrong password too often."""
    secret = sessions.settings().secret_key
    return _do(user_id, lambda row: actions.unlock(row, secret), "They can try to sign in again now.")


@blueprint.post("/users/<uuid:user_id>/reset")
@requires(Permission.USERS_MANAGE)
def reset_user(user_id: UUID) -> ResponseReturnValue:
    """Send somebody the link to a new password."""
    told = sessions.settings()
    done = (
        "A link to a new password is on its way to them. It works once, for 60 minutes."
        if told.sends_mail
        else "A link to a new password is in the outbox. Open the message there to see what to do with it."
    )
    return _do(user_id, lambda row: actions.send_reset(row, told.base_url), done)


def _do(user_id: UUID, act: Callable[[Any], None], done: str) -> ResponseReturnValue:
    """Do one thing with an account of this organisation and go back to its page, saying what came of it."""
    row, form = queries.load_own_user(viewer(), user_id), ButtonForm()
    with form.attempt():
        act(row)
    tell(form, done)
    if user_id == viewer().user_id and act is actions.sign_out:
        return redirect(url_for("access.sign_in"))
    return redirect(url_for("access.user", user_id=user_id))


def tell(form: ButtonForm, done: str) -> None:
    """Say on the next page that a button did its work, or why not."""
    if form.is_clean:
        flash(done)
    for message in form.whole_form:
        flash(f"{message}.", "warning")


def crumbs_of(row: Any = None) -> list[dict[str, str]]:
    """Where a page about a user stands."""
    crumbs = [{"text": "Users", "href": url_for("access.users")}]
    return crumbs if row is None else [*crumbs, {"text": row.name, "href": url_for("access.user", user_id=row.id)}]
