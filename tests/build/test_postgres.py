"""The database server that the tests start."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import Server, programs

pytestmark = pytest.mark.postgres


def test_each_test_gets_an_empty_database_of_its_own(postgres_server: Server) -> None:
    with postgres_server.database() as first, postgres_server.database() as second:
        assert first != second
        one, other = create_engine(first), create_engine(second)
        with one.begin() as connection:
            connection.execute(text("CREATE TABLE note (body text)"))
        with other.connect() as connection:
            assert connection.execute(text("SELECT to_regclass('note')")).scalar() is None
        one.dispose()
        other.dispose()


def test_the_server_answers_on_no_network_address(postgres_server: Server) -> None:
    with postgres_server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchall() == [("",)]


def test_a_machine_told_to_have_no_server_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERHUB_TEST_POSTGRES", "")
    assert programs() is None
