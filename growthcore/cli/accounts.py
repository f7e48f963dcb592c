"""``growthcore accounts``: configured providers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.plugins.models import Account


@click.group()
def accounts() -> None:
    """Configure the accounts messages go through."""


@accounts.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List accounts; of secrets only whether they are set."""
    core = core_of(ctx)
    with core.db.read() as session:
        found = [_shown(account) for account in core.accounts.list(session)]
    if as_json:
        print_json(found)
        return
    for account in found:
        state = "on" if account["enabled"] else "off"
        note = f"\t{account['attention']}" if account["attention"] else ""
        click.echo(f"{account['id']}\t{account['provider']}\t{state}\t{account['label']}{note}")
    if not found:
        click.echo("No accounts yet. Add one: growthcore accounts add PROVIDER LABEL")


@accounts.command()
@click.argument("provider")
@click.argument("label")
@click.option("--set", "given", multiple=True, metavar="FIELD=VALUE", help="A setting.")
@click.option(
    "--secret",
    "secret_names",
    multiple=True,
    metavar="FIELD",
    help="A secret, asked for; FIELD=$env:NAME or FIELD=$file:/PATH refers to one.",
)
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    *,
    provider: str,
    label: str,
    given: tuple[str, ...],
    secret_names: tuple[str, ...],
    as_json: bool,
) -> None:
    """Configure an account of PROVIDER, such as channel_file, under the name LABEL."""
    core = core_of(ctx)
    values = dict(_pairs(given)) | dict(_secrets(secret_names))
    with core.db.unit() as session:
        account = core.accounts.create(
            session, provider=provider, label=label, values=values, actor=ACTOR
        )
    if as_json:
        print_json(_shown(account))
    else:
        click.echo(
            f"Account {account.id} is ready. Try it: growthcore accounts verify {account.id}"
        )


@accounts.command()
@click.argument("account_id", type=int)
@click.pass_context
def verify(ctx: click.Context, account_id: int) -> None:
    """Try an account for real."""
    core_of(ctx).accounts.verify(account_id)
    click.echo(f"Account {account_id} works.")


@accounts.command()
@click.argument("account_id", type=int)
@click.pass_context
def enable(ctx: click.Context, account_id: int) -> None:
    """Use an account again."""
    _switch(ctx, account_id, enabled=True)


@accounts.command()
@click.argument("account_id", type=int)
@click.pass_context
def disable(ctx: click.Context, account_id: int) -> None:
    """Use an account no longer; campaigns that need it pause."""
    _switch(ctx, account_id, enabled=False)


def _switch(ctx: click.Context, account_id: int, *, enabled: bool) -> None:
    core = core_of(ctx)
    with core.db.unit() as session:
        core.accounts.switch(session, account_id, enabled=enabled, actor=ACTOR)
    click.echo(f"Account {account_id} is {'on' if enabled else 'off'}.")


def _pairs(given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--set {pair}: write FIELD=VALUE.")
        yield name, value


def _secrets(given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for each in given:
        name, equals, reference = each.partition("=")
        if equals and not reference.startswith(("$env:", "$file:")):
            raise click.UsageError(
                f"--secret {name}: leave the value out, it would stay in the shell's history; "
                "only $env:NAME and $file:/PATH may be given."
            )
        yield name, reference if equals else click.prompt(name, hide_input=True)


def _shown(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "kind": account.kind,
        "provider": account.provider,
        "label": account.label,
        "config": account.config,
        "secrets": sorted(account.sealed),
        "enabled": account.enabled,
        "attention": account.attention,
    }
