"""The commands: requests that somebody reserved with SENS, outside GrowthCore or before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click

from growthcore.api import Channel, ConfigError
from growthcore_channel_kakao_ncp.alimtalk import AlimTalkChannel
from growthcore_channel_kakao_ncp.client import Refused, Sens
from growthcore_channel_kakao_ncp.explaining import explaining


class Accounts(Protocol):
    """The shop's accounts."""

    def channel(self, account_id: int) -> Channel:
        """The channel of an account."""


class Shop(Protocol):
    """What the command line hands to a command."""

    @property
    def accounts(self) -> Accounts:
        """The shop's accounts."""


@click.group()
def reservations() -> None:
    """Look at and cancel requests that were reserved with SENS.

    GrowthCore itself sends when a message is due, and reserves nothing.
    """


_ACCOUNT = click.option("--account", required=True, type=int, help="The AlimTalk account's id.")


@reservations.command()
@click.argument("reserve_id")
@_ACCOUNT
@click.pass_obj
def status(shop: Shop, account: int, reserve_id: str) -> None:
    """Print how far a reserved request is."""
    with _asked(reserve_id):
        click.echo(_sens(shop, account).reservation(reserve_id))


@reservations.command()
@click.argument("reserve_id")
@_ACCOUNT
@click.pass_obj
def cancel(shop: Shop, account: int, reserve_id: str) -> None:
    """Take a reserved request back, before its time has come."""
    with _asked(reserve_id):
        _sens(shop, account).cancel(reserve_id)
    click.echo(f"The reservation {reserve_id} is cancelled.")


def _sens(shop: Shop, account: int) -> Sens:
    channel = shop.accounts.channel(account)
    if not isinstance(channel, AlimTalkChannel):
        raise ConfigError(f"The account {account} is not one of AlimTalk.")
    return channel.sens


@contextmanager
def _asked(reserve_id: str) -> Iterator[None]:
    try:
        with explaining():
            yield
    except ConfigError as error:
        refused = error.__cause__
        if isinstance(refused, Refused) and refused.status in (400, 404, 409):
            raise ConfigError(
                f"The reservation {reserve_id} can't be cancelled: it is unknown, or its time has "
                f"come. {refused.details}".strip()
            ) from refused
        raise
