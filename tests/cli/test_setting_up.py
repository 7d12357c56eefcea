"""Setting an installation up from nothing, as the README says it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from peerhub.app import create_app
from peerhub.cli.main import main
from peerhub.core.serving import Served


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command works in."""
    for name in ("PEERHUB_DATABASE_URL", "PEERHUB_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PEERHUB_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


@pytest.mark.parametrize("command", ["", "init", "demo", "serve", "create-admin", "reset-link", "retention"])
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


def test_the_first_administrator_gets_one_link_that_works_once(instance: Path) -> None:
    run = CliRunner()
    run.invoke(main, ["init"])
    answer = run.invoke(main, ["create-admin"], input="Northmoor Trust\nAda Okoro\nada@example.org\n")
    assert answer.exit_code == 0, answer.output
    path = re.search(r"http://127\.0\.0\.1:8000(/link/\S+)", answer.output)
    assert path is not None
    client = create_app().test_client()
    page = client.get(path[1], follow_redirects=True)
    assert page.status_code == 200
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None
    sent = {"csrf_token": token[1], "name": "Ada Okoro", "new_password": "four quiet green herons"}
    client.post(page.request.path, data=sent, follow_redirects=True)
    assert "Ada Okoro" in client.get("/account").text
    assert "no longer works" in create_app().test_client().get(path[1], follow_redirects=True).text


@pytest.mark.parametrize(("said", "begins"), [("", "http://127.0.0.1:8124"), ("https://peers.example",) * 2])
def test_links_lead_to_where_it_is_served(
    instance: Path, monkeypatch: pytest.MonkeyPatch, said: str, begins: str
) -> None:
    served: list[str] = []
    monkeypatch.setattr(Served, "run", lambda self: served.append(self.application.extensions["settings"].base_url))
    monkeypatch.setenv("PEERHUB_BASE_URL", said)
    run = CliRunner()
    run.invoke(main, ["init"])
    whose = ["--organisation", "Northmoor", "--name", "Ada", "--email", "ada@example.org"]
    assert f"{begins}/link/" in run.invoke(main, ["create-admin", "--port", "8124", *whose]).output
    assert run.invoke(main, ["serve", "--port", "8124"]).exit_code == 0
    assert served == [begins]


def open_link(output: str, **values: str) -> FlaskClient:
    """Whoever follows the link that a command printed, and fills in what is behind it."""
    path = re.search(r"http://127\.0\.0\.1:8000(/link/\S+)", output)
    assert path is not None, output
    client = create_app().test_client()
    page = client.get(path[1], follow_redirects=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None, page.text
    client.post(page.request.path, data={"csrf_token": token[1]} | values, follow_redirects=True)
    return client


def test_a_link_to_a_new_password_is_printed_and_works_once(instance: Path) -> None:
    run = CliRunner()
    run.invoke(main, ["init"])
    made = run.invoke(main, ["create-admin"], input="Northmoor Trust\nAda Okoro\nada@example.org\n")
    before = open_link(made.output, name="Ada Okoro", new_password="four quiet green herons")
    answer = run.invoke(main, ["reset-link", " Ada@example.org"])
    assert answer.exit_code == 0, answer.output
    assert "within 60 minutes" in answer.output
    client = open_link(answer.output, new_password="five loud red kestrels")
    assert client.get("/sign-in").status_code == 200
    assert before.get("/account").status_code == 302, "a new password ends every session"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/sign-in").text)
    assert token is not None
    sent = {"csrf_token": token[1], "email": "ada@example.org", "password": "five loud red kestrels"}
    assert "Ada Okoro" in client.post("/sign-in", data=sent, follow_redirects=True).text
    assert "reset link printed" in client.get("/audit-log").text.casefold()


def test_no_link_is_printed_for_an_address_without_an_account(instance: Path) -> None:
    run = CliRunner()
    run.invoke(main, ["init"])
    answer = run.invoke(main, ["reset-link", "nobody@example.org"])
    assert answer.exit_code == 1
    assert "No account has this e-mail address." in answer.output
    assert "/link/" not in answer.output


def test_an_address_that_cannot_be_one_is_refused_and_nothing_is_made(instance: Path) -> None:
    run = CliRunner()
    run.invoke(main, ["init"])
    answer = run.invoke(main, ["create-admin", "--organisation", "Northmoor", "--name", "Ada", "--email", "ada"])
    assert answer.exit_code == 1
    assert "Enter an e-mail address in the correct format" in answer.output
    unsaid = run.invoke(main, ["retention", "--from", "2022-01-01", "--to", "2022-12-31", "--as-at", "2025-01-01"])
    assert "none yet (make one with peerhub create-admin)" in unsaid.output


def test_the_demonstration_is_loaded_once_and_beside_nothing_else(instance: Path) -> None:
    run = CliRunner()
    first = run.invoke(main, ["demo"])
    assert first.exit_code == 0, first.output
    assert "head@wrenmoor.example" in first.output
    again = run.invoke(main, ["demo"])
    assert again.exit_code == 1
    assert "already in this database" in again.output
    if_empty = run.invoke(main, ["demo", "--if-empty"])
    assert if_empty.exit_code == 0
    assert "head@wrenmoor.example" in if_empty.output


def test_the_demonstration_refuses_a_database_that_holds_something_else(instance: Path) -> None:
    run = CliRunner()
    run.invoke(main, ["init"])
    run.invoke(main, ["create-admin", "--organisation", "Northmoor", "--name", "Ada", "--email", "ada@example.org"])
    answer = run.invoke(main, ["demo", "--if-empty"])
    assert answer.exit_code == 1
    assert "holds something other than the demonstration, so nothing was loaded" in answer.output
