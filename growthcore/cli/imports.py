"""``growthcore import``: customers, products, contents and events from files, contents from feeds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from growthcore.api import InvalidInput
from growthcore.cli.context import core_of, json_option, print_json
from growthcore.cli.feeds import feed
from growthcore.core import Core, Queue
from growthcore.events.importing import files, naming
from growthcore.events.importing.contents import Contents
from growthcore.events.importing.customers import Customers
from growthcore.events.importing.events import Events
from growthcore.events.importing.kinds import Kind, Reading
from growthcore.events.importing.plan import Plan
from growthcore.events.importing.products import Products
from growthcore.events.importing.runner import Import, Summary
from growthcore.operators import workspace

C = TypeVar("C", bound=Callable[..., Any])

_OPTIONS: Sequence[Callable[[Any], Any]] = (
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="Name a column."),
    click.option(
        "--set", "sets", multiple=True, metavar="FIELD=VALUE", help="A value for all rows."
    ),
    click.option("--name", help="What the origin of the rows is called; from the file's name."),
    click.option("--resume", is_flag=True, help="Go on where a run that was killed stopped."),
    click.option("--dry-run", is_flag=True, help="Check every row and write nothing."),
    json_option,
    click.pass_context,
)


def _options(command: C) -> C:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group(name="import")
def import_() -> None:
    """Import CSV (UTF-8 or CP949), JSON Lines or Parquet files; .csv.gz and .jsonl.gz too.

    Rows that do not fit go to FILE.rejects.jsonl, the others are taken. An import may be killed at
    any moment: --resume goes on without doubles, and events are never doubled anyway.
    """


import_.add_command(feed)


@import_.command()
@_options
def customers(ctx: click.Context, **given: Any) -> None:
    """Import customers.

    Fields: external_id, email, phone, name, locale, attributes.NAME, and consents:
    consent_email=true with consent_email_at (or consent_at) and consent_source is a statement of
    consent, consent_email_night one to messages at night; any channel stands for email.
    """
    _import(ctx, "customers", Customers, **given)


@import_.command()
@_options
def products(ctx: click.Context, **given: Any) -> None:
    """Import products.

    Fields: external_id, name, url, image_url, price, sale_price, currency, stock, hidden, brand,
    category (a path, 여성/상의/니트), attributes.NAME. Prices are in the currency's smallest unit.
    """
    _import(ctx, "products", Products, **given)


@import_.command()
@_options
def contents(ctx: click.Context, **given: Any) -> None:
    """Import blog posts, videos and reviews.

    Fields: external_id, kind (blog, video, review), title, url, image_url, summary, author,
    keywords and products (texts joined by commas), hidden, published_at.
    """
    _import(ctx, "contents", Contents, **given)


@import_.command()
@click.option(
    "--react", is_flag=True, help="Let campaigns react; without it, they never see these."
)
@_options
def events(ctx: click.Context, react: bool, **given: Any) -> None:
    """Import events.

    Fields: id, name, time, customer, visitor, value, currency, cart_id, order_id, properties.NAME,
    and either one line (product_id, quantity, price, product_name, category, brand) or several as
    JSON in items. Rows without an id get one from the file's content and their number.
    """
    _import(ctx, "events", lambda reading: Events(reading, react=react), react=react, **given)
    if react:
        core_of(ctx).jobs.enqueue(Queue.EVENTS, "react")


def _import(
    ctx: click.Context,
    kind: str,
    make: Callable[[Reading], Kind],
    *,
    file: Path,
    maps: Sequence[str],
    sets: Sequence[str],
    name: str | None,
    resume: bool,
    dry_run: bool,
    as_json: bool,
    react: bool = False,
) -> None:
    core = core_of(ctx)
    source = files.inspect(file)
    reading = _reading(core, source, name)
    plan = Plan(
        name=kind,
        kind=make(reading),
        columns=_pairs(maps, "--map"),
        constants=_pairs(sets, "--set"),
        options=(reading.source, str(react)),
    )
    if source.encoding != "utf-8-sig":
        click.echo(f"{file.name} is not UTF-8; it is read as CP949.", err=True)
    with click.progressbar(length=source.size, label=file.name, file=sys.stderr) as bar:
        run = Import(core.db, core.clock, source, plan, lambda done: bar.update(done - bar.pos))
        summary = run.check() if dry_run else run.run(resume=resume)
        bar.update(source.size - bar.pos)
    _print(summary, source, as_json)
    if summary.rejected and not summary.rows > summary.rejected:
        raise click.exceptions.Exit(1)


def _reading(core: Core, source: files.Source, name: str | None) -> Reading:
    with core.db.read() as session:
        shop = workspace.get(session)
        return Reading(
            zone=ZoneInfo(shop.zone),
            currency=shop.currency,
            source=naming.source_of(name, source.path),
            fingerprint=source.fingerprint,
        )


def _pairs(given: Sequence[str], option: str) -> dict[str, str]:
    pairs = {}
    for text in given:
        left, equals, right = text.partition("=")
        if not left or not equals:
            raise InvalidInput({option: f"{text!r} must be two names joined by =."})
        pairs[left.strip()] = right.strip()
    return pairs


def _print(summary: Summary, source: files.Source, as_json: bool) -> None:
    shown = {
        "file": str(source.path),
        "encoding": source.encoding,
        "rows": summary.rows,
        **{name: count for name, count in sorted(summary.counts.items()) if name != "rejected"},
        "rejected": summary.rejected,
        "rejects_file": summary.rejects_file and str(summary.rejects_file),
        "resumed_at": summary.resumed_at,
        "dry_run": summary.dry_run,
        "already_imported": summary.already,
    }
    if as_json:
        problems = [{"row": number, "errors": errors} for number, errors in summary.problems]
        print_json({**shown, "problems": problems})
        return
    for name, value in shown.items():
        if value not in (None, False):
            click.echo(f"{name}\t{value}")
    for number, errors in summary.problems:
        told = "; ".join(f"{field}: {why}" if field else why for field, why in errors.items())
        click.echo(f"row {number}: {told}", err=True)
