"""How to reach an SMTP server, and what can be wrong with it. Nothing of GrowthCore."""

from __future__ import annotations

import base64
import socket
import ssl
from dataclasses import dataclass, field

from growthcore_channel_email_smtp.smtp import LOGIN_WANTED, Session
from growthcore_channel_email_smtp.wire import ProtocolError, Reply, Wire


class Unreachable(Exception):
    """The server can't be used now; later it may."""


class Misconfigured(Exception):
    """The server can't be used before a person changes something."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """An SMTP server. ``security`` is ``none``, ``starttls`` or ``tls``; ``timeout`` in seconds."""

    host: str
    port: int
    security: str
    timeout: float
    username: str = ""
    password: str = field(default="", repr=False)
    verify_certificates: bool = True

    def open(self) -> Session:
        """Connect, encrypt and log in. Raises :class:`Unreachable` or :class:`Misconfigured`."""
        wire = self._connect()
        try:
            return self._enter(wire)
        except BaseException as error:
            wire.close()
            if isinstance(error, ssl.SSLError):
                raise _tls_failed(self, error) from error
            if isinstance(error, OSError | ProtocolError):
                raise Unreachable(
                    f"{self.host} broke off the connection: {_said(error)}"
                ) from error
            raise

    def _connect(self) -> Wire:
        try:
            return Wire.connect(self.host, self.port, self.timeout)
        except socket.gaierror as error:
            if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)):
                raise Misconfigured(
                    f"There is no host called {self.host}. Check the SMTP host of the account."
                ) from error
            raise Unreachable(f"The name {self.host} can't be looked up now.") from error
        except OSError as error:
            raise Unreachable(
                f"{self.host} port {self.port} can't be reached: {_said(error)}. Check host and "
                "port, and that a firewall lets them through."
            ) from error

    def _enter(self, wire: Wire) -> Session:
        if self.security == "tls":
            wire.start_tls(self._tls(), self.host)
        _expect(wire.read(), "the connection")
        offers = _hello(wire)
        if self.security == "starttls":
            offers = self._start_tls(wire, offers)
        if self.username:
            self._log_in(wire, offers)
        return Session(wire, pipelining="PIPELINING" in offers)

    def _start_tls(self, wire: Wire, offers: dict[str, str]) -> dict[str, str]:
        if "STARTTLS" not in offers:
            raise Misconfigured(
                f"{self.host} port {self.port} offers no STARTTLS. Choose TLS with the port that "
                "the provider names for it (often 465)."
            )
        wire.write(b"STARTTLS\r\n")
        _expect(wire.read(), "STARTTLS")
        wire.start_tls(self._tls(), self.host)
        return _hello(wire)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify_certificates:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _log_in(self, wire: Wire, offers: dict[str, str]) -> None:
        mechanisms = offers.get("AUTH", "").upper().split()
        user, password = self.username.encode(), self.password.encode()
        if "PLAIN" in mechanisms:
            steps = [b"AUTH PLAIN " + _base64(b"\0" + user + b"\0" + password)]
        elif "LOGIN" in mechanisms:
            steps = [b"AUTH LOGIN", _base64(user), _base64(password)]
        else:
            raise Misconfigured(
                f"{self.host} offers no login that is supported (PLAIN or LOGIN). Try STARTTLS or "
                "TLS; if the server wants no login, leave the user name empty."
            )
        for step in steps[:-1]:
            _log_in_step(wire, step, 3)
        _log_in_step(wire, steps[-1], 2)


def _hello(wire: Wire) -> dict[str, str]:
    """Say EHLO; returns what the server offers: keyword in capitals → parameters."""
    wire.write(b"EHLO %b\r\n" % _own_name(wire).encode("ascii"))
    reply = wire.read()
    _expect(reply, "EHLO")
    offers: dict[str, str] = {}
    for line in reply.lines[1:]:
        # "AUTH=LOGIN" is how some old servers write it, beside the standard form.
        keyword, _, parameters = line.replace("=", " ", 1).partition(" ")
        offers.setdefault(keyword.upper(), parameters)
    return offers


def _own_name(wire: Wire) -> str:
    """This host's full name if it has one, else its address, as RFC 5321 wants it."""
    name = socket.gethostname()
    if "." in name and name.isascii() and name.replace(".", "").replace("-", "").isalnum():
        return name
    address = wire.local_address.partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _log_in_step(wire: Wire, line: bytes, expected: int) -> None:
    wire.write(line + b"\r\n")
    reply = wire.read()
    if reply.code // 100 == expected:
        return
    if reply.code in LOGIN_WANTED or not reply.transient:
        raise Misconfigured(
            f"The server refused the login: {reply}. Check user name and password of the account."
        )
    raise Unreachable(f"The server can't check the login now: {reply}.")


def _expect(reply: Reply, what: str) -> None:
    if reply.positive:
        return
    if reply.transient:
        raise Unreachable(f"The server refused {what} for now: {reply}.")
    raise Misconfigured(f"The server refused {what}: {reply}.")


def _tls_failed(server: Server, error: ssl.SSLError) -> Exception:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Misconfigured(
            f"The certificate of {server.host} is not trusted: {error.verify_message}. Use the "
            "host name it was made for, or have the server's administrator renew it."
        )
    if error.reason == "WRONG_VERSION_NUMBER":
        return Misconfigured(
            f"{server.host} port {server.port} does not begin with TLS. Choose STARTTLS, or the "
            "port that the provider names for TLS (often 465)."
        )
    return Unreachable(f"Encryption with {server.host} failed: {error.reason or 'broken off'}.")


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error)


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data)
