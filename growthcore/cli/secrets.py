"""``growthcore secrets``: the keys that seal secrets."""

from __future__ import annotations

import click

from growthcore.app import build_core
from growthcore.cli.context import ACTOR, core_of
from growthcore.plugins import secrets as service


@click.group()
def secrets() -> None:
    """Make and rotate the keys that seal secrets."""


@secrets.command()
@click.option("--id", "id_", default="k1", show_default=True, help="What the key is called.")
def generate(id_: str) -> None:
    """Print a new key for GROWTHCORE_SECRET_KEYS."""
    click.echo(service.generate(id_))


@secrets.command()
@click.pass_context
def rotate(ctx: click.Context) -> None:
    """Seal every secret again with the newest key.

    Put the new key first in GROWTHCORE_SECRET_KEYS before; where the data folder holds the keys,
    a new one is made. Start the other processes again afterwards.
    """
    core = core_of(ctx)
    if not core.settings.secret_keys:
        service.add_key(core.settings)
        core = build_core(core.settings, plugins=core.plugins)
    with core.db.unit() as session:
        count = core.accounts.rotate(session, actor=ACTOR)
    click.echo(f"{count} secrets are sealed with the key {core.keys.first}.")
