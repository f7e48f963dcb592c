"""What one plugin offers: asked of it, checked, and built."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, get_args

import click
from marshmallow import Schema
from sqlalchemy.orm import DeclarativeBase

from growthcore.api.admin import AdminPage
from growthcore.api.algorithms import Algorithm
from growthcore.api.channels import Channel
from growthcore.api.conditions import Condition
from growthcore.api.connections import Connection
from growthcore.api.errors import ConfigError
from growthcore.api.policies import Policy
from growthcore.api.provider import Provider, ProviderContext
from growthcore.api.senders import ProviderTemplate, Sender
from growthcore.api.sources import Source
from growthcore.api.text import Text
from growthcore.api.triggers import Trigger
from growthcore.api.variables import Variable
from growthcore.operators.roles import Role
from growthcore.plugins.discovery import Unfit

Kind = Literal[
    "channel", "connection", "source", "algorithm", "condition", "trigger", "policy", "variable"
]
KINDS: tuple[Kind, ...] = get_args(Kind)

WITH_ACCOUNTS: Collection[Kind] = ("channel", "connection", "source")
"""Kinds that are built once an account a person configured, not once a shop."""

_ROLES = tuple(role.value for role in Role)
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,49}")
_MEDIUM = re.compile(r"[a-z][a-z0-9_]{0,19}")
_BETWEEN_BRACES = re.compile(r"[^\s{}|](?:[^{}|\r\n]{0,48}[^\s{}|])?")

Ask = Callable[[str], Sequence[Any]]
"""Gives every answer of the plugin to the hook of that name; empty when it does not implement it."""

Taken = Callable[[Kind, str], str | None]
"""Gives the plugin that already offers this id, if there is one."""


@dataclass(frozen=True)
class _Offered:
    """How providers of a kind are offered.

    ``schemas`` are the class attributes that hold one, ``words`` those that hold a short name.
    """

    hook: str
    base: type[Provider]
    schemas: Sequence[str] = ("Config",)
    ids: re.Pattern[str] = _SLUG
    words: Sequence[str] = ()


_OFFERED: Mapping[Kind, _Offered] = {
    "channel": _Offered("growthcore_channels", Channel, ("Config", "Content"), words=("medium",)),
    "connection": _Offered("growthcore_connections", Connection),
    "source": _Offered("growthcore_sources", Source),
    "algorithm": _Offered("growthcore_algorithms", Algorithm, ("Config", "Params")),
    "condition": _Offered("growthcore_segment_conditions", Condition, ("Config", "Params")),
    "trigger": _Offered("growthcore_triggers", Trigger, ("Config", "Params")),
    "policy": _Offered("growthcore_policies", Policy, ("Config", "Params")),
    "variable": _Offered("growthcore_variables", Variable, ids=_BETWEEN_BRACES),
}


@dataclass(frozen=True, kw_only=True)
class Offers:
    """Everything one plugin offers. What has accounts is a class, other providers are built."""

    providers: Mapping[Kind, Mapping[str, Any]] = field(default_factory=dict)
    pages: Sequence[AdminPage] = ()
    commands: Sequence[click.Command] = ()
    base: type[DeclarativeBase] | None = None

    @property
    def ids(self) -> Mapping[str, Sequence[str]]:
        """Ids by kind, kinds without any left out."""
        named: dict[str, Sequence[str]] = {kind: sorted(of) for kind, of in self.providers.items()}
        named["page"] = [page.slug for page in self.pages]
        named["command"] = [command.name or "" for command in self.commands]
        return {kind: ids for kind, ids in named.items() if ids}


def collect(ask: Ask, taken: Taken, context: Callable[[str], ProviderContext]) -> Offers:
    """Ask a plugin for all its offers. Raises :class:`Unfit` naming the hook and what is wrong."""
    providers: dict[Kind, Mapping[str, Any]] = {}
    for kind, offered in _OFFERED.items():
        classes = _classes(kind, offered, ask, taken)
        providers[kind] = (
            classes
            if kind in WITH_ACCOUNTS
            else {id_: each(context(id_)) for id_, each in classes.items()}
        )
    return Offers(
        providers=providers,
        pages=_pages(ask),
        commands=_commands(ask),
        base=_base(ask),
    )


def _classes(kind: Kind, offered: _Offered, ask: Ask, taken: Taken) -> Mapping[str, type[Provider]]:
    classes: dict[str, type[Provider]] = {}
    for each in _answers(ask, offered.hook):
        _check_class(offered, each)
        if each.id in classes:
            _refuse(offered.hook, each, f"the id {each.id!r} is offered twice")
        if other := taken(kind, each.id):
            _refuse(offered.hook, each, f"the id {each.id!r} is taken by the plugin {other}")
        classes[each.id] = each
    return classes


def _check_class(offered: _Offered, each: Any) -> None:
    base = offered.base
    if not (isinstance(each, type) and issubclass(each, base)):
        _refuse(offered.hook, each, f"it must be a subclass of {base.__name__}, not an instance")
    if inspect.isabstract(each):
        missing = ", ".join(sorted(each.__abstractmethods__))
        _refuse(offered.hook, each, f"it must implement {missing}")
    if not (isinstance(id_ := getattr(each, "id", None), str) and offered.ids.fullmatch(id_)):
        _refuse(offered.hook, each, f"its id {id_!r} must match {offered.ids.pattern}")
    if not isinstance(getattr(each, "title", None), Text):
        _refuse(offered.hook, each, "its title must be a Text")
    _check_attributes(offered, each)


def _check_attributes(offered: _Offered, each: Any) -> None:
    for name in offered.words:
        if not (isinstance(word := getattr(each, name, None), str) and _MEDIUM.fullmatch(word)):
            _refuse(offered.hook, each, f"its {name} {word!r} must match {_MEDIUM.pattern}")
    for name in offered.schemas:
        schema = getattr(each, name, None)
        if not (isinstance(schema, type) and issubclass(schema, Schema)):
            _refuse(offered.hook, each, f"{name} must be a schema class")


def _pages(ask: Ask) -> Sequence[AdminPage]:
    hook = "growthcore_admin_pages"
    pages = _answers(ask, hook)
    slugs = [page.slug for page in pages if isinstance(page, AdminPage)]
    for page in pages:
        if not isinstance(page, AdminPage) or not _SLUG.fullmatch(page.slug):
            _refuse(hook, page, "it must be an AdminPage whose slug is of a-z, 0-9 and _")
        if not isinstance(page.title, Text) or page.role not in _ROLES:
            _refuse(hook, page, f"its title must be a Text and its role one of {', '.join(_ROLES)}")
        if slugs.count(page.slug) > 1:
            _refuse(hook, page, f"the slug {page.slug!r} is used twice")
    return pages


def _commands(ask: Ask) -> Sequence[click.Command]:
    hook = "growthcore_commands"
    commands = _answers(ask, hook)
    for command in commands:
        if not isinstance(command, click.Command) or not command.name:
            _refuse(hook, command, "it must be a click command with a name")
    return commands


def _base(ask: Ask) -> type[DeclarativeBase] | None:
    hook = "growthcore_models"
    bases = ask(hook)
    for base in bases:
        if not (isinstance(base, type) and issubclass(base, DeclarativeBase)):
            _refuse(hook, base, "return the base made by plugin_base")
    return bases[0] if bases else None


def _answers(ask: Ask, hook: str) -> Sequence[Any]:
    found: list[Any] = []
    for answer in ask(hook):
        if isinstance(answer, str | bytes) or not hasattr(answer, "__iter__"):
            _refuse(hook, answer, "return a list")
        found.extend(answer)
    return found


def _refuse(hook: str, what: Any, why: str) -> NoReturn:
    name = what.__qualname__ if isinstance(what, type) else type(what).__name__
    raise Unfit(f"{hook} offers {name}: {why}")


class NoDirectory:
    """The senders and templates of a provider that has no account: none."""

    def senders(self) -> Sequence[Sender]:
        """Nothing."""
        return ()

    def templates(self) -> Sequence[ProviderTemplate]:
        """Nothing."""
        return ()

    def template(self, code: str) -> ProviderTemplate | None:
        """Nothing."""
        return None


class NoConnections:
    """The connections a provider without an account may use: none."""

    def get(self, account_id: int) -> Connection:
        """Raise :class:`ConfigError`."""
        raise ConfigError("A provider without an account can't use a connection.")


class NoState:
    """The state of a provider that has no account: none, and none can be kept."""

    def read(self) -> Mapping[str, Any]:
        """Nothing."""
        return {}

    def update(self, change: Callable[[dict[str, Any]], None]) -> Mapping[str, Any]:
        """Raise :class:`ConfigError`."""
        raise ConfigError("A provider without an account can't keep a state.")
