"""``growthcore rules``: what recommendations leave out or put forward."""

from __future__ import annotations

import json
from typing import IO, Any

import click

from growthcore.api import InvalidInput
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.recommendations.models import Model, Rule
from growthcore.recommendations.rules import attaching, store, wording
from growthcore.recommendations.rules.definition import PAGES

_file = click.File("r", encoding="utf-8")
_page = click.Choice([each.value for each in PAGES])


@click.group()
def rules() -> None:
    """Say what recommendations leave out or put forward.

    FILE is a rule's definition in JSON (- reads standard input):
    {"if": {"all": [{"type": "category", "category": "sale"}]}, "then": {"do": "exclude"}}
    """


@rules.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List rules in the order they are taken."""
    with core_of(ctx).db.read() as session:
        found = store.find(session, limit=store.MOST).items
        used = store.used_by(session, [each.id for each in found])
        said = wording.sentences(session, found)
    if as_json:
        print_json([_row(each, used.get(each.id, [])) for each in found])
        return
    for each in found:
        state = "on" if each.enabled else "off"
        click.echo(f"{each.id}\t{state}\t{each.page}\t{each.name}\t{said[each.id].en}")
    if not found:
        click.echo("No rules yet. Make one: growthcore rules create NAME FILE --page PAGE")


@rules.command()
@click.argument("rule_id", type=int)
@json_option
@click.pass_context
def show(ctx: click.Context, rule_id: int, as_json: bool) -> None:
    """Show a rule: its sentence, its definition and the models that obey it."""
    with core_of(ctx).db.read() as session:
        rule = store.get(session, rule_id)
        used = store.used_by(session, [rule_id]).get(rule_id, [])
        said = wording.sentences(session, [rule])[rule_id]
    if as_json:
        print_json(_row(rule, used))
        return
    click.echo(f"{rule.id}\t{rule.name}\tversion {rule.version}\t{rule.page}")
    click.echo(said.en)
    click.echo(f"models: {', '.join(each.slug for each in used) or 'none'}")
    click.echo(json.dumps(rule.definition, ensure_ascii=False, indent=2))


@rules.command()
@click.argument("name")
@click.argument("file", type=_file)
@click.option("--page", type=_page, required=True, help="The page it is for.")
@click.option("--description", default="", help="What it is for.")
@click.pass_context
def create(ctx: click.Context, name: str, file: IO[str], *, page: str, description: str) -> None:
    """Make a rule. It changes nothing before it is switched on and models obey it."""
    core, definition = core_of(ctx), _loaded(file)
    with core.db.unit() as session:
        rule = store.create(
            core,
            session,
            name=name,
            page=page,
            definition=definition,
            description=description,
            actor=ACTOR,
        )
    click.echo(f"Saved as rule {rule.id}. Switch it on: growthcore rules on {rule.id}")


@rules.command()
@click.argument("rule_id", type=int)
@click.option("--name", help="What people call it.")
@click.option("--description", help="What it is for.")
@click.option("--page", type=_page, help="The page it is for.")
@click.option("--definition", "file", type=_file, help="A file with the new definition.")
@click.pass_context
def update(
    ctx: click.Context,
    rule_id: int,
    *,
    name: str | None,
    description: str | None,
    page: str | None,
    file: IO[str] | None,
) -> None:
    """Change what is given of a rule."""
    core, definition = core_of(ctx), _loaded(file) if file else None
    with core.db.unit() as session:
        store.change(
            core,
            session,
            rule_id,
            version=store.get(session, rule_id).version,
            name=name,
            description=description,
            page=page,
            definition=definition,
            actor=ACTOR,
        )
    click.echo("Saved.")


@rules.command()
@click.argument("rule_id", type=int)
@click.pass_context
def on(ctx: click.Context, rule_id: int) -> None:
    """Have the models that list a rule obey it."""
    _switch(ctx, rule_id, on=True)


@rules.command()
@click.argument("rule_id", type=int)
@click.pass_context
def off(ctx: click.Context, rule_id: int) -> None:
    """Have nothing obey a rule for now."""
    _switch(ctx, rule_id, on=False)


def _switch(ctx: click.Context, rule_id: int, *, on: bool) -> None:
    core = core_of(ctx)
    with core.db.unit() as session:
        store.switch(core, session, rule_id, on=on, actor=ACTOR)
    click.echo(f"Rule {rule_id} is {'on' if on else 'off'}.")


@rules.command()
@click.argument("rule_ids", type=int, nargs=-1, required=True)
@click.pass_context
def order(ctx: click.Context, rule_ids: tuple[int, ...]) -> None:
    """Put rules in the order they are taken: name every one. Where two hold one place, the first has it."""
    core = core_of(ctx)
    with core.db.unit() as session:
        before = store.order(session)
        store.reorder(core, session, rule_ids, before=before, actor=ACTOR)
    click.echo("Saved.")


@rules.command()
@click.argument("rule_id", type=int)
@click.option("--detach", is_flag=True, help="Also when models obey it.")
@click.confirmation_option(prompt="Delete this rule for good?")
@click.pass_context
def delete(ctx: click.Context, rule_id: int, *, detach: bool) -> None:
    """Remove a rule; one that models obey only with --detach."""
    core = core_of(ctx)
    with core.db.unit() as session:
        store.delete(core, session, rule_id, detach=detach, actor=ACTOR)
    click.echo("Deleted.")


@click.command("rules")
@click.argument("slug")
@click.option("--rule", "rule_ids", type=int, multiple=True, help="One it obeys; repeatable.")
@click.option("--none", is_flag=True, help="It obeys none.")
@json_option
@click.pass_context
def of_model(
    ctx: click.Context, slug: str, *, rule_ids: tuple[int, ...], none: bool, as_json: bool
) -> None:
    """Show the rules a model obeys, or say which: those named, and no others."""
    core = core_of(ctx)
    if rule_ids and none:
        raise InvalidInput({"rules": "Name rules or give --none, not both."})
    if rule_ids or none:
        with core.db.unit() as session:
            attaching.attach(core, session, slug, rule_ids, actor=ACTOR)
    with core.db.read() as session:
        found = attaching.rules_of(session, slug)
    if as_json:
        print_json([each.id for each in found])
        return
    for each in found:
        click.echo(f"{each.id}\t{'on' if each.enabled else 'off'}\t{each.name}")
    if not found:
        click.echo(f"{slug} obeys no rules.")


def _loaded(file: IO[str]) -> Any:
    try:
        return json.load(file)
    except ValueError as error:
        raise InvalidInput({"file": f"This is not JSON: {error}"}) from error


def _row(rule: Rule, used: list[Model]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "description": rule.description,
        "page": rule.page,
        "enabled": rule.enabled,
        "version": rule.version,
        "definition": rule.definition,
        "models": [each.slug for each in used],
    }
