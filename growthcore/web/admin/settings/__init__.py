"""The settings of the shop, an area a file."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from growthcore.web.admin.settings import (
    accounts,
    audit,
    integration,
    plugin_pages,
    plugins,
    policy,
    prices,
    workspace,
)

AREAS: Sequence[Blueprint] = (
    workspace.blueprint,
    accounts.blueprint,
    policy.blueprint,
    prices.blueprint,
    integration.blueprint,
    plugins.blueprint,
    plugin_pages.blueprint,
    audit.blueprint,
)
