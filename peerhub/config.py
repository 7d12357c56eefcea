"""Settings, each with its rule. Imports nothing of PeerHub."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


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
    sign_in_failures: int = 5
    sign_in_window_minutes: int = 15
    upload_megabytes: int = 10
    trusted_proxies: int = 0
    log_level: str = "INFO"

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over HTTPS alone as soon as the public address is HTTPS."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def sends_mail(self) -> bool:
        """Without a mail server every message stays in the outbox, where the administrator sees it."""
        return bool(self.mail_url)


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingRefused: a value cannot be understood.
    """
    env = os.environ if environ is None else environ
    instance = Path(env.get("PEERHUB_INSTANCE", "instance")).resolve()
    return Settings(
        instance=instance,
        database_url=_database_url(env.get("PEERHUB_DATABASE_URL", ""), instance),
        secret_key=env.get("PEERHUB_SECRET_KEY") or _kept_secret(instance),
        base_url=env.get("PEERHUB_BASE_URL", Settings.base_url).rstrip("/"),
        mail_url=_mail_url(env.get("PEERHUB_MAIL_URL", "")),
        mail_from=env.get("PEERHUB_MAIL_FROM", Settings.mail_from),
        service_name=env.get("PEERHUB_SERVICE_NAME", Settings.service_name),
        nhs_brand=_yes(env, "PEERHUB_NHS_BRAND"),
        idle_minutes=_whole(env, "PEERHUB_IDLE_MINUTES", Settings.idle_minutes, least=5),
        sign_in_failures=_whole(env, "PEERHUB_SIGN_IN_FAILURES", Settings.sign_in_failures, least=3),
        sign_in_window_minutes=_whole(env, "PEERHUB_SIGN_IN_WINDOW_MINUTES", Settings.sign_in_window_minutes, least=1),
        upload_megabytes=_whole(env, "PEERHUB_UPLOAD_MEGABYTES", Settings.upload_megabytes, least=1),
        trusted_proxies=_whole(env, "PEERHUB_TRUSTED_PROXIES", 0, least=0),
        log_level=env.get("PEERHUB_LOG_LEVEL", Settings.log_level).upper(),
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


def _kept_secret(instance: Path) -> str:
    """One random key per installation, readable by its owner alone: there is no default to forget."""
    kept = instance / "secret_key"
    try:
        return kept.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    instance.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return kept.read_text(encoding="ascii")
    made = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(made)
    return made


def _mail_url(given: str) -> str:
    if given and urlsplit(given).scheme not in {"smtp", "smtps", "smtp+starttls"}:
        raise SettingRefused("PEERHUB_MAIL_URL must begin with smtp://, smtps:// or smtp+starttls://")
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
