"""An HTTP server for a stand-in: any WSGI application, on this machine, in threads of its own."""

from __future__ import annotations

import socket
from io import BytesIO
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from werkzeug.serving import BaseWSGIServer

_TURN = 0.05
_BACKLOG = 128


class DroppedError(Exception):
    """Raised by an application to have the connection closed without any answer."""


class Served:
    """Serves ``app`` over HTTP/1.1, connections kept alive; a context manager.

    ``port`` 0 takes a free one, which it tells once started. The application finds the request
    target byte for byte as it was sent in ``environ["REQUEST_URI"]``, and may raise
    :class:`DroppedError`.
    """

    def __init__(self, app: WSGIApplication, port: int = 0, host: str = "127.0.0.1") -> None:
        self.app = app
        self.host = host
        self.port = port
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> None:
        """Listen, in a thread. Raises ``OSError`` when the port is taken."""
        # Bound here, for werkzeug would end the process when the port is taken.
        with socket.create_server((self.host, self.port), backlog=_BACKLOG) as bound:
            self.port = bound.getsockname()[1]
            self._server = make_server(
                self.host,
                self.port,
                self.app,
                threaded=True,
                request_handler=_Handler,
                fd=bound.fileno(),
            )
        self._connections: set[socket.socket] = set()
        self._server.connections = self._connections  # type: ignore[attr-defined]
        self._thread = Thread(
            target=self._server.serve_forever, args=(_TURN,), name="sandbox-http", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and stop listening. Does nothing when it is not running."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for connection in list(self._connections):
            _close(connection)
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()


class _Handler(WSGIRequestHandler):
    """Werkzeug's, but quiet, and with connections that stay open (its own closes each)."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self.server.connections.add(self.connection)  # type: ignore[attr-defined]

    def finish(self) -> None:
        self.server.connections.discard(self.connection)  # type: ignore[attr-defined]
        super().finish()

    def handle_expect_100(self) -> bool:
        answered = super().handle_expect_100()
        self.wfile.flush()  # The client waits for it.
        return answered

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        # Read to its end whatever the application does, for the next request comes behind it.
        environ["wsgi.input"] = BytesIO(self._body(environ))
        try:
            body, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        except DroppedError:
            self.close_connection = True
            _close(self.connection)
            return
        self._answer(status, list(headers), b"".join(body))

    def _body(self, environ: WSGIEnvironment) -> bytes:
        if environ.get("wsgi.input_terminated"):
            return bytes(environ["wsgi.input"].read())
        return self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))

    def _answer(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if int(code) not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()  # In one piece.

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: what is asked for holds people's addresses."""


def _close(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # The other side was quicker.
