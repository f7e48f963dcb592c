"""``growthcore templates`` as an operator types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from growthcore.api import InvalidInput
from growthcore.cli.templates import templates


@pytest.fixture
def run(core, tmp_path):
    """Run a command on a shop with one account; an expected error is raised."""
    with core.db.unit() as session:
        values = {"path": str(tmp_path / "out.jsonl")}
        core.accounts.create(session, provider="file", label="파일", values=values, actor="test")

    def call(*arguments, told=None):
        given = told if told is None or isinstance(told, str) else json.dumps(told)
        result = CliRunner().invoke(templates, arguments, obj=core, input=given)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return call


def test_a_template_is_made_shown_changed_and_removed(run):
    assert "growthcore templates create" in run("list")
    made = json.loads(run("create", "file", "환영", "-", "--json", told={"body": "#{NAME}님"}))
    assert (made["id"], made["channel"], made["name"], made["version"]) == (1, "file", "환영", 1)
    assert run("update", "1", "-", told={"body": "안녕하세요"}) == "1\tfile\t환영\n"
    run("update", "1", "--name", "인사")
    shown = json.loads(run("show", "1"))
    assert (shown["name"], shown["content"]["body"], shown["version"]) == ("인사", "안녕하세요", 3)
    assert [each["name"] for each in json.loads(run("list", "--channel", "file", "--json"))] == [
        "인사"
    ]
    assert json.loads(run("list", "--channel", "email_smtp", "--json")) == []
    run("delete", "1", "--yes")
    with pytest.raises(InvalidInput):
        run("show", "1")


@pytest.mark.parametrize(
    ("arguments", "told", "path"),
    [
        (("create", "file", "새", "-"), "{", "file"),
        (("create", "file", "새", "-"), [], "file"),
        (("create", "file", "새", "-"), {"body": "#{NMAE}"}, "content.body"),
        (("update", "1", "--name", "새", "--version", "7"), None, "version"),
    ],
)
def test_what_can_not_be_kept_is_said(run, arguments, told, path):
    run("create", "file", "환영", "-", told={"body": "본문"})
    with pytest.raises(InvalidInput) as raised:
        run(*arguments, told=told)
    assert path in raised.value.errors
