"""The embedded Valkey server, with real processes and real signals."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from growthcore.api.errors import ConfigError
from growthcore.worker import embedded
from growthcore.worker.embedded import AlreadyRunning, EmbeddedValkey, running_url

# A process of its own that starts a server, prints its pid and URL, and waits to be killed.
_PARENT = """
import sys, time
from pathlib import Path
from growthcore.worker.embedded import EmbeddedValkey
server = EmbeddedValkey(Path(sys.argv[1]))
print(server.start(), server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def data_dir(tmp_path):
    yield tmp_path / "data"
    embedded._clear_stale(tmp_path / "data" / "valkey")


@pytest.fixture
def server(data_dir):
    with EmbeddedValkey(data_dir) as running:
        yield running


def gone(pid: int) -> bool:
    """Whether the process has ended (a zombie has) within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def started_in_another_process(data_dir: Path) -> tuple[subprocess.Popen[str], str, int]:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(data_dir)], stdout=subprocess.PIPE, text=True
    )
    url, pid = parent.stdout.readline().split()
    return parent, url, int(pid)


def kill(parent: subprocess.Popen[str]) -> None:
    parent.kill()
    parent.wait()
    parent.stdout.close()


def socket_of(url: str) -> Path:
    return Path(url.removeprefix("unix://"))


def test_it_answers_at_the_url_that_it_tells(server, data_dir):
    with redis.Redis.from_url(running_url(data_dir)) as client:
        assert client.ping()


def test_it_keeps_what_it_acknowledged_and_refuses_rather_than_evicts(server, data_dir):
    with redis.Redis.from_url(running_url(data_dir)) as client:
        settings = client.config_get("append*", "maxmemory-policy", "save", "port")
    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "everysec"
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["save"] == ""
    assert settings["port"] == "0"


def test_only_its_owner_can_reach_it(server, data_dir):
    path = socket_of(running_url(data_dir))
    assert stat.S_IMODE((data_dir / "valkey").stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_the_socket_path_is_short_however_deep_the_data_folder(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 6)
    with EmbeddedValkey(deep):
        assert len(os.fsencode(socket_of(running_url(deep)))) < 100


def test_no_url_before_the_start_and_after_the_stop(data_dir):
    assert running_url(data_dir) is None
    with EmbeddedValkey(data_dir) as server:
        url = running_url(data_dir)
        pid = server.pid
    assert running_url(data_dir) is None
    assert not socket_of(url).parent.exists()
    assert gone(pid)
    assert server.pid is None


def test_a_second_start_refuses_and_names_the_process(server, data_dir, monkeypatch):
    monkeypatch.setattr(embedded, "_LOCK_PATIENCE", 0.05)
    with pytest.raises(AlreadyRunning, match=rf"process {server.pid}\)"):
        EmbeddedValkey(data_dir).start()
    assert running_url(data_dir)


def test_another_process_is_refused_too(data_dir, monkeypatch):
    monkeypatch.setattr(embedded, "_LOCK_PATIENCE", 0.05)
    parent, url, pid = started_in_another_process(data_dir)
    try:
        assert running_url(data_dir) == url
        with pytest.raises(AlreadyRunning, match=f"process {pid}"):
            EmbeddedValkey(data_dir).start()
    finally:
        kill(parent)


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal of Linux")
def test_a_killed_parent_leaves_no_server_and_the_data_can_be_used_at_once(data_dir):
    parent, url, pid = started_in_another_process(data_dir)
    with redis.Redis.from_url(url) as client:
        client.set("order", "1004")
    kill(parent)
    assert gone(pid)
    assert running_url(data_dir) is None
    with EmbeddedValkey(data_dir), redis.Redis.from_url(running_url(data_dir)) as client:
        assert client.get("order") == b"1004"


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal of Linux")
def test_the_next_start_clears_the_socket_of_a_killed_server(data_dir):
    parent, url, pid = started_in_another_process(data_dir)
    kill(parent)
    assert gone(pid)
    assert socket_of(url).exists()
    with EmbeddedValkey(data_dir):
        assert not socket_of(url).parent.exists()


def test_data_survives_a_restart(data_dir):
    server = EmbeddedValkey(data_dir)
    for expected in (1, 2, 3):
        with redis.Redis.from_url(server.start()) as client:
            assert client.incr("starts") == expected
        server.stop()


def test_data_survives_the_death_of_the_server_and_it_can_be_started_again(server, data_dir):
    with redis.Redis.from_url(running_url(data_dir)) as client:
        client.set("order", "1004")
    os.kill(server.pid, signal.SIGKILL)
    while server.pid:
        time.sleep(0.01)
    with redis.Redis.from_url(server.start()) as client:
        assert client.get("order") == b"1004"


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_of_the_starter_does_not_keep_the_folder_locked(server, data_dir):
    """A forked worker may outlive whoever started the server."""
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    try:
        server.stop()
        assert server.start()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_server_that_cannot_start_is_an_error_that_names_the_log(data_dir, monkeypatch):
    false = Path("/bin/false")
    monkeypatch.setattr(embedded, "_find_binary", lambda: false)
    with pytest.raises(ConfigError, match=r"ended with status 1; see .*server\.log"):
        EmbeddedValkey(data_dir).start()
    assert running_url(data_dir) is None


def test_without_the_wheel_a_server_on_the_path_is_taken(data_dir, tmp_path, monkeypatch):
    binary = embedded._find_binary()
    (tmp_path / "redis-server").symlink_to(binary)
    monkeypatch.setattr(embedded.metadata, "files", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with EmbeddedValkey(data_dir):
        assert running_url(data_dir)


def test_without_any_server_the_error_says_what_to_do(data_dir, monkeypatch):
    monkeypatch.setattr(embedded.metadata, "files", lambda _name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="GROWTHCORE_REDIS_URL"):
        EmbeddedValkey(data_dir).start()


def test_a_recorded_socket_of_another_user_is_not_trusted(server, data_dir, monkeypatch):
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(socket_of(running_url(data_dir)).parent, 65534, 65534)
    assert running_url(data_dir) is None


def test_a_server_that_died_comes_back_at_the_address_everybody_was_told(data_dir):
    with EmbeddedValkey(data_dir) as server:
        told, pid = running_url(data_dir), server.pid
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
        assert server.start() == told == running_url(data_dir)
