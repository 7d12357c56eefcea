"""What tests of workforce share: reading the database past the pages, and typing dates."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any
from uuid import UUID

from flask import Flask

from peerhub.core import scope
from peerhub.core.database import db
from tests.fixtures.pages import Browser, Page

Browse = Callable[[UUID | None], Browser]


def rows(app: Flask, organisation: UUID, statement: Any) -> list[Any]:
    """What the database holds, as a new session reads it."""
    with app.app_context():
        scope.enter(organisation)
        found = list(db.session.execute(statement).all())
        db.session.remove()
        return found


def write(app: Flask, organisation: UUID, make: Callable[[], Any]) -> Any:
    """Do something to the database and save it; a row that comes back gives its key."""
    with app.app_context():
        scope.enter(organisation)
        made = make()
        if hasattr(made, "__tablename__"):
            db.session.add(made)
        db.session.commit()
        key = getattr(made, "id", made)
        db.session.remove()
        return key


def typed(**days: date | None) -> dict[str, str]:
    """Dates as their three boxes are sent."""
    return {
        f"{name}-{part}": str(getattr(day, part)) if day else ""
        for name, day in days.items()
        for part in ("day", "month", "year")
    }


def links(page: Page) -> dict[str, str]:
    """Where each link of the page's main part leads, by what a person reads."""
    return {" ".join(link.to_text().split()): link.attrs["href"] for link in page.all("main a")}


def sent(page: Page) -> dict[str, str]:
    """The fields of the page's form with what they hold now, as the browser would send them back."""
    values = {}
    for field in page.all("main form input"):
        kind = field.attrs.get("type")
        if kind not in {"radio", "checkbox"} or "checked" in field.attrs:
            values[field.attrs["name"]] = field.attrs.get("value", "")
    for field in page.all("main form select"):
        chosen = [option for option in field.query("option") if "selected" in option.attrs]
        values[field.attrs["name"]] = chosen[0].attrs.get("value", "") if chosen else ""
    for field in page.all("main form textarea"):
        values[field.attrs["name"]] = field.to_text()
    return values


def at_once(*actions: Callable[[], Page]) -> list[Page]:
    """Do all of it at the same time, each in a thread of its own."""
    together = Barrier(len(actions))

    def act(action: Callable[[], Page]) -> Page:
        together.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(act, actions))
