"""``growthcore import feed``: contents from RSS and Atom."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from growthcore.api import InvalidInput
from growthcore.catalog import feeds
from growthcore.catalog.content_input import Kind
from growthcore.cli.context import core_of, json_option, print_json
from growthcore.core import Core


@click.command()
@click.argument("place", metavar="FEED")
@click.option(
    "--kind",
    type=click.Choice([*Kind]),
    default=Kind.BLOG,
    show_default=True,
    help="What they are.",
)
@json_option
@click.pass_context
def feed(ctx: click.Context, place: str, kind: Kind, as_json: bool) -> None:
    """Import contents from an RSS or Atom feed: a file, or an address (https://…).

    Run it again to take up what is new: entries are known by their ids. Products that were linked and
    what was hidden stay so.
    """
    core = core_of(ctx)
    items = feeds.read(_fetched(core, place), kind)
    with core.db.unit() as session:
        done = feeds.take(session, items, actor="cli", now=core.clock.now())
    counts = Counter(one.change.value for one in done)
    for item, one in zip(items, done, strict=True):
        for field, why in one.errors.items():
            click.echo(f"{item.url or item.title}: {field}: {why}", err=True)
    if as_json:
        print_json(dict(counts))
    else:
        for change, count in sorted(counts.items()):
            click.echo(f"{change}\t{count}")


def _fetched(core: Core, place: str) -> bytes:
    if not place.startswith(("https://", "http://")):
        try:
            return Path(place).read_bytes()
        except OSError as error:
            raise InvalidInput({"feed": f"{place} cannot be read: {error.strerror}."}) from error
    return feeds.fetch(core.http, place)
