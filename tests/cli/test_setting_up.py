"""Setting an installation up from nothing, as the README says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from peerhub.cli.main import main


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command works in."""
    for name in ("PEERHUB_DATABASE_URL", "PEERHUB_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PEERHUB_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


@pytest.mark.parametrize("command", ["", "init", "serve", "retention"])
def test_every_command_says_what_it_does(command: str) -> None:
    answer = CliRunner().invoke(main, [*command.split(), "--help"])
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


def test_init_makes_the_tables_and_may_run_again(instance: Path) -> None:
    for _ in range(2):
        answer = CliRunner().invoke(main, ["init"])
        assert answer.exit_code == 0, answer.output
        assert "The database is ready." in answer.output
    assert (instance / "peerhub.db").is_file()
    assert (instance / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_database_without_tables_is_told_what_to_do(instance: Path) -> None:
    answer = CliRunner().invoke(main, ["serve"])
    assert answer.exit_code == 1
    assert "peerhub init" in answer.output


def test_a_setting_that_cannot_be_used_is_named(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERHUB_DATABASE_URL", "mysql://somewhere")
    answer = CliRunner().invoke(main, ["init"])
    assert answer.exit_code == 1
    assert "PEERHUB_DATABASE_URL must begin with postgresql:// or sqlite:///" in answer.output
