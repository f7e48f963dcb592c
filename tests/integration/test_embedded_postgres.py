"""The PostgreSQL that the tests run on, with real processes and real signals."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from growthcore.testing import postgres
from growthcore.testing.postgres import EmbeddedPostgres, Postgres

# A process of its own that starts a server, prints where it is, and waits to be killed.
_PARENT = """
import time
from growthcore.testing.postgres import EmbeddedPostgres
embedded = EmbeddedPostgres()
embedded.start()
print(embedded.pid, embedded._folder, flush=True)
time.sleep(60)
"""


def one(url: str, statement: str) -> object:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return connection.scalar(text(statement))
    finally:
        engine.dispose()


def names(server: Postgres) -> set[str]:
    url = make_url(server.create_database())
    with psycopg.connect(url.set(drivername="postgresql").render_as_string()) as connection:
        found = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
    server.drop_database(url.render_as_string())
    return found - {url.database}


def running_from(folder: str) -> list[str]:
    """The processes, other than ended ones, whose command line names the folder."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if folder.encode() in line.read_bytes():
                found.append(line.parent.name)
        except OSError:
            continue
    return found


def test_a_database_takes_connections_and_sorts_hangul(postgres_url):
    assert postgres_url.startswith("postgresql+psycopg://")
    letters = "SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['하','가','나']) AS x"
    assert one(postgres_url, letters) == "가나하"
    assert one(postgres_url, "SHOW server_encoding") == "UTF8"


def test_databases_are_apart_and_can_be_dropped_while_in_use(postgres_server):
    first, second = postgres_server.create_database(), postgres_server.create_database()
    engine = create_engine(first)
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE orders (id int)"))
        postgres_server.drop_database(first)
        connection.invalidate()
    engine.dispose()
    assert one(second, "SELECT to_regclass('orders')") is None
    postgres_server.drop_database(second)
    assert not {make_url(first).database, make_url(second).database} & names(postgres_server)


def test_a_database_can_be_made_from_another(postgres_server, postgres_url):
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE orders AS SELECT 1004 AS id"))
    engine.dispose()
    copy = postgres_server.create_database(template=postgres_url)
    assert one(copy, "SELECT id FROM orders") == 1004
    postgres_server.drop_database(copy)


@pytest.mark.skipif(postgres.URL_VARIABLE in os.environ, reason="a server was named")
class TestEmbedded:
    def test_only_its_socket_can_be_connected_to(self, postgres_url):
        assert one(postgres_url, "SHOW listen_addresses") == ""
        folder = Path(make_url(postgres_url).query["host"])
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_stopping_leaves_no_process_and_no_folder(self):
        embedded = EmbeddedPostgres()
        embedded.start()
        folder = embedded._folder
        assert running_from(str(folder))
        embedded.stop()
        assert embedded.pid is None
        assert not folder.exists()
        assert not running_from(str(folder))
        embedded.stop()

    @pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal of Linux")
    def test_a_killed_test_process_leaves_no_server_and_its_folder_is_swept(self, monkeypatch):
        parent = subprocess.Popen(
            [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True
        )
        pid, folder = parent.stdout.readline().split()
        assert pid in running_from(folder)
        parent.kill()
        parent.wait()
        parent.stdout.close()
        deadline = time.monotonic() + 10
        while running_from(folder) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not running_from(folder)
        postgres._sweep()
        assert Path(folder).exists(), "a young folder may belong to a server that is coming up"
        monkeypatch.setattr(postgres, "_STALE_AFTER", -1)
        postgres._sweep()
        assert not Path(folder).exists()

    def test_the_folder_of_a_live_server_is_not_swept(self, postgres_server, monkeypatch):
        monkeypatch.setattr(postgres, "_STALE_AFTER", -1)
        postgres._sweep()
        postgres_server.ping()

    def test_a_server_that_cannot_start_shows_its_log(self, monkeypatch):
        monkeypatch.setitem(postgres._SERVER_SETTINGS, "shared_buffers", "nonsense")
        with pytest.raises(RuntimeError, match="shared_buffers"):
            EmbeddedPostgres().start()

    def test_without_the_wheel_the_error_says_what_to_do(self, monkeypatch):
        monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda _name: None)
        with pytest.raises(RuntimeError, match=postgres.URL_VARIABLE):
            EmbeddedPostgres().start()


def test_a_server_named_by_the_environment_is_used(pytester, postgres_server, monkeypatch):
    named = postgres_server.create_database()
    monkeypatch.setenv(postgres.URL_VARIABLE, named)
    pytester.makepyfile(
        """
        import os
        from sqlalchemy.engine import make_url

        def test_it(postgres_url):
            named = make_url(os.environ["GROWTHCORE_TEST_POSTGRES_URL"])
            assert make_url(postgres_url).query == named.query
            assert make_url(postgres_url).database != named.database
        """
    )
    pytester.runpytest_subprocess("-p", "growthcore.testing.postgres").assert_outcomes(passed=1)
    postgres_server.drop_database(named)
