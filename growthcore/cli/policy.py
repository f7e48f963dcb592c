"""``growthcore policy``: the send policies, and the order of campaigns."""

from __future__ import annotations

import json
from typing import Any

import click

from growthcore.api import InvalidInput
from growthcore.campaigns import ranking
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.core import Core
from growthcore.messaging import priorities, send_policy


@click.group()
def policy() -> None:
    """Show and change when messages may go. A change holds at once."""


def _shown(core: Core) -> dict[str, Any]:
    with core.db.read() as session:
        settings = send_policy.settings(core, session)
        return {
            "policies": {
                id_: {
                    "enabled": each.enabled,
                    "params": each.policy.Params().dump(each.params),
                    "meaning": each.policy.describe(each.params).en,
                }
                for id_, each in settings.items()
            },
            "order": list(priorities.ranks(session)),
        }


def _print(core: Core, as_json: bool) -> None:
    shown = _shown(core)
    if as_json:
        print_json(shown)
        return
    for id_, each in shown["policies"].items():
        click.echo(f"{id_}\t{'on' if each['enabled'] else 'off'}\t{each['meaning']}")
    click.echo(f"order\t{' '.join(map(str, shown['order'])) or '-'}")


@policy.command()
@json_option
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Show the policies in force and the order of campaigns."""
    _print(core_of(ctx), as_json)


@policy.command("set")
@click.argument("policy_id", metavar="POLICY")
@click.argument("params", default="{}")
@click.option("--on/--off", "enabled", default=None, help="Switch it.")
@click.option("--reason", required=True, help="Why; the audit log keeps it.")
@json_option
@click.pass_context
def set_(
    ctx: click.Context,
    policy_id: str,
    params: str,
    enabled: bool | None,
    reason: str,
    as_json: bool,
) -> None:
    """Change a policy's PARAMS, given as a JSON object; what is left out stays.

    growthcore policy set quiet_hours '{"exempt": ["*:email"]}' --reason "exempt by decree"
    """
    core, given = core_of(ctx), _object(params)
    with core.db.unit() as session:
        saved = send_policy.settings(core, session).get(policy_id)
        send_policy.change(
            core,
            session,
            policy_id,
            {**(saved.values if saved else {}), **given},
            enabled=enabled,
            reason=reason,
            actor=ACTOR,
            now=core.clock.now(),
        )
    _print(core, as_json)


def _object(text: str) -> dict[str, Any]:
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise InvalidInput(
            {"params": 'Give the params as a JSON object such as {"pause": {"hours": 12}}.'}
        )
    return given


@policy.command()
@click.argument("campaign_ids", metavar="CAMPAIGN...", type=int, nargs=-1)
@json_option
@click.pass_context
def order(ctx: click.Context, campaign_ids: tuple[int, ...], as_json: bool) -> None:
    """Put campaigns in the order of priority, the first one first; those left out come last."""
    core = core_of(ctx)
    with core.db.unit() as session:
        version = priorities.version(session)
        ranking.change(session, campaign_ids, version=version, actor=ACTOR, now=core.clock.now())
    _print(core, as_json)
