"""Visitors of the shop's pages: one client that goes on calling ``POST /v1/collect``."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import urllib3

_EVENTS_A_CALL = 5
_PAUSE = 0.03
_TIMEOUT = 60


@dataclass
class Answers:
    """What the calls were answered: how often which status, how long it took, what was taken.

    A call that got no answer at all has the status 0.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    accepted: int = 0

    @property
    def refused(self) -> int:
        """Calls that were not answered with success."""
        return sum(count for status, count in self.statuses.items() if not 200 <= status < 300)

    def shown(self) -> str:
        """A line to read."""
        typical, worst = statistics.median(self.seconds), max(self.seconds)
        most = statistics.quantiles(self.seconds, n=100)[98]
        return (
            f"{len(self.seconds):,} calls, {self.accepted:,} events, {self.refused} not 2xx "
            f"{dict(self.statuses)}; median {typical * 1e3:.1f} ms, p99 {most * 1e3:.0f} ms, "
            f"worst {worst * 1e3:.0f} ms"
        )


class Visitors:
    """A context manager: calls go on, a few dozen a second, until it is left."""

    def __init__(
        self, url: str, *, key: str, origin: str, now: datetime, products: Sequence[str]
    ) -> None:
        self.answers = Answers()
        self._pool = urllib3.connection_from_url(url, retries=False, timeout=_TIMEOUT)
        self._key = key
        self._headers = {"Content-Type": "text/plain;charset=UTF-8", "Origin": origin}
        self._now = now.isoformat()
        self._products = products
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._call_on, name="visitors", daemon=True)

    def __enter__(self) -> Answers:
        self._thread.start()
        return self.answers

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _call_on(self) -> None:
        number = 0
        while not self._stop.wait(_PAUSE):
            number += 1
            began = time.perf_counter()
            status, accepted = self._call(self._body(number))
            self.answers.seconds.append(time.perf_counter() - began)
            self.answers.statuses[status] += 1
            self.answers.accepted += accepted

    def _call(self, body: str) -> tuple[int, int]:
        try:
            answer = self._pool.request("POST", "/v1/collect", body=body, headers=self._headers)
        except urllib3.exceptions.HTTPError:
            return 0, 0
        return answer.status, answer.json()["accepted"] if answer.status == 200 else 0

    def _body(self, number: int) -> str:
        events = [
            {
                "id": f"view-{number}-{place}",
                "name": "view_item",
                "time": self._now,
                "items": [{"product_id": self._products[(number + place) % len(self._products)]}],
            }
            for place in range(_EVENTS_A_CALL)
        ]
        visitor = f"visitor-{number % 500}"
        call = {"key": self._key, "visitor": visitor, "sent_at": self._now, "events": events}
        return json.dumps(call)
