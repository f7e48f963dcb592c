"""``growthcore segments``: save, count and look into segments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import IO, Any

import click

from growthcore.api import InvalidInput
from growthcore.campaigns import usage
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.core import Core
from growthcore.segments import preview as previews
from growthcore.segments import saved, service
from growthcore.segments.models import Segment

_file = click.File("r", encoding="utf-8")
_definition = click.argument("segment", metavar="ID|FILE")


@click.group()
def segments() -> None:
    """Save, count and look into segments.

    ID|FILE is a saved segment's number or a file with a definition in JSON (- reads standard input).
    """


@segments.command("list")
@click.option("--archived", is_flag=True, help="Those that were put away.")
@json_option
@click.pass_context
def list_(ctx: click.Context, archived: bool, as_json: bool) -> None:
    """List saved segments, newest first."""
    with core_of(ctx).db.read() as session:
        found = saved.page(session, archived=archived, limit=1_000)
    if as_json:
        print_json([_row(segment) for segment in found])
        return
    for segment in found:
        click.echo(f"{segment.id}\t{_counted(segment)}\t{segment.name}")
    if not found and not archived:
        click.echo("No segments yet. Make one: growthcore segments create NAME FILE")


@segments.command()
@click.argument("segment_id", type=int)
@json_option
@click.pass_context
def show(ctx: click.Context, segment_id: int, as_json: bool) -> None:
    """Show a saved segment: its sentence and its definition."""
    core = core_of(ctx)
    with core.db.read() as session:
        segment = saved.get(session, segment_id)
    if as_json:
        print_json({**_row(segment), "definition": segment.definition})
        return
    click.echo(f"{segment.id}\t{segment.name}\tversion {segment.version}")
    click.echo(service.describe(core, segment.definition, "en"))
    click.echo(json.dumps(segment.definition, ensure_ascii=False, indent=2))


@segments.command()
@_definition
@json_option
@click.pass_context
def count(ctx: click.Context, segment: str, as_json: bool) -> None:
    """Count the members now. A saved segment's figure is kept for lists."""
    core = core_of(ctx)
    if segment.isdigit():
        with core.db.unit() as session:
            number = saved.recount(core, session, int(segment))
    else:
        with core.db.read() as session:
            number = service.count(core, session, _read(segment))
    _say({"count": number}, as_json)


@segments.command()
@_definition
@click.option("--after", type=int, default=0, help="Begin behind this customer id.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@json_option
@click.pass_context
def members(ctx: click.Context, segment: str, after: int, limit: int, as_json: bool) -> None:
    """List members' customer ids in order."""
    core, definition = _chosen(ctx, segment)
    with core.db.read() as session:
        ids = service.members(core, session, definition, after=after, limit=limit)
    if as_json:
        print_json(ids)
        return
    for customer_id in ids:
        click.echo(customer_id)


@segments.command()
@_definition
@json_option
@click.pass_context
def preview(ctx: click.Context, segment: str, as_json: bool) -> None:
    """Count the members and those each channel reaches, and show a masked sample."""
    core, definition = _chosen(ctx, segment)
    with core.db.read() as session:
        shown = previews.preview(core, session, definition)
    if as_json:
        print_json(shown)
        return
    click.echo(service.describe(core, definition, "en"))
    _say({"count": shown["count"], **shown["reachable"]}, as_json=False)
    for one in shown["sample"]:
        click.echo("\t".join(str(each or "") for each in one.values()))


@segments.command()
@click.argument("name")
@click.argument("file", type=_file)
@click.option("--description", default="", help="What it is for.")
@json_option
@click.pass_context
def create(ctx: click.Context, name: str, file: IO[str], description: str, as_json: bool) -> None:
    """Save a definition in JSON (- reads standard input) under a name."""
    core, definition = core_of(ctx), _loaded(file)
    with core.db.unit() as session:
        segment = saved.create(
            core, session, name, definition, description=description, actor=ACTOR
        )
    if as_json:
        print_json(_row(segment))
    else:
        click.echo(f"Saved as segment {segment.id}.")


@segments.command()
@click.argument("segment_id", type=int)
@click.confirmation_option(prompt="Delete this segment for good?")
@click.pass_context
def delete(ctx: click.Context, segment_id: int) -> None:
    """Remove a saved segment that nothing uses."""
    core = core_of(ctx)
    with core.db.unit() as session:
        saved.delete(core, session, segment_id, usage=partial(usage.of_segment, core), actor=ACTOR)
    click.echo("Deleted.")


def _chosen(ctx: click.Context, segment: str) -> tuple[Core, Mapping[str, Any]]:
    core = core_of(ctx)
    if not segment.isdigit():
        return core, _read(segment)
    with core.db.read() as session:
        return core, saved.get(session, int(segment)).definition


def _read(path: str) -> Mapping[str, Any]:
    with click.open_file(path, encoding="utf-8") as file:
        return _loaded(file)


def _loaded(file: IO[str]) -> Mapping[str, Any]:
    try:
        definition = json.load(file)
    except ValueError as error:
        raise InvalidInput({"file": f"This is not JSON: {error}"}) from error
    if not isinstance(definition, dict):
        raise InvalidInput({"file": "A definition is a JSON object."})
    return definition


def _row(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "name": segment.name,
        "description": segment.description,
        "version": segment.version,
        "count": segment.count,
        "counted_at": segment.counted_at and segment.counted_at.isoformat(),
        "archived": segment.archived_at is not None,
    }


def _counted(segment: Segment) -> str:
    return "" if segment.count is None else f"{segment.count:,}"


def _say(figures: Mapping[str, int], as_json: bool) -> None:
    if as_json:
        print_json(dict(figures))
        return
    for name, number in figures.items():
        click.echo(f"{name}\t{number}")
