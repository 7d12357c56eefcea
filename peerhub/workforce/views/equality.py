"""One's own equality profile: why it is asked, one question a page, and a way to take it all back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.errors import NotFound
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.core.saving import save
from peerhub.workforce.actions import equality as actions
from peerhub.workforce.forms.personal import AnswerForm, ConfirmForm
from peerhub.workforce.queries import equality as queries
from peerhub.workforce.rules.equality import QUESTIONS, Characteristic, answer_to
from peerhub.workforce.views.blueprint import blueprint

ORDER = tuple(QUESTIONS)


@blueprint.get("/my-equality")
@requires(Permission.OWN_EQUALITY)
def my_equality() -> ResponseReturnValue:
    """One's own answers, and why they are asked for."""
    own = queries.own_answers(viewer())
    if own is None:
        return render_template("workforce/personal/no_record.html", heading="Your equality answers")
    rows = [
        {
            "name": question.characteristic.value,
            "label": question.characteristic.label,
            "said": answer_to(own.answers, question.characteristic).said(question),
            "is_answered": question.characteristic.value in own.answers,
        }
        for question in QUESTIONS.values()
    ]
    return render_template(
        "workforce/personal/equality.html",
        own=own,
        rows=rows,
        form=ConfirmForm(data={"version": own.version}),
        first=ORDER[0].value,
        crumbs=_crumbs()[:1],
    )


@blueprint.route("/my-equality/<name>", methods=["GET", "POST"])
@requires(Permission.OWN_EQUALITY)
def equality_question(name: str) -> ResponseReturnValue:
    """One question; saving leads to the next."""
    asked = _characteristic(name)
    asking, question = viewer(), QUESTIONS[asked]
    person = queries.load_own(asking)
    held = _answer(asking, asked)
    form = AnswerForm(data=held)
    form.ask(question)
    outcome = save(
        form,
        lambda: actions.answer(person, form.opened_at, asked, form.choice.data or "", form.own_words),
        lambda: _answer(asking, asked),
    )
    if outcome.is_saved:
        return _go_on(asked)
    status = 409 if outcome.theirs is not None else 422 if form.problems() else 200
    return render_template(
        "workforce/personal/equality_question.html",
        form=form,
        label=asked.label,
        number=ORDER.index(asked) + 1,
        many=len(ORDER),
        next_one=_next(asked),
        theirs=outcome.theirs,
        crumbs=_crumbs(),
    ), status


@blueprint.post("/my-equality/decline")
@requires(Permission.OWN_EQUALITY)
def decline_equality() -> ResponseReturnValue:
    """Prefer not to answer any question."""
    form = ConfirmForm()
    person = queries.load_own(viewer())
    if was_sent(form):
        actions.decline_all(person, form.opened_at)
        flash("Saved. You prefer not to answer these questions, and nobody will ask why. You can change your mind.")
    return redirect(url_for("workforce.my_equality"))


@blueprint.post("/my-equality/clear")
@requires(Permission.OWN_EQUALITY)
def clear_equality() -> ResponseReturnValue:
    """Delete every answer at once."""
    form = ConfirmForm()
    person = queries.load_own(viewer())
    if was_sent(form):
        actions.clear(person)
        flash("Deleted. PeerHub no longer holds any of your answers.")
    return redirect(url_for("workforce.my_equality"))


def _characteristic(name: str) -> Characteristic:
    if name not in set(Characteristic):
        raise NotFound
    return Characteristic(name)  # type: ignore[call-arg]  # a word is found by its code alone


def _answer(asking: Any, asked: Characteristic) -> dict[str, Any]:
    own = queries.own_answers(asking)
    if own is None:
        raise NotFound
    kept = answer_to(own.answers, asked)
    return {"choice": kept.choice, "words": kept.words, "version": own.version}


def _next(asked: Characteristic) -> str | None:
    place = ORDER.index(asked) + 1
    return ORDER[place].value if place < len(ORDER) else None


def _go_on(asked: Characteristic) -> ResponseReturnValue:
    following = _next(asked)
    if following is None:
        flash("Saved. That was the last question. Thank you.")
        return redirect(url_for("workforce.my_equality"))
    return redirect(url_for("workforce.equality_question", name=following))


def _crumbs() -> list[dict[str, str]]:
    return [
        {"text": "Your record", "href": url_for("workforce.my_record")},
        {"text": "Your equality answers", "href": url_for("workforce.my_equality")},
    ]
