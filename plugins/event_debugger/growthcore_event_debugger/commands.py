"""The command."""

from __future__ import annotations

import json
from typing import Protocol

import click

from growthcore.api import PluginContext
from growthcore_event_debugger import store


class Shop(Protocol):
    """What the command line hands to a command."""

    def plugin_context(self, plugin: str) -> PluginContext:
        """The plugin's view of the core."""


@click.command()
@click.option("--limit", default=20, type=click.IntRange(1, store.KEPT), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one event a line.")
@click.pass_obj
def tail(shop: Shop, limit: int, as_json: bool) -> None:
    """Print the newest events, newest last."""
    with shop.plugin_context("event_debugger").unit() as session:
        events = store.newest(session, limit)[::-1]
    for event in events:
        if as_json:
            click.echo(json.dumps(event, ensure_ascii=False))
        else:
            who = event["customer_id"] or "-"
            click.echo(f"{event['occurred_at']}\t{event['name']}\tcustomer {who}\t#{event['id']}")
    if not events and not as_json:
        click.echo("No event yet.")
