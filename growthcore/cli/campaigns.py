"""``growthcore campaigns``: make, launch and follow campaigns."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click

from growthcore.analytics import exports, reports
from growthcore.api import InvalidInput, Outcome
from growthcore.campaigns import dry_runs, service, testsend
from growthcore.campaigns import why as explanations
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.reports import Standing
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.core import Queue
from growthcore.messaging.money import price
from growthcore.operators import workspace


@click.group()
def campaigns() -> None:
    """Make, launch and follow campaigns."""


def _shown(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "name": campaign.name,
        "kind": campaign.kind,
        "state": campaign.state,
        "message": campaign.message,
        "scheduled_for": campaign.scheduled_for and campaign.scheduled_for.isoformat(),
    }


def _print(campaign: Campaign, as_json: bool) -> None:
    shown = _shown(campaign)
    if as_json:
        print_json(shown)
    else:
        note = f"  ({campaign.message})" if campaign.message else ""
        click.echo(f"{campaign.id}\t{campaign.state}\t{campaign.kind}\t{campaign.name}{note}")


@campaigns.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List campaigns, newest first."""
    with core_of(ctx).db.read() as session:
        found = service.page(session, limit=1000)
    if as_json:
        print_json([_shown(campaign) for campaign in found])
        return
    for campaign in found:
        _print(campaign, as_json=False)
    if not found:
        click.echo("No campaigns yet. Make one: growthcore campaigns create NAME FILE")


@campaigns.command()
@click.argument("name")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@json_option
@click.pass_context
def create(ctx: click.Context, name: str, file: IO[str], as_json: bool) -> None:
    """Save a draft from a definition in JSON (- reads standard input)."""
    try:
        draft = json.load(file)
    except json.JSONDecodeError as error:
        raise InvalidInput({"file": f"This is not JSON: {error}"}) from error
    if not isinstance(draft, dict):
        raise InvalidInput({"file": "A definition is a JSON object."})
    core = core_of(ctx)
    with core.db.unit() as session:
        _print(service.create(core, session, name, draft, actor=ACTOR), as_json)


@campaigns.command()
@click.argument("campaign_id", type=int)
@click.option("--at", "at", help="An instant such as 2026-12-01T10:00+09:00; without it, now.")
@json_option
@click.pass_context
def launch(ctx: click.Context, campaign_id: int, at: str | None, as_json: bool) -> None:
    """Freeze a draft and start it."""
    core, when = core_of(ctx), _instant(at)
    with core.db.unit() as session:
        _print(service.launch(core, session, campaign_id, actor=ACTOR, at=when), as_json)
    core.jobs.enqueue(Queue.BACKGROUND, "enrol", campaign_id)


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidInput({"at": "Give an instant with its zone, like 2026-12-01T10:00+09:00."})
    return at


@campaigns.command()
@click.argument("campaign_id", type=int)
@json_option
@click.pass_context
def pause(ctx: click.Context, campaign_id: int, as_json: bool) -> None:
    """Hold everything not yet handed over."""
    core = core_of(ctx)
    with core.db.unit() as session:
        _print(service.pause(core, session, campaign_id, actor=ACTOR), as_json)


@campaigns.command()
@click.argument("campaign_id", type=int)
@json_option
@click.pass_context
def resume(ctx: click.Context, campaign_id: int, as_json: bool) -> None:
    """Go on; only what was not sent is sent."""
    core = core_of(ctx)
    with core.db.unit() as session:
        _print(service.resume(core, session, campaign_id, actor=ACTOR), as_json)


@campaigns.command()
@click.argument("campaign_id", type=int)
@click.confirmation_option(prompt="End this campaign? What still waits will not be sent.")
@click.pass_context
def cancel(ctx: click.Context, campaign_id: int) -> None:
    """End a campaign for good."""
    core = core_of(ctx)
    with core.db.unit() as session:
        dropped = service.cancel(core, session, campaign_id, actor=ACTOR)
    click.echo(f"Cancelled; {dropped} messages that waited will not be sent.")


