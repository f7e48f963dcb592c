"""The services of others that the demo stands in for: a Cafe24 mall, and SENS for KakaoTalk.

The mall's connection is filled in but not authorised, and a Kakao account is not made: both are for
whoever tries the demo, with the example keys that the stand-ins know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from growthcore.core import Core
from growthcore.demo.scale import ACTOR
from growthcore.plugins.models import Account
from growthcore.plugins.providers import CONNECTION
from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.sens.catalogue import CHANNELS
from growthcore.sandbox.sens.settings import EXAMPLE_KEY, EXAMPLE_PROJECT

CALLBACK = "/admin/settings/connections/callback"
"""Where the mall sends people back to; in the admin of the demo."""

_HOST = "http://127.0.0.1:"
_KAKAO = ("alimtalk", "brandmessage")


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Where the stand-ins listen on this machine."""

    smtp: int
    sens: int
    cafe24: int

    def command(self, base_url: str) -> tuple[str, ...]:
        """The words after ``growthcore`` that run all of them for the demo at ``base_url``."""
        return (
            *("sandbox", "up", "--quiet", "--smtp-port", str(self.smtp)),
            *("--sens-port", str(self.sens), "--cafe24-port", str(self.cafe24)),
            *("--app-url", f"{base_url}/admin/settings/connections/"),
            *("--redirect-uri", f"{base_url}{CALLBACK}"),
        )


def prepare(core: Core, session: Session) -> None:
    """Fill in a connection to the mall, and an account that sends its text messages by it."""
    usual = Cafe24Settings()
    connection = core.accounts.create(
        session,
        provider="cafe24",
        label="카페24 (샌드박스)",
        values={
            "mall_id": usual.mall_id,
            "client_id": usual.client_id,
            "client_secret": usual.client_secret,
            "base_url": f"{_HOST}8024",
            "allow_private": True,
        },
        actor=ACTOR,
        kind=CONNECTION,
    )
    core.accounts.create(
        session,
        provider="sms_cafe24",
        label="데모 문자 (샌드박스)",
        values={"connection": connection.id},
        actor=ACTOR,
    )


def settle(core: Core, session: Session, ports: Ports) -> None:
    """Have every account that uses a stand-in find it where it runs now."""
    mall, sens = f"{_HOST}{ports.cafe24}", f"{_HOST}{ports.sens}"
    for account in core.accounts.list(session):
        if not str(account.config.get("base_url", "")).startswith(_HOST):
            continue
        if account.provider == "cafe24":
            _move(core, session, account, mall, {"client_secret": Cafe24Settings().client_secret})
            # A mall that started anew knows nothing of what an earlier one allowed.
            account.state = {}
        elif account.provider in _KAKAO:
            keys = {"access_key": EXAMPLE_KEY.access, "secret_key": EXAMPLE_KEY.secret}
            _move(core, session, account, sens, keys)


def _move(
    core: Core, session: Session, account: Account, url: str, secrets: Mapping[str, Any]
) -> None:
    """Secrets don't go along to another address by themselves; the examples are no secret."""
    if account.config["base_url"] != url and core.accounts.class_of(account):
        values = {**account.config, "base_url": url, **secrets}
        core.accounts.update(session, account.id, values=values, actor=ACTOR)


def told(ports: Ports) -> Mapping[str, str]:
    """What somebody needs to try them out, by what it is."""
    return {
        "Cafe24 mall": f"{_HOST}{ports.cafe24}/",
        "Kakao channel": CHANNELS[0].id,
        "Service ID": EXAMPLE_PROJECT.kakao_service,
        "Access Key": EXAMPLE_KEY.access,
        "Secret Key": EXAMPLE_KEY.secret,
        "API address": f"{_HOST}{ports.sens}",
    }
