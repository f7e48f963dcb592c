"""``growthcore messages``: the ledger, message by message."""

from __future__ import annotations

from typing import Any

import click

from growthcore.campaigns import preview
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.messaging import recovery
from growthcore.messaging.models import Message


@click.group()
def messages() -> None:
    """Look at messages and settle uncertain ones."""


def _shown(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "campaign_id": message.campaign_id,
        "customer_id": message.customer_id,
        "state": message.state,
        "reason": message.reason,
        "sent_at": message.sent_at and message.sent_at.isoformat(),
    }


@messages.command()
@click.option("--after", default=0, help="Go on after this message id.")
@click.option("--limit", default=100, type=click.IntRange(1, 1000))
@json_option
@click.pass_context
def uncertain(ctx: click.Context, after: int, limit: int, as_json: bool) -> None:
    """List messages of which nobody knows whether they went out."""
    with core_of(ctx).db.read() as session:
        found = [
            _shown(message) for message in recovery.uncertain(session, after=after, limit=limit)
        ]
    if as_json:
        print_json(found)
        return
    for message in found:
        click.echo("\t".join(str(message[name]) for name in ("id", "campaign_id", "customer_id")))
    if not found:
        click.echo("No message is uncertain.")


@messages.command()
@click.argument("message_id", type=int)
@click.argument("answer", type=click.Choice(["sent", "not-sent", "send-again"]))
@click.pass_context
def settle(ctx: click.Context, message_id: int, answer: str) -> None:
    """Say what became of an uncertain message."""
    core = core_of(ctx)
    with core.db.unit() as session:
        recovery.settle(core, session, message_id, answer, actor=ACTOR)
    click.echo(f"Message {message_id} is settled.")


@messages.command()
@click.argument("message_id", type=int)
@click.option("--html", "as_html", is_flag=True, help="Print the HTML part.")
@click.pass_context
def show(ctx: click.Context, message_id: int, as_html: bool) -> None:
    """Show a message again as it was sent."""
    core = core_of(ctx)
    with core.db.read() as session:
        found = preview.as_sent(core, session, message_id)
    if found.subject:
        click.echo(f"{found.subject}\n")
    click.echo(found.html if as_html and found.html else found.text)
