"""Workers that send a campaign side by side, as ``growthcore up --senders`` starts them."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection

from benchmarks import shop
from growthcore import garbage
from growthcore.app import build_core
from growthcore.campaigns import sending
from growthcore.clock import FixedClock
from growthcore.plugins.registry import Plugins
from growthcore.settings import Settings


class Senders:
    """Processes that wait for a campaign to send; ``spent`` is their processor time, in seconds."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes
        self.spent = 0.0

    def send(self, campaign: int) -> None:
        """Have all of them send a campaign until nothing is due."""
        for pipe in self._pipes:
            pipe.send(campaign)
        self.spent += sum(pipe.recv() for pipe in self._pipes)


@contextmanager
def started(settings: Settings, count: int) -> Iterator[Senders]:
    """So many workers of one shop, ready."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        pipes = []
        for _ in range(count):
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(settings, there), daemon=True)
            process.start()
            stack.callback(process.join)
            stack.callback(here.send, None)
            here.recv()
            pipes.append(here)
        yield Senders(pipes)


def _work(settings: Settings, pipe: Connection) -> None:
    core = build_core(settings, clock=FixedClock(shop.END), plugins=Plugins.load())
    garbage.spare()
    pipe.send(os.getpid())
    while (campaign := pipe.recv()) is not None:
        began = time.process_time()
        while sending.send_due(core, campaign):
            pass
        pipe.send(time.process_time() - began)
    core.db.dispose()
