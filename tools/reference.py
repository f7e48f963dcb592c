"""Writes docs/reference from the code: hooks, bundled providers with their params, settings, commands.

python tools/reference.py [--check]    --check only says what is out of date, and then fails.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click
from marshmallow import Schema

from growthcore.api import hookspecs
from growthcore.api.provider import Provider
from growthcore.cli import COMMANDS, main
from growthcore.clock import SystemClock
from growthcore.plugins.forms import FieldView, form
from growthcore.plugins.http import Http
from growthcore.plugins.registry import Plugins
from growthcore.settings import Settings

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
NOTE = "<!-- Written by `make docs` from the code; change it there. -->\n"


def hooks() -> Iterator[str]:
    """Every extension point with its signature and its contract."""
    yield "# Hooks\n\nA plugin implements what it needs; see [the tutorial](../writing-a-plugin.md).\n"
    for name, spec in inspect.getmembers(hookspecs, inspect.isfunction):
        if name.startswith("growthcore_"):
            signature = str(inspect.signature(spec)).replace("'", "")
            yield f"## `{name}`\n\n```python\n{name}{signature}\n```\n\n{_prose(spec)}\n"


def providers() -> Iterator[str]:
    """What the bundled plugins offer, with the params a person fills in."""
    plugins = Plugins.load(clock=SystemClock(), http=Http())
    yield "# Channels, connections, sources, algorithms, conditions, triggers, send policies\n"
    yield "What is bundled. Params are JSON.\n"
    kinds: Mapping[str, Mapping[str, Provider | type[Provider]]] = {
        "Channels": plugins.channels,
        "Connections": plugins.connections,
        "Sources": plugins.sources,
        "Algorithms": plugins.algorithms,
        "Segment conditions": plugins.conditions,
        "Triggers": plugins.triggers,
        "Send policies": plugins.policies,
    }
    for title, offered in kinds.items():
        yield f"## {title}\n"
        for id_, provider in sorted(offered.items()):
            yield from _provider(id_, provider)


def _provider(id_: str, provider: Provider | type[Provider]) -> Iterator[str]:
    yield f"### `{id_}`: {provider.title.en}\n"
    if provider.help.en:
        yield f"{provider.help.en}\n"
    for name in ("Config", "Content", "Params"):
        schema = getattr(provider, name, None)
        fields = form(schema) if isinstance(schema, type) and issubclass(schema, Schema) else []
        if fields:
            yield f"{name}:\n\n" + "\n".join(_lines(fields)) + "\n"


def _lines(fields: list[FieldView], depth: int = 0) -> Iterator[str]:
    for field in fields:
        facts = [field.kind]
        facts += ["required"] if field.required else []
        facts += [f"one of {', '.join(f'`{value}`' for value, _ in field.choices)}"] * bool(
            field.choices
        )
        facts += [f"default `{field.default}`"] * (field.default not in (None, "", [], {}))
        help_ = f" {field.help.en}" if field.help and field.help.en else ""
        yield f"{'  ' * depth}- `{field.name}` ({', '.join(facts)}): {field.label.en}.{help_}"
        yield from _lines(list(field.fields), depth + 1)


def settings() -> Iterator[str]:
    """The environment variables."""
    yield f"# Settings\n\n{_prose(Settings)}\n"
    yield "| variable | default |\n| --- | --- |"
    for name, field in Settings.__dataclass_fields__.items():
        default = field.default if isinstance(field.default, str | int | Path) else ""
        yield f"| `GROWTHCORE_{name.upper()}` | {f'`{default}`' if default != '' else ''} |"


def commands() -> Iterator[str]:
    """The help of every command."""
    yield "# Commands\n"
    context = click.Context(main, info_name="growthcore")
    for name in COMMANDS:
        command = main.get_command(context, name)
        if command:
            yield from _command(command, click.Context(command, parent=context, info_name=name))


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    level = "##" if context.parent and context.parent.parent is None else "###"
    yield f"{level} `{context.command_path}`\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child:
                yield from _command(child, click.Context(child, parent=context, info_name=name))


def _prose(documented: object) -> str:
    """A docstring as Markdown."""
    text = inspect.getdoc(documented) or ""
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"`\1`", text).replace("``", "`")
    text = re.sub(r"\.\. versionadded:: (\S+)", r"Since API version \1.", text)
    return re.sub(
        r"(\w+)::\n\n((?:    .*\n?|\n)+)",
        lambda found: f"{found[1]}:\n\n```python\n{inspect.cleandoc(found[2])}\n```\n",
        text,
    )


PAGES: Mapping[str, Callable[[], Iterator[str]]] = {
    "hooks.md": hooks,
    "providers.md": providers,
    "settings.md": settings,
    "commands.md": commands,
}


def built() -> dict[str, str]:
    """Every page by its file name."""
    return {
        name: NOTE + "\n".join(page()).replace(" \n", "\n").rstrip() + "\n"
        for name, page in PAGES.items()
    }


def write(*, check: bool) -> list[str]:
    """Write what changed; returns the names. With ``check`` nothing is written."""
    changed = []
    for name, text in built().items():
        path = FOLDER / name
        if not path.exists() or path.read_text() != text:
            changed.append(name)
            if not check:
                FOLDER.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    return changed


if __name__ == "__main__":
    checking = "--check" in sys.argv
    stale = write(check=checking)
    for name in stale:
        print(f"{'out of date' if checking else 'written'}: docs/reference/{name}")
    sys.exit(bool(checking and stale))
