"""What commands share: the shop, built when the first of them asks, and JSON output."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import click
import structlog

from growthcore.api.errors import ConfigError
from growthcore.app import build_core
from growthcore.core import Core, JobQueue
from growthcore.db import migrations
from growthcore.settings import Settings

ACTOR = "cli"
"""Who the audit log says it was."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def core_of(ctx: click.Context, *, migrated: bool = True) -> Core:
    """The shop that the environment describes, or the one the command was invoked with.

    Raises :class:`ConfigError` while the database is not up to date, unless ``migrated`` is false.
    """
    root = ctx.find_root()
    if not isinstance(root.obj, Core):
        settings = Settings.from_environment()
        log_to_stderr(settings)
        core = build_core(settings, jobs=_jobs(settings))
        if migrated:
            migrations.require_current(core.db)
        root.obj = core
    ctx.obj = root.obj
    return root.obj


def print_json(value: Any) -> None:
    """Print a value as JSON, Hangul as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def log_to_stderr(settings: Settings) -> None:
    """Send the log to standard error, so that what a command prints can be piped."""
    level = logging.getLevelNamesMapping().get(settings.log_level)
    if level is None:
        raise ConfigError("GROWTHCORE_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Asked anew each time: whoever captures standard error gets the log too.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _jobs(settings: Settings) -> JobQueue | None:
    from growthcore.worker import embedded
    from growthcore.worker.queues import RqJobs

    url = settings.redis_url or embedded.running_url(settings.data_dir)
    return RqJobs(url, settings) if url else None
