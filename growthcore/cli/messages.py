"""``growthcore messages``: the ledger, message by message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from growthcore.campaigns import preview, replaying
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.messaging import recovery, replays
from growthcore.messaging.models import Message
from growthcore.messaging.states import State
from growthcore.operators import workspace

INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"])


@click.group()
def messages() -> None:
    """Look at messages, settle uncertain ones, hand refused or lost ones over again."""


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


@messages.command()
@click.argument("message_ids", type=int, nargs=-1)
@click.option("--campaign", "campaign_id", type=int, help="Those of this campaign.")
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in replays.STATES]),
    multiple=True,
    help="Those in this state; may be given again. Without it: failed, or any of messages named.",
)
@click.option("--since", type=INSTANT, help="Those that came to their end from then on.")
@click.option("--until", type=INSTANT, help="Those that came to their end before.")
@click.option("--reason", required=True, help="Why, for the audit log.")
@click.option("--dry-run", is_flag=True, help="Only say how many messages that is.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def replay(
    ctx: click.Context,
    message_ids: tuple[int, ...],
    campaign_id: int | None,
    states: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    reason: str,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Hand messages over again that their receiver refused or lost.

    Of channels whose receiver tells repeats by the message's id, such as webhooks: it keeps its id and
    stays one message. Who opted out meanwhile gets none. Times without a zone are the shop's.
    """
    core = core_of(ctx)
    with core.db.read() as session:
        zone = workspace.zone(session)
        any_state = replays.STATES if message_ids else (State.FAILED,)
        selection = replaying.Selection(
            message_ids=message_ids or None,
            campaign_id=campaign_id,
            states=[State(state) for state in states] or any_state,
            since=since and (since if since.tzinfo else since.replace(tzinfo=zone)),
            until=until and (until if until.tzinfo else until.replace(tzinfo=zone)),
        )
        found = replaying.count(core, session, selection)
    if not dry_run:
        if not yes and found:
            click.confirm(f"Hand {found} messages over again?", abort=True, err=True)
        found = replaying.ask(core, selection, reason=reason, actor=ACTOR)
    if as_json:
        print_json({"messages": found, "asked": not dry_run})
    else:
        click.echo(f"{found} messages {'would be' if dry_run else 'are'} handed over again.")
