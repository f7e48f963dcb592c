"""``growthcore import feed``: contents from RSS and Atom."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from growthcore.api import InvalidInput
from growthcore.catalog import feed_fetching, feeds
from growthcore.catalog.content_input import Kind
from growthcore.catalog.feed_fetching import Fetched
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
    fetched = _fetched(core, place)
    items = feeds.read(fetched.data, kind)
    if fetched.moved_to:
        click.echo(
            f"The feed moved to {fetched.moved_to}; give that address from now on.", err=True
        )
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


def _fetched(core: Core, place: str) -> Fetched:
    if not place.startswith(("https://", "http://")):
        try:
            return Fetched(Path(place).read_bytes())
        except OSError as error:
            raise InvalidInput({"feed": f"{place} cannot be read: {error.strerror}."}) from error
    return feed_fetching.fetch(core.http, place)
