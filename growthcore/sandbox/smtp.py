"""An SMTP server that delivers into a folder instead of to people."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from growthcore.api import Clock
from growthcore.clock import SystemClock
from growthcore.sandbox.inbox import Inbox
from growthcore.sandbox.returned import returned

_LARGEST = 25 * 1024 * 1024


class SandboxSmtp:
    """Takes every mail and puts it into the :class:`Inbox` of ``folder``; a context manager.

    ``bounce`` is handed what comes back of it (:func:`growthcore.sandbox.returned.returned`).
    ``port`` 0 takes a free one, which it tells once started. ``tls`` encrypts from the first byte
    on; ``options`` go to :class:`aiosmtpd.smtp.SMTP` (``tls_context`` for STARTTLS,
    ``authenticator``).
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        clock: Clock | None = None,
        tls: ssl.SSLContext | None = None,
        bounce: Callable[[bytes], None] | None = None,
        **options: Any,
    ) -> None:
        self.inbox = Inbox(folder)
        self.host = host
        self.port = port
        self._delivery = _Delivery(self.inbox, clock or SystemClock(), bounce)
        self._tls = tls
        self._options = {"data_size_limit": _LARGEST, "ident": "GrowthCore sandbox", **options}
        self._running: _Running | None = None

    def start(self) -> None:
        """Listen, in a thread. Raises ``OSError`` when the port is taken."""
        started: Future[_Running] = Future()
        thread = Thread(target=self._run, args=(started,), name="sandbox-smtp", daemon=True)
        thread.start()
        self._running = started.result()
        self._running.thread = thread

    def stop(self) -> None:
        """Close every connection and stop listening. Does nothing when it is not running."""
        if self._running:
            self._running.stop()
        self._running = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, started: Future[_Running]) -> None:
        try:
            asyncio.run(self._serve(started))
        except OSError as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: Future[_Running]) -> None:
        connections: WeakSet[SMTP] = WeakSet()

        def connection() -> SMTP:
            protocol = SMTP(self._delivery, **self._options)
            connections.add(protocol)
            return protocol

        loop = asyncio.get_running_loop()
        server = await loop.create_server(connection, self.host, self.port, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        running = _Running(loop)
        started.set_result(running)
        async with server:
            await running.stopped.wait()
        for protocol in connections:
            if isinstance(protocol.transport, asyncio.Transport):
                # One that was closed twice has let go of its connection, and fails over that in
                # asyncio as of Python 3.11.2, which Debian 12 has.
                with suppress(AttributeError):
                    protocol.transport.abort()
        await asyncio.sleep(0)  # The transports close their sockets in the loop's next turn.


class _Running:
    """The loop of a server that listens, and its thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.thread: Thread | None = None
        self.stopped = asyncio.Event()
        self._loop = loop

    def stop(self) -> None:
        """End the loop, and wait for it."""
        self._loop.call_soon_threadsafe(self.stopped.set)
        if self.thread:
            self.thread.join()


class _Delivery:
    """Puts what arrives into the inbox."""

    def __init__(self, inbox: Inbox, clock: Clock, bounce: Callable[[bytes], None] | None) -> None:
        self._inbox = inbox
        self._clock = clock
        self._bounce = bounce

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name for it
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, replies: list[str]
    ) -> list[str]:
        """Announce what aiosmtpd can do without saying so."""
        session.host_name = hostname
        return [*replies[:-1], "250-PIPELINING", replies[-1]]

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail."""
        content = envelope.original_content or b""
        id_ = self._inbox.add(
            content,
            sender=envelope.mail_from or "",
            recipients=envelope.rcpt_tos,
            received_at=self._clock.now(),
        )
        self._return(content, envelope)
        return f"250 2.0.0 Ok: queued as {id_}"

    def _return(self, content: bytes, envelope: Envelope) -> None:
        for recipient in envelope.rcpt_tos if self._bounce else ():
            mail = returned(content, envelope.mail_from or "", recipient, self._clock.now())
            if mail and self._bounce:
                self._bounce(mail)
