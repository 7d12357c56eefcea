"""Organisation scope by default: a session sees and writes one organisation's rows unless it says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from peerhub.core.database import TenantOwned, db

ORGANISATION = "organisation_id"
ACROSS = "across"


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
    before = db.session.info.get(ORGANISATION)
    db.session.info[ORGANISATION] = organisation_id
    try:
        yield
    finally:
        db.session.flush()
        db.session.info[ORGANISATION] = before


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
    if state.is_column_load or state.session.info.get(ACROSS):
        return
    owned = [mapper for mapper in state.all_mappers if issubclass(mapper.class_, TenantOwned)]
    organisation_id = state.session.info.get(ORGANISATION)
    if owned and organisation_id is None:
        raise ScopeMissing(f"{owned[0].class_.__name__} was asked for, and no organisation was entered")
    if state.is_insert:
        _check_inserted(owned, state.parameters, organisation_id)
        return
    if organisation_id is not None and (state.is_select or state.is_update or state.is_delete):
        state.statement = state.statement.options(
            with_loader_criteria(TenantOwned, lambda cls: cls.organisation_id == organisation_id, include_aliases=True)
        )


def _check_inserted(owned: list[Any], parameters: Any, organisation_id: UUID | None) -> None:
    rows = [parameters] if isinstance(parameters, Mapping) else list(parameters or ())
    if owned and any(row.get(ORGANISATION) != organisation_id for row in rows):
        raise OtherOrganisation(owned[0].class_.__name__)


@event.listens_for(Session, "before_flush")
def _refuse_others(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    organisation_id = session.info.get(ORGANISATION)
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, TenantOwned):
            continue
        if row.organisation_id is None and organisation_id is not None:
            row.organisation_id = organisation_id
        if row.organisation_id != organisation_id:
            raise OtherOrganisation(type(row).__name__)
