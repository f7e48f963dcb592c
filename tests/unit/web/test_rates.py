"""Token buckets."""

from __future__ import annotations

from growthcore.web.storefront.rates import TokenBuckets


class Seconds:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


def test_a_burst_passes_and_the_next_call_is_told_how_long_to_wait():
    buckets = TokenBuckets(2, 3, monotonic=Seconds())
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a") == 0.5


def test_tokens_come_back_with_time_but_never_more_than_the_burst():
    seconds = Seconds()
    buckets = TokenBuckets(1, 2, monotonic=seconds)
    buckets.take("a")
    seconds.at = 100.0
    assert [buckets.take("a") for _ in range(2)] == [0, 0]
    assert buckets.take("a") > 0


def test_callers_do_not_share_a_bucket():
    buckets = TokenBuckets(1, 1, monotonic=Seconds())
    assert buckets.take("a") == 0
    assert buckets.take("b") == 0


def test_memory_is_bounded():
    buckets = TokenBuckets(1, 1, monotonic=Seconds())
    for caller in range(60_000):
        buckets.take(caller)
    assert len(buckets._buckets) == 50_000
