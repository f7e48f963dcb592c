"""``growthcore shop``: the shop's own settings."""

from __future__ import annotations

from typing import Any

import click

from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.operators import workspace
from growthcore.operators.models import Workspace


@click.group()
def shop() -> None:
    """Show and set the shop's own settings."""


@shop.command()
@json_option
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Show the settings, and what advertising says of the shop."""
    with core_of(ctx).db.read() as session:
        _print(workspace.get(session), as_json)


@shop.command("set")
@click.option("--name")
@click.option("--url")
@click.option("--zone", help="IANA name, such as Asia/Seoul.")
@click.option("--currency", help="ISO 4217 code, such as KRW.")
@click.option("--locale", help="ko or en.")
@click.option("--business-name", help="Whom advertising names; the shop's name without it.")
@click.option("--contact-phone", help="Shown in advertising by e-mail, such as 02-1234-5678.")
@click.option("--contact-email", help="Shown in advertising by e-mail.")
@click.option("--postal-address", help="Shown in advertising by e-mail.")
@click.option("--opt-out-number", help="The 080 number to refuse advertising by text message.")
@json_option
@click.pass_context
def set_(ctx: click.Context, as_json: bool, **values: str | None) -> None:
    """Change what is given."""
    core = core_of(ctx)
    given = {name: value for name, value in values.items() if value is not None}
    if not given:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in workspace.NAMES)
        raise click.UsageError(f"Give at least one of {options}.")
    with core.db.unit() as session:
        _print(workspace.update(session, given, now=core.clock.now(), actor=ACTOR), as_json)


def _print(found: Workspace, as_json: bool) -> None:
    shown: dict[str, Any] = {name: getattr(found, name) for name in workspace.NAMES}
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        click.echo(f"{name}\t{value}")
