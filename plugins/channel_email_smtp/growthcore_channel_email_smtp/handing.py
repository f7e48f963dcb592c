"""A batch of letters handed to the server, domains that asked for less left alone for a while."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from growthcore.api import Receipt
from growthcore_channel_email_smtp.assembly import Letter, assembled
from growthcore_channel_email_smtp.connections import Connections
from growthcore_channel_email_smtp.pacing import EVERY, Pacer, asking, asks_for_less, domain_of
from growthcore_channel_email_smtp.receipts import receipts_of
from growthcore_channel_email_smtp.server import Misconfigured, Unreachable
from growthcore_channel_email_smtp.smtp import Answer, Status

_PATIENCE = 60.0
"""Seconds after which a slow server gets no further message of a batch; the rest is tried later."""
_ROUNDS = 3
"""So many connections a batch is worth, when one domain after the other has them closed."""


@dataclass
class _Round:
    """What is known of a batch so far: answers by place, and who asked for less."""

    domains: Sequence[str]
    answers: dict[int, Answer] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)

    def note(self, places: Sequence[int], answers: Sequence[Answer]) -> list[int]:
        """Take answers in; the places that a closed connection kept from being tried."""
        told = dict(zip(places, answers, strict=True))
        self.answers |= told
        self.slow |= {
            asking(answer, self.domains[place])
            for place, answer in told.items()
            if asks_for_less(answer)
        }
        if EVERY in self.slow:
            return []
        return [place for place in places if self.untried(place) and not self.slowed(place)]

    def untried(self, place: int) -> bool:
        """Whether the server ended the session before this one's turn."""
        answer = self.answers[place]
        closed = answer.reply is not None and answer.reply.code == 421
        return answer.status is Status.NOT_SENT and closed

    def slowed(self, place: int) -> str | None:
        """Who asked for less of what this is one of."""
        found = {EVERY, self.domains[place]} & self.slow
        return min(found) if found else None

    def taken(self) -> Mapping[str, int]:
        """How many messages each domain took."""
        return Counter(
            self.domains[place]
            for place, answer in self.answers.items()
            if answer.status is Status.ACCEPTED
        )


@dataclass(frozen=True)
class Handing:
    """Hands letters over. Safe to share by threads."""

    connections: Connections
    pacer: Pacer

    def send(self, letters: Sequence[Letter]) -> list[Receipt]:
        """A receipt a letter. Raises :class:`Misconfigured`, :class:`Unreachable` and ConfigError.

        They are raised only when nothing was handed over.
        """
        if not letters:
            return []
        domains = [domain_of(letter.address) for letter in letters]
        waits = self.pacer.admit(domains)
        going = [place for place, wait in enumerate(waits) if wait is None]
        receipts = self._deliver(letters, domains, going) if going else {}
        return [
            receipts[place] if wait is None else Receipt.hold("slowed", after=wait)
            for place, wait in enumerate(waits)
        ]

    def _deliver(
        self, letters: Sequence[Letter], domains: Sequence[str], going: Sequence[int]
    ) -> Mapping[int, Receipt]:
        known = _Round(domains)
        end = time.monotonic() + _PATIENCE
        left = list(going)
        for _ in range(_ROUNDS):
            if not left:
                break
            try:
                with assembled([letters[place] for place in left]) as envelopes:
                    within = end - time.monotonic()
                    answers = self.connections.deliver(envelopes, within=within)
            except (Misconfigured, Unreachable):
                if not known.answers:
                    raise
                break
            left = known.note(left, answers)
        self.pacer.learn(known.slow, known.taken())
        said = receipts_of([known.answers[place] for place in going])
        return {
            place: self._slowed(known, place, receipt)
            for place, receipt in zip(going, said, strict=True)
        }

    def _slowed(self, known: _Round, place: int, receipt: Receipt) -> Receipt:
        """The receipt, of one that has to wait for its domain: until then."""
        if not known.slow:
            return receipt
        answer = known.answers[place]
        if asks_for_less(answer):
            wait = self.pacer.waits(asking(answer, known.domains[place]))
            return Receipt.retry("slowed", receipt.detail, after=wait)
        if known.untried(place):
            wait = self.pacer.waits(known.slowed(place) or known.domains[place])
            return Receipt.hold("slowed", after=wait)
        return receipt
