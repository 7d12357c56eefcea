"""The options that say which column of a file is which: ``--column`` and ``--set``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from peerhub.workforce.rules.columns import Column

Command = TypeVar("Command", bound=Callable[..., Any])


def column_options(command: Command) -> Command:
    """Give a command ``--column`` and ``--set``, each to be used as often as needed."""
    for option in (
        click.option(
            "--set",
            "given",
            multiple=True,
            metavar="OURS=VALUE",
            help='The same value for every row, such as "peer_service=yes" or "setting=community"; repeat as needed.',
        ),
        click.option(
            "--column",
            "named",
            multiple=True,
            metavar="OURS=THEIRS",
            help='Which heading of the file is which of our columns, such as "team=Org L5"; repeat as needed.',
        ),
    ):
        command = option(command)
    return command


def named_columns(told: Iterable[str]) -> dict[Column, str]:
    """The headings given with ``--column``.

    Raises:
        click.UsageError: one is not of the form, or names no column of ours.
    """
    return dict(_pairs("--column", told))


def given_columns(told: Iterable[str], allowed: Iterable[Column]) -> dict[Column, str]:
    """The values given with ``--set``.

    Raises:
        click.UsageError: one is not of the form, cannot be set, or is no value of its column.
    """
    from peerhub.workforce.rules.columns import Column
    from peerhub.workforce.rules.filling import unusable_value

    may = [column for column in Column if column in set(allowed)]
    given: dict[Column, str] = {}
    for column, value in _pairs("--set", told):
        if column not in may:
            raise click.UsageError(f"--set cannot give {column}. It can give: {', '.join(may)}.")
        if problem := unusable_value(column, value):
            raise click.UsageError(f"--set {column}: {problem}")
        given[column] = value
    return given


def _pairs(option: str, told: Iterable[str]) -> Iterable[tuple[Column, str]]:
    from peerhub.workforce.rules.columns import COLUMNS
    from peerhub.workforce.rules.vocabulary import word_key

    ours: Mapping[str, Column] = {word_key(column): column for column in COLUMNS}
    seen = set()
    for text in told:
        name, sign, value = text.partition("=")
        column = ours.get(word_key(name))
        if not sign or not value.strip():
            raise click.UsageError(f'{option} takes a column of ours, = and what it is, such as {option} "team=Ward".')
        if column is None:
            raise click.UsageError(f"{option}: we have no column {name.strip()}. We have: {', '.join(COLUMNS)}.")
        if column in seen:
            raise click.UsageError(f"{option} {column} is given twice.")
        seen.add(column)
        yield column, value.strip()
