"""``growthcore keys``: keys of the storefront and of the management API."""

from __future__ import annotations

from typing import Any

import click

from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.operators import keys as service
from growthcore.operators.keys import Grace
from growthcore.operators.models import ApiKey


@click.group()
def keys() -> None:
    """Issue and revoke API keys."""


@keys.command()
@click.argument("kind", type=click.Choice([service.PUBLIC, service.SECRET]))
@click.option("--label", default="shop", show_default=True, help="What the key is for.")
@json_option
@click.pass_context
def issue(ctx: click.Context, kind: str, label: str, as_json: bool) -> None:
    """Issue a key: the storefront's public one, or a secret one. A secret is shown only now."""
    core = core_of(ctx)
    now = core.clock.now()
    with core.db.unit() as session:
        if kind == service.PUBLIC:
            key = service.issue_public(session, label=label, now=now, actor=ACTOR)
            value = key.public_value
        else:
            key, value = service.issue_secret(session, label=label, now=now, actor=ACTOR)
    _print_new(key, value, as_json)


@keys.command()
@click.option(
    "--grace",
    type=click.Choice([grace.value for grace in Grace]),
    default=Grace.DAY.value,
    show_default=True,
    help="How long the old key stays valid.",
)
@json_option
@click.pass_context
def reissue(ctx: click.Context, grace: str, as_json: bool) -> None:
    """Replace the storefront's public key."""
    core = core_of(ctx)
    with core.db.unit() as session:
        key = service.reissue_public(session, grace=Grace(grace), now=core.clock.now(), actor=ACTOR)
    _print_new(key, key.public_value, as_json)


@keys.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List keys; of secret ones only the ends are known."""
    core = core_of(ctx)
    now = core.clock.now()
    with core.db.read() as session:
        found = [
            {**_shown(key), "valid": service.is_valid(key, now)}
            for key in service.list_keys(session)
        ]
    if as_json:
        print_json(found)
        return
    for key in found:
        state = "valid" if key["valid"] else "ended"
        click.echo(f"{key['id']}\t{key['kind']}\t{state}\t{key['hint']}\t{key['label']}")
    if not found:
        click.echo("No keys yet. Issue one: growthcore keys issue public")


@keys.command()
@click.argument("key_id", type=int)
@click.pass_context
def revoke(ctx: click.Context, key_id: int) -> None:
    """End a key at once."""
    core = core_of(ctx)
    with core.db.unit() as session:
        service.revoke(session, key_id, now=core.clock.now(), actor=ACTOR)
    click.echo(f"Key {key_id} is revoked.")


def _shown(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "kind": key.kind,
        "label": key.label,
        "hint": key.hint,
        "expires_at": key.expires_at and key.expires_at.isoformat(),
        "revoked_at": key.revoked_at and key.revoked_at.isoformat(),
    }


def _print_new(key: ApiKey, value: str | None, as_json: bool) -> None:
    if as_json:
        print_json({**_shown(key), "value": value})
    else:
        click.echo(value)
