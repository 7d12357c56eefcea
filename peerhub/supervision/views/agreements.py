"""Agreements: the list with who is missing one, making, changing, ending, standing in, handing over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.rules import Viewer
from peerhub.access.views.guard import viewer
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.core.tables import Column, Page, Table, as_file, asked_format, view_from_address
from peerhub.core.time import short_date, today
from peerhub.supervision.actions import agreements as actions
from peerhub.supervision.actions import handovers
from peerhub.supervision.forms.agreements import AgreementForm, AnswerForm, ChangeForm, CoverForm, EndForm, HandOverForm
from peerhub.supervision.queries import agreements
from peerhub.supervision.queries.facts import settled
from peerhub.supervision.queries.people import own_id, supervisors_to_choose
from peerhub.supervision.rules.agreements import USUAL_MINUTES
from peerhub.supervision.rules.words import DueState, SupervisionKind
from peerhub.supervision.views.blueprint import blueprint
from peerhub.supervision.views.linking import TAGS, crumbs_for, links_for, supervision_of

Line = agreements.AgreementLine
COLUMNS: tuple[Column[Line], ...] = (
    Column("name", "Name", lambda row: row.person.name, href=lambda row: supervision_of(row.person.id)),
    Column("staff_number", "Staff number", lambda row: row.person.staff_number),
    Column("team", "Team", lambda row: row.team),
    Column("supervisor", "Supervisor", lambda row: row.supervisor or None),
    Column("every_weeks", "Every so many weeks", lambda row: row.every_weeks, is_number=True),
    Column("starts", "Since", lambda row: row.starts, show=lambda row: short_date(row.starts)),
    Column("last_held", "Last held", lambda row: row.line.last_held, show=lambda row: short_date(row.line.last_held)),
    Column("due", "Due", lambda row: row.line.due, show=lambda row: short_date(row.line.due)),
    Column("state", "State", lambda row: row.line.state, tag=lambda row: TAGS[row.line.state]),
)
SHOW = (("", "Everybody"), *((state.value, state.label) for state in DueState))


@blueprint.get("/supervision/agreements")
@requires(Permission.SUPERVISION_ARRANGE, Permission.SUPERVISION_DATES)
def list_agreements() -> ResponseReturnValue:
    """Every current peer within reach, with their agreement, or without; with ``format``, the same as a file."""
    asking, kind = viewer(), asked_format()
    view = view_from_address([column.key for column in COLUMNS], "name")
    show, team, supervisor = (request.args.get(name, "") for name in ("show", "team", "supervisor"))
    rows = [
        row
        for row in agreements.agreement_lines(asking)
        if show in {"", row.line.state.value}
        and team in {"", str(row.line.team_id)}
        and supervisor in {"", str(row.line.supervisor.id if row.line.supervisor else None)}
    ]
    rows = _in_order(rows, view.sort, descending=view.descending)
    if kind:
        audit.read("list of supervision dates exported", None, people=len(rows))
        return as_file("supervision", COLUMNS, rows, kind)
    page = Page(rows[view.start : view.start + view.size], len(rows))
    table = Table("Peers and their agreements", COLUMNS, page, view, empty="Nobody here is like that.")
    return render_template(
        "supervision/agreements/index.html", table=table, show=show, choices=SHOW, links=links_for(asking),
        may_add=asking.may(Permission.SUPERVISION_ARRANGE), is_narrowed=bool(team or supervisor),
    )  # fmt: skip


def _in_order(rows: list[Line], key: str, *, descending: bool) -> list[Line]:
    column = next((one for one in COLUMNS if one.key == key), COLUMNS[0])
    known = [row for row in rows if column.value(row) not in (None, "")]
    known.sort(key=lambda row: _comparable(column.value(row)), reverse=descending)
    return known + [row for row in rows if column.value(row) in (None, "")]


def _comparable(value: Any) -> Any:
    return str(getattr(value, "label", value)).casefold() if isinstance(value, str) else value


@blueprint.route("/supervision/agreements/add", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_ARRANGE)
def add_agreement() -> ResponseReturnValue:
    """Make an agreement; ``person`` in the address chooses who is supervised."""
    asking = viewer()
    form = AgreementForm(
        data={
            "supervisee_id": _asked("person"), "supervisor_id": own_id(asking), "kind": SupervisionKind.PEER,
            "every_weeks": settled().every_weeks, "minutes": USUAL_MINUTES, "starts": today(),
        }
    )  # fmt: skip
    people = supervisors_to_choose(today())
    form.supervisee_id.offer(agreements.subjects(asking))
    form.supervisor_id.offer(people)
    form.deputy_id.offer(people, nothing="Nobody yet")
    if was_sent(form):
        with form.attempt():
            actions.make_agreement(
                actions.NewAgreement(
                    supervisor_id=form.supervisor_id.data, supervisee_id=form.supervisee_id.data, kind=form.kind.data,
                    every_weeks=form.every_weeks.data or 0, minutes=form.minutes.data or 0, starts=form.starts.data,
                    deputy_id=form.deputy_id.data,
                )
            )  # fmt: skip
        if form.is_clean:
            flash("Saved. The agreement is made.")
            return redirect(supervision_of(form.supervisee_id.data))
    return _form_page("add", form, asking)


def _form_page(template: str, form: Any, asking: Viewer, **more: Any) -> ResponseReturnValue:
    crumbs = crumbs_for(asking, ("Agreements", url_for("supervision.list_agreements")))
    page = render_template(f"supervision/agreements/{template}.html", form=form, **{"crumbs": crumbs} | more)
    return page, 409 if more.get("theirs") is not None else 422 if form.problems() else 200


def _asked(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


@blueprint.get("/supervision/agreements/<uuid:agreement_id>")
@requires(Permission.OWN_SUPERVISION, Permission.SUPERVISION_GIVE, Permission.SUPERVISION_DATES)
def agreement(agreement_id: UUID) -> ResponseReturnValue:
    """An agreement: who, how often, who stands in, when it is due."""
    asking = viewer()
    page = agreements.agreement_page(asking, agreements.load_agreement(asking, agreement_id))
    return render_template(
        "supervision/agreements/agreement.html", page=page, tags=TAGS, day=today(),
        crumbs=crumbs_for(asking, (page.supervisee.name, supervision_of(page.supervisee.id))),
    )  # fmt: skip


@blueprint.route("/supervision/agreements/<uuid:agreement_id>/change", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_ARRANGE)
def change_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """Change how often and how long two people meet, and the deputy."""
    asking = viewer()
    row = agreements.load_to_arrange(asking, agreement_id)
    names = ("every_weeks", "minutes", "deputy_id")
    form = ChangeForm(obj=row)
    form.deputy_id.offer(_with(supervisors_to_choose(today()), row.deputy), nothing="Nobody yet")
    outcome = save(
        form,
        lambda: actions.change_agreement(
            row, form.opened_at, every_weeks=form.every_weeks.data or 0, minutes=form.minutes.data or 0,
            deputy_id=form.deputy_id.data,
        ),
        lambda: {name: getattr(agreements.load_to_arrange(asking, agreement_id), name) for name in names},
    )  # fmt: skip
    if outcome.is_saved:
        flash("Saved. The agreement is up to date.")
        return redirect(url_for("supervision.agreement", agreement_id=agreement_id))
    return _form_page("change", form, asking, theirs=outcome.theirs, name=row.supervisee.known_as)


def _with(choices: list[tuple[UUID, str]], held: Any) -> list[tuple[UUID, str]]:
    """The choices, and whoever is chosen now although they have left."""
    if held is None or any(key == held.id for key, _ in choices):
        return choices
    return [*choices, (held.id, held.known_as)]


@blueprint.route("/supervision/agreements/<uuid:agreement_id>/end", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_ARRANGE)
def end_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """Say which day is an agreement's last."""
    asking = viewer()
    row = agreements.load_to_arrange(asking, agreement_id)
    form = EndForm(data={"version": row.version, "ends": today()})
    outcome = save(
        form,
        lambda: actions.end_agreement(row, form.opened_at, form.ends.data),
        lambda: {"ends": agreements.load_to_arrange(asking, agreement_id).ends},
    )
    if outcome.is_saved:
        flash(f"Saved. {row.supervisee.known_as} needs a new agreement if they go on working here.")
        return redirect(supervision_of(row.supervisee_id))
    return _form_page("end", form, asking, theirs=outcome.theirs, name=row.supervisee.known_as)


