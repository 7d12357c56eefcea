"""Settings: each has its rule, and a refusal that names it and says what would do."""

from __future__ import annotations

import os
import re
import stat
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from peerhub import config
from peerhub.config import SettingRefused, Settings, from_environment


def read(tmp_path: Path, **given: str) -> Settings:
    return from_environment({"PEERHUB_INSTANCE": str(tmp_path / "instance")} | given)


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.instance == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'peerhub.db'}"
    assert (settings.base_url, settings.secure_cookies) == ("http://127.0.0.1:8000", False)
    assert (settings.service_name, settings.nhs_brand, settings.sends_mail) == ("PeerHub", False, False)
    assert len(settings.secret_key) >= 64


def test_without_an_instance_folder_it_stands_beside_where_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert from_environment({}).instance == tmp_path / "instance"


KEY, OTHER_KEY = urlsafe_b64encode(b"k" * 32).decode(), urlsafe_b64encode(b"o" * 32).decode()
USED = [
    ("database_url", "postgres://u@h/d", "postgresql+psycopg://u@h/d"),
    ("database_url", "postgresql://u@h/d?sslmode=require", "postgresql+psycopg://u@h/d?sslmode=require"),
    ("database_url", "postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ("database_url", "sqlite:////srv/peerhub.db", "sqlite:////srv/peerhub.db"),
    ("secret_key", "k" * 32, "k" * 32),
    ("base_url", "https://peerhub.example.nhs.uk/", "https://peerhub.example.nhs.uk"),
    ("mail_url", "smtp+starttls://u:p@mail.example.org:587", "smtp+starttls://u:p@mail.example.org:587"),
    ("mail_from", "peerhub@example.nhs.uk", "peerhub@example.nhs.uk"),
    ("service_name", "  Peers ", "Peers"),
    ("service_name", " ", "PeerHub"),
    ("nhs_brand", "Yes", True),
    ("nhs_brand", "0", False),
    ("nhs_brand", "", False),
    ("idle_minutes", "5", 5),
    ("session_hours", "1", 1),
    ("sign_in_failures", "3", 3),
    ("sign_in_window_minutes", "1", 1),
    ("upload_megabytes", "25", 25),
    ("trusted_proxies", "1", 1),
    ("trusted_proxies", "", 0),
    ("log_level", "warning", "WARNING"),
    ("note_keys", f"{KEY}, {OTHER_KEY},", (KEY, OTHER_KEY)),
    ("note_keys", "", ()),
]


@pytest.mark.parametrize(("name", "given", "expected"), USED)
def test_a_setting_that_will_do(name: str, given: str, expected: object, tmp_path: Path) -> None:
    assert getattr(read(tmp_path, **{f"PEERHUB_{name.upper()}": given}), name) == expected


REFUSED = [
    ("DATABASE_URL", "mysql://u@h/d", "postgresql:// or sqlite:///"),
    ("SECRET_KEY", "short", "at least 32 characters"),
    ("BASE_URL", "peerhub.example.nhs.uk", "such as https://"),
    ("BASE_URL", "ftp://peerhub.example.nhs.uk", "such as https://"),
    ("BASE_URL", "https://peerhub.example.nhs.uk/?q=1", "such as https://"),
    ("MAIL_URL", "mail.example.org", "smtp://"),
    ("MAIL_URL", "http://mail.example.org", "smtp://"),
    ("MAIL_URL", "smtp://", "server's name"),
    ("MAIL_FROM", "peerhub", "such as peerhub@"),
    ("MAIL_FROM", "PeerHub <peerhub@example.org>", "such as peerhub@"),
    ("NHS_BRAND", "maybe", "yes or no"),
    ("IDLE_MINUTES", "4", "5 or more"),
    ("IDLE_MINUTES", "an hour", "whole number"),
    ("SESSION_HOURS", "0", "1 or more"),
    ("SIGN_IN_FAILURES", "2", "3 or more"),
    ("SIGN_IN_WINDOW_MINUTES", "0", "1 or more"),
    ("UPLOAD_MEGABYTES", "0", "1 or more"),
    ("UPLOAD_MEGABYTES", "1.5", "whole number"),
    ("TRUSTED_PROXIES", "-1", "0 or more"),
    ("LOG_LEVEL", "LOUD", "DEBUG, INFO"),
    ("NOTE_KEYS", "a word", "rotate-keys --new"),
    ("NOTE_KEYS", f"{KEY},{KEY[:40]}", "rotate-keys --new"),
]


@pytest.mark.parametrize(("name", "given", "words"), REFUSED)
def test_a_setting_that_will_not_do_is_refused_by_its_name(name: str, given: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingRefused, match=f"PEERHUB_{name}.*{re.escape(words)}") as told:
        read(tmp_path, **{f"PEERHUB_{name}": given})
    if name in {"SECRET_KEY", "NOTE_KEYS"}:
        assert given not in str(told.value)


def test_every_setting_is_tested() -> None:
    tested = {name for name, *_ in USED} | {"instance"}
    assert tested == {field.name for field in fields(Settings)}


def test_cookies_are_for_https_alone_once_the_address_is(tmp_path: Path) -> None:
    assert read(tmp_path, PEERHUB_BASE_URL="https://peerhub.example.nhs.uk").secure_cookies


def test_the_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        first = read(tmp_path).secret_key
    finally:
        os.umask(old)
    instance = tmp_path / "instance"
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert read(tmp_path).secret_key == first
    assert read(tmp_path / "other").secret_key != first


def test_a_key_that_is_given_is_not_written_down(tmp_path: Path) -> None:
    read(tmp_path, PEERHUB_SECRET_KEY="k" * 40)
    assert list((tmp_path / "instance").iterdir()) == []


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: read(tmp_path).secret_key, range(16)))
    assert len(set(keys)) == 1
    assert [file.name for file in (tmp_path / "instance").iterdir()] == ["secret_key"]


def test_a_key_of_another_process_wins_if_it_came_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one writes its key between our looking for one and our keeping ours."""
    (tmp_path / "instance").mkdir()
    keep = config._keep_secret

    def second(kept: Path) -> None:
        kept.write_text("f" * 64, encoding="ascii")
        keep(kept)

    monkeypatch.setattr(config, "_keep_secret", second)
    assert read(tmp_path).secret_key == "f" * 64


def test_a_key_file_that_was_emptied_is_refused(tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "secret_key").write_text("", encoding="ascii")
    with pytest.raises(SettingRefused, match="secret_key must hold at least 32"):
        read(tmp_path)
