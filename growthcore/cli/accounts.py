"""``growthcore accounts``: configured providers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from growthcore.api import Diagnosis, Provider, ProviderTemplate, Sender
from growthcore.campaigns import account_removal
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.messaging import syncing
from growthcore.plugins import directory
from growthcore.plugins.accounts import CHANNEL, CONNECTION, SOURCE
from growthcore.plugins.forms import form
from growthcore.plugins.models import Account
from growthcore.plugins.offers import Kind
from growthcore.plugins.trials import Typed


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
@click.option(
    "--kind",
    "wanted",
    type=click.Choice([CONNECTION, CHANNEL, SOURCE]),
    help="Which of those called PROVIDER, where there are several; the first of these.",
)
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
    wanted: Kind | None,
    given: tuple[str, ...],
    secret_names: tuple[str, ...],
    as_json: bool,
) -> None:
    """Configure an account of PROVIDER, such as channel_file, under the name LABEL.

    PROVIDER is a channel, a connection that somebody then authorises in the admin, or a source.
    """
    core = core_of(ctx)
    kinds: tuple[Kind, ...] = (CONNECTION, CHANNEL, SOURCE)
    offering = (each for each in kinds if provider in core.accounts.offered(each))
    kind = next(offering, CHANNEL) if wanted is None else wanted
    offered = core.accounts.offered(kind).get(provider)
    values = _numbers(offered, dict(_pairs(given))) | dict(_secrets(secret_names))
    if offered and offered.verify_before_save:
        core.accounts.trials.run(Typed(kind=kind, provider=provider, values=values))
    with core.db.unit() as session:
        account = core.accounts.create(
            session, provider=provider, label=label, values=values, actor=ACTOR, kind=kind
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
@json_option
@click.pass_context
def diagnose(ctx: click.Context, account_id: int, *, as_json: bool) -> None:
    """Look at what sending depends on outside, such as the DNS of the senders' domains."""
    found = core_of(ctx).accounts.diagnose(account_id)
    if as_json:
        print_json([_diagnosed(each) for each in found])
        return
    for each in found:
        click.echo(f"{each.subject}\t{each.title.en}\t{each.state}\t{each.detail.en}")
        if each.record:
            click.echo("\t" + "\t".join(each.record))
    if not found:
        click.echo("The account's channel has nothing to look at.")


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


@accounts.command()
@click.argument("account_id", type=int)
@click.pass_context
def remove(ctx: click.Context, account_id: int) -> None:
    """Forget an account that nothing needs any more, with its secrets and lists."""
    core = core_of(ctx)
    with core.db.unit() as session:
        account_removal.remove(core, session, account_id, actor=ACTOR)
    click.echo(f"Account {account_id} is removed.")


@accounts.command()
@click.argument("account_id", type=int)
@json_option
@click.pass_context
def sync(ctx: click.Context, account_id: int, *, as_json: bool) -> None:
    """Fetch the senders and templates that the provider of an account keeps."""
    changes = syncing.sync(core_of(ctx), account_id, actor=ACTOR)
    names = ("senders", "templates")
    if as_json:
        print_json({name: asdict(each) for name, each in zip(names, changes, strict=True)})
        return
    for name, each in zip(names, changes, strict=True):
        click.echo(f"{name}\t{each.added} new, {each.changed} changed, {each.removed} removed")


@accounts.command()
@click.argument("account_id", type=int)
@json_option
@click.pass_context
def senders(ctx: click.Context, account_id: int, *, as_json: bool) -> None:
    """List the senders of an account, as last synced."""
    core = core_of(ctx)
    with core.db.read() as session:
        core.accounts.get(session, account_id)
        found = directory.senders(session, account_id)
    _list(found, ("key", "approval", "label"), account_id, as_json=as_json)


@accounts.command()
@click.argument("account_id", type=int)
@json_option
@click.pass_context
def templates(ctx: click.Context, account_id: int, *, as_json: bool) -> None:
    """List the provider templates of an account, as last synced."""
    core = core_of(ctx)
    with core.db.read() as session:
        core.accounts.get(session, account_id)
        found = directory.templates(session, account_id)
    _list(found, ("code", "approval", "name"), account_id, as_json=as_json)


def _list(
    found: Sequence[Sender] | Sequence[ProviderTemplate],
    columns: Sequence[str],
    account_id: int,
    *,
    as_json: bool,
) -> None:
    rows = [asdict(each) for each in found]
    if as_json:
        print_json([{name: _plain(value) for name, value in row.items()} for row in rows])
        return
    for row in rows:
        note = f"\t{row['detail']}" if row["detail"] else ""
        click.echo("\t".join(str(row[name]) for name in columns) + note)
    if not rows:
        click.echo(f"Nothing yet. Fetch them: growthcore accounts sync {account_id}")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


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


def _numbers(offered: type[Provider] | None, given: dict[str, Any]) -> dict[str, Any]:
    """Connections are named by number, and a command line has only texts."""
    views = form(offered.Config) if offered else ()
    named = {view.name for view in views if view.kind == "connection"}
    return {
        name: int(value) if name in named and value.isdecimal() else value
        for name, value in given.items()
    }


def _secrets(given: Iterable[str]) -> Iterable[tuple[str, str]]:
    for each in given:
        name, equals, reference = each.partition("=")
        if equals and not reference.startswith(("$env:", "$file:")):
            raise click.UsageError(
                f"--secret {name}: leave the value out, it would stay in the shell's history; "
                "only $env:NAME and $file:/PATH may be given."
            )
        yield name, reference if equals else click.prompt(name, hide_input=True)


def _diagnosed(found: Diagnosis) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "title": found.title.en,
        "state": found.state.value,
        "detail": found.detail.en,
        "record": found.record._asdict() if found.record else None,
    }


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
