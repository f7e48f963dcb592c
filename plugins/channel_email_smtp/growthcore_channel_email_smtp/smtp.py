"""Messages over an open SMTP session, pipelined (RFC 2920). Nothing of GrowthCore.

The end of one message and the commands of the next go out in one write, so that a message costs one
round trip. At most one message is written and not yet answered at any moment: when a connection
breaks, that one may have been taken and every later one certainly was not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from enum import Enum
from typing import NamedTuple

from growthcore_channel_email_smtp.wire import ProtocolError, Reply, Wire

LOGIN_WANTED = frozenset({530, 534, 535, 538})
_ENDS_SESSION = LOGIN_WANTED | {421}
_GO_AHEAD = 354
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Step(Enum):
    """What a server's reply is about: a command, or the text of the message."""

    RESET = "RSET"
    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"
    TEXT = "text"


_STEPS = (Step.SENDER, Step.RECIPIENT, Step.DATA)


class Status(Enum):
    """What became of a message.

    ``NOT_SENT``: its end was never written, so it certainly was not taken. ``UNKNOWN``: it was
    written to its end and the connection was lost before the server answered.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TRANSIENT = "transient"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Envelope(NamedTuple):
    """One message to one recipient. Addresses are ASCII and bare of angle brackets.

    ``data`` gives the message when its turn comes: it may be made while the server is busy with the
    one before. ``plain`` when it is known to have CRLF line ends alone and no line that begins with a
    dot. Asked again when the message has to go over another connection.
    """

    sender: str
    recipient: str
    data: Callable[[], bytes]
    plain: bool = False

    def text(self) -> bytes:
        """What is written after DATA."""
        return self.data() + b".\r\n" if self.plain else stuffed(self.data())


class Answer(NamedTuple):
    """What became of an envelope, at which step, and the server's reply, where there was one.

    For ``NOT_SENT``, ``reply`` is what ended the session before this envelope's turn.
    """

    status: Status
    step: Step | None = None
    reply: Reply | None = None


Delivery = Generator[None, None, list[Answer]]


class Session:
    """A connection that is ready for mail. Not to be shared by threads.

    ``usable`` turns False when the connection broke or the server takes no more on it.
    """

    def __init__(self, wire: Wire, *, pipelining: bool) -> None:
        self._wire = wire
        self._pipelining = pipelining
        self._must_reset = False
        self.usable = True

    def deliver(self, envelopes: Sequence[Envelope], *, within: float) -> list[Answer]:
        """Send the envelopes; one answer each, in order. A lost connection is an answer too.

        After ``within`` seconds no further envelope is begun.
        """
        return side_by_side([self.delivery(envelopes, within=within)])[0]

    def delivery(self, envelopes: Sequence[Envelope], *, within: float) -> Delivery:
        """:meth:`deliver` step by step: yields while the server is busy with what was written."""
        done = _Done()
        try:
            for envelope in _while_time(envelopes, within):
                yield from self._begin(envelope, done)
                if done.last_word:
                    break
            if done.text:
                self._wire.write(done.text)
                yield
                done.finish(self._wire.read())
        except (OSError, ProtocolError):
            done.lost(self._wire.written)
            self.close()
        if done.last_word:
            self.close()
        rest = Answer(Status.NOT_SENT, reply=done.last_word)
        return done.answers + [rest] * (len(envelopes) - len(done.answers))

    def _begin(self, envelope: Envelope, done: _Done) -> Generator[None, None, None]:
        """Finish the message before, and bring this one to where its text is wanted."""
        refusal, reply = yield from self._ask(envelope, done)
        if not refusal:
            done.text = b"" if done.last_word else done.next_text
            return
        done.answers.append(refusal)
        if done.last_word:
            return
        if reply and reply.code == _GO_AHEAD:
            # It refused the recipient, and waits for a text all the same.
            self._wire.write(b".\r\n")
            done.heed(self._wire.read())
        else:
            self._must_reset = True

    def _ask(
        self, envelope: Envelope, done: _Done
    ) -> Generator[None, None, tuple[Answer | None, Reply | None]]:
        """Give the commands; returns the first refusal, if any, and the last reply."""
        refusal = reply = None
        for steps, commands in self._groups(envelope):
            self._wire.write(done.text + commands)
            if Step.DATA in steps:
                done.next_text = envelope.text()
            yield
            if done.text:
                done.finish(self._wire.read())
            for step in steps:
                if done.last_word:
                    return refusal, reply
                reply = done.heed(self._wire.read())
                refusal = refusal or _refusal(step, reply)
            if refusal:
                break
        return refusal, reply

    def _groups(self, envelope: Envelope) -> list[tuple[Sequence[Step], bytes]]:
        """The commands, by what may go out in one write; the text before goes with the first."""
        steps: tuple[Step, ...] = _STEPS
        commands: tuple[str, ...] = (
            f"MAIL FROM:<{envelope.sender}>\r\n",
            f"RCPT TO:<{envelope.recipient}>\r\n",
            "DATA\r\n",
        )
        if self._must_reset:
            steps, commands = (Step.RESET, *steps), ("RSET\r\n", *commands)
            self._must_reset = False
        if self._pipelining:
            return [(steps, "".join(commands).encode("ascii"))]
        pairs = zip(steps, commands, strict=True)
        return [((), b""), *(((step,), command.encode("ascii")) for step, command in pairs)]

    def quit(self) -> None:
        """Take leave and close, without waiting for the answer."""
        if self.usable:
            with suppress(OSError):
                self._wire.write(b"QUIT\r\n")
        self.close()

    def close(self) -> None:
        """Close without a word."""
        self.usable = False
        self._wire.close()


def side_by_side(deliveries: Sequence[Delivery]) -> list[list[Answer]]:
    """Carry out deliveries of different sessions in turns: while one server works, the next is asked."""
    answers: list[list[Answer]] = [[] for _ in deliveries]
    running = dict(enumerate(deliveries))
    while running:
        for number, delivery in list(running.items()):
            try:
                next(delivery)
            except StopIteration as end:
                answers[number] = end.value
                del running[number]
    return answers


class _Done:
    """What one :meth:`Session.deliver` has come to.

    ``text`` is of the message whose text is wanted or written, and which is not answered yet,
    ``next_text`` of the one after it.
    ``last_word`` is the reply that ended the session.
    """

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.text = b""
        self.next_text = b""
        self.last_word: Reply | None = None

    def heed(self, reply: Reply) -> Reply:
        """Notice a reply after which there is nothing more to say."""
        if reply.code in _ENDS_SESSION:
            self.last_word = reply
        return reply

    def finish(self, reply: Reply) -> None:
        """Take the reply to a message's text."""
        refusal = _refusal(Step.TEXT, self.heed(reply))
        self.answers.append(refusal or Answer(Status.ACCEPTED, Step.TEXT, reply))
        self.text = b""

    def lost(self, written: int) -> None:
        """The connection broke, ``written`` bytes into the last write."""
        if self.text:
            whole = written >= len(self.text)
            self.answers.append(Answer(Status.UNKNOWN if whole else Status.NOT_SENT, Step.TEXT))


def _refusal(step: Step, reply: Reply) -> Answer | None:
    """The answer that a reply means, unless it is to go on. Raises :class:`ProtocolError`."""
    if reply.code == _GO_AHEAD if step is Step.DATA else reply.positive:
        return None
    if step is Step.RESET or reply.code // 100 not in (4, 5):
        raise ProtocolError(f"the server answered {step.value} with {reply.code}")
    return Answer(Status.TRANSIENT if reply.transient else Status.REJECTED, step, reply)


def _while_time(envelopes: Sequence[Envelope], seconds: float) -> Iterator[Envelope]:
    until = time.monotonic() + seconds
    for envelope in envelopes:
        if time.monotonic() > until:
            return
        yield envelope


def stuffed(data: bytes) -> bytes:
    """A message as DATA wants it: CRLF line ends, leading dots doubled, a lone dot at the end."""
    breaks = data.count(b"\n")
    if not breaks == data.count(b"\r") == data.count(b"\r\n"):
        # A bare line end before a dot is how a second message is smuggled past some servers.
        data = _LINE_END.sub(b"\r\n", data)
    if data.startswith(b"."):
        data = b"." + data
    if b"\r\n." in data:
        data = data.replace(b"\r\n.", b"\r\n..")
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")
