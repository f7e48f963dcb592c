"""``growthcore db``: migrations of the core and of every plugin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from growthcore.cli.context import core_of, json_option, print_json
from growthcore.core import Core
from growthcore.db import migrations
from growthcore.db.ownership import CORE
from growthcore.plugins.registry import Plugins

_plugin = click.option("--plugin", "name", help="Only this plugin (core: only the core).")


@click.group()
def db() -> None:
    """Migrate the database."""


@db.command()
@_plugin
@click.pass_context
def upgrade(ctx: click.Context, name: str | None) -> None:
    """Bring the tables of the core and of every plugin up to date. Safe to repeat."""
    core = core_of(ctx, migrated=False)
    applied = migrations.upgrade(core.db, core.plugins, only=name)
    for owner, revisions in applied.items():
        click.echo(f"{owner}\t{', '.join(revisions)}")
    if not applied:
        click.echo("Everything is up to date.")


@db.command()
@click.argument("name")
@click.argument("revision")
@click.confirmation_option(prompt="Columns and tables that go take their data with them. Go on?")
@click.pass_context
def downgrade(ctx: click.Context, name: str, revision: str) -> None:
    """Take the tables of NAME (core or a plugin) back to REVISION; base removes them."""
    core = core_of(ctx, migrated=False)
    migrations.downgrade(core.db, core.plugins, name, revision)
    click.echo(f"{name} stands at {revision}.")


@db.command()
@json_option
@click.pass_context
def pending(ctx: click.Context, as_json: bool) -> None:
    """List migrations that are not applied yet; exit 1 if there are any."""
    core = core_of(ctx, migrated=False)
    _report(ctx, migrations.pending(core.db, core.plugins), "Everything is up to date.", as_json)


@db.command()
@json_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """List where the tables differ from the code; exit 1 if they do."""
    core = core_of(ctx, migrated=False)
    _report(ctx, migrations.check(core.db, core.plugins), "Tables and code agree.", as_json)


@db.command()
@click.option("--plugin", "name", default=CORE, show_default=True, help="Whose migration it is.")
@click.option("-m", "--message", required=True, help="What it does, in a few words.")
@click.pass_context
def revision(ctx: click.Context, name: str, message: str) -> None:
    """Write a new migration from the difference between the newest one and the code."""
    core = ctx.find_object(Core)
    # No shop is needed for it, nor a database.
    plugins = core.plugins if core else Plugins.load()
    path = migrations.revision(plugins, name, message)
    click.echo(f"{path}: read it, correct it, run `make format`.")


def _report(
    ctx: click.Context, found: Mapping[str, Sequence[str]], nothing: str, as_json: bool
) -> None:
    if as_json:
        print_json({owner: list(lines) for owner, lines in found.items()})
    for owner, lines in {} if as_json else found.items():
        for line in lines:
            click.echo(f"{owner}\t{line}")
    if not found and not as_json:
        click.echo(nothing)
    ctx.exit(1 if found else 0)
