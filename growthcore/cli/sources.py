"""``growthcore sources``: pulling customers, products and orders from other systems."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import click

from growthcore.api import GrowthCoreError
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.core import Core
from growthcore.plugins.providers import SOURCE
from growthcore.sources import pulling, runs
from growthcore.sources.models import RunState, SourceRun

_LOOK = 1.0
"""Seconds between two looks at what another process pulls, or what has to wait."""


@click.group()
def sources() -> None:
    """Pull customers, products and orders from other systems."""


@sources.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the accounts of sources, and how their last pulls ended."""
    core = core_of(ctx)
    with core.db.read() as session:
        found: list[dict[str, Any]] = [
            {
                "id": account.id,
                "provider": account.provider,
                "label": account.label,
                "enabled": account.enabled,
                "runs": [_shown(run) for run in runs.newest(session, account.id).values()],
            }
            for account in core.accounts.list(session, SOURCE)
        ]
    if as_json:
        print_json(found)
        return
    for each in found:
        state = "on" if each["enabled"] else "off"
        click.echo(f"{each['id']}\t{each['provider']}\t{state}\t{each['label']}")
        for run in each["runs"]:
            click.echo(f"\t{_line(run)}")
    if not found:
        click.echo("No sources yet. Add one: growthcore accounts add --kind source PROVIDER LABEL")


@sources.command()
@click.argument("account_id", type=int)
@click.option("--part", "wanted", multiple=True, help="Only this part, such as orders; repeatable.")
@click.option("--full", is_flag=True, help="Begin anew instead of where the last pull ended.")
@json_option
@click.pass_context
def pull(
    ctx: click.Context, account_id: int, wanted: tuple[str, ...], full: bool, as_json: bool
) -> None:
    """Pull what is new of an account, here and now.

    It may be killed at any moment: the next pull goes on where this one stood, without doubles.
    """
    core = core_of(ctx)
    chosen = pulling.chosen(pulling.parts(core, account_id), wanted)
    with core.db.unit() as session:
        pulling.ask(core, session, account_id, chosen, full=full, actor=ACTOR)
    ended = _follow(core, account_id, chosen, quiet=as_json)
    if as_json:
        print_json([_shown(run) for run in ended])
    problems = [run for run in ended if run.state != RunState.DONE]
    if problems:
        raise GrowthCoreError(f"{problems[0].part}: {problems[0].error or problems[0].state}")


def _follow(core: Core, account_id: int, parts: Sequence[str], *, quiet: bool) -> list[SourceRun]:
    """Pull until every part has ended, telling how far each is."""
    told: dict[str, str] = {}
    while True:
        moved = pulling.step(core, account_id)
        with core.db.read() as session:
            newest = runs.newest(session, account_id)
        followed = [newest[part] for part in parts]
        for run in followed:
            line = _line(_shown(run))
            if not quiet and run.started_at and told.get(run.part) != line:
                click.echo(line)
                told[run.part] = line
        if not any(run.is_open for run in followed):
            return followed
        if not moved:
            time.sleep(_LOOK)


def _shown(run: SourceRun) -> dict[str, Any]:
    return {
        "part": run.part,
        "state": run.state,
        "counted": run.counted,
        "total": run.total,
        "rejected": run.rejected,
        "rejects": run.rejects,
        "error": run.error,
        "asked_at": run.asked_at.isoformat(),
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
    }


def _line(run: dict[str, Any]) -> str:
    total = f" of {run['total']:,}" if run["total"] is not None else ""
    rejected = f", {run['rejected']:,} rejected" if run["rejected"] else ""
    error = f": {run['error']}" if run["error"] else ""
    return f"{run['part']}\t{run['state']}\t{run['counted']:,}{total}{rejected}{error}"
