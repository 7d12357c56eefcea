"""How dates, counts and percentages are said on pages."""

from __future__ import annotations

from flask import Flask

from peerhub.core import forms, time


def counted(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> counted(1, "person", "people"), counted(0, "post"), counted(1200, "spell")
    ('1 person', '0 posts', '1,200 spells')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def install(app: Flask) -> None:
    """Give templates the filters and what draws forms."""
    app.jinja_env.filters.update(
        long_date=time.long_date,
        short_date=time.short_date,
        moment=time.moment,
        wall=time.wall,
        clock_time=time.clock_time,
        counted=counted,
    )
    app.jinja_env.globals.update(
        parameters=forms.parameters,
        hidden_fields=forms.hidden_fields,
        shown_fields=forms.shown_fields,
        today=time.today,
    )
