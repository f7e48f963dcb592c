"""``growthcore sandbox``: stand-ins for the outside world."""

from __future__ import annotations

import signal
import threading

import click

from growthcore.api import ConfigError
from growthcore.settings import Settings


@click.group()
def sandbox() -> None:
    """Run stand-ins for the outside world, so that nothing leaves this machine."""


@sandbox.command()
@click.option("--port", default=1025, show_default=True, type=click.IntRange(1, 65535))
def smtp(port: int) -> None:
    """Take mail by SMTP on 127.0.0.1 and keep it in the inbox of the data folder."""
    from growthcore.sandbox.smtp import SandboxSmtp

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    folder = Settings.from_environment().data_dir / "inbox"
    server = SandboxSmtp(folder, port)
    try:
        server.start()
    except OSError as error:
        raise ConfigError(
            f"Port {port} can't be used ({error.strerror}); choose another."
        ) from error
    try:
        click.echo(f"Mail to 127.0.0.1:{port} is kept in {folder}")
        stop.wait()
    finally:
        server.stop()
