"""Search: one box over people, teams and posts. What is looked for is sent in the body: names stay out of addresses."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerhub.access import audit
from peerhub.access.permissions import Permission
from peerhub.access.views.guard import viewer
from peerhub.core.forms import was_sent
from peerhub.core.marks import requires
from peerhub.workforce.forms.search import SearchForm
from peerhub.workforce.queries import search as queries
from peerhub.workforce.views import looked_for
from peerhub.workforce.views.blueprint import blueprint


@blueprint.route("/search", methods=["GET", "POST"])
@requires(Permission.PEOPLE_VIEW, Permission.POSTS_VIEW)
def search() -> ResponseReturnValue:
    """Look for people, teams and posts within reach. The answer has an address of its own, so that Back finds it."""
    asking = viewer()
    kept = looked_for.kept(asking.user_id, request.args.get("found", ""))
    form = SearchForm(data={"q": kept[0]} if kept else None)
    if was_sent(form):
        number = looked_for.keep(asking.user_id, form.q.data or "", form.whole.data or "")
        return redirect(url_for("workforce.search", found=number))
    found = queries.search(asking, *kept) if kept and not form.problems() else None
    if found is not None:
        audit.read("searched", None, people=found.people.total)
    page = render_template("workforce/search/index.html", form=form, found=found, words=(form.q.data or "").strip())
    return page, 422 if form.problems() else 200
