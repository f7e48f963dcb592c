"""``growthcore origins``: sites whose pages may call the storefront API."""

from __future__ import annotations

import click

from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.operators import origins as service


@click.group()
def origins() -> None:
    """Say which sites may call the storefront API."""


@origins.command()
@click.argument("url")
@click.option("--development", is_flag=True, help="Also take http://localhost and 127.0.0.1.")
@click.pass_context
def add(ctx: click.Context, url: str, development: bool) -> None:
    """Allow the site at URL; www.shop.com and shop.com are two."""
    core = core_of(ctx)
    with core.db.unit() as session:
        row = service.add(session, url, now=core.clock.now(), actor=ACTOR, development=development)
    click.echo(row.origin)


@origins.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List allowed sites."""
    with core_of(ctx).db.read() as session:
        found = [row.origin for row in service.list_origins(session)]
    if as_json:
        print_json(found)
        return
    for origin in found:
        click.echo(origin)
    if not found:
        click.echo("No site is allowed yet. Add yours: growthcore origins add https://www.shop.com")


@origins.command()
@click.argument("url")
@click.pass_context
def remove(ctx: click.Context, url: str) -> None:
    """Allow a site no longer."""
    core = core_of(ctx)
    with core.db.unit() as session:
        service.remove(session, url, now=core.clock.now(), actor=ACTOR)
    click.echo("Removed.")
