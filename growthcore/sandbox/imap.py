"""An IMAP server over Maildir folders: as much of RFC 3501 and RFC 6851 as reading a mailbox takes."""

from __future__ import annotations

import base64
import binascii
import mailbox
import re
import socketserver
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|([^\s"()]+)')
_PARTIAL = re.compile(r"BODY\.PEEK\[\]<0\.(\d+)>", re.IGNORECASE)
_TURN = 0.05
_Commands = Mapping[str, Callable[..., None]]


class _Refused(Exception):
    """Answered by NO, with these words."""


class SandboxImap:
    """Serves ``folder``, a Maildir that is made if need be, to one user; a context manager.

    A folder ``Done`` of it is the Maildir ``.Done`` within. ``port`` 0 takes a free one, which it tells
    once started. ``tls`` encrypts from the first byte on. ``move`` False is a server without MOVE.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        username: str = "bounces",
        password: str = "example-password",  # noqa: S107 - of a stand-in
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        move: bool = True,
    ) -> None:
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.box = mailbox.Maildir(folder)
        self.username, self.password = username, password
        self.host, self.port = host, port
        self.move = move
        self._tls = tls
        self._server: _Server | None = None
        self._thread: Thread | None = None

    def deliver(self, mail: bytes) -> None:
        """Have a mail arrive."""
        self.box.add(mail)

    def start(self) -> None:
        """Listen, in a thread. Raises ``OSError`` when the port is taken."""
        self._server = _Server((self.host, self.port), self, self._tls)
        self.port = self._server.server_address[1]
        self._thread = Thread(
            target=self._server.serve_forever, args=(_TURN,), name="sandbox-imap", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening. Does nothing when it is not running."""
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.stop()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, address: tuple[str, int], imap: SandboxImap, tls: ssl.SSLContext | None
    ) -> None:
        self.imap = imap
        self._tls = tls
        super().__init__(address, _Session)

    def finish_request(self, request: Any, client_address: Any) -> None:
        try:
            if self._tls:
                request = self._tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
        except OSError:
            return  # The other side went away.
        finally:
            if isinstance(request, ssl.SSLSocket):
                request.close()


class _Session(socketserver.StreamRequestHandler):
    """One connection. A message's UID is its place among the names in the folder, from 1 on."""

    server: _Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self._imap = self.server.imap
        self._known = self._open = False
        self._folder: mailbox.Maildir = self._imap.box
        self._keys: list[str] = []
        self._say(f"* OK {self._capabilities()} GrowthCore sandbox")
        while line := self.rfile.readline(65_536).decode("utf-8", "replace").rstrip("\r\n"):
            tag, _, rest = line.partition(" ")
            if not self._answer(tag, rest):
                return

    def _answer(self, tag: str, line: str) -> bool:
        """Do as a line says; whether to go on."""
        words = [found[1] if found[1] is not None else found[0] for found in _WORD.finditer(line)]
        verb = words.pop(0).upper() if words else ""
        if verb == "UID" and words:
            verb = f"UID {words.pop(0).upper()}"
        commands = self._commands()
        try:
            if verb not in commands:
                self._say(f"{tag} BAD {verb} is not known here, or not now")
            else:
                commands[verb](*words)
                self._say(f"{tag} OK {verb} done")
        except _Refused as refusal:
            self._say(f"{tag} NO {refusal}")
        except (TypeError, ValueError, IndexError):
            self._say(f"{tag} BAD {verb} has other arguments")
        return verb != "LOGOUT"

    def _commands(self) -> _Commands:
        always: _Commands = {
            "CAPABILITY": self._capability,
            "NOOP": self._noop,
            "LOGOUT": self._logout,
        }
        if not self._known:
            return {**always, "LOGIN": self._login, "AUTHENTICATE": self._authenticate}
        known: _Commands = {**always, "SELECT": self._select, "CREATE": self._create}
        if not self._open:
            return known
        move: _Commands = {"UID MOVE": self._move} if self._imap.move else {}
        return {
            **known, **move, "UID SEARCH": self._search, "UID FETCH": self._fetch,
            "UID STORE": self._store, "UID COPY": self._copy,
        }  # fmt: skip

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode("utf-8") + b"\r\n")

    def _capabilities(self) -> str:
        return f"[CAPABILITY IMAP4rev1 AUTH=PLAIN{' MOVE' if self._imap.move else ''}]"

    def _capability(self) -> None:
        self._say(f"* {self._capabilities()[1:-1]}")

    def _noop(self) -> None:
        """Nothing to tell."""

    def _logout(self) -> None:
        self._say("* BYE")

    def _login(self, username: str, password: str) -> None:
        self._known = (username, password) == (self._imap.username, self._imap.password)
        if not self._known:
            raise _Refused("[AUTHENTICATIONFAILED] Wrong user name or password")

    def _authenticate(self, mechanism: str) -> None:
        if mechanism.upper() != "PLAIN":
            raise _Refused("Only PLAIN")
        self._say("+ ")
        try:
            told = base64.b64decode(self.rfile.readline(4096).strip(), validate=True)
        except binascii.Error as error:
            raise _Refused("That is no base64") from error
        _, username, password = told.decode("utf-8", "replace").split("\0")
        self._login(username, password)

    def _named(self, name: str) -> mailbox.Maildir:
        if name.upper() == "INBOX":
            return self._imap.box
        try:
            return self._imap.box.get_folder(name)
        except mailbox.NoSuchMailboxError as error:
            raise _Refused("[TRYCREATE] No such folder") from error

    def _create(self, name: str) -> None:
        self._imap.box.add_folder(name)

    def _select(self, name: str) -> None:
        self._folder = self._named(name)
        self._keys = sorted(self._folder.keys())
        self._open = True
        self._say(f"* {len(self._keys)} EXISTS")
        self._say("* 0 RECENT")
        self._say(r"* FLAGS (\Seen \Deleted)")
        self._say("* OK [UIDVALIDITY 1]")

    def _flags(self, key: str) -> str:
        return self._folder.get_message(key).get_flags() if key in self._folder else "S"

    def _search(self, what: str) -> None:
        if what.upper() != "UNSEEN":
            raise _Refused("Only UNSEEN can be looked for")
        unseen = [n for n, key in enumerate(self._keys, 1) if "S" not in self._flags(key)]
        self._say(" ".join(["* SEARCH", *map(str, unseen)]))

    def _fetch(self, uid: str, what: str) -> None:
        partial = _PARTIAL.search(what)
        if partial is None:
            raise _Refused("Only BODY.PEEK[]<0.n> can be fetched")
        key = self._key(uid)
        if key not in self._folder:
            return
        mail = self._folder.get_bytes(key)[: int(partial[1])]
        self.wfile.write(
            b"* %s FETCH (UID %s BODY[]<0> {%d}\r\n" % (uid.encode(), uid.encode(), len(mail))
        )
        self.wfile.write(mail + b")\r\n")

    def _store(self, uid: str, how: str, flags: str) -> None:
        message = self._folder.get_message(self._key(uid))
        for name, flag in ((r"\Seen", "S"), (r"\Deleted", "T")):
            if name.lower() in flags.lower():
                message.add_flag(flag)
        message.set_subdir("cur")
        self._folder[self._key(uid)] = message

    def _copy(self, uid: str, name: str) -> None:
        self._named(name).add(self._folder.get_message(self._key(uid)))

    def _move(self, uid: str, name: str) -> None:
        self._copy(uid, name)
        self._folder.remove(self._key(uid))
        self._say(f"* {uid} EXPUNGE")

    def _key(self, uid: str) -> str:
        return self._keys[int(uid) - 1]
