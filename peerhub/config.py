"""Settings, each with its rule. Imports nothing of PeerHub."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from urllib.parse import urlsplit

SHORTEST_SECRET = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingRefused(Exception):
    """A setting cannot be used; the message names it and says what would do."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two places where PeerHub runs.

    Each field is read from ``PEERHUB_`` plus its name in capitals, unless said otherwise.
    """

    database_url: str
    secret_key: str
    instance: Path
    base_url: str = "http://127.0.0.1:8000"
    mail_url: str = ""
    mail_from: str = "peerhub@localhost"
    service_name: str = "PeerHub"
    nhs_brand: bool = False
    idle_minutes: int = 60
    session_hours: int = 12
    sign_in_failures: int = 5
    sign_in_window_minutes: int = 15
    upload_megabytes: int = 10
    trusted_proxies: int = 0
    log_level: str = "INFO"
    note_keys: tuple[str, ...] = ()

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over HTTPS alone as soon as the public address is HTTPS."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def sends_mail(self) -> bool:
        """Without a mail server every message stays in the outbox, where the administrator sees it."""
        return bool(self.mail_url)


def from_environment(environ: Mapping[str, str] | None = None, *, base_url: str = Settings.base_url) -> Settings:
    """Read the settings.

    Args:
        base_url: the address people use, unless one is set.

    Raises:
        SettingRefused: a value cannot be understood.
    """
    env = os.environ if environ is None else environ
    instance = Path(env.get("PEERHUB_INSTANCE") or "instance").resolve()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Settings(
        instance=instance,
        database_url=_database_url(env.get("PEERHUB_DATABASE_URL", ""), instance),
        secret_key=_secret(env.get("PEERHUB_SECRET_KEY", ""), instance),
        base_url=_base_url(env.get("PEERHUB_BASE_URL") or base_url),
        mail_url=_mail_url(env.get("PEERHUB_MAIL_URL", "")),
        mail_from=_address(env.get("PEERHUB_MAIL_FROM") or Settings.mail_from),
        service_name=env.get("PEERHUB_SERVICE_NAME", "").strip() or Settings.service_name,
        nhs_brand=_yes(env, "PEERHUB_NHS_BRAND"),
        idle_minutes=_whole(env, "PEERHUB_IDLE_MINUTES", Settings.idle_minutes, least=5),
        session_hours=_whole(env, "PEERHUB_SESSION_HOURS", Settings.session_hours, least=1),
        sign_in_failures=_whole(env, "PEERHUB_SIGN_IN_FAILURES", Settings.sign_in_failures, least=3),
        sign_in_window_minutes=_whole(env, "PEERHUB_SIGN_IN_WINDOW_MINUTES", Settings.sign_in_window_minutes, least=1),
        upload_megabytes=_whole(env, "PEERHUB_UPLOAD_MEGABYTES", Settings.upload_megabytes, least=1),
        trusted_proxies=_whole(env, "PEERHUB_TRUSTED_PROXIES", 0, least=0),
        log_level=_log_level(env.get("PEERHUB_LOG_LEVEL") or Settings.log_level),
        note_keys=_note_keys(env.get("PEERHUB_NOTE_KEYS", "")),
    )


def _database_url(given: str, instance: Path) -> str:
    if not given:
        return f"sqlite:///{instance / 'peerhub.db'}"
    scheme, _, rest = given.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return given
    raise SettingRefused("PEERHUB_DATABASE_URL must begin with postgresql:// or sqlite:///")


def _secret(given: str, instance: Path) -> str:
    """One random key per installation, readable by its owner alone: there is no default to forget."""
    kept = instance / "secret_key"
    if not given and not kept.exists():
        _keep_secret(kept)
    secret = given or kept.read_text(encoding="ascii").strip()
    if len(secret) < SHORTEST_SECRET:
        place = "PEERHUB_SECRET_KEY" if given else str(kept)
        raise SettingRefused(f"{place} must hold at least {SHORTEST_SECRET} characters that nobody can guess")
    return secret


def _keep_secret(kept: Path) -> None:
    """Write a new key beside its place and move it there whole, so that nobody reads half of it; the first one wins."""
    handle, beside = mkstemp(dir=kept.parent)  # readable by its owner alone
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        os.link(beside, kept)
    Path(beside).unlink()


def _base_url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingRefused("PEERHUB_BASE_URL must be an address such as https://peerhub.example.nhs.uk")
    return given.rstrip("/")


def _address(given: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", given):
        raise SettingRefused("PEERHUB_MAIL_FROM must be an e-mail address such as peerhub@example.nhs.uk")
    return given


def _log_level(given: str) -> str:
    if given.upper() not in LOG_LEVELS:
        raise SettingRefused(f"PEERHUB_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
    return given.upper()


def _note_keys(given: str) -> tuple[str, ...]:
    """Keys that seal notes, the newest first; without any, a key made from the secret does it."""
    keys = tuple(key.strip() for key in given.split(",") if key.strip())
    if not all(_is_key(key) for key in keys):
        raise SettingRefused("PEERHUB_NOTE_KEYS must hold keys made by peerhub rotate-keys --new, with commas between")
    return keys


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _mail_url(given: str) -> str:
    if not given:
        return given
    parts = urlsplit(given)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise SettingRefused("PEERHUB_MAIL_URL must be smtp://, smtps:// or smtp+starttls:// and the server's name")
    return given


def _whole(env: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    given = env.get(name, "")
    if not given:
        return default
    if not given.isdecimal() or int(given) < least:
        raise SettingRefused(f"{name} must be a whole number, {least} or more")
    return int(given)


def _yes(env: Mapping[str, str], name: str) -> bool:
    given = env.get(name, "no").lower()
    if given not in {"yes", "no", "true", "false", "1", "0", ""}:
        raise SettingRefused(f"{name} must be yes or no")
    return given in {"yes", "true", "1"}
