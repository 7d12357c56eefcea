"""What only one transaction at a time may do in an organisation: loading a file, merging records, erasing a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from peerhub.access.models import Organisation
from peerhub.core import scope
from peerhub.core.database import db


def one_at_a_time(*rows: Any) -> None:
    """Wait for whoever does one of these here, and keep others waiting until this transaction ends.

    Args:
        rows: read anew once it is our turn, as they may have changed meanwhile.
    """
    held = Organisation.id == scope.current()
    db.session.execute(
        update(Organisation).where(held).values(name=Organisation.name).execution_options(synchronize_session=False)
    )
    for row in rows:
        db.session.refresh(row)
