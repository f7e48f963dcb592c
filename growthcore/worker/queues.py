"""RQ behind one module: wake-ups in, nothing that could be lost.

What RQ's defaults lose (a worker on several queues loses what it had popped; a dead worker is
noticed after minutes) can't hurt: every job is found again by a query of the database. So jobs
carry ids only, results are thrown away, and a queue that can't be reached costs time, not work.
"""

from __future__ import annotations

import time

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue as RqQueue
from rq.serializers import JSONSerializer
from structlog import get_logger

from growthcore.core import Queue
from growthcore.recommendations import watching
from growthcore.settings import Settings

JOB_TIMEOUT = 300
"""Seconds a job may run: far above what its own limits allow it, so only a hang meets it."""

LONG = frozenset({"train", "train_now", "refresh", "measure"})
"""Jobs that learn, which takes a large shop an hour and more."""

_PAUSE_AFTER_FAILURE = 1.0

log = get_logger()


def connect(url: str) -> Redis:
    """A connection that fails fast, so that a request never waits for an absent queue."""
    return Redis.from_url(url, socket_connect_timeout=0.25, socket_timeout=30)


def rq_queue(queue: Queue, connection: Redis) -> RqQueue:
    """The RQ queue of a purpose. JSON, so that an object among the arguments is refused at once."""
    return RqQueue(f"growthcore-{queue}", connection=connection, serializer=JSONSerializer)


class RqJobs:
    """The :class:`growthcore.core.JobQueue` over RQ."""

    def __init__(self, url: str, settings: Settings) -> None:
        self._longest = int(watching.lease(settings).total_seconds())
        self._connection = Redis.from_url(url, socket_connect_timeout=0.25, socket_timeout=1)
        self._silent_until = 0.0

    def enqueue(self, queue: Queue, job: str, *args: int | str) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            rq_queue(queue, self._connection).enqueue(
                f"growthcore.worker.jobs.{job}",
                args=args,
                job_timeout=self._longest if job in LONG else JOB_TIMEOUT,
                result_ttl=0,
                failure_ttl=86_400,
            )
        except RedisError as error:
            self._silent_until = time.monotonic() + _PAUSE_AFTER_FAILURE
            log.warning("queue.unreachable", error=type(error).__name__)

    def waiting(self, queue: Queue) -> int:
        try:
            return int(rq_queue(queue, self._connection).count)
        except RedisError:
            return 0
