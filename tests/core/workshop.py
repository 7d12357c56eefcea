"""A room for tests alone: pages that show every kind of field, list and chart, and that go wrong on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DecimalField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Optional

from peerhub.access.models import User
from peerhub.core import charts
from peerhub.core.database import db
from peerhub.core.errors import Conflict, DomainError, NotFound, Refused
from peerhub.core.feature import Feature, NavigationItem
from peerhub.core.fields import CHOOSE, offered
from peerhub.core.forms import DayField, Form, Required, was_sent
from peerhub.core.marks import public
from peerhub.core.tables import Column, Page, Table, as_file, asked_format, view_from_address
from peerhub.workforce.models import ServiceLine

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DAYS = (("mo", "Monday"), ("tu", "Tuesday"))
SECRET = "Priya Rahman, 10001"
blueprint = Blueprint("workshop", __name__, root_path=str(Path(__file__).parent), template_folder="templates")
open_to_all = public("a page of the tests")


class Everything(Form):
    """One field of each kind."""

    version = HiddenField(default="3")
    name = StringField("Name", [Required("Enter the name")], description="As on the badge.", render_kw={"width": 20})
    story = TextAreaField("Story", [Required("Tell the story")], render_kw={"rows": 7})
    email = EmailField("E-mail address", [Required("Enter the e-mail address")], render_kw={"autocomplete": "email"})
    phone = TelField("Phone", [Required("Enter the phone number")])
    beds = IntegerField("Beds", [Required("Enter how many beds")])
    wte = DecimalField("WTE", [Optional()], places=None)
    day = DayField("Last day", [Required("Enter the last day")])
    kind = SelectField("Kind", [Required("Choose the kind")], choices=offered([CHOOSE, ("a", "Apple"), ("b", "Bean")]))
    size = RadioField(
        "Size",
        [Required("Choose the size")],
        choices=offered([("s", "Small"), ("l", "Large")]),
        render_kw={"hints": {"s": "Fits a hand."}},
    )
    days = SelectMultipleField("Days", [Required("Choose a day")], choices=offered(DAYS))
    agreed = BooleanField("I agree", [Required("Say that you agree")], description="It can be taken back.")
    file = FileField("File", [Required("Choose a file")], render_kw={"accept": ".csv"})
    password = PasswordField("Password", [Required("Enter the password")], render_kw={"autocomplete": "new-password"})
    send = SubmitField("Send")


@blueprint.route("/workshop/everything", methods=["GET", "POST"])
@open_to_all
def everything() -> ResponseReturnValue:
    form = Everything()
    if was_sent(form):
        if request.args.get("refuse"):
            form.refuse(DomainError("That will not do", request.args["refuse"]))
        else:
            flash("Saved", "success")
            return redirect("/workshop/everything")
    return render_template("workshop/form.html", form=form), 422 if request.method == "POST" else 200


@blueprint.route("/workshop/filled")
@open_to_all
def filled() -> ResponseReturnValue:
    given = {
        "name": '"><script>', "story": "</textarea><script>", "beds": 4, "wte": Decimal("0.60000"),
        "day": date(2025, 3, 27), "kind": "b", "size": "l", "days": ["tu"], "agreed": True, "password": "a secret",
    }  # fmt: skip
    return render_template("workshop/form.html", form=Everything(data=given))


class LineForm(Form):
    """A service line's name, for what a database refuses."""

    name = StringField("Name", [Required("Enter the name")])


@blueprint.route("/workshop/line", methods=["GET", "POST"])
@open_to_all
def line() -> ResponseReturnValue:
    from peerhub.core import scope

    user = db.session.query(User).filter_by(email="hana@example.org").one()
    scope.enter(user.organisation_id)
    form = LineForm()
    if was_sent(form):
        with form.attempt():
            db.session.add(ServiceLine(name=f"{form.name.data} first", setting="community"))
            db.session.flush()
            db.session.add(ServiceLine(name=form.name.data, setting="community"))
        if form.is_clean:
            return redirect("/workshop/line")
    return render_template("workshop/form.html", form=form), 422 if request.method == "POST" else 200


@dataclass(frozen=True)
class Fruit:
    """A row of the list."""

    name: str
    picked: date | None
    weight: Decimal
    is_ripe: bool
    link: str = "/workshop/list"


