"""The ``growthcore`` command. Each group is a file of its own, imported when it is called."""

from __future__ import annotations

import click

from growthcore import __version__
from growthcore.cli.lazy import Commands

COMMANDS = {
    "up": ("growthcore.cli.processes:up", "Run everything here: web, workers, scheduler."),
    "web": ("growthcore.cli.processes:web", "Serve HTTP."),
    "worker": ("growthcore.cli.processes:worker", "Work on one queue."),
    "scheduler": ("growthcore.cli.processes:scheduler_command", "Run what is due by time."),
    "demo": ("growthcore.cli.demo:demo", "Run a demo shop with a past."),
    "sandbox": ("growthcore.cli.sandbox:sandbox", "Run stand-ins for the outside world."),
    "db": ("growthcore.cli.db:db", "Migrate the database."),
    "shop": ("growthcore.cli.shop:shop", "Show and set the shop's own settings."),
    "keys": ("growthcore.cli.keys:keys", "Issue and revoke API keys."),
    "origins": ("growthcore.cli.origins:origins", "Say which sites may call the storefront API."),
    "operators": ("growthcore.cli.operators:operators", "Say who may work with the admin."),
    "plugins": ("growthcore.cli.plugins:plugins", "List, check and switch plugins."),
    "accounts": ("growthcore.cli.accounts:accounts", "Configure the accounts messages go through."),
    "sources": ("growthcore.cli.sources:sources", "Pull from shop platforms."),
    "secrets": ("growthcore.cli.secrets:secrets", "Make and rotate the keys that seal secrets."),
    "import": ("growthcore.cli.imports:import_", "Import customers, products, events from files."),
    "customers": ("growthcore.cli.customers:customers", "Show, export, erase, merge customers."),
    "segments": ("growthcore.cli.segments:segments", "Save, count and look into segments."),
    "models": ("growthcore.cli.models:models", "Make, train and try recommendation models."),
    "rules": ("growthcore.cli.rules:rules", "Leave out or put forward recommended products."),
    "campaigns": ("growthcore.cli.campaigns:campaigns", "Make, launch and follow campaigns."),
    "templates": ("growthcore.cli.templates:templates", "Keep message templates of one's own."),
    "policy": ("growthcore.cli.policy:policy", "Show and change quiet hours and cooldown."),
    "stats": ("growthcore.cli.stats:stats", "Check and rebuild the statistics."),
    "messages": ("growthcore.cli.messages:messages", "Look at messages, settle uncertain ones."),
}
"""Every command: where it is, and its line of help, so that neither needs an import to be listed."""


@click.group(
    cls=Commands,
    commands=COMMANDS,
    epilog="Plugins add commands of their own: growthcore PLUGIN --help",
)
@click.version_option(__version__, prog_name="growthcore")
def main() -> None:
    """GrowthCore: the marketing engine of an online shop. Settings are GROWTHCORE_… variables."""
