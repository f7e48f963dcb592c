"""Which plugins are installed, and how one is imported and checked."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from types import ModuleType

from growthcore.api.errors import GrowthCoreError
from growthcore.api.manifest import API_VERSION, Manifest

GROUP = "growthcore.plugins"


class Unfit(GrowthCoreError):
    """The plugin breaks the contract; the sentence says where."""


class Incompatible(Unfit):
    """The plugin was written for another version of the plugin API."""


@dataclass(frozen=True, kw_only=True)
class Installed:
    """A plugin that is installed and not yet imported. ``load`` imports its one module."""

    name: str
    distribution: str
    version: str
    load: Callable[[], ModuleType]


def installed() -> Sequence[Installed]:
    """Every entry point of the group ``growthcore.plugins``; nothing is imported."""
    return [_of(entry_point) for entry_point in metadata.entry_points(group=GROUP)]


def _of(entry_point: metadata.EntryPoint) -> Installed:
    return Installed(
        name=entry_point.name,
        distribution=entry_point.dist.name if entry_point.dist else "unknown",
        version=entry_point.dist.version if entry_point.dist else "unknown",
        load=lambda: importlib.import_module(entry_point.module),
    )


def readme(distribution: str) -> str:
    """What a package says of itself at length; empty for one that says nothing."""
    try:
        return str(metadata.metadata(distribution).json.get("description", ""))
    except metadata.PackageNotFoundError:
        return ""


def manifest_of(module: ModuleType, plugin: Installed) -> Manifest:
    """The module's manifest. Raises :class:`Unfit` or :class:`Incompatible`."""
    manifest = getattr(module, "MANIFEST", None)
    if not isinstance(manifest, Manifest):
        raise Unfit(f"{module.__name__} must define MANIFEST = Manifest(…)")
    if manifest.name != plugin.name:
        raise Unfit(
            f"the manifest is named {manifest.name!r} and the entry point {plugin.name!r}; "
            "give both the same name"
        )
    if not manifest.fits():
        written, ours = (".".join(map(str, pair)) for pair in (manifest.api, API_VERSION))
        raise Incompatible(
            f"written for plugin API {written}, this is {ours}; "
            f"install a version of {plugin.distribution} for API {ours}"
        )
    return manifest
