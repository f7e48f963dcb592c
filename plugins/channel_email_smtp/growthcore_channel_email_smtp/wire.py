"""Bytes to and from an SMTP server: commands out, replies in, TLS around. Nothing of GrowthCore."""

from __future__ import annotations

import re
import socket
import ssl
import time
from functools import lru_cache
from typing import NamedTuple

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|\Z)")
_ADDRESS = re.compile(r"[^\s<>:;,\"'()\[\]]+@[^\s<>:;,\"'()\[\]]+")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
# Read four times a message: looking a code up is quicker than reading it.
_CODES = {b"%d" % code: code for code in range(200, 600)}
_LONGEST_REPLY = 65_536
_LONGEST_TEXT = 200


class ProtocolError(Exception):
    """The other side does not speak SMTP; the connection can't be used any more."""


class Reply(NamedTuple):
    """What a server answered to one command. ``raw`` are its lines as they came."""

    code: int
    raw: tuple[bytes, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, bare of code and line end."""
        return tuple(line[4:].decode("ascii", "replace").strip() for line in self.raw)

    @property
    def enhanced(self) -> str | None:
        """The status code of RFC 3463, such as ``5.1.1``, where the server gives one."""
        found = _ENHANCED.match(self.lines[0])
        return found[1] if found else None

    @property
    def text(self) -> str:
        """The words in one printable line of at most 200 characters, addresses taken out."""
        words = " ".join([_ENHANCED.sub("", line, count=1).strip() for line in self.lines])
        # Each message that is taken comes by here, so that what is in order is not gone through.
        if not (words.isascii() and words.isprintable()):
            words = _UNPRINTABLE.sub("?", words)
        if "@" in words:
            words = _ADDRESS.sub("...", words)
        return words[:_LONGEST_TEXT]

    @property
    def positive(self) -> bool:
        """Whether the command was carried out."""
        return self.code // 100 == 2

    @property
    def transient(self) -> bool:
        """Whether it was refused for now only."""
        return self.code // 100 == 4

    def __str__(self) -> str:
        return " ".join(filter(None, (str(self.code), self.enhanced, self.text)))


class Wire:
    """An open connection. Its methods raise ``OSError`` when it breaks or stalls.

    ``written`` counts the bytes of the last :meth:`write` that the system took.
    """

    def __init__(self, sock: socket.socket, timeout: float) -> None:
        self._socket = sock
        self._timeout = timeout
        self._unread = b""
        self.written = 0

    @classmethod
    def connect(cls, host: str, port: int, timeout: float) -> Wire:
        """Open a connection; ``timeout`` is in seconds, for this and for every step after it."""
        sock = socket.create_connection((host, port), timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(sock, timeout)

    @property
    def local_address(self) -> str:
        """The address of this end."""
        return str(self._socket.getsockname()[0])

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Go on encrypted. Raises :class:`ProtocolError` if plain text was sent ahead of it."""
        if self._unread:
            # Somebody in between may have put it there, to be read as if it had been encrypted.
            raise ProtocolError("the server said more than it was asked before encryption began")
        self._socket = context.wrap_socket(self._socket, server_hostname=host)

    def write(self, data: bytes) -> None:
        """Write everything. A ``send`` that raises took nothing, so ``written`` is exact."""
        self.written = 0
        self.written = self._socket.send(data)
        if self.written == len(data):
            return
        view = memoryview(data)
        while self.written < len(data):
            self.written += self._socket.send(view[self.written :])

    def read(self) -> Reply:
        """The next reply, in however many lines and packets it comes."""
        line = self._line()
        if line[3:4] != b"-":
            return _reply((line,))
        lines = [line]
        while lines[-1][:3].isdigit() and lines[-1][3:4] == b"-":
            lines.append(self._line())
            if sum(map(len, lines)) > _LONGEST_REPLY:
                raise ProtocolError("the server's reply does not end")
        return _reply(tuple(lines))

    def _line(self) -> bytes:
        end = self._unread.find(b"\n")
        if end < 0:
            end = self._receive()
        line, self._unread = self._unread[:end], self._unread[end + 1 :]
        return line

    def _receive(self) -> int:
        """Read until there is a whole line; returns where it ends."""
        until = time.monotonic() + self._timeout
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > _LONGEST_REPLY:
                raise ProtocolError("the server's reply does not end")
            if time.monotonic() > until:
                raise TimeoutError("the server's reply comes too slowly")
            received = self._socket.recv(_LONGEST_REPLY)
            if not received:
                raise ConnectionResetError("the server closed the connection")
            self._unread += received
        return end

    def close(self) -> None:
        """Close at once."""
        self._socket.close()


@lru_cache(maxsize=256)
def _reply(lines: tuple[bytes, ...]) -> Reply:
    """Lines as a reply. Three of the four that a message gets are the same for every message."""
    code = _CODES.get(lines[-1][:3])
    if code is None:
        raise ProtocolError("the server's reply begins with no code")
    if len(lines) > 1 and any(line[:3] != lines[-1][:3] for line in lines):
        raise ProtocolError("the lines of the server's reply have different codes")
    return Reply(code, lines)
