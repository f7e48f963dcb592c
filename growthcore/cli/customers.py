"""``growthcore customers``: show, export, erase and merge customers."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import msgspec

from growthcore.api import ConfigError
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.customers import consent, erasure, lookup, merging, service


@click.group()
def customers() -> None:
    """Show, export, erase and merge customers. ID is the shop's id, an e-mail or a phone number."""


@customers.command()
@click.argument("id_", metavar="ID")
@json_option
@click.pass_context
def show(ctx: click.Context, id_: str, as_json: bool) -> None:
    """Show a customer's profile and consents."""
    with core_of(ctx).db.read() as session:
        customer_id = lookup.resolve(session, id_)
        customer = service.get(session, customer_id)
        said = consent.of(session, customer_id)
    shown: dict[str, Any] = asdict(customer) if customer else {}
    consents = [
        {"channel": channel, "purpose": purpose, "granted": granted}
        for (channel, purpose), granted in sorted(said.items())
    ]
    if as_json:
        print_json({**shown, "consents": consents})
        return
    for name, value in (shown | shown.pop("attributes", {})).items():
        click.echo(f"{name}\t{'' if value is None else value}")
    for one in consents:
        answer = "granted" if one["granted"] else "withdrawn"
        click.echo(f"consent\t{one['channel']}\t{one['purpose']}\t{answer}")


@customers.command()
@click.argument("id_", metavar="ID")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_context
def export(ctx: click.Context, id_: str, output: Path) -> None:
    """Write everything held about a customer to a new JSON file that only you can read."""
    core = core_of(ctx)
    with core.db.read() as session:
        found = erasure.export(session, lookup.resolve(session, id_), listeners=core.listeners)
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise ConfigError(f"{output}: {error.strerror}; choose a new file") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    click.echo(f"Written to {output}")


@customers.command()
@click.argument("id_", metavar="ID")
@click.confirmation_option(prompt="Erase this customer for good?")
@click.pass_context
def erase(ctx: click.Context, id_: str) -> None:
    """Remove whatever tells who a customer is. Their refusals of messages stay."""
    core = core_of(ctx)
    with core.db.unit() as session:
        erasure.erase(
            core,
            session,
            lookup.resolve(session, id_),
            actor=ACTOR,
            now=core.clock.now(),
            listeners=core.listeners,
        )
    click.echo("Erased.")


@customers.command()
@click.argument("keep")
@click.argument("merge_", metavar="MERGE")
@click.pass_context
def merge(ctx: click.Context, keep: str, merge_: str) -> None:
    """Give everything of the second customer to the first."""
    core = core_of(ctx)
    with core.db.unit() as session:
        kept, merged = lookup.resolve(session, keep), lookup.resolve(session, merge_)
        merging.merge(
            core,
            session,
            kept,
            merged,
            actor=ACTOR,
            now=core.clock.now(),
            listeners=core.listeners,
        )
    click.echo("Merged.")
