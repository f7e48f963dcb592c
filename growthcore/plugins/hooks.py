"""Hook implementations: registered, checked, and called plugin by plugin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import pluggy

from growthcore.api import hookspecs
from growthcore.plugins.discovery import Unfit


class Hooks:
    """A pluggy registry whose implementations are only ever called one plugin at a time.

    pluggy's own call stops at the first implementation that raises and drops everybody's answers.
    """

    def __init__(self) -> None:
        self._registry = pluggy.PluginManager(hookspecs.PROJECT)
        self._registry.add_hookspecs(hookspecs)

    def register(self, module: ModuleType, name: str) -> None:
        """Register a plugin's implementations and check them at once, so that blame is certain.

        Raises :class:`Unfit`, or pluggy's ``PluginValidationError``.
        """
        self._registry.register(module, name)
        self._registry.check_pending()
        for hook in self._registry.get_hookcallers(module) or ():
            for implementation in hook.get_hookimpls():
                if implementation.plugin is module:
                    _check(hook.name, implementation)

    def unregister(self, name: str) -> None:
        """Forget a plugin, however far its registration got."""
        if self._registry.has_plugin(name):
            self._registry.unregister(name=name)

    def of(self, hook: str) -> Sequence[pluggy.HookImpl]:
        """The implementations of a hook, in the order of the plugins' names."""
        found = getattr(self._registry.hook, hook).get_hookimpls()
        return sorted(found, key=lambda each: each.plugin_name)

    def offered(self, hook: str, plugin: str) -> list[Any]:
        """What one plugin answers to an offer, which takes no arguments. Raises :class:`Unfit`."""
        answers = [call(each, {}) for each in self.of(hook) if each.plugin_name == plugin]
        if None in answers:
            raise Unfit(f"{hook} returns nothing; return what it offers")
        return answers


def call(implementation: pluggy.HookImpl, given: Mapping[str, Any]) -> Any:
    """Call an implementation with those of the arguments that it takes."""
    return implementation.function(*(given[name] for name in implementation.argnames))


def _check(hook: str, implementation: pluggy.HookImpl) -> None:
    if implementation.wrapper or implementation.hookwrapper:
        raise Unfit(f"{hook} must not be a wrapper: plugins answer for themselves only")
    if implementation.kwargnames:
        raise Unfit(
            f"{hook}: take the argument {implementation.kwargnames[0]!r} without a default, "
            "otherwise it is never passed"
        )
