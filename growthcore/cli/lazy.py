"""A click group whose commands are imported when they run."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class Commands(click.Group):
    """The root group: ``commands`` by name as ``module:attribute`` and a line of help.

    What is none of them may be a plugin with commands. An expected error is one line on standard
    error and the exit status 1, without a traceback.
    """

    def __init__(self, *args: Any, commands: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._places:
            return _of_plugin(ctx, cmd_name)
        module, _, attribute = self._places[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._places[name][1]) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        # Here, so that help and version wait for nothing.
        from growthcore.api.errors import GrowthCoreError

        try:
            return super().invoke(ctx)
        except GrowthCoreError as error:
            raise click.ClickException(" ".join(str(error).split())) from error


def _of_plugin(ctx: click.Context, name: str) -> click.Command | None:
    """The commands of the plugin called so, if it has any."""
    from growthcore.cli.context import core_of

    if ctx.resilient_parsing:
        return None
    commands = core_of(ctx).plugins.commands.get(name)
    if commands is None:
        return None
    return click.Group(name, commands=list(commands), help=f"Commands of the plugin {name}.")
