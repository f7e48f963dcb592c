"""``growthcore policy``: quiet hours and cooldown."""

from __future__ import annotations

import re
from typing import Any

import click

from growthcore.api import InvalidInput
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.messaging import send_policy
from growthcore.messaging.models import SendPolicy


@click.group()
def policy() -> None:
    """Show and change the send policy. A change holds at once."""


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(text: str, name: str) -> int:
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    if found is None:
        raise InvalidInput({name: "Give a time of day such as 21:00."})
    return int(found[1]) * 60 + int(found[2])


def _shown(found: SendPolicy) -> dict[str, Any]:
    return {
        "quiet_hours": found.quiet_enabled,
        "from": _clock(found.quiet_from),
        "until": _clock(found.quiet_until),
        "exempt": found.quiet_exempt,
        "cooldown_hours": found.cooldown_seconds / 3600,
    }


def _print(found: SendPolicy, as_json: bool) -> None:
    if as_json:
        print_json(_shown(found))
        return
    for name, value in _shown(found).items():
        click.echo(f"{name}\t{', '.join(value) if isinstance(value, list) else value}")


@policy.command()
@json_option
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Show the policy in force."""
    with core_of(ctx).db.read() as session:
        _print(send_policy.get(session), as_json)


@policy.command("set")
@click.option("--quiet/--no-quiet", default=None, help="Hold messages at night.")
@click.option("--from", "start", help="When the night begins, 21:00 by default.")
@click.option("--until", "end", help="When it ends, 08:00 by default.")
@click.option(
    "--exempt",
    multiple=True,
    help="CLASS:MEDIUM the night does not hold, such as *:email; replaces the list.",
)
@click.option("--cooldown-hours", type=click.FloatRange(0, 2160), help="0 for none.")
@click.option("--reason", required=True, help="Why; the audit log keeps it.")
@json_option
@click.pass_context
def set_(
    ctx: click.Context,
    quiet: bool | None,
    start: str | None,
    end: str | None,
    exempt: tuple[str, ...],
    cooldown_hours: float | None,
    reason: str,
    as_json: bool,
) -> None:
    """Change the policy; what is left out stays."""
    given = {
        "quiet_enabled": quiet,
        "quiet_from": _minutes(start, "from") if start else None,
        "quiet_until": _minutes(end, "until") if end else None,
        "quiet_exempt": list(exempt) or None,
        "cooldown_seconds": None if cooldown_hours is None else round(cooldown_hours * 3600),
    }
    values = {name: value for name, value in given.items() if value is not None}
    core = core_of(ctx)
    with core.db.unit() as session:
        changed = send_policy.change(
            session, values, reason=reason, actor=ACTOR, now=core.clock.now()
        )
        _print(changed, as_json)
