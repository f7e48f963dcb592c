"""``growthcore stats``: the roll-ups behind reports."""

from __future__ import annotations

import click

from growthcore.analytics import recommended
from growthcore.cli.context import core_of
from growthcore.messaging import statistics


@click.group()
def stats() -> None:
    """Check and rebuild the roll-ups of messages, engagements and recommendations."""


@stats.command()
@click.option(
    "--check", is_flag=True, help="Only compare it with the rows; exit 1 when it differs."
)
@click.pass_context
def rebuild(ctx: click.Context, check: bool) -> None:
    """Count the roll-ups anew from the ledger, engagements, touches and credited orders."""
    core = core_of(ctx)
    now = core.clock.now()
    with core.db.unit() as session:
        sent = statistics.differences(session)
        shown = recommended.differences(session, now)
        if not check:
            statistics.rebuild(session)
            recommended.rebuild(session, now)
    for (campaign_id, hour, column), number in sorted(sent.items()):
        click.echo(f"campaign {campaign_id}\t{hour:%Y-%m-%dT%H}Z\t{column}\t{number:+d}")
    for (place, column), number in sorted(shown.items()):
        where = f"{place.hour:%Y-%m-%dT%H}Z {place.page} slot {place.slot}"
        click.echo(f"model {place.model_id}\t{where}\t{column}\t{number:+d}")
    wrong = len(sent) + len(shown)
    click.echo(f"{wrong} figures differed." if wrong else "Every figure is right.")
    if check and wrong:
        ctx.exit(1)
