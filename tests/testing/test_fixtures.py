import os
import socket
import urllib.request
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import inspect, select

from growthcore.core import Queue
from growthcore.db.base import Base
from growthcore.operators.models import Workspace
from growthcore.testing.plugins import a_manifest, plugins_of

HELLO = SimpleNamespace(MANIFEST=a_manifest("hello"))
INNER = 'pytest_plugins = ["growthcore.testing.fixtures"]'


def test_the_clock_stands_at_ten_in_seoul(clock):
    assert clock.now() == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_a_database_has_every_table_and_no_row(database):
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())
    with database.read() as session:
        assert session.scalars(select(Workspace)).all() == []


@pytest.mark.parametrize("time", [1, 2])
def test_a_database_is_fresh_each_time(database, time):
    with database.unit() as session:
        assert session.scalars(select(Workspace)).all() == []
        session.add(Workspace(id=1, name="가게", url="https://shop.example"))


def test_a_core_has_every_installed_plugin(core):
    assert {"channel_file", "trigger_event"} <= {record.name for record in core.plugins.records}
    assert core.plugins.channels["file"]


def test_a_core_can_be_made_of_plugins_of_the_test(database, make_core):
    core = make_core(database, plugins_of(HELLO))
    assert [(record.name, record.state) for record in core.plugins.records] == [("hello", "active")]
    assert core.db.dialect == database.dialect


def test_a_core_has_the_clock_the_http_and_the_jobs_of_the_test(core, clock, http, jobs):
    assert (core.clock, core.http, core.jobs) == (clock, http, jobs)


def test_jobs_run_when_the_test_says_so(core, jobs):
    core.jobs.enqueue(Queue.BACKGROUND, "settle")
    assert jobs.names == ["settle"]
    assert (jobs.waiting(Queue.BACKGROUND), jobs.waiting(Queue.SEND)) == (1, 0)
    assert jobs.run(core) == 1
    assert jobs.names == []


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_a_connection_to_another_machine_is_refused(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(pytest.fail.Exception, match="http fake"):
        sock.connect((address, 80))


def test_no_name_is_looked_up():
    with pytest.raises(pytest.fail.Exception, match=r"reach shop\.example"):
        urllib.request.urlopen("http://shop.example/")


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()


def test_a_test_that_changes_the_environment_fails(pytester):
    pytester.makeconftest(INNER)
    pytester.makepyfile("import os\ndef test(): os.environ['GROWTHCORE_LEAK'] = '1'")
    result = pytester.runpytest_inprocess("-p", "no:valkey")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*left os.environ changed: GROWTHCORE_LEAK*"])
    assert "GROWTHCORE_LEAK" not in os.environ


def test_a_monkeypatched_environment_is_no_change(pytester):
    pytester.makeconftest(INNER)
    pytester.makepyfile("def test(monkeypatch): monkeypatch.setenv('GROWTHCORE_LEAK', '1')")
    pytester.runpytest_inprocess("-p", "no:valkey").assert_outcomes(passed=1)
