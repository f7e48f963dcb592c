"""Plugins that need not be installed."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

from growthcore.api import API_VERSION, Category, Manifest, Text, hookimpl
from growthcore.plugins.discovery import Installed


def a_manifest(name: str, category: Category = Category.OTHER) -> Manifest:
    """A manifest for the API version at hand."""
    return Manifest(name=name, title=Text(name, name), api=API_VERSION, category=category)


def a_plugin(name: str, **hooks: Callable[..., Any]) -> Installed:
    """A plugin of these hooks: ``a_plugin("hello", growthcore_channels=lambda: [Hello])``."""
    marked = {hook: hookimpl(function) for hook, function in hooks.items()}
    return _installed(SimpleNamespace(MANIFEST=a_manifest(name), **marked))


def plugins_of(*plugins: object) -> list[Installed]:
    """What ``Plugins.load(entry_points=…)`` takes, for plugins that live in the test.

    Each is a plugin module, or anything whose attributes are those of one: a class with a
    ``MANIFEST`` and hook implementations that take no ``self``.
    """
    return [_installed(plugin) for plugin in plugins]


def _installed(plugin: Any) -> Installed:
    name = plugin.MANIFEST.name
    module = plugin if isinstance(plugin, ModuleType) else _module(name, plugin)
    return Installed(
        name=name,
        distribution=f"growthcore-{name.replace('_', '-')}",
        version="0",
        load=lambda: module,
    )


def _module(name: str, namespace: object) -> ModuleType:
    module = ModuleType(f"growthcore_{name}.plugin")
    names = [each for each in dir(namespace) if not each.startswith("__")]
    vars(module).update({each: getattr(namespace, each) for each in names})
    return module
