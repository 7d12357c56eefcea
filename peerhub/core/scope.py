"""Organisation scope by default: a session sees and writes one organisation's rows unless it says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, Insert, Update, event, inspect
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.visitors import iterate

from peerhub.core.database import ACROSS, ORGANISATION, TenantOwned, db


class ScopeMissing(Exception):
    """Rows of organisations were asked for and nobody said whose."""


class OtherOrganisation(Exception):
    """A write reached for another organisation's row."""


def enter(organisation_id: UUID | None) -> None:
    """From here on, this session is about one organisation (or, with None, about none)."""
    db.session.info.pop(ACROSS, None)
    db.session.info[ORGANISATION] = organisation_id


def current() -> UUID:
    """The organisation this session is about.

    Raises:
        ScopeMissing: none was entered.
    """
    held: UUID | None = db.session.info.get(ORGANISATION)
    if held is None:
        raise ScopeMissing("no organisation was entered")
    return held


@contextmanager
def within(organisation_id: UUID) -> Iterator[None]:
    """Be about one organisation for a while: jobs and commands go from one to the next with this."""
    before = {key: db.session.info.get(key) for key in (ORGANISATION, ACROSS)}
    db.session.info.update({ORGANISATION: organisation_id, ACROSS: None})
    try:
        yield
        db.session.flush()
    finally:
        db.session.info.update(before)


@contextmanager
def across(reason: str) -> Iterator[None]:
    """Read across organisations. The one way to do so; the caller records the reason in the audit log."""
    before = db.session.info.get(ACROSS)
    db.session.info[ACROSS] = reason
    try:
        yield
    finally:
        db.session.info[ACROSS] = before


@event.listens_for(Session, "do_orm_execute")
def _limit(state: ORMExecuteState) -> None:
    if state.is_column_load or (state.is_select and state.session.info.get(ACROSS)):
        return
    organisation_id = state.session.info.get(ORGANISATION)
    if organisation_id is None:
        for name in _owned(state):
            raise ScopeMissing(f"{name} was asked for, and no organisation was entered")
        return
    if not state.is_select and any(True for _ in _owned(state)):
        _check_written(state, organisation_id)
    if state.is_select or state.is_update or state.is_delete:
        state.statement = state.statement.options(
            with_loader_criteria(TenantOwned, lambda cls: cls.organisation_id == organisation_id, include_aliases=True)
        )


def _owned(state: ORMExecuteState) -> Iterator[str]:
    """The names of the models in a statement, wherever in it they stand, whose rows belong to an organisation."""
    mappers: list[Mapper[Any]] = list(state.all_mappers)
    if isinstance(state.statement, ClauseElement):
        parts = iterate(state.statement)
        mappers += [part._annotations["parentmapper"] for part in parts if "parentmapper" in part._annotations]
    return (mapper.class_.__name__ for mapper in mappers if issubclass(mapper.class_, TenantOwned))


def _check_written(state: ORMExecuteState, organisation_id: UUID) -> None:
    """Refuse a statement that would put a row into another organisation, or that the filter does not reach."""
    if isinstance(state.statement, Insert):
        rows = [*_rows(state.parameters), *_rows_within(state.statement)]
        if not rows or state.statement.select is not None:
            raise OtherOrganisation("give the rows to put in one by one")
        if any(row.get(ORGANISATION) != organisation_id for row in rows):
            raise OtherOrganisation("a row of another organisation")
    elif isinstance(state.statement, Update):
        if state.is_executemany:
            raise OtherOrganisation("rows changed by their keys pass the filter: change them as objects")
        if any(ORGANISATION in row for row in (*_rows(state.parameters), *_rows_within(state.statement))):
            raise OtherOrganisation("a row stays in its organisation")


def _rows(parameters: Any) -> list[Mapping[str, Any]]:
    rows = [parameters] if isinstance(parameters, Mapping) else list(parameters or ())
    return [row for row in rows if row]


def _rows_within(statement: Insert | Update) -> list[Mapping[str, Any]]:
    """The values that a statement carries itself, by the names of their columns."""
    given: list[Any] = [statement._values] if statement._values else []
    given += [row for rows in getattr(statement, "_multi_values", ()) for row in rows]
    return [{getattr(key, "key", key): getattr(value, "value", value) for key, value in row.items()} for row in given]


@event.listens_for(Session, "before_flush")
def _refuse_others(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    organisation_id = session.info.get(ORGANISATION)
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, TenantOwned):
            continue
        if row.organisation_id is None and organisation_id is not None:
            row.organisation_id = organisation_id
        before = inspect(row).attrs.organisation_id.history.deleted
        if row.organisation_id != organisation_id or any(held != organisation_id for held in before or ()):
            raise OtherOrganisation(type(row).__name__)
