"""A mail server that does as a test tells it, and a certificate of its own making."""

import socket
import ssl
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from growthcore.clock import SystemClock

CLOSE, STALL = object(), object()

_REPLIES = {
    "GREETING": "220 scripted ESMTP",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 Go ahead",
    "TEXT": "250 2.0.0 Ok: queued as {n}",
    "RSET": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
    "AUTH": "235 2.7.0 Ok",
}


class ScriptedSmtp:
    """Follows ``script``: a step, or a step and which one (``RCPT2``), to what happens at it.

    That is a reply, CLOSE, STALL, or a number: so many bytes of the text are read, then it closes.
    A script counts over all connections. ``slice_`` sends replies in slices of so many bytes.
    """

    def __init__(self, script, *, pipelining=True, slice_=None):
        self.script, self.pipelining, self.slice = script, pipelining, slice_
        self.seen, self.texts, self.recipients = Counter(), [], []
        self.pipelined = False
        self.connections = 0
        self._released = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept)]
        self._threads[0].start()

    def stop(self):
        self._released.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self):
        with suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                self.connections += 1
                thread = Thread(target=self._serve, args=(peer,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, peer):
        # Replies leave at once, and a read is short, so that stopping ends it.
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer.settimeout(0.05)
        with peer, suppress(OSError):
            _Conversation(self, peer).run()

    def happens(self, step):
        self.seen[step] += 1
        usual = _REPLIES.get(step, "502 5.5.2 What?").format(n=f"Q{self.seen[step]}")
        return self.script.get(f"{step}{self.seen[step]}", self.script.get(step, usual))

    def wait(self):
        self._released.wait(20)

    @property
    def stopped(self):
        return self._released.is_set()


class _Gone(OSError):
    pass


class _Conversation:
    def __init__(self, server, peer):
        self.server, self.peer, self.unread = server, peer, b""

    def run(self):
        self.answer("GREETING")
        while line := self.line():
            word = line.upper().partition(" ")[0]
            if word == "EHLO":
                offers = "250-PIPELINING\r\n" if self.server.pipelining else ""
                hello = f"250-scripted\r\n{offers}250 AUTH PLAIN"
                self.answer("EHLO", self.server.script.get("EHLO", hello))
                continue
            self.server.pipelined |= bool(self.unread)
            if word == "RCPT":
                self.server.recipients.append(line[8:])
            reply = self.answer(word)
            if word == "DATA" and reply.startswith("354"):
                self.text()
            if word == "QUIT" or reply.startswith("421"):
                return

    def text(self):
        limit = self.server.script.get(f"READ{self.server.seen['DATA']}")
        # The lone dot may come first, so the line before it counts as ended.
        self.unread = b"\r\n" + self.unread
        while (end := self.unread.find(b"\r\n.\r\n")) < 0:
            if limit and len(self.unread) > limit:
                raise _Gone  # Closing with more to come resets the connection.
            self.receive()
        text, self.unread = self.unread[2 : end + 5], self.unread[end + 5 :]
        self.server.pipelined |= bool(self.unread)
        reply = self.server.happens("TEXT")
        if isinstance(reply, str) and reply.startswith("250") and text != b".\r\n":
            self.server.texts.append(text)
        self.answer("TEXT", reply)

    def answer(self, step, reply=None):
        reply = reply if reply is not None else self.server.happens(step)
        if reply is CLOSE:
            raise _Gone
        if reply is STALL:
            self.server.wait()
            raise _Gone
        data = reply.encode() + b"\r\n"
        size = self.server.slice or len(data)
        for at in range(0, len(data), size):
            self.peer.sendall(data[at : at + size])
            if self.server.slice:
                time.sleep(0.001)
        return reply

    def line(self):
        while b"\n" not in self.unread:
            self.receive()
        line, self.unread = self.unread.split(b"\n", 1)
        return line.decode(errors="replace").strip()

    def receive(self):
        while not self.server.stopped:
            with suppress(TimeoutError):
                received = self.peer.recv(1 << 20)
                if received:
                    self.unread += received
                    return
                break
        raise _Gone


@pytest.fixture
def scripted():
    """Makes a server: ``scripted({"RCPT2": "550 5.1.1 No such user"})``."""
    made = []

    def make(script=None, **options):
        made.append(ScriptedSmtp(script or {}, **options))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def smtp_scripts():
    """What a script may tell besides replies."""
    return CLOSE, STALL


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A PEM file: a key and a certificate for localhost that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost")]
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="session")
def server_tls(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context
