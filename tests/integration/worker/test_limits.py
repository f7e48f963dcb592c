"""How long jobs may take."""

import pytest
from rq.timeouts import JobTimeoutException

from growthcore.api import TrainingStopped
from growthcore.core import Queue
from growthcore.recommendations.watching import Watch
from growthcore.settings import Settings
from growthcore.worker import queues
from growthcore.worker.process import TimeLimit, working_for

SETTINGS = Settings(training_minutes=90)


def test_what_learns_may_take_as_long_as_the_setting_says_and_other_jobs_no_longer(monkeypatch):
    given = {}

    class Recorded:
        def enqueue(self, job, *, args, job_timeout, **_):
            given[job.rsplit(".", 1)[1]] = job_timeout

    monkeypatch.setattr(queues, "rq_queue", lambda *_: Recorded())
    jobs = queues.RqJobs("redis://localhost", SETTINGS)
    for job in ("train", "measure", "enrol"):
        jobs.enqueue(Queue.BACKGROUND, job, 1)
    assert given == {"train": 95 * 60, "measure": 95 * 60, "enrol": queues.JOB_TIMEOUT}


def test_what_learns_without_a_word_is_ended_in_words_people_are_shown(core):
    def meets(seconds):
        TimeLimit(seconds, JobTimeoutException).handle_death_penalty(0, None)

    with working_for(core), pytest.raises(TrainingStopped, match="GROWTHCORE_TRAINING_MINUTES"):
        meets(queues.JOB_TIMEOUT + 1)
    with pytest.raises(JobTimeoutException):
        meets(queues.JOB_TIMEOUT)


def test_what_reports_is_ended_at_its_limit():
    times = iter((0.0, 89 * 60.0, 91 * 60.0))
    noted = []
    watch = Watch(SETTINGS, lambda share: bool(noted.append(share)), lambda: next(times))
    watch.report(0.5)
    with pytest.raises(TrainingStopped, match="longer than 90 minutes"):
        watch.report(0.6)
    assert noted == [0.5]
