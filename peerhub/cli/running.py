"""What every command stands on: the application, its database, and one organisation's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask


class Stopped(click.ClickException):
    """The command cannot go on; its message says what to do."""


@contextmanager
def running(*, needs_tables: bool = True, base_url: str | None = None) -> Iterator[Flask]:
    """The application with its database at hand.

    Args:
        base_url: the address people use, unless PEERHUB_BASE_URL says another.

    Raises:
        Stopped: a setting cannot be used, or the database has not the tables of this release.
    """
    from peerhub.app import create_app
    from peerhub.config import SettingRefused, from_environment
    from peerhub.core.database import db
    from peerhub.core.schema import is_up_to_date

    try:
        app = create_app(from_environment(base_url=base_url) if base_url else None)
    except SettingRefused as refused:
        raise Stopped(str(refused)) from refused
    with app.app_context():
        try:
            if needs_tables and not is_up_to_date():
                raise Stopped("The database has no tables yet, or those of an older release. Run first: peerhub init")
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def enter_organisation(name: str | None) -> None:
    """Be about one organisation's rows: the named one, or the only one with people in it.

    Raises:
        Stopped: there is none of that name, or there are several and none was named.
    """
    from peerhub.access.queries.organisations import organisations_by_name
    from peerhub.core import scope

    known = organisations_by_name()
    if name is None and len(known) == 1:
        scope.enter(next(iter(known.values())))
    elif name in known:
        scope.enter(known[name])
    elif name is None:
        raise Stopped(f"Say whose with --organisation: {_listed(known)}.")
    else:
        raise Stopped(f"There is no organisation called {name}. There is: {_listed(known)}.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none yet (make one with peerhub create-admin)"
