"""``growthcore templates``: one's own message templates, of any channel."""

from __future__ import annotations

import json
from typing import IO, Any

import click

from growthcore.api import InvalidInput
from growthcore.campaigns import templates as service
from growthcore.campaigns.models import MessageTemplate
from growthcore.cli.context import ACTOR, core_of, json_option, print_json

_FILE = click.File("r", encoding="utf-8")


@click.group()
def templates() -> None:
    """Keep message templates of one's own."""


def _shown(template: MessageTemplate) -> dict[str, Any]:
    return {
        "id": template.id,
        "channel": template.channel,
        "name": template.name,
        "is_default": template.is_default,
        "uses": template.uses,
        "version": template.version,
    }


def _print(template: MessageTemplate, as_json: bool) -> None:
    if as_json:
        print_json(_shown(template))
    else:
        click.echo(f"{template.id}\t{template.channel}\t{template.name}")


def _read(file: IO[str]) -> dict[str, Any]:
    try:
        content = json.load(file)
    except json.JSONDecodeError as error:
        raise InvalidInput({"file": f"This is not JSON: {error}"}) from error
    if not isinstance(content, dict):
        raise InvalidInput({"file": "The content of a template is a JSON object."})
    return content


@templates.command("list")
@click.option("--channel", help="Those of this channel, such as email_smtp.")
@json_option
@click.pass_context
def list_(ctx: click.Context, channel: str | None, as_json: bool) -> None:
    """List templates, those changed last first."""
    with core_of(ctx).db.read() as session:
        found = service.find(session, channel, limit=1000).items
    if as_json:
        print_json([_shown(each) for each in found])
        return
    for each in found:
        _print(each, as_json=False)
    if not found:
        click.echo("No templates yet. Make one: growthcore templates create CHANNEL NAME FILE")


@templates.command()
@click.argument("template_id", type=int)
@click.pass_context
def show(ctx: click.Context, template_id: int) -> None:
    """Print a template with its content, as JSON."""
    with core_of(ctx).db.read() as session:
        template = service.get(session, template_id)
        print_json({**_shown(template), "content": template.content})


@templates.command()
@click.argument("channel")
@click.argument("name")
@click.argument("file", type=_FILE)
@json_option
@click.pass_context
def create(ctx: click.Context, channel: str, name: str, file: IO[str], as_json: bool) -> None:
    """Keep content in JSON (- reads standard input) under a name."""
    core, content = core_of(ctx), _read(file)
    with core.db.unit() as session:
        _print(service.create(core, session, channel, name, content, actor=ACTOR), as_json)


@templates.command()
@click.argument("template_id", type=int)
@click.argument("file", type=_FILE, required=False)
@click.option("--name", help="Another name.")
@click.option("--version", type=int, help="Only if this is still the version in force.")
@json_option
@click.pass_context
def update(
    ctx: click.Context,
    template_id: int,
    file: IO[str] | None,
    name: str | None,
    version: int | None,
    as_json: bool,
) -> None:
    """Replace a template's content by that of FILE, its name, or both."""
    core, content = core_of(ctx), _read(file) if file else None
    with core.db.unit() as session:
        before = service.get(session, template_id)
        changed = service.change(
            core,
            session,
            template_id,
            version=before.version if version is None else version,
            name=before.name if name is None else name,
            content=before.content if content is None else content,
            actor=ACTOR,
        )
        _print(changed, as_json)


@templates.command()
@click.argument("template_id", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def delete(ctx: click.Context, template_id: int, yes: bool, as_json: bool) -> None:
    """Remove a template for good; messages made of it stay."""
    core = core_of(ctx)
    if not yes:
        with core.db.read() as session:
            name = service.get(session, template_id).name
        click.confirm(f"Remove the template {name!r}?", abort=True, err=True)
    with core.db.unit() as session:
        _print(service.delete(core, session, template_id, actor=ACTOR), as_json)
