"""``growthcore operators`` as an operator types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from growthcore.cli import main
from growthcore.operators import resets

PASSWORD = "느린 고래 세 마리가 웃는다"


@pytest.fixture
def run(core, cheap_passwords):
    """Run ``growthcore operators …`` on the shop; returns the result."""

    def call(*arguments, **options):
        return CliRunner().invoke(main, ["operators", *arguments], obj=core, **options)

    return call


@pytest.fixture
def minji(run):
    """An owner, added at the command line."""
    arguments = ("--role", "owner", "--name", "김민지", "--password", PASSWORD, "--json")
    return json.loads(run("add", "Minji@shop.com", *arguments).stdout)


def test_without_people_the_list_says_how_the_first_one_comes(run):
    assert "/admin/setup" in run("list").stdout


def test_whoever_is_added_is_listed(run, minji):
    assert run("list").stdout == f"{minji['id']}\towner\tactive\tminji@shop.com\t김민지\n"
    assert json.loads(run("list", "--json").stdout) == [minji]
    assert PASSWORD not in json.dumps(minji)


def test_a_password_is_asked_for_twice_and_not_shown(run):
    result = run("add", "seojun@shop.com", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert PASSWORD not in result.stdout
    assert "\tviewer\tseojun@shop.com\tseojun@shop.com\n" in result.stdout


def test_a_bad_password_is_refused_in_one_line(run):
    result = run("add", "seojun@shop.com", "--password", "short")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: password: Use at least 10 characters.\n",
    )


def test_a_person_is_changed(run, minji):
    run("add", "second@shop.com", "--role", "owner", "--password", PASSWORD)
    result = run("change", "MINJI@shop.com", "--role", "editor", "--name", "김민지 대리", "--json")
    changed = json.loads(result.stdout)
    assert (changed["role"], changed["name"]) == ("editor", "김민지 대리")


def test_a_change_has_to_be_said(run, minji):
    assert "Say what to change" in run("change", "minji@shop.com").stderr


def test_a_deactivated_person_can_come_back(run, minji):
    run("add", "second@shop.com", "--role", "owner", "--password", PASSWORD)
    assert "deactivated and signed out" in run("deactivate", "minji@shop.com").stdout
    assert "\tdeactivated\tminji@shop.com" in run("list").stdout
    run("change", "minji@shop.com", "--active")
    assert "\tactive\tminji@shop.com" in run("list").stdout


def test_the_last_owner_stays(run, minji):
    assert "last active owner" in run("deactivate", "minji@shop.com").stderr


def test_a_reset_link_is_printed(run, minji, core):
    link = run("reset-link", "minji@shop.com").stdout.strip()
    assert link.startswith(f"{core.settings.base_url}{resets.PATH}/")
    with core.db.read() as session:
        assert resets.whose(session, link.rpartition("/")[2], core.clock.now())


@pytest.mark.parametrize("command", [("change", "--name", "x"), ("deactivate",), ("reset-link",)])
def test_nobody_of_an_address_is_told_in_one_line(run, command):
    name, *options = command
    result = run(name, "nobody@shop.com", *options)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: email: There is n")
