"""The database server that the tests start."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import Server, programs


@pytest.mark.postgres
def test_each_test_gets_an_empty_database_of_its_own(postgres_url: str, empty_postgres_url: str) -> None:
    assert postgres_url != empty_postgres_url
    one, other = create_engine(postgres_url), create_engine(empty_postgres_url)
    with one.begin() as connection:
        connection.execute(text("CREATE TABLE note_of_one_test (body text)"))
    with other.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('note_of_one_test')")).scalar() is None
    with one.begin() as connection:
        connection.execute(text("DROP TABLE note_of_one_test"))
    one.dispose()
    other.dispose()


@pytest.mark.postgres
def test_the_server_answers_on_no_network_address(postgres_server: Server) -> None:
    with postgres_server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchall() == [("",)]


def test_a_machine_told_to_have_no_server_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERHUB_TEST_POSTGRES", "")
    assert programs() is None
