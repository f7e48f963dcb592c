"""The life of ``growthcore up`` and its processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from rq import Worker

from growthcore.worker.embedded import running_url

CLI = [sys.executable, "-m", "growthcore.cli"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment_of(folder):
    return os.environ | {
        "GROWTHCORE_DATA_DIR": str(folder / "data"),
        "GROWTHCORE_LOG_LEVEL": "ERROR",
    }


@pytest.fixture
def environment(tmp_path):
    return environment_of(tmp_path)


def processes_of(data_dir):
    """Every living process that was started for this data folder."""
    marker = f"GROWTHCORE_DATA_DIR={data_dir}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            alive = (folder / "stat").read_text().rsplit(") ", 1)[1][0] != "Z"
            if alive and marker in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


def answers(port, path="/healthz"):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


@contextmanager
def started(environment):
    port = free_port()
    process = subprocess.Popen(
        [*CLI, "up", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        process_group=0,
    )
    process.port = port
    wait_for(lambda: answers(port) or process.poll() is not None)
    yield process
    process.kill()
    process.wait()
    for pid in processes_of(environment["GROWTHCORE_DATA_DIR"]):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def up(environment):
    with started(environment) as process:
        yield process


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """One installation for the tests that leave it running, and its environment."""
    environment = environment_of(tmp_path_factory.mktemp("lasting"))
    with started(environment) as process:
        yield process, environment


def test_up_serves_and_a_polite_end_leaves_nothing_behind(up, environment):
    assert answers(up.port, "/readyz")
    up.terminate()
    assert up.wait(45) == 0
    wait_for(lambda: not processes_of(environment["GROWTHCORE_DATA_DIR"]), 10)


def test_killing_up_leaves_no_child_behind_and_it_starts_again(up, environment):
    data_dir = environment["GROWTHCORE_DATA_DIR"]
    wait_for(lambda: len(processes_of(data_dir)) >= 6)
    up.kill()
    up.wait()
    wait_for(lambda: not processes_of(data_dir), 45)
    again = subprocess.Popen([*CLI, "up", "--port", str(up.port)], env=environment, process_group=0)
    try:
        wait_for(lambda: answers(up.port))
    finally:
        again.terminate()
        assert again.wait(45) == 0


def test_a_second_start_on_the_same_data_refuses(lasting):
    _, environment = lasting
    second = subprocess.run(
        [*CLI, "up", "--port", str(free_port())], env=environment, capture_output=True, text=True
    )
    assert second.returncode == 1
    assert "in use" in second.stderr


def test_a_worker_that_was_killed_is_replaced(lasting):
    _, environment = lasting
    data_dir = environment["GROWTHCORE_DATA_DIR"]

    def workers():
        found = []
        for pid in processes_of(data_dir):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"worker" in words and b"send" in words:
                found.append(pid)
        return found

    wait_for(lambda: len(workers()) == 1)
    (before,) = workers()
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: workers() not in ([], [before]))


def test_a_web_process_that_was_killed_is_replaced(lasting):
    up, environment = lasting
    data_dir = environment["GROWTHCORE_DATA_DIR"]
    for pid in processes_of(data_dir):
        if b"web" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not answers(up.port), 5)
    wait_for(lambda: answers(up.port))


def test_a_worker_without_a_queue_refuses_and_says_what_to_do(environment):
    lone = subprocess.run(
        [*CLI, "worker", "--queue", "send"], env=environment, capture_output=True, text=True
    )
    assert lone.returncode == 1
    assert "growthcore up" in lone.stderr


def test_a_worker_finds_the_queue_that_is_running(lasting):
    _, environment = lasting
    queue = Redis.from_url(running_url(Path(environment["GROWTHCORE_DATA_DIR"])))
    worker = subprocess.Popen([*CLI, "worker", "--queue", "send"], env=environment)
    wait_for(lambda: worker.pid in {each.pid for each in Worker.all(connection=queue)})
    worker.terminate()
    assert worker.wait(30) == 0
