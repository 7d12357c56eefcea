"""No form keeps words that a spreadsheet would run: what is typed leaves PeerHub in files."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from wtforms import HiddenField, StringField, TelField

from peerhub.core.fields import no_formula
from peerhub.core.forms import Form
from peerhub.recruitment.forms import CampaignForm
from peerhub.workforce.forms.people import NewPersonForm
from peerhub.workforce.forms.places import ChampionForm, ServiceLineForm, TeamForm
from peerhub.workforce.forms.posts import CorrectPostForm, NewPostForm, NewTermsForm
from peerhub.workforce.forms.spells import CorrectForm, EndForm, StartForm
from tests.fixtures.pages import Browser
from tests.fixtures.people import World

FORMS = (
    NewPersonForm, NewPostForm, CorrectPostForm, NewTermsForm, TeamForm, ServiceLineForm, ChampionForm, StartForm,
    EndForm, CorrectForm, CampaignForm,
)  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
def test_every_text_of_what_the_staff_record_holds_is_looked_at(app: Flask, kind: type[Form]) -> None:
    """A phone number may begin with +: it is in no file that is loaded."""
    with app.test_request_context():
        shown = [field for field in kind() if not isinstance(field, HiddenField)]
        texts = [field for field in shown if isinstance(field, StringField) and not isinstance(field, TelField)]
        assert texts
        assert [field.name for field in texts if no_formula not in field.validators] == []


def test_a_name_that_begins_like_a_formula_is_refused_in_words(
    browse: Callable[[UUID | None], Browser], world: World
) -> None:
    hugo = browse(world.hugo)
    page = hugo.post("/people/add", {"first_name": "Ann", "last_name": "=cmd|' /C calc'!A0"}, status=422)
    assert page.errors == ["Last name cannot begin with '=', which a spreadsheet may run as a formula"]
    page = hugo.post("/people/add", {"first_name": "'=1", "last_name": "Lee", "phone": "+44 20 7946 0000"}, status=422)
    assert page.errors == ["First name cannot begin with '=', which a spreadsheet may run as a formula"]
    assert (
        hugo.post("/people/add", {"first_name": "Ann", "last_name": "Lee", "phone": "+44 20 7946 0000"}).status == 200
    )
