"""What an installation is told from outside, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from growthcore.api.errors import ConfigError

_DURABILITY = ("normal", "full")
_LONGEST_FRESH = 60


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Frozen settings of one installation; every field is ``GROWTHCORE_`` and its name in capitals.

    ``data_dir`` holds everything embedded (SQLite file, queue, keys, artifacts). ``database_url``
    and ``redis_url`` unset mean embedded ones. ``base_url`` is how mail recipients reach this
    installation. ``mail_url`` is the server that mail to its own people leaves by, such as
    ``smtp://USER:PASSWORD@HOST:587?from=ADDRESS``. ``lease_seconds`` bounds how long a killed
    worker's messages wait. ``recommend_milliseconds`` are how long an algorithm may think about one
    recommendation before the model's backups answer. A process asks every ``fresh_seconds`` what
    changed in the catalogue and in the models it answers with (0: at every answer). Of the answers with
    recommendations, ``receipts_per_minute`` are written down to be explained later, and kept for
    ``receipts_days``; an order is owed to a recommendation that was clicked in the ``credit_days``
    before it. A training of a model, and a comparison of algorithms, may take ``training_minutes``.
    ``frozen_time`` makes the whole installation live at one instant, for demonstrations on
    old data.
    """

    data_dir: Path = Path("growthcore-data")
    database_url: str | None = None
    redis_url: str | None = None
    base_url: str = "http://127.0.0.1:8000"
    secret_keys: str | None = field(default=None, repr=False)
    mail_url: str | None = field(default=None, repr=False)
    disabled_plugins: frozenset[str] = frozenset()
    durability: str = "normal"
    lease_seconds: int = 120
    recommend_milliseconds: int = 1000
    fresh_seconds: float = 1.0
    receipts_per_minute: int = 600
    receipts_days: int = 30
    credit_days: int = 7
    training_minutes: int = 120
    trusted_proxies: int = 0
    frozen_time: datetime | None = None
    log_level: str = "INFO"

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'growthcore.db'}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the environment. Raises :class:`ConfigError` naming the variable that is wrong."""
        given = {
            name: environ[f"GROWTHCORE_{name.upper()}"]
            for name in cls.__dataclass_fields__
            if environ.get(f"GROWTHCORE_{name.upper()}")
        }
        durability = given.get("durability", "normal")
        if durability not in _DURABILITY:
            raise ConfigError(f"GROWTHCORE_DURABILITY is {durability!r}; use normal or full")
        return cls(
            data_dir=Path(given.get("data_dir", "growthcore-data")),
            database_url=given.get("database_url"),
            redis_url=given.get("redis_url"),
            base_url=given.get("base_url", "http://127.0.0.1:8000").rstrip("/"),
            secret_keys=given.get("secret_keys"),
            mail_url=_mail_url(given),
            disabled_plugins=frozenset(given.get("disabled_plugins", "").replace(",", " ").split()),
            durability=durability,
            lease_seconds=_whole(given, "lease_seconds", 120),
            recommend_milliseconds=_whole(given, "recommend_milliseconds", 1000),
            fresh_seconds=_seconds(given, "fresh_seconds", 1.0),
            receipts_per_minute=_whole(given, "receipts_per_minute", 600, least=0),
            receipts_days=_whole(given, "receipts_days", 30),
            credit_days=_whole(given, "credit_days", 7),
            training_minutes=_whole(given, "training_minutes", 120),
            trusted_proxies=_whole(given, "trusted_proxies", 0, least=0),
            frozen_time=_instant(given, "frozen_time"),
            log_level=given.get("log_level", "INFO").upper(),
        )


def _whole(given: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    try:
        value = int(given.get(name, default))
    except ValueError:
        value = least - 1
    if value < least:
        raise ConfigError(f"GROWTHCORE_{name.upper()} must be a whole number of at least {least}")
    return value


def _seconds(given: Mapping[str, str], name: str, default: float) -> float:
    try:
        value = float(given.get(name, default))
    except ValueError:
        value = -1.0
    if not 0 <= value <= _LONGEST_FRESH:
        raise ConfigError(
            f"GROWTHCORE_{name.upper()} must be a number of seconds from 0 to {_LONGEST_FRESH}"
        )
    return value


def _mail_url(given: Mapping[str, str]) -> str | None:
    if "mail_url" not in given:
        return None
    try:
        parts = urlsplit(given["mail_url"])
        usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
        sender = parseaddr(parse_qs(parts.query).get("from", [""])[0])[1]
    except ValueError:
        usable, sender = False, ""
    if not usable or "@" not in sender:
        # The value itself is never shown: it holds a password.
        raise ConfigError(
            "GROWTHCORE_MAIL_URL must look like smtp://USER:PASSWORD@HOST:587?from=ADDRESS "
            "(or smtps://); write @, : and / in a password as %40, %3A and %2F"
        )
    return given["mail_url"]


def _instant(given: Mapping[str, str], name: str) -> datetime | None:
    if name not in given:
        return None
    try:
        at = datetime.fromisoformat(given[name])
    except ValueError:
        at = datetime.min
    if at.tzinfo is None:
        raise ConfigError(
            f"GROWTHCORE_{name.upper()} must be an instant such as 2018-01-01T00:00:00+09:00"
        )
    return at