@blueprint.route("/supervision/agreements/<uuid:agreement_id>/cover", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_ARRANGE)
def add_cover(agreement_id: UUID) -> ResponseReturnValue:
    """Let somebody stand in for a supervisor, for one person or for everybody they look after."""
    asking = viewer()
    row = agreements.load_to_arrange(asking, agreement_id)
    form = CoverForm(data={"starts": today()})
    form.cover_id.offer(supervisors_to_choose(today()))
    if was_sent(form):
        with form.attempt():
            rows = [row]
            if form.everybody.data:
                rows = agreements.of_supervisor(asking, row.supervisor_id, form.cover_id.data, today())
            made = actions.add_cover(rows, form.cover_id.data, form.starts.data, form.ends.data)
        if form.is_clean:
            many = len(made)
            flash(f"Saved. There is cover for {many} {'person' if many == 1 else 'people'}.")
            return redirect(url_for("supervision.agreement", agreement_id=agreement_id))
    return _form_page("cover", form, asking, supervisor=row.supervisor.known_as)


@blueprint.post("/supervision/cover/<uuid:cover_id>/remove")
@requires(Permission.SUPERVISION_ARRANGE)
def remove_cover(cover_id: UUID) -> ResponseReturnValue:
    """Take cover away again."""
    row = agreements.load_cover(viewer(), cover_id)
    agreement_id = row.agreement_id
    actions.remove_cover(row)
    flash("Removed. Nobody stands in on these days any more.")
    return redirect(url_for("supervision.agreement", agreement_id=agreement_id))


