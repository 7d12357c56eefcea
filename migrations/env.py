"""How a migration runs: in one transaction, on SQLite and PostgreSQL alike, without the application's own types.

A migration tells the schema in plain types, so that it does not change when the application does: words are kept as
text of 40 characters, moments as a timestamp with a zone.
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app


def plain_type(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """The plain type that stands for one of our own."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def differs(_context: Any, _inspected: Any, _column: Any, inspected_type: Any, wanted: Any) -> bool | None:
    """Whether a column is of another type than its model says; None leaves it to Alembic."""
    if isinstance(wanted, sa.Enum):
        return not isinstance(inspected_type, sa.String) or inspected_type.length != wanted.length
    if isinstance(wanted, sa.types.TypeDecorator):
        return not isinstance(inspected_type, wanted.impl_instance._type_affinity)
    return None


def run() -> None:
    """Run the migrations asked for."""
    database = current_app.extensions["migrate"].db
    with database.engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:  # a table is changed there by making it anew, which its references must outlive
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=on_sqlite,
            render_item=plain_type,
            compare_type=differs,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
