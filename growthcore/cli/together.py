"""A whole installation in one command: the queue, and every process under a supervisor."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from growthcore.api import ConfigError
from growthcore.app import build_core
from growthcore.core import Core, Queue
from growthcore.db import migrations
from growthcore.settings import Settings
from growthcore.worker import embedded
from growthcore.worker.supervisor import Child, Supervisor, growthcore

APPLICATION = "growthcore.app:wsgi"
# More than a small machine's processors can use would only be waited for.
_THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What runs where.

    ``application`` is the factory the web serves, ``beside`` are commands of ``growthcore`` by the
    names of further processes, ``environment`` is set for all of them.
    """

    settings: Settings
    host: str
    port: int
    senders: int = 1
    application: str = APPLICATION
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def children(self, redis_url: str) -> list[Child]:
        """Every process; what stands beside comes first, since the others may need it."""
        web = ("web", "--host", self.host, "--port", str(self.port), "--threads", str(_THREADS))
        commands: dict[str, Sequence[str]] = {
            **self.beside,
            "web": (*web, "--application", self.application),
            "scheduler": ("scheduler",),
            "events": ("worker", "--queue", Queue.EVENTS),
            "background": ("worker", "--queue", Queue.BACKGROUND),
            **{f"send-{n}": ("worker", "--queue", Queue.SEND) for n in range(1, self.senders + 1)},
        }
        environment = {**self.environment, "GROWTHCORE_REDIS_URL": redis_url}
        return [Child(name, growthcore(*words), environment) for name, words in commands.items()]


def run(
    installation: Installation,
    *,
    ready: Callable[[Core], None] = lambda _: None,
    tend: Callable[[], None] = lambda: None,
) -> None:
    """Run everything until it is asked to stop; no process outlives this one.

    ``ready`` is called with the shop, its tables up to date, before the processes start, ``tend``
    again and again while they run. Raises :class:`ConfigError` before anything starts when the port
    is taken or the data folder in use.
    """
    settings = installation.settings
    require_free(installation.host, installation.port)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = None if settings.redis_url else embedded.EmbeddedValkey(settings.data_dir)
    url = settings.redis_url or (server.start() if server else "")

    def look_after() -> None:
        _revive(server)
        tend()

    try:
        core = build_core(settings)
        migrations.upgrade(core.db, core.plugins)
        ready(core)
        core.db.dispose()
        Supervisor(installation.children(url), look_after).run()
    finally:
        if server:
            server.stop()


def require_free(host: str, port: int, *, choose: str = "--port") -> None:
    """Raise :class:`ConfigError` unless somebody can listen there; ``choose`` is how another is."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: what a server of a moment ago left in the kernel is no server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"{host}:{port} can't be listened on ({error.strerror}); choose another with {choose}"
            ) from error


def _revive(server: embedded.EmbeddedValkey | None) -> None:
    """Start the queue again if it died: at the same address, with what its file kept."""
    if server is not None and server.pid is None:
        server.start()
