"""A queue of wake-ups that a test looks at, and runs when it wants to."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from growthcore.core import Core, Queue


@dataclass(frozen=True)
class WakeUp:
    """One enqueued job."""

    queue: Queue
    job: str
    args: tuple[int | str, ...] = ()


class CollectedJobs:
    """A ``JobQueue`` that only remembers what it was asked for, oldest first."""

    def __init__(self) -> None:
        self.collected: deque[WakeUp] = deque()

    def enqueue(self, queue: Queue, job: str, *args: int | str) -> None:
        """Remember the wake-up."""
        self.collected.append(WakeUp(queue, job, args))

    def waiting(self, queue: Queue) -> int:
        """How many wake-ups of one queue were not run yet."""
        return sum(each.queue is queue for each in self.collected)

    @property
    def names(self) -> list[str]:
        """The names of the jobs that were not run yet."""
        return [each.job for each in self.collected]

    def run(self, core: Core, *, at_most: int = 1000) -> int:
        """Run what waits, and what that enqueues, as a worker of ``core`` would; returns how many ran.

        Raises ``AssertionError`` after ``at_most`` jobs: jobs that enqueue each other for ever.
        """
        from growthcore.worker import jobs, process

        with process.working_for(core):
            for ran in range(at_most):
                if not self.collected:
                    return ran
                wake_up = self.collected.popleft()
                getattr(jobs, wake_up.job)(*wake_up.args)
        raise AssertionError(f"{at_most} jobs ran and more wait: {self.names[:5]}")
