"""How long algorithms learn, and in how much memory: a million customers, 50,000 products, many events.

Each learns in a process of its own from lines on disk, at two sizes, so that its growth is seen. The peak
is all the process ever held, the pages of the file that it read included. ``GROWTHCORE_BENCH_TRAINING``
names other sizes, ``2000000,20000000`` for the ones of the goal; by default they are a tenth.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks import shop
from benchmarks.journal import Journal
from growthcore.api import Algorithm
from growthcore.testing.fakes import context_for
from growthcore_algo_buy_again.algorithm import BuyAgain
from growthcore_algo_cart_based.algorithm import CartBased
from growthcore_algo_popular_backup.algorithm import PopularBackup
from growthcore_algo_user_based.algorithm import UserBased
from growthcore_algo_viewed_together.algorithm import BoughtTogether, ViewedTogether

CUSTOMERS = 1_000_000
PRODUCTS = 50_000
EVENTS = "200000,2000000"
MOST = 4.0
"""GiB."""
ALGORITHMS: tuple[type[Algorithm], ...] = (
    PopularBackup, ViewedTogether, BoughtTogether, CartBased, BuyAgain, UserBased,
)  # fmt: skip
_COLUMNS = ("customer", "product", "name", "at")


def run() -> bool:
    """Right means: each stayed within :data:`MOST` at every size."""
    sizes = [int(each) for each in os.environ.get("GROWTHCORE_BENCH_TRAINING", EVENTS).split(",")]
    results = []
    for algorithm in range(len(ALGORITHMS)):
        learnt = [_measured(algorithm, size) for size in sizes]
        told = ", ".join(
            f"{size:,} events {seconds:.1f} s, {peak:.2f} GiB"
            for size, (seconds, peak) in zip(sizes, learnt, strict=True)
        )
        growth = learnt[-1][0] / max(learnt[0][0], 0.01)
        print(f"{ALGORITHMS[algorithm].id:<16} {told}; {growth:.1f} times the time", flush=True)
        results += [peak < MOST for _, peak in learnt]
    return all(results)


def _measured(algorithm: int, events: int) -> tuple[float, float]:
    """Seconds and GiB of one training."""
    with tempfile.TemporaryDirectory() as folder:
        spawn = multiprocessing.get_context("spawn")
        with spawn.Pool(1) as pool:
            pool.apply(_make, (folder, events))
        with spawn.Pool(1) as pool:
            return pool.apply(_learn, (folder, algorithm))


def _make(folder: str, events: int) -> None:
    made = shop.stream(CUSTOMERS, events, tastes=True, products=PRODUCTS)
    for name in _COLUMNS:
        np.save(Path(folder) / name, getattr(made, name))


def _learn(folder: str, algorithm: int) -> tuple[float, float]:
    kept = {name: np.load(Path(folder) / f"{name}.npy", mmap_mode="r") for name in _COLUMNS}
    journal = Journal(
        customers=kept["customer"],
        products_=kept["product"],
        kinds=kept["name"].astype(np.int16),
        times=kept["at"] // 1_000_000,
        events=np.arange(1, len(kept["at"]) + 1),
        names=shop.NAMES,
        on_show=np.arange(1, PRODUCTS + 1),
        until=shop.END,
    )
    chosen = ALGORITHMS[algorithm]
    made = chosen(context_for(chosen))
    began = time.perf_counter()
    made.fit(journal, made.Params().load({}))
    seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
