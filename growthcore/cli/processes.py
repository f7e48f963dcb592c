"""``growthcore up``, ``web``, ``worker``, ``scheduler``: the processes of an installation."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import click

from growthcore.api import ConfigError
from growthcore.app import build_core
from growthcore.cli import together
from growthcore.cli.context import log_to_stderr
from growthcore.clock import SystemClock
from growthcore.core import Core, Queue
from growthcore.db import migrations
from growthcore.settings import Settings
from growthcore.worker import embedded, process, scheduler
from growthcore.worker.queues import RqJobs


def _redis_url(settings: Settings) -> str:
    url = settings.redis_url or embedded.running_url(settings.data_dir)
    if url is None:
        raise ConfigError(
            f"No queue is running for {settings.data_dir}. Start everything with `growthcore up`, "
            "or set GROWTHCORE_REDIS_URL to a Redis-compatible server."
        )
    return url


def _core() -> tuple[Core, str]:
    settings = Settings.from_environment()
    log_to_stderr(settings)
    url = _redis_url(settings)
    core = build_core(settings, jobs=RqJobs(url, settings))
    migrations.require_current(core.db)
    return core, url


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--senders", default=1, show_default=True, type=click.IntRange(1, 32))
def up(host: str, port: int, senders: int) -> None:
    """Run everything here: web, workers, scheduler, and the queue unless one is set."""
    settings = Settings.from_environment()
    log_to_stderr(settings)

    def say(_: Core) -> None:
        click.echo(f"GrowthCore is on http://{host}:{port} (Ctrl-C ends it)")

    together.run(
        together.Installation(settings=settings, host=host, port=port, senders=senders), ready=say
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 128))
@click.option("--application", default=together.APPLICATION, hidden=True)
def web(host: str, port: int, workers: int, threads: int, application: str) -> None:
    """Serve HTTP. A worker that dies is replaced."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        application,
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        working_dir=Path.cwd(),
        log_level=LogLevels(Settings.from_environment().log_level.lower()),
    ).serve()


@click.command()
@click.option("--queue", type=click.Choice([queue.value for queue in Queue]), required=True)
def worker(queue: str) -> None:
    """Work on one queue. Run as many as wanted; priority is separate processes."""
    core, url = _core()
    process.run(core, Queue(queue), url)


@click.command(name="scheduler")
def scheduler_command() -> None:
    """Run what is due by time. A second one does no harm."""
    core, _ = _core()
    stop = False

    def ask(_number: int, _frame: object) -> None:
        nonlocal stop
        stop = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    wall = SystemClock()
    while not stop:
        scheduler.tick(core, wall.now())
        time.sleep(0.25)
    sys.exit(0)
