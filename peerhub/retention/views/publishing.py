"""Published figures: the list, each as it was, publishing one, and publishing a revision."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.tables import Column, Table, as_file, asked_format, view_from_address
from peerhub.core.time import long_date, moment, short_date, today
from peerhub.retention import actions
from peerhub.retention.forms import PublishForm
from peerhub.retention.queries import published as queries
from peerhub.retention.queries.figures import counts_of
from peerhub.retention.queries.reports import usual_question
from peerhub.retention.rules.figures import WORDS
from peerhub.retention.rules.publishing import to_json
from peerhub.retention.rules.questions import Question, kept_question, read_question
from peerhub.retention.rules.tiers import TIERS
from peerhub.retention.views.exports import published_file
from peerhub.retention.views.report import address, blueprint


def version_said(line: queries.Line) -> str:
    """Which version a figure is, and whether there is a later one."""
    said = "First version" if line.version == 1 else f"Revision {line.version - 1}"
    return said if line.is_current else f"{said}, revised since"


COLUMNS: tuple[Column[queries.Line], ...] = (
    Column("title", "Title", lambda row: row.title, href=lambda row: url_for("retention.figure", figure_id=row.id)),
    Column("from", "Recruited from", lambda row: row.question.from_, show=lambda row: short_date(row.question.from_)),
    Column("to", "to", lambda row: row.question.to, show=lambda row: short_date(row.question.to), is_sorted=False),
    Column("narrowed", "Only", lambda row: row.narrowed, is_sorted=False),
    Column("as_at", "As at", lambda row: row.question.as_at, show=lambda row: short_date(row.question.as_at)),
    Column("published", "Published", lambda row: row.published_at.date(), show=lambda row: moment(row.published_at)),
    Column("by", "By", lambda row: row.published_by, is_sorted=False),
    Column(
        "version", "Version", version_said, tag=lambda row: "green" if row.is_current else "grey",
        is_sorted=False,
    ),
)  # fmt: skip


@blueprint.get("/retention/published")
@requires(Permission.RETENTION_VIEW)
def published() -> ResponseReturnValue:
    """The figures that were published; with ``format``, the list as a file."""
    view = view_from_address(queries.SORTED, "-published")
    kind = asked_format()
    asking = viewer()
    page = queries.published(asking, view.whole() if kind else view)
    if kind:
        return as_file("published-figures", COLUMNS, page.rows, kind)
    empty = "Nothing has been published yet. " + (
        "Open retention, choose the people and the day, then publish the figures."
        if queries.may_publish(asking)
        else "Figures that your head of peer work or HR publish are listed here."
    )
    table = Table("Published figures", COLUMNS, page, view, empty=empty)
    return render_template("retention/published/index.html", table=table, crumbs=_crumbs())


@blueprint.get("/retention/published/<uuid:figure_id>")
@requires(Permission.RETENTION_VIEW)
def figure(figure_id: UUID) -> ResponseReturnValue:
    """One figure as it was published, and what today's records make of it; with ``format``, as a file."""
    shown = queries.published_figure(viewer(), figure_id, today())
    kind = asked_format()
    if kind:
        return published_file(shown, kind)
    return render_template(
        "retention/published/figure.html",
        shown=shown,
        line=shown.line,
        asked=shown.line.question,
        version=version_said,
        tiers=[(tier, WORDS[tier]) for tier in TIERS],
        crumbs=_crumbs(is_within=True),
    )


@blueprint.route("/retention/publish", methods=["GET", "POST"])
@requires(Permission.RETENTION_PUBLISH)
def publish() -> ResponseReturnValue:
    """Publish the figures of the question in the address as they are now."""
    loaded = queries.loaded_to_publish(viewer())
    question, problems = read_question(request.args, usual_question(loaded, today()))
    if problems:
        return redirect(f"{url_for('retention.index')}?{urlencode(request.args)}")
    form = PublishForm(data={"title": queries.usual_title(question, today())})
    if was_sent(form):
        with form.attempt():
            kept = actions.publish(form.title.data or "", question, to_json(counts_of(loaded, question)))
        if form.is_clean:
            flash("Published. These figures are kept as they are now.")
            return redirect(url_for("retention.figure", figure_id=kept.id))
    status = 422 if form.problems() else 200
    about = _about(question)
    return render_template("retention/published/publish.html", form=form, about=about, crumbs=_crumbs(question)), status


@blueprint.route("/retention/published/<uuid:figure_id>/revise", methods=["GET", "POST"])
@requires(Permission.RETENTION_PUBLISH)
def revise(figure_id: UUID) -> ResponseReturnValue:
    """Publish what today's records make of a published figure, beside it."""
    earlier = queries.load_published(viewer(), figure_id)
    shown = queries.published_figure(viewer(), figure_id, today())
    form = PublishForm(data={"title": earlier.title})
    if was_sent(form):
        counts = to_json(counts_of(queries.loaded_to_publish(viewer()), kept_question(earlier.parameters)))
        with form.attempt():
            kept = actions.revise(earlier, form.title.data or "", shown.line.question, counts)
        if form.is_clean:
            flash("Published. The earlier figures are kept beside this revision.")
            return redirect(url_for("retention.figure", figure_id=kept.id))
    status = 422 if form.problems() else 200
    return render_template(
        "retention/published/revise.html",
        form=form,
        shown=shown,
        about=_about(shown.line.question),
        crumbs=_crumbs(is_within=True),
    ), status


def _about(question: Question) -> str:
    return (
        f"People recruited from {long_date(question.from_)} to {long_date(question.to)}, "
        f"as at {long_date(question.as_at)}."
    )


def _crumbs(question: Question | None = None, *, is_within: bool = False) -> list[dict[str, str]]:
    up = address("retention.index", question) if question else url_for("retention.index")
    crumbs = [{"text": "Retention", "href": up}]
    return [*crumbs, {"text": "Published figures", "href": url_for("retention.published")}] if is_within else crumbs