@campaigns.command("dry-run")
@click.argument("campaign_id", type=int)
@json_option
@click.pass_context
def dry_run(ctx: click.Context, campaign_id: int, as_json: bool) -> None:
    """Say who would get a campaign if it went now, and send nothing."""
    core = core_of(ctx)
    with core.db.read() as session:
        found = dry_runs.dry_run(core, session, campaign_id)
    if as_json:
        print_json(found.as_dict())
        return
    click.echo(f"audience\t{found.audience}\nwould send\t{found.would_send}")
    for reason, count in sorted(found.reasons.items()):
        click.echo(f"  {reason}\t{count}")


@campaigns.command("test-send")
@click.argument("campaign_id", type=int)
@click.argument("address")
@click.option("--customer", type=int, help="Render it as this customer (our id) would get it.")
@click.pass_context
def test_send(ctx: click.Context, campaign_id: int, address: str, customer: int | None) -> None:
    """Send a draft to one address, marked as a test. It counts nowhere."""
    receipt = testsend.send_test(
        core_of(ctx), campaign_id, address, actor=ACTOR, customer_id=customer
    )
    click.echo(" ".join(filter(None, [receipt.outcome, receipt.reason, receipt.detail])))
    if receipt.outcome != Outcome.ACCEPTED:
        ctx.exit(1)


@campaigns.command()
@click.argument("campaign_id", type=int)
@click.argument("customer_id", type=int)
@json_option
@click.pass_context
def why(ctx: click.Context, campaign_id: int, customer_id: int, as_json: bool) -> None:
    """Say why a customer did, or did not, get a campaign."""
    core = core_of(ctx)
    with core.db.read() as session:
        found = explanations.explain(core, session, campaign_id, customer_id)
    if as_json:
        print_json(found.as_dict("en"))
        return
    for message in found.messages:
        click.echo(f"message {message.id}: {message.state} {message.reason or ''}".rstrip())
    for step in found.steps:
        mark = {True: "✓", False: "✗", None: "·"}[step.passed]
        click.echo(f"{mark} {step.check.en}: {step.seen.en}")


@campaigns.command()
@click.argument("campaign_id", type=int)
@json_option
@click.pass_context
def report(ctx: click.Context, campaign_id: int, as_json: bool) -> None:
    """Show what a campaign did and earned, and why what did not go did not."""
    with core_of(ctx).db.read() as session:
        found = reports.report(session, campaign_id)
    if as_json:
        print_json(found.as_dict())
        return
    _print_standing(found.standing)
    for name, rate in reports.rates(found.total).items():
        click.echo(f"{name}\t{'-' if rate is None else f'{rate}%'}")
    click.echo(f"conversions\t{found.total.conversions}")
    click.echo(f"revenue\t{price(found.total.revenue, found.currency)}")
    for link, clicks, clickers in found.links:
        click.echo(f"  {link}\t{clicks} clicks by {clickers}")


def _print_standing(found: Standing) -> None:
    click.echo(f"targets\t{found.targets}")
    for state, count in found.states.items():
        click.echo(f"{state}\t{count}")
    for (state, reason), count in sorted(found.reasons.items()):
        click.echo(f"  {state}: {reason}\t{count}")


@campaigns.command()
@click.argument("campaign_id", type=int)
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--locale", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.pass_context
def export(ctx: click.Context, campaign_id: int, file: Path, locale: str) -> None:
    """Write a campaign's report to FILE, as .csv or .xlsx by its ending."""
    core = core_of(ctx)
    with core.db.read() as session:
        found = reports.report(session, campaign_id)
        name, zone = service.get(session, campaign_id).name, workspace.get(session).zone
    if file.suffix.lower() == ".csv":
        content = exports.as_csv(found, locale)
    elif file.suffix.lower() == ".xlsx":
        content = exports.as_xlsx(found, name, zone=zone, made_at=core.clock.now(), locale=locale)
    else:
        raise InvalidInput({"file": "Give a file that ends in .csv or .xlsx."})
    file.write_bytes(content)
    click.echo(f"Written to {file}.")
