"""The e-mail channel, and the whole way from the ledger, against Postfix's own test programs.

The limit is what ``smtp-source`` hands to ``smtp-sink``: equal messages, nothing made on the way. The
sender lays out and encodes each mail for its recipient; signed with RSA-2048 its limit is what one
core signs. The whole way claims, checks, renders, sends and writes down, by one worker and by two
(``growthcore up --senders 2``). All take turns in one run, since other work on the machine changes by
the minute: read the ratios.
``GROWTHCORE_BENCH_MESSAGES`` says how many mails a turn has.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks import mails, postfix, senders
from benchmarks.mailing import Mailing, postgresql
from benchmarks.senders import Senders
from growthcore import garbage

MESSAGES = int(os.environ.get("GROWTHCORE_BENCH_MESSAGES", "4000"))
ROUNDS = 5
WORKERS = 2
SOURCE, RSA = "smtp-source", "RSA-2048 signatures, one core"
PLAIN, SIGNED = "sender", "sender, signed"


@dataclass
class Turn:
    """Something measured, in comparison with ``limit``; ``prepare`` is outside the time."""

    send: Callable[[object], bool]
    limit: str
    goal: float | None = None
    prepare: Callable[[], object] = lambda: None
    senders: Senders | None = None
    rates: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)

    def take(self) -> bool:
        """Once; whether all went right."""
        ready = self.prepare()
        began, cpu = time.perf_counter(), self._processor_time()
        right = self.send(ready)
        self.rates.append(MESSAGES / (time.perf_counter() - began))
        self.spent.append((self._processor_time() - cpu) / MESSAGES * 1e6)
        return right

    def _processor_time(self) -> float:
        """Seconds of this process, of those it waited for and of the workers."""
        return sum(os.times()[:4]) + (self.senders.spent if self.senders else 0.0)


def run() -> bool:
    """Print messages a second, ratios and processor time; whether every message was taken."""
    if absent := postfix.missing():
        print(f"email: {' and '.join(absent)} of Postfix are missing. Run: make bench-packages")
        return False
    key, size = mails.signing_key(), len(mails.one_mail())
    with (
        postfix.sink() as port,
        _mailings(port, key) as mailings,
        _side_by_side(mailings) as side_by_side,
    ):
        turns = _turns(port, size, key, mailings, side_by_side)
        # As a worker does when it starts.
        garbage.spare()
        right = True
        for turn in list(turns.values()) * ROUNDS:
            right &= turn.take()
    print(f"email: {MESSAGES:,} mails of {size:,} bytes a turn, medians of {ROUNDS} turns")
    for name, turn in turns.items():
        _show(name, turn, turns[turn.limit])
    return right


def _turns(
    port: int,
    size: int,
    key: RSAPrivateKey,
    mailings: Mapping[str, Mailing],
    side_by_side: Mapping[str, Senders],
) -> dict[str, Turn]:
    plain, signed = mails.channel(port), mails.channel(port, key)
    turns = {
        SOURCE: Turn(lambda _: postfix.source(port, MESSAGES, size), SOURCE),
        PLAIN: Turn(lambda _: mails.send(plain, MESSAGES), SOURCE, 0.8),
        RSA: Turn(lambda _: _sign(key), RSA),
        SIGNED: Turn(lambda _: mails.send(signed, MESSAGES), RSA, 0.75),
    }
    for database, mailing in mailings.items():
        for limit, account in ((PLAIN, "plain"), (SIGNED, "signed")):
            for workers, together in ((1, None), (WORKERS, side_by_side[database])):
                turns[f"{database}, {account}, {workers} worker{'s'[: workers - 1]}"] = Turn(
                    partial(_whole_way, mailing, together),
                    limit,
                    0.5,
                    partial(mailing.prepared, account),
                    together,
                )
    return turns


def _whole_way(mailing: Mailing, senders: Senders | None, campaign: object) -> bool:
    return isinstance(campaign, int) and mailing.send(campaign, MESSAGES, senders)


def _sign(key: RSAPrivateKey) -> bool:
    padding, digest = PKCS1v15(), SHA256()
    return all(key.sign(b"x" * 500, padding, digest) for _ in range(MESSAGES))


def _show(name: str, turn: Turn, limit: Turn) -> None:
    ratio = statistics.median(
        own / other for own, other in zip(turn.rates, limit.rates, strict=True)
    )
    against = f"{ratio:>6.2f} x {turn.limit}" if turn is not limit else ""
    goal = f" (goal {turn.goal})" if turn.goal else ""
    print(
        f"  {name:<34}{statistics.median(turn.rates):>8,.0f}/s"
        f"{statistics.median(turn.spent):>7.0f} us CPU each{against}{goal}"
    )


@contextmanager
def _mailings(port: int, key: RSAPrivateKey) -> Iterator[dict[str, Mailing]]:
    """A shop on SQLite and one on PostgreSQL."""
    accounts = {"plain": mails.config(port), "signed": mails.config(port, key)}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {
            "SQLite": f"sqlite:///{folder / 'shop.db'}",
            "PostgreSQL": stack.enter_context(postgresql()),
        }
        made = {name: Mailing(url, folder, MESSAGES, **accounts) for name, url in urls.items()}
        for mailing in made.values():
            stack.callback(mailing.core.db.dispose)
        yield made


@contextmanager
def _side_by_side(mailings: Mapping[str, Mailing]) -> Iterator[dict[str, Senders]]:
    """Workers of each shop."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(senders.started(mailing.core.settings, WORKERS))
            for name, mailing in mailings.items()
        }
