"""Sender accounts as campaigns see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from growthcore.api import Channel, Text
from growthcore.plugins.accounts import CHANNEL
from growthcore.plugins.models import Account
from growthcore.web.current import core


@dataclass(frozen=True, kw_only=True)
class Sender:
    """An account with its channel's class; ``problem`` is why it can't be used now."""

    account: Account
    channel: type[Channel] | None
    problem: str | None

    @property
    def title(self) -> Text:
        """What its channel is called."""
        known = self.account.provider
        return self.channel.title if self.channel else Text(known, known)


def senders(session: Session) -> Mapping[int, Sender]:
    """Every sender account by its id, oldest first."""
    channels = core().plugins.channels
    return {
        account.id: Sender(
            account=account,
            channel=channels.get(account.provider),
            problem=_problem(account, account.provider in channels),
        )
        for account in core().accounts.list(session, CHANNEL)
    }


def _problem(account: Account, offered: bool) -> str | None:
    if not offered:
        return _("이 계정의 플러그인이 사용 중이 아닙니다.")
    if not account.enabled:
        return _("사용이 중지된 계정입니다.")
    return account.attention
