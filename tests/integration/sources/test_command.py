"""``growthcore sources``: what an operator types."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from growthcore.api import ConfigError
from growthcore.cli import main


@pytest.fixture
def run(core):
    def call(*arguments):
        return CliRunner().invoke(main, ["sources", *map(str, arguments)], obj=core)

    return call


def test_a_pull_shows_its_progress_and_the_list_how_it_ended(run, account):
    shown = run("pull", account)
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert "customers\twaiting\t2 of 5" in lines
    assert lines[-1] == "orders\tdone\t5"
    listed = json.loads(run("list", "--json").stdout)
    assert [each["state"] for each in listed[0]["runs"]] == ["done", "done"]


def test_a_part_is_pulled_by_itself_and_anew(run, account, shelf):
    run("pull", account, "--part", "orders")
    run("pull", account, "--part", "orders", "--full")
    assert shelf.pulls == [("orders", None), ("orders", None)]


def test_a_pull_that_fails_says_why(run, account, shelf):
    shelf.says = ConfigError("Connect it again.")
    answer = run("pull", account, "--json")
    assert answer.exit_code == 1
    assert "customers: Connect it again." in answer.output
