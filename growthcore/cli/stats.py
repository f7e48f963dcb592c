"""``growthcore stats``: the roll-up behind reports."""

from __future__ import annotations

import click

from growthcore.cli.context import core_of
from growthcore.messaging import statistics


@click.group()
def stats() -> None:
    """Check and rebuild the roll-up of messages and engagements."""


@stats.command()
@click.option(
    "--check", is_flag=True, help="Only compare it with the rows; exit 1 when it differs."
)
@click.pass_context
def rebuild(ctx: click.Context, check: bool) -> None:
    """Count the roll-up anew from the ledger and the engagements."""
    core = core_of(ctx)
    with core.db.unit() as session:
        differences = statistics.differences(session)
        if not check:
            statistics.rebuild(session)
    for (campaign_id, hour, column), number in sorted(differences.items()):
        click.echo(f"campaign {campaign_id}\t{hour:%Y-%m-%dT%H}Z\t{column}\t{number:+d}")
    click.echo(f"{len(differences)} figures differed." if differences else "Every figure is right.")
    if check and differences:
        ctx.exit(1)
