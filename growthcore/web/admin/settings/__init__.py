"""The settings of the shop, an area a file."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from growthcore.web.admin.settings import (
    accounts,
    audit,
    authorising,
    connections,
    directories,
    integration,
    plugin_pages,
    plugins,
    policy,
    prices,
    priorities,
    sources,
    templates,
    workspace,
)

# Modules that add views to another's blueprint are imported for that.
__all__ = ["AREAS", "authorising", "directories"]

AREAS: Sequence[Blueprint] = (
    workspace.blueprint,
    accounts.blueprint,
    connections.blueprint,
    sources.blueprint,
    policy.blueprint,
    priorities.blueprint,
    templates.blueprint,
    prices.blueprint,
    integration.blueprint,
    plugins.blueprint,
    plugin_pages.blueprint,
    audit.blueprint,
)
