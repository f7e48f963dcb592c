"""``growthcore source_cafe24 script``: the storefront script in the shop's pages."""

from __future__ import annotations

from typing import Protocol

import click

from growthcore.api import InvalidInput, Source
from growthcore_source_cafe24 import scripts
from growthcore_source_cafe24.source import Cafe24Source


class Accounts(Protocol):
    """The shop's accounts."""

    def source(self, account_id: int) -> Source:
        """One source."""


class Shop(Protocol):
    """What the command line hands to a command."""

    @property
    def accounts(self) -> Accounts:
        """The shop's accounts."""


@click.group()
def script() -> None:
    """Put the storefront script into the pages of the shop, or take it out."""


@script.command()
@click.argument("account_id", type=int)
@click.argument("src")
@click.option("--integrity", help="The script's hash, such as sha384-….")
@click.pass_obj
def install(shop: Shop, account_id: int, src: str, integrity: str | None) -> None:
    """Put the script at SRC into every page, instead of the one that ACCOUNT_ID put there before.

    Put the script's version into its address, so that no browser runs an old one. Members' carts are
    then told by the script and no longer by webhooks.
    """
    source = _of(shop, account_id)
    number = scripts.install(source.mall, source.context.state, src, integrity)
    click.echo(f"The script is in the pages of the shop (script tag {number}).")


@script.command()
@click.argument("account_id", type=int)
@click.pass_obj
def remove(shop: Shop, account_id: int) -> None:
    """Take the script that ACCOUNT_ID put there out of the pages."""
    source = _of(shop, account_id)
    gone = scripts.remove(source.mall, source.context.state)
    click.echo("The script is gone." if gone else "This source has put no script there.")


def _of(shop: Shop, account_id: int) -> Cafe24Source:
    source = shop.accounts.source(account_id)
    if not isinstance(source, Cafe24Source):
        raise InvalidInput({"account_id": f"The account {account_id} is no Cafe24 shop."})
    return source
