"""The e-mail channel against ``smtplib`` with messages made beforehand, to the same sink.

The channel fills, lays out and encodes every mail for its recipient; smtplib only hands bytes over, on
one connection. The sink is Postfix's ``smtp-sink`` where it is installed, else one of our own.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import smtplib
import socket
import statistics
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from growthcore.api import ItemView, MessageClass, Outcome, OutgoingMessage
from growthcore.messaging.rendering import Context
from growthcore.messaging.tokens import Signer
from growthcore.messaging.tracking import Addresses
from growthcore.testing.fakes import context_for
from growthcore.testing.rendering import FakeRecipient
from growthcore_channel_email_smtp.channel import EmailSmtp
from growthcore_channel_email_smtp.mime import Frame

MESSAGES = int(os.environ.get("GROWTHCORE_BENCH_MESSAGES", "4000"))
ROUNDS = 5
HOST = "127.0.0.1"
SENDER = "news@shop.example"
BATCH = EmailSmtp.capabilities.batch_size
UTM = (("utm_source", "email"), ("utm_medium", "crm"), ("utm_campaign", "spring-7"))
ROW = (
    '<tr><td><img src="https://cdn.shop.example/p/{n}.jpg" width="120"></td>'
    '<td><a href="https://shop.example/p/{n}" data-alias="item-{n}">#{{ITEM{n}}}</a></td></tr>\n'
)
CONTENT = {
    "subject": "#{NAME}님, 담아 두신 상품이 기다리고 있어요",
    "html": (
        "<html><body><h1>안녕하세요 #{NAME}님</h1><p>#{INTRO}</p><table>\n"
        + "".join(ROW.format(n=n) for n in range(5))
        + "</table>#{CART_ITEMS}"
        + "<p>고객님만을 위한 특별한 혜택을 확인해 보세요.</p>" * 40
        + '<p><a href="#{UNSUBSCRIBE_URL}">수신거부</a></p></body></html>'
    ),
}
CART = [
    ItemView(
        name=f"니트 {n}",
        price="32,000원",
        url=f"https://shop.example/p/{n}",
        image_url=f"https://cdn.shop.example/p/{n}.jpg",
        quantity=1,
    )
    for n in range(3)
]


def run() -> bool:
    """Print messages a second, processor time and memory; whether every message was taken."""
    with _sink() as (name, port):
        channel = _channel(port)
        mails = [_mime(message) for message in islice(_tracked(channel), BATCH)]
        senders = {
            "smtplib, messages made before": lambda n: _smtplib(port, mails, n),
            "channel": lambda n: _send(channel, _untracked(channel), n),
            "channel, links tracked by the core": lambda n: _send(channel, _tracked(channel), n),
        }
        print(f"{MESSAGES} mails of {len(mails[0])} bytes to {name}; medians of {ROUNDS}")
        return _compare(senders)


def _compare(senders: dict[str, Callable[[int], bool]]) -> bool:
    right = all(send(BATCH) for send in senders.values())
    rates: dict[str, list[float]] = {name: [] for name in senders}
    spent: dict[str, list[float]] = {name: [] for name in senders}
    for _round in range(ROUNDS):
        for name, send in senders.items():
            began, cpu = time.perf_counter(), time.process_time()
            right &= send(MESSAGES)
            rates[name].append(MESSAGES / (time.perf_counter() - began))
            spent[name].append((time.process_time() - cpu) / MESSAGES * 1e6)
    base = statistics.median(next(iter(rates.values())))
    for name, send in senders.items():
        rate, cpu = statistics.median(rates[name]), statistics.median(spent[name])
        print(
            f"  {name:<36}{rate:>8,.0f}/s {rate / base:>5.2f} x smtplib"
            f"{cpu:>7.0f} us CPU each, {_peak(send) / 1024:>6,.0f} KiB at most"
        )
    return right


def _peak(send: Callable[[int], bool]) -> int:
    """The most bytes that Python held at once for sending."""
    tracemalloc.start()
    send(MESSAGES // 4)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _channel(port: int) -> EmailSmtp:
    config = {"host": HOST, "port": port, "security": "none", "sender_address": SENDER}
    return EmailSmtp(context_for(EmailSmtp, config))


def _smtplib(port: int, mails: Sequence[bytes], count: int) -> bool:
    with smtplib.SMTP(HOST, port) as client:
        refused = [
            client.sendmail(SENDER, [f"c{n}@example.com"], mails[n % len(mails)])
            for n in range(count)
        ]
    return not any(refused)


def _send(channel: EmailSmtp, messages: Iterator[OutgoingMessage], count: int) -> bool:
    taken = 0
    while batch := list(islice(messages, min(BATCH, count - taken))):
        receipts = channel.send(batch)
        if not all(receipt.outcome is Outcome.ACCEPTED for receipt in receipts):
            return False
        taken += len(batch)
    return taken == count


def _untracked(channel: EmailSmtp) -> Iterator[OutgoingMessage]:
    """Mails whose links and items are ready, so that the time is the channel's."""
    compiled = channel.compile(channel.Content().load(CONTENT))
    for n in range(10**9):
        recipient = FakeRecipient(
            values=_values(n), blocks={"CART_ITEMS": CART}, unsubscribe_url=f"https://g.example/{n}"
        )
        yield _message(n, compiled.render(recipient))


