"""Saving a form whose record somebody else may have saved meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from peerhub.core.conflicts import Difference, differences
from peerhub.core.errors import Conflict
from peerhub.core.fields import VersionedForm
from peerhub.core.forms import Form, was_sent


@dataclass
class Outcome:
    """How saving went. ``theirs`` is where the two versions differ, or None where nobody else saved."""

    is_saved: bool = False
    theirs: list[Difference] | None = None

    def status(self, form: Form) -> int:
        """The status of the page that shows the form again."""
        return 409 if self.theirs is not None else 422 if form.problems() else 200


def save(form: VersionedForm, act: Callable[[], Any], saved: Callable[[], Mapping[str, Any]]) -> Outcome:
    """Run an action with a form that came in whole.

    Args:
        saved: what the record holds now, by the form's field names; asked for when somebody else saved first.

    When somebody else did, the form keeps what was typed and takes on the newer version, so that sending it again,
    with both versions in view, saves it.
    """
    if not was_sent(form):
        return Outcome()
    try:
        with form.attempt():
            act()
    except Conflict as conflict:
        form.version.data = str(conflict.current)
        return Outcome(theirs=differences(form, saved()))
    return Outcome(is_saved=form.is_clean)