FRUITS = [
    Fruit(f"Fruit {number:03d}", date(2025, 1, 1 + number % 28), Decimal(number) / 4, number % 2 == 0)
    for number in range(120)
]
FRUITS[0] = Fruit('=HYPERLINK("http://evil.example")', None, Decimal("-1.5"), is_ripe=True)
FRUITS[1] = Fruit("<script>alert(1)</script>", date(2025, 1, 2), Decimal(2), is_ripe=False)
COLUMNS: tuple[Column[Fruit], ...] = (
    Column("name", "Name", lambda row: row.name, href=lambda row: row.link),
    Column("picked", "Picked", lambda row: row.picked),
    Column("weight", "Weight", lambda row: row.weight, is_number=True),
    Column("ripe", "Ripe", lambda row: row.is_ripe, tag=lambda row: "green" if row.is_ripe else None),
    Column("hidden", "Only on the page", lambda row: row.name[:1], is_sorted=False, in_export=False),
)


@blueprint.route("/workshop/list")
@open_to_all
def listing() -> ResponseReturnValue:
    view = view_from_address([column.key for column in COLUMNS if column.is_sorted], "-name")
    rows = [row for row in FRUITS if view.filters.get("q", "").casefold() in row.name.casefold()]
    value = next(column.value for column in COLUMNS if column.key == view.sort)
    rows.sort(key=lambda row: (value(row) is None, value(row)), reverse=view.descending)
    kind = asked_format()
    if kind:
        return as_file("fruits", COLUMNS, rows, kind)
    page = Page(rows[view.start : view.start + view.size], len(rows))
    return render_template("workshop/list.html", table=Table("Fruits", COLUMNS, page, view, empty="No fruit yet."))


@dataclass(frozen=True)
class Bars:
    """A small picture."""

    numbers: tuple[int, ...]

    @property
    def heights(self) -> tuple[float, float]:
        return 3.0, 2.0

    def draw(self, figure: Figure, shape: charts.Shape) -> None:
        axes = figure.subplots()
        axes.bar(range(len(self.numbers)), self.numbers)
        axes.set_title(f"Bars, {shape}")


@blueprint.route("/workshop/bars.<any(svg, png):kind>")
@open_to_all
def bars(kind: str) -> ResponseReturnValue:
    numbers = tuple(map(int, request.args.get("numbers", "1,2,3").split(",")))
    return charts.send(charts.Chart("bars", "Bars & <more>", 'The third is "highest".', Bars(numbers)), kind)


FAULTS: dict[str, Any] = {
    "unknown": lambda: list(SECRET).remove(SECRET),
    "value": lambda: (_ for _ in ()).throw(ValueError(SECRET)),
    "not-found": lambda: (_ for _ in ()).throw(NotFound()),
    "refused": lambda: (_ for _ in ()).throw(Refused(SECRET)),
    "conflict": lambda: (_ for _ in ()).throw(Conflict(4)),
    "domain": lambda: (_ for _ in ()).throw(DomainError("Choose another day")),
}


@blueprint.route("/workshop/fault/<kind>", methods=["GET", "POST"])
@open_to_all
def fault(kind: str) -> ResponseReturnValue:
    if kind.isdecimal():
        abort(int(kind))
    FAULTS[kind]()
    return "no fault"


@blueprint.route("/workshop/writes/<how>", methods=["GET", "POST"])
@open_to_all
def writes(how: str) -> ResponseReturnValue:
    user = db.session.query(User).filter_by(email="hana@example.org").one()
    user.name = "Hana Changed"
    if how == "flushed":
        db.session.flush()
    if how == "then-fails":
        db.session.flush()
        raise ValueError(SECRET)
    if how == "statement":
        from sqlalchemy import update

        db.session.expire(user)
        db.session.execute(update(User).values(name="Everybody"))
    if how == "refused":
        raise DomainError("Choose another day")
    return "written", 200, {"Content-Type": "text/plain"}


@blueprint.route("/workshop/template/<name>")
@open_to_all
def template(name: str) -> ResponseReturnValue:
    return render_template(f"workshop/{name}.html", text="<script>alert(1)</script>")


WORKSHOP = Feature("workshop", blueprint, navigation=(NavigationItem("Workshop", "workshop.everything"),))