def _tracked(channel: EmailSmtp) -> Iterator[OutgoingMessage]:
    """Mails as a campaign sends them: every link signed and with UTM parameters."""
    compiled = channel.compile(channel.Content().load(CONTENT))
    signer = Signer([b"k" * 32])
    for n in range(10**9):
        addresses = Addresses(base_url="https://g.example", message_id=n, signer=signer)
        context = Context(
            message_class=MessageClass.ADVERTISING,
            values=_values(n),
            blocks={"CART_ITEMS": CART},
            unsubscribe_url=addresses.unsubscribe,
            open_pixel=addresses.open_pixel,
            track=addresses.link,
            utm=UTM,
        )
        yield _message(n, compiled.render(context))


def _values(n: int) -> dict[str, str]:
    items = {f"ITEM{each}": f"상품 {n}-{each}" for each in range(5)}
    return {"NAME": f"고객{n}", "INTRO": f"오늘의 소식 {n}", **items}


def _message(n: int, rendered: object) -> OutgoingMessage:
    return OutgoingMessage(
        reference=f"gc-{n}",
        address=f"c{n}@example.com",
        message_class=MessageClass.ADVERTISING,
        rendered=rendered,
    )


def _mime(message: OutgoingMessage) -> bytes:
    """The message as the channel would write it."""
    frame = Frame({"sender_address": SENDER, "sender_name": "", "reply_to": ""})
    return frame.message(
        message.rendered,
        to=message.address,
        reference=message.reference,
        message_class=message.message_class,
        date="Mon, 02 Mar 2026 01:00:00 +0000",
    )


@contextmanager
def _sink() -> Iterator[tuple[str, int]]:
    """A server that takes everything and keeps nothing; its name and port."""
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        if not shutil.which("smtp-sink"):
            process = multiprocessing.get_context("fork").Process(
                target=_own_sink, args=(listener,), daemon=True
            )
            process.start()
            yield "an own sink", port
            process.terminate()
            process.join()
            return
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    sink = subprocess.Popen(["smtp-sink", *user, f"{HOST}:{port}", "100"])
    try:
        _wait_for(port)
        yield "smtp-sink", port
    finally:
        sink.terminate()
        sink.wait()


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        try:
            socket.create_connection((HOST, port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("smtp-sink does not start")


def _own_sink(listener: socket.socket) -> None:
    while True:
        peer, _ = listener.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_swallow, args=(peer,), daemon=True).start()


def _swallow(peer: socket.socket) -> None:
    peer.sendall(b"220 sink\r\n")
    unread, in_text = b"", False
    while received := peer.recv(1 << 18):
        unread += received
        replies = []
        while (end := unread.find(b"\r\n.\r\n" if in_text else b"\r\n")) >= 0:
            word, unread = unread[:4].upper(), unread[end + (5 if in_text else 2) :]
            replies.append(b"250 2.0.0 Ok\r\n" if in_text else _REPLIES.get(word, b"250 Ok\r\n"))
            in_text = not in_text and word == b"DATA"
        peer.sendall(b"".join(replies))
    peer.close()


_REPLIES = {
    b"EHLO": b"250-sink\r\n250 PIPELINING\r\n",
    b"DATA": b"354 Go\r\n",
    b"QUIT": b"221 Bye\r\n",
}