@blueprint.route("/supervision/agreements/<uuid:agreement_id>/hand-over", methods=["GET", "POST"])
@requires(Permission.SUPERVISION_ARRANGE)
def hand_over(agreement_id: UUID) -> ResponseReturnValue:
    """Give an agreement to another supervisor from a day on, in one step."""
    asking = viewer()
    row = agreements.load_to_arrange(asking, agreement_id)
    form = HandOverForm(data={"version": row.version, "on": today(), "asks_for_notes": True})
    form.supervisor_id.offer(
        [one for one in supervisors_to_choose(today()) if one[0] not in {row.supervisor_id, row.supervisee_id}]
    )
    outcome = save(
        form,
        lambda: handovers.hand_over(
            row, form.opened_at, supervisor_id=form.supervisor_id.data, on=form.on.data,
            asks_for_notes=bool(form.asks_for_notes.data),
        ),
        dict,
    )  # fmt: skip
    if outcome.is_saved:
        flash("Saved. There is a supervisor on every day, the old one until the new one begins.")
        return redirect(supervision_of(row.supervisee_id))
    return _form_page(
        "hand_over", form, asking, theirs=outcome.theirs, name=row.supervisee.known_as,
        supervisor=row.supervisor.known_as,
    )  # fmt: skip


@blueprint.route("/supervision/hand-overs/<uuid:handover_id>", methods=["GET", "POST"])
@requires(Permission.OWN_SUPERVISION)
def answer_hand_over(handover_id: UUID) -> ResponseReturnValue:
    """Say whether one's own notes go to the new supervisor."""
    asking = viewer()
    row = agreements.load_handover(asking, handover_id)
    form = AnswerForm()
    if was_sent(form):
        agrees = form.answer.data == "yes"
        with form.attempt():
            handovers.answer(row, own_id(asking), agrees=agrees)
        if form.is_clean:
            flash(f"Saved. Your notes {'go to your new supervisor' if agrees else 'stay where they are'}.")
            return redirect(url_for("supervision.my"))
    return _form_page(
        "answer", form, asking, crumbs=crumbs_for(asking), old=row.from_person.known_as, new=row.to_person.known_as,
        on=row.on,
    )  # fmt: skip
