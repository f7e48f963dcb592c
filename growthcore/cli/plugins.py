"""``growthcore plugins``: what is installed, what is broken and why."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import click

from growthcore.api.errors import InvalidInput
from growthcore.cli.context import ACTOR, core_of, json_option, print_json
from growthcore.core import Core
from growthcore.plugins import switches
from growthcore.plugins.records import PluginRecord, State


@click.group()
def plugins() -> None:
    """List, check and switch plugins."""


@plugins.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List every installed plugin and its state."""
    records = core_of(ctx, migrated=False).plugins.records
    if as_json:
        print_json([_listed(record) for record in records])
        return
    for record in records:
        note = f"\t{record.error}" if record.error else ""
        click.echo(f"{record.name}\t{record.version}\t{record.state.value}{note}")
    if not records:
        click.echo("No plugins are installed.")


@plugins.command()
@click.argument("name")
@json_option
@click.pass_context
def show(ctx: click.Context, name: str, as_json: bool) -> None:
    """Show what a plugin offers, or why it does not run, with the whole traceback."""
    records = _records(core_of(ctx, migrated=False), name)
    if as_json:
        print_json([_described(record) for record in records])
        return
    for record in records:
        for key, value in _described(record).items():
            if value and key != "traceback":
                click.echo(f"{key}\t{_in_words(value)}")
        if record.traceback:
            click.echo(record.traceback)


@plugins.command()
@click.argument("name")
@click.pass_context
def enable(ctx: click.Context, name: str) -> None:
    """Load a plugin again from the next start on."""
    _switch(ctx, name, enabled=True)


@plugins.command()
@click.argument("name")
@click.pass_context
def disable(ctx: click.Context, name: str) -> None:
    """Load a plugin no longer from the next start on; not even its code is imported then."""
    _switch(ctx, name, enabled=False)


@plugins.command()
@click.argument("name")
@click.pass_context
def check(ctx: click.Context, name: str) -> None:
    """Check a plugin's package against the contract; exit 1 if it breaks it."""
    failures = list(_failures(_records(core_of(ctx, migrated=False), name)[0]))
    for failure in failures:
        click.echo(f"{name}: {failure}", err=True)
    if not failures:
        click.echo(f"{name} passes every check.")
    ctx.exit(1 if failures else 0)


def _failures(record: PluginRecord) -> Iterator[str]:
    if record.state is not State.ACTIVE:
        yield f"it is {record.state.value}: {record.error}"
        return
    if not find_spec("pytest"):
        raise InvalidInput({"": "The checks need pytest: pip install 'growthcore[dev]'."})
    # By name: nothing that runs in a shop may depend on the test kit.
    kit = importlib.import_module("growthcore.testing.packages")
    try:
        kit.check_plugin(record.name)
    except AssertionError as error:
        yield from str(error).splitlines()


def _switch(ctx: click.Context, name: str, *, enabled: bool) -> None:
    core = core_of(ctx)
    _records(core, name)
    with core.db.unit() as session:
        switches.switch(session, name, enabled=enabled, now=core.clock.now(), actor=ACTOR)
    word = "on" if enabled else "off"
    click.echo(f"{name} is switched {word}. Start GrowthCore again for it to take effect.")
    if enabled and name in core.settings.disabled_plugins:
        click.echo(f"It stays off while GROWTHCORE_DISABLED_PLUGINS names {name}.")


def _records(core: Core, name: str) -> list[PluginRecord]:
    found = [record for record in core.plugins.records if record.name == name]
    if not found:
        known = ", ".join(record.name for record in core.plugins.records) or "none"
        raise InvalidInput({"name": f"No plugin {name!r} is installed, only: {known}."})
    return found


def _listed(record: PluginRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "version": record.version,
        "state": record.state.value,
        "error": record.error,
    }


def _described(record: PluginRecord) -> dict[str, Any]:
    return {
        **_listed(record),
        "title": record.title.en,
        "category": record.category.value,
        "distribution": record.distribution,
        "offers": {kind: list(ids) for kind, ids in record.offers.items()},
        "traceback": record.traceback,
    }


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{kind} {', '.join(ids)}" for kind, ids in value.items())
    return str(value)
