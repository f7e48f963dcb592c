"""A worker process: one queue, one shop, and an end that loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from redis.exceptions import RedisError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import UnixSignalDeathPenalty
from rq.worker import SimpleWorker
from structlog import get_logger

from growthcore import garbage
from growthcore.api import ConfigError
from growthcore.core import Core, Queue
from growthcore.plugins.calls import renew_process
from growthcore.recommendations import watching
from growthcore.worker.queues import JOB_TIMEOUT, connect, rq_queue

_core: ContextVar[Core] = ContextVar("growthcore_core")
_stopping: ContextVar[ShopWorker] = ContextVar("growthcore_worker")

log = get_logger()


def core() -> Core:
    """The shop this process works for."""
    return _core.get()


@contextmanager
def working_for(shop: Core) -> Iterator[None]:
    """Let jobs called inside belong to this shop."""
    token = _core.set(shop)
    try:
        yield
    finally:
        _core.reset(token)


def stopping() -> bool:
    """Whether the process was asked to end: long jobs look between two steps."""
    worker = _stopping.get(None)
    return worker is not None and worker.asked_to_stop


class TimeLimit(UnixSignalDeathPenalty):
    """The end of a job that hangs; one that learns is told so in words people are shown."""

    def handle_death_penalty(self, signum: int, frame: Any) -> None:
        """What the job is interrupted by."""
        if self._timeout > JOB_TIMEOUT:
            raise watching.too_long(core().settings)
        super().handle_death_penalty(signum, frame)


class ShopWorker(SimpleWorker):
    """RQ's worker without a fork a job, tuned to notice dead colleagues within seconds.

    A fork would cost eleven milliseconds a job and copy open database connections; jobs are short,
    trusted and safe to run twice. A hanging plugin meets the job's time limit.
    """

    asked_to_stop = False
    death_penalty_class = TimeLimit

    def get_heartbeat_ttl(self, job: Job, *args: Any, **kwargs: Any) -> int:
        """Seconds after which a silent worker's job is another's."""
        return int(job.timeout or 60) + 15

    def request_stop(self, signum: int, frame: Any) -> None:
        """First signal: finish what is begun, give back the rest."""
        self.asked_to_stop = True
        super().request_stop(signum, frame)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """A defect in a job: named in the log, found again by the sweeper."""
        log.error("job.failed", job=job.id, exc_info=exc_info)
        super().handle_exception(job, *exc_info)


def run(shop: Core, queue: Queue, redis_url: str) -> None:
    """Work on one queue until asked to stop.

    Raises :class:`ConfigError` when the queue can't be reached (any more).
    """
    connection = connect(redis_url)
    worker = ShopWorker(
        [rq_queue(queue, connection)],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=25,
        maintenance_interval=5,
        job_monitoring_interval=5,
        log_job_description=False,
    )
    _stopping.set(worker)
    shop.calls.worn_out = renew_process
    garbage.spare()
    try:
        with working_for(shop):
            worker.work(logging_level="WARNING")
    except RedisError as error:
        raise ConfigError(
            f"The queue can't be reached ({type(error).__name__}). Nothing is lost; start it again."
        ) from error
