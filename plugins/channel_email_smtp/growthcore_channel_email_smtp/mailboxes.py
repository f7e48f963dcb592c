"""Where bounces arrive: an IMAP mailbox, or a Maildir folder of this machine. Nothing of GrowthCore."""

from __future__ import annotations

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from growthcore_channel_email_smtp.server import Misconfigured, Unreachable

AT_ONCE = 200
"""The most mails that are read in one go."""
_MOST_BYTES = 262_144
"""So much of a mail is read: the report and the fields of the message that is given back come first."""
_RUN = re.compile(r"[^ -~]+|&")


class Letter(Protocol):
    """A mail in a mailbox."""

    @property
    def raw(self) -> bytes:
        """The mail, or the beginning of a very large one."""

    def done(self) -> None:
        """Mark it as read, or move it away."""


class Mailbox(Protocol):
    """A place where mails arrive. Both raise :class:`Unreachable` or :class:`Misconfigured`."""

    def check(self) -> None:
        """See that it can be read."""

    def unread(self) -> Iterator[Letter]:
        """Up to :data:`AT_ONCE` mails that nobody has read; later ones as they are asked for."""


@dataclass(frozen=True, kw_only=True)
class Imap:
    """A folder at an IMAP server (RFC 3501). What was read goes to the folder ``done``, if given."""

    host: str
    port: int
    security: str
    username: str
    password: str = field(repr=False)
    folder: str
    done: str
    timeout: float
    verify_certificates: bool

    def check(self) -> None:
        """Log in, and look for both folders."""
        with self._open() as server:
            if self.done:
                self._select(server, self.done)
            self._select(server, self.folder)

    def unread(self) -> Iterator[Letter]:
        """The oldest first. The connection is closed behind the last one."""
        with self._open() as server:
            self._select(server, self.folder)
            _, found = server.uid("SEARCH", "UNSEEN")
            for uid in (found[0] or b"").split()[:AT_ONCE]:
                if (raw := _fetched(server, uid.decode())) is not None:
                    yield _ImapLetter(self, server, uid.decode(), raw)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Say in words what goes wrong."""
        try:
            yield
        except ssl.SSLError as error:
            raise Misconfigured(
                f"Encryption with the bounce mailbox at {self.host} failed: "
                f"{error.reason or 'broken off'}. Check host, port, encryption and certificate."
            ) from error
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreachable(
                f"The bounce mailbox at {self.host} port {self.port} can't be used: "
                f"{_said(error)}. Check host and port."
            ) from error

    @contextmanager
    def _open(self) -> Iterator[imaplib.IMAP4]:
        with self.telling():
            server = self._connect()
            try:
                self._encrypt(server)
                self._log_in(server)
                yield server
            finally:
                for leave in (server.logout, server.shutdown):
                    with suppress(OSError, imaplib.IMAP4.error):
                        leave()

    def _connect(self) -> imaplib.IMAP4:
        where = (self.host, self.port)
        if self.security == "tls":
            return imaplib.IMAP4_SSL(*where, ssl_context=self._tls(), timeout=self.timeout)
        return imaplib.IMAP4(*where, timeout=self.timeout)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify_certificates:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _encrypt(self, server: imaplib.IMAP4) -> None:
        if self.security != "starttls":
            return
        if "STARTTLS" not in server.capabilities:
            raise Misconfigured(
                f"The bounce mailbox at {self.host} offers no STARTTLS. Choose TLS, usually with "
                "port 993."
            )
        server.starttls(self._tls())

    def _log_in(self, server: imaplib.IMAP4) -> None:
        user, password = self.username.encode(), self.password.encode()
        try:
            if "AUTH=PLAIN" in server.capabilities:
                server.authenticate("PLAIN", lambda _: b"\0" + user + b"\0" + password)
            else:
                server.login(self.username, self.password)
        except imaplib.IMAP4.abort:
            raise
        except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
            raise Misconfigured(
                f"The bounce mailbox at {self.host} refused the login. Check its user name and "
                "password; many providers want IMAP switched on, and an app password."
            ) from error

    def _select(self, server: imaplib.IMAP4, folder: str) -> None:
        answer, _ = server.select(_quoted(folder))
        if answer != "OK":
            raise Misconfigured(
                f"The bounce mailbox at {self.host} has no folder {folder!r}. Make it, or give "
                "another one."
            )


@dataclass(frozen=True)
class _ImapLetter:
    _mailbox: Imap
    _server: imaplib.IMAP4
    _uid: str
    raw: bytes

    def done(self) -> None:
        """Mark it as read; move it (RFC 6851), or copy it and mark the original for deletion."""
        server, uid, folder = self._server, self._uid, self._mailbox.done
        with self._mailbox.telling():
            server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
            if not folder:
                return
            if "MOVE" in server.capabilities:
                server.uid("MOVE", uid, _quoted(folder))
            elif server.uid("COPY", uid, _quoted(folder))[0] == "OK":
                server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")


def _fetched(server: imaplib.IMAP4, uid: str) -> bytes | None:
    _, answers = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{_MOST_BYTES}>)")
    return next((each[1] for each in answers if isinstance(each, tuple)), None)


def _quoted(folder: str) -> str:
    """The name of a folder as IMAP takes it: in modified UTF-7 (RFC 3501 §5.1.3), quoted."""
    name = _RUN.sub(lambda run: "&-" if run[0] == "&" else _utf7(run[0]), folder)
    return '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'


def _utf7(text: str) -> str:
    encoded = base64.b64encode(text.encode("utf-16-be"), altchars=b"+,").decode("ascii")
    return f"&{encoded.rstrip('=')}-"


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    return getattr(error, "strerror", None) or "the connection broke off"


@dataclass(frozen=True)
class Maildir:
    """A Maildir folder, as mail servers deliver into. What was read stays there, marked as seen."""

    path: Path

    def check(self) -> None:
        """See that there is one, in which this process may change names."""
        missing = [name for name in ("new", "cur") if not (self.path / name).is_dir()]
        if missing:
            raise Misconfigured(
                f"{self.path} is no Maildir folder: it has no folder {missing[0]!r}. Give the folder "
                "that the mail server delivers bounces into."
            )

    def unread(self) -> Iterator[Letter]:
        """In the order of their names, which begin with the time of arrival."""
        self.check()
        with self.telling():
            for path in self._unread()[:AT_ONCE]:
                with path.open("rb") as file:
                    raw = file.read(_MOST_BYTES)
                yield _MaildirLetter(self, path, raw)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Say in words what goes wrong."""
        try:
            yield
        except PermissionError as error:
            raise Misconfigured(
                f"The Maildir folder {self.path} can't be read and changed: let the user that "
                "GrowthCore runs as do so."
            ) from error
        except OSError as error:
            raise Unreachable(f"The Maildir folder {self.path} can't be read now.") from error

    def _unread(self) -> Sequence[Path]:
        seen = (self.path / "cur").iterdir()
        waiting = [each for each in seen if "S" not in each.name.partition(":2,")[2]]
        return sorted([*(self.path / "new").iterdir(), *waiting], key=lambda each: each.name)


@dataclass(frozen=True)
class _MaildirLetter:
    _mailbox: Maildir
    _path: Path
    raw: bytes

    def done(self) -> None:
        """Mark it as seen, which moves it from ``new`` to ``cur``."""
        name, _, flags = self._path.name.partition(":2,")
        marked = f"{name}:2,{''.join(sorted({*flags, 'S'}))}"
        with self._mailbox.telling():
            self._path.rename(self._mailbox.path / "cur" / marked)
