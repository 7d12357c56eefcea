"""Loading the staff record: upload, match the columns, see what it would do, load. And the record as a file."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.errors import Conflict
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.tables import Column, Page, Table, View, as_file, asked_format, view_from_address
from peerhub.core.time import moment, today
from peerhub.core.wording import counted
from peerhub.workforce import files
from peerhub.workforce.actions import imports as actions
from peerhub.workforce.forms.imports import LetGoForm, LoadForm, MatchingForm, TeamsForm, UploadForm
from peerhub.workforce.queries import exporting, imports
from peerhub.workforce.queries.imports import Load, LoadLine, LoadPage, Note, State
from peerhub.workforce.views.blueprint import blueprint

GONE_ON = "Somebody else went on with this file while you had it open. This is where it stands now."
MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SAID = {
    State.UPLOADED: ("Columns to match", "blue"),
    State.CHECKING: ("Being checked", "blue"),
    State.CHECKED: ("Ready to load", "yellow"),
    State.LOADING: ("Being loaded", "blue"),
    State.LOADED: ("Loaded", "green"),
    State.ABANDONED: ("Not loaded", "grey"),
}
REFUSED_KEPT = ("Refused rows to put right", "yellow")
NONE_WAITS = "No file waits. Files you upload are listed here, so that you can leave one and go on later."
NONE_FINISHED = "Nothing has been loaded yet."


def _state(row: LoadLine) -> tuple[str, str]:
    return REFUSED_KEPT if row.is_kept and row.state is State.LOADED else SAID[row.state]


WHICH: tuple[Column[LoadLine], ...] = (
    Column("filename", "File", lambda row: row.filename, href=lambda row: address_of(row.id), is_sorted=False),
    Column("made_at", "Uploaded", lambda row: row.made_at, show=lambda row: moment(row.made_at), is_sorted=False),
    Column("by", "By", lambda row: row.by, is_sorted=False),
    Column("state", "State", lambda row: _state(row)[0], tag=lambda row: _state(row)[1], is_sorted=False),
)
WAITING: tuple[Column[LoadLine], ...] = (
    *WHICH,
    Column(
        "remove", "Remove", lambda row: "" if row.state is State.LOADING else f"Remove {row.filename}",
        href=lambda row: url_for("workforce.let_go_staff_record", load_id=row.id), is_sorted=False,
    ),
)  # fmt: skip
LOADS: tuple[Column[LoadLine], ...] = (
    *WHICH,
    Column("new", "New", lambda row: row.counts.new, is_number=True, is_sorted=False),
    Column("changed", "Changed", lambda row: row.counts.changed + row.counts.ended, is_number=True, is_sorted=False),
    Column("refused", "Refused", lambda row: row.counts.refused, is_number=True, is_sorted=False),
)
NOTES: dict[str, tuple[str, str, tuple[Column[Note], ...]]] = {
    "problems": (
        "What is wrong",
        "No row has a problem.",
        (
            Column("line", "Line", lambda row: row.line, is_number=True, is_sorted=False),
            Column("column", "Column", lambda row: row.about or "Whole row", is_sorted=False),
            Column("problem", "What is wrong and what to do", lambda row: row.words, is_sorted=False),
        ),
    ),
    "new": (
        "What would be new",
        "No row is new.",
        (
            Column("line", "Line", lambda row: row.line, is_number=True, is_sorted=False),
            Column("staff_number", "Staff number", lambda row: row.about, is_sorted=False),
            Column("new", "What is new", lambda row: row.words, is_sorted=False),
        ),
    ),
    "changes": (
        "What would change",
        "No row changes what PeerHub holds.",
        (
            Column("line", "Line", lambda row: row.line, is_number=True, is_sorted=False),
            Column("staff_number", "Staff number", lambda row: row.about, is_sorted=False),
            Column("changes", "What changes", lambda row: row.words, is_sorted=False),
        ),
    ),
    "missing": (
        "People not in this file",
        "Nobody who works here is missing from this file.",
        (
            Column("staff_number", "Staff number", lambda row: row.about, is_sorted=False),
            Column("name", "Name", lambda row: row.words, is_sorted=False),
        ),
    ),
}
"""The lists about a file: each with its caption, what it says when it is empty, and its columns."""


def address_of(load_id: UUID) -> str:
    """Where a load is found."""
    return url_for("workforce.staff_record_load", load_id=load_id)


def crumbs() -> list[dict[str, str]]:
    """Where a page about a load stands."""
    return [{"text": "Staff record", "href": url_for("workforce.staff_record")}]


@blueprint.get("/staff-record")
@requires(Permission.STAFF_IMPORT, Permission.STAFF_EXPORT)
def staff_record() -> ResponseReturnValue:
    """Loads so far, with where each stands; where to begin one; the record as a file."""
    view = view_from_address(())
    kept = imports.kept_loads(viewer())
    waiting = Table("Files to go on with", WAITING, Page(kept, len(kept)), View(), empty=NONE_WAITS, can_export=False)
    finished = Table(
        "Files finished with", LOADS, imports.finished_loads(viewer(), view), view, empty=NONE_FINISHED,
        can_export=False,
    )  # fmt: skip
    return render_template("workforce/imports/index.html", waiting=waiting, finished=finished)


@blueprint.get("/staff-record/file")
@requires(Permission.STAFF_EXPORT)
def export_staff_record() -> ResponseReturnValue:
    """The staff record within reach as CSV or Excel, in the columns it can be loaded from."""
    kind = asked_format() or "csv"
    rows = exporting.seen_rows(viewer())
    audit.read("staff record exported", None, spells=len(rows))
    return _download(files.write_staff_record(rows, kind), "staff-record", kind)


@blueprint.route("/staff-record/upload", methods=["GET", "POST"])
@requires(Permission.STAFF_IMPORT)
def upload_staff_record() -> ResponseReturnValue:
    """Upload a file. It is kept until it is loaded or let go."""
    form = UploadForm()
    megabytes = current_app.extensions["settings"].upload_megabytes
    if was_sent(form) and (taken := form.taken()):
        with form.attempt():
            kept = actions.keep_upload(*taken, megabytes * 2**20)
        if form.is_clean:
            return redirect(url_for("workforce.match_staff_record", load_id=kept.id))
    status = 422 if form.problems() else 200
    return render_template("workforce/imports/upload.html", form=form, megabytes=megabytes, crumbs=crumbs()), status


@blueprint.route("/staff-record/<uuid:load_id>/columns", methods=["GET", "POST"])
@requires(Permission.STAFF_IMPORT)
def match_staff_record(load_id: UUID) -> ResponseReturnValue:
    """Say which heading each of our columns is read from."""
    asking = viewer()
    load = imports.load_import(asking, load_id)
    if load.state not in {State.UPLOADED, State.CHECKED}:
        return redirect(address_of(load_id))
    form = MatchingForm(data={"version": load.version, "is_complete": load.choices.get("is_complete", False)})
    form.offer(load.headings, load.matching, imports.given_in(load))
    if was_sent(form) and (match := form.chosen(load.headings)) is not None:
        is_complete = bool(form.is_complete.data)
        return _go_on(load, asking, lambda: actions.match_columns(load, form.opened_at, match, is_complete=is_complete))
    page = render_template(
        "workforce/imports/columns.html", form=form, load=imports.load_page(load), crumbs=crumbs(),
        unreadable=load.outcome.get("unreadable"),
    )  # fmt: skip
    return page, 422 if form.problems() else 200


def _go_on(load: Load, asking: Viewer, act: Callable[[], None]) -> ResponseReturnValue:
    """Do something that asks for a new check, and check at once where the file is small."""
    try:
        act()
    except Conflict:
        flash(GONE_ON, "warning")
    else:
        if actions.is_small(load):
            actions.check(load, asking.reach(Permission.STAFF_IMPORT))
    return redirect(address_of(load.id))


@blueprint.get("/staff-record/<uuid:load_id>")
@requires(Permission.STAFF_IMPORT)
def staff_record_load(load_id: UUID) -> ResponseReturnValue:
    """Where a load stands: what it would do, that it is being worked on, or what it did."""
    load = imports.load_import(viewer(), load_id)
    if load.state is State.UPLOADED:
        return redirect(url_for("workforce.match_staff_record", load_id=load_id))
    audit.read("staff record load read", load)
    kind = asked_format()
    if kind:
        table = _listed(load, whole=True)
        return as_file(f"staff-record-{_asked_list(load)}", table.columns, table.page.rows, kind)
    return _page(load, LoadForm(data={"version": load.version}))


def _page(load: Load, form: LoadForm, status: int = 200) -> ResponseReturnValue:
    shown = imports.load_page(load)
    if shown.state in {State.CHECKING, State.LOADING}:
        return render_template("workforce/imports/waiting.html", load=shown, crumbs=crumbs())
    if shown.state is not State.CHECKED:
        return render_template("workforce/imports/done.html", load=shown, table=_listed(load), crumbs=crumbs())
    teams = TeamsForm(data={"version": load.version})
    teams.offer(shown.places, shown.created)
    page = render_template(
        "workforce/imports/check.html", load=shown, form=form, teams=teams, table=_listed(load),
        lists=_lists(shown, _asked_list(load)), crumbs=crumbs(),
    )  # fmt: skip
    return page, status


def _asked_list(load: Load) -> str:
    """The list asked for in the address, or else the first with anything in it."""
    asked = request.args.get("show", "")
    if asked in NOTES:
        return asked
    shown = imports.load_page(load)
    return "problems" if shown.problems else "new" if shown.counts.new else "changes"


def _listed(load: Load, *, whole: bool = False) -> Table[Note]:
    name = _asked_list(load)
    caption, empty, columns = NOTES[name]
    view = view_from_address(())
    page = imports.notes(load.id, name, view.whole() if whole else view)
    return Table(caption, columns, page, view, empty=empty)


def _lists(shown: LoadPage, listed: str) -> list[tuple[str, str, bool]]:
    """The lists about a file: words, address, and whether it is the one shown."""
    changes = shown.counts.changed + shown.counts.ended
    counts = {
        "problems": counted(shown.problems, "problem"),
        "new": counted(shown.counts.new, "new row"),
        "changes": counted(changes, "changed row"),
        "missing": counted(shown.counts.unconfirmed, "person not in this file", "people not in this file"),
    }
    return [
        (words, url_for("workforce.staff_record_load", load_id=shown.id, show=name), name == listed)
        for name, words in counts.items()
        if name != "missing" or shown.is_complete
    ]


@blueprint.post("/staff-record/<uuid:load_id>/teams")
@requires(Permission.STAFF_IMPORT)
def choose_new_teams(load_id: UUID) -> ResponseReturnValue:
    """Say which unknown teams to make, and check the file again."""
    asking = viewer()
    load = imports.load_import(asking, load_id)
    form = TeamsForm()
    chosen = list(form.create.data or ())
    return _go_on(load, asking, lambda: actions.choose_teams(load, form.opened_at, chosen))


@blueprint.post("/staff-record/<uuid:load_id>/load")
@requires(Permission.STAFF_IMPORT)
def load_staff_record(load_id: UUID) -> ResponseReturnValue:
    """Load a checked file: every row, or the good rows alone."""
    asking = viewer()
    load = imports.load_import(asking, load_id)
    form = LoadForm()
    is_asked = bool(imports.load_page(load).problems)
    if is_asked and load.state is State.CHECKED and not was_sent(form):
        return _page(load, form, 422)
    if is_asked and form.which.data == "none":
        flash("Nothing was loaded. Put the file right and upload it again.", "warning")
        return redirect(address_of(load_id))
    try:
        actions.ask_to_load(load, form.opened_at, only_good=is_asked)
    except Conflict:
        flash(GONE_ON, "warning")
        return redirect(address_of(load_id))
    if actions.is_small(load):
        actions.carry_on(load, asking.reach(Permission.STAFF_IMPORT))
        if load.state is not State.LOADED:
            flash("Nothing was loaded: PeerHub has changed since the file was checked. Look at it again.", "warning")
    return redirect(address_of(load_id))


@blueprint.get("/staff-record/<uuid:load_id>/refused")
@requires(Permission.STAFF_IMPORT)
def refused_staff_record(load_id: UUID) -> ResponseReturnValue:
    """The rows that cannot be loaded, as a file with a column of reasons."""
    asking = viewer()
    load = imports.load_import(asking, load_id)
    if load.state not in {State.CHECKED, State.LOADED} or not imports.load_page(load).is_kept:
        return redirect(address_of(load_id))
    content, kind = actions.refused_rows(load, asking.reach(Permission.STAFF_IMPORT))
    audit.read("staff record's refused rows exported", load)
    return _download(content, "refused-rows", kind)


@blueprint.route("/staff-record/<uuid:load_id>/let-go", methods=["GET", "POST"])
@requires(Permission.STAFF_IMPORT)
def let_go_staff_record(load_id: UUID) -> ResponseReturnValue:
    """Wipe what PeerHub still keeps of a file, once it was asked whether that is meant."""
    load = imports.load_import(viewer(), load_id)
    form = LetGoForm(data={"version": load.version})
    shown = imports.load_page(load)
    if not shown.is_kept:
        return redirect(address_of(load_id))
    if not was_sent(form):
        return render_template("workforce/imports/let_go.html", form=form, load=shown, crumbs=crumbs())
    try:
        actions.let_go(load, form.opened_at)
    except Conflict:
        flash(GONE_ON, "warning")
        return redirect(address_of(load_id))
    flash(f"PeerHub no longer keeps what {load.filename} held.")
    return redirect(url_for("workforce.staff_record"))


def _download(content: bytes, name: str, kind: str) -> Response:
    answer = Response(content, mimetype=MIME[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y-%m-%d}.{kind}"'
    return answer
