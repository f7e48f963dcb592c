"""Connections, senders and templates on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from growthcore.api import Approval, ConfigError, ProviderTemplate, Sender
from growthcore.cli import main
from growthcore.testing.outside import Outside
from growthcore.testing.plugins import plugins_of
from growthcore.testing.values import START


@pytest.fixture
def outside():
    outside = Outside(verify_before_save=True)
    outside.senders = [Sender(key="1", label="02-1", approval=Approval.REJECTED, detail="서류")]
    outside.templates = [
        ProviderTemplate(
            code="T1",
            name="배송",
            approval=Approval.APPROVED,
            content={"body": "#{NAME}"},
            changed_at=START,
        )
    ]
    return outside


@pytest.fixture
def run(make_core, sqlite_database, outside):
    core = make_core(sqlite_database, plugins_of(outside.plugin()))

    def run(*arguments, code=0):
        told = ["accounts", *arguments]
        result = CliRunner().invoke(main, told, obj=core, input="s3cret\n")
        assert result.exit_code == code, result.output
        return result.stdout if code == 0 else result.stderr

    return run


@pytest.fixture
def account(run):
    run("add", "outside_mall", "몰", "--set", "mall=ours", "--secret", "client_secret")
    texts = ("add", "outside_texts", "문자", "--set", "connection=1", "--set", "service=s")
    run(*texts, "--secret", "secret")


def test_lists_are_synced_and_printed(run, account):
    assert "accounts sync 2" in run("senders", "2")
    assert run("sync", "2") == (
        "senders\t1 new, 0 changed, 0 removed\ntemplates\t1 new, 0 changed, 0 removed\n"
    )
    assert json.loads(run("sync", "2", "--json"))["templates"]["added"] == 0
    assert run("senders", "2") == "1\trejected\t02-1\t서류\n"
    (template,) = json.loads(run("templates", "2", "--json"))
    assert template["content"] == {"body": "#{NAME}"}
    assert template["changed_at"] == START.isoformat()


def test_what_must_be_verified_is_verified_before_it_is_added(run, account, outside):
    outside.says = ConfigError("The key was not accepted. Enter it again.")
    texts = ("add", "outside_texts", "둘째", "--set", "connection=1", "--set", "service=s")
    assert "not accepted" in run(*texts, "--secret", "secret", code=1)
    assert len(json.loads(run("list", "--json"))) == 2


def test_an_account_that_another_goes_by_is_not_removed(run, account):
    assert "문자" in run("remove", "1", code=1)
    run("remove", "2")
    run("remove", "1")
    assert "No accounts yet." in run("list")
