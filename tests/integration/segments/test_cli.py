"""``growthcore segments``."""

import json

import pytest
from click.testing import CliRunner

from growthcore.cli import main
from growthcore.testing.factories import make_customer, make_event

LOGGED_IN = {"condition": "event_count", "params": {"event": "login"}}


@pytest.fixture
def run(core):
    def run(*words, definition=LOGGED_IN, fails=False):
        done = CliRunner().invoke(
            main, ["segments", *words], input=json.dumps(definition), obj=core
        )
        assert (done.exit_code != 0) is fails, done.output
        return done.output

    return run


@pytest.fixture
def member(core):
    with core.db.unit() as session:
        customer = make_customer(session, name="홍길동")
        make_event(session, "login", customer=customer)
    return customer.id


def test_a_definition_is_saved_listed_and_shown(run):
    assert run("list") == "No segments yet. Make one: growthcore segments create NAME FILE\n"
    assert run("create", "방문", "-") == "Saved as segment 1.\n"
    assert run("list") == "1\t\t방문\n"
    assert "did" not in run("show", "1")
    assert "logged in at least once of all time" in run("show", "1")
    assert json.loads(run("show", "1", "--json"))["definition"] == LOGGED_IN


def test_a_saved_segment_and_a_file_are_counted_alike(run, member):
    run("create", "방문", "-")
    assert run("count", "1") == "count\t1\n"
    assert json.loads(run("count", "-", "--json")) == {"count": 1}
    assert [each["count"] for each in json.loads(run("list", "--json"))] == [1]


def test_members_are_listed_by_id(run, member):
    assert run("members", "-") == f"{member}\n"
    assert json.loads(run("members", "-", "--after", str(member), "--json")) == []


def test_a_preview_shows_counts_and_masked_customers(run, member):
    told = run("preview", "-")
    assert "count\t1\n" in told
    assert "홍*동" in told
    assert json.loads(run("preview", "-", "--json"))["count"] == 1


def test_what_is_wrong_is_told_by_its_place(run):
    told = run("create", "x", "-", definition={"all": [{"condition": "x"}]}, fails=True)
    assert "definition.all[0].condition: There is no condition 'x'." in told
    assert "There is no segment 9." in run("count", "9", fails=True)


def test_what_is_no_json_is_refused(run, tmp_path):
    file = tmp_path / "segment.json"
    file.write_text("{")
    assert "This is not JSON" in run("count", str(file), fails=True)
    file.write_text("[]")
    assert "A definition is a JSON object." in run("count", str(file), fails=True)


def test_deleting_asks_first(run):
    run("create", "x", "-")
    run("delete", "1", definition="n", fails=True)
    assert run("delete", "1", "--yes") == "Deleted.\n"
