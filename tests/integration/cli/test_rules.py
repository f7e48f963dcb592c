"""``growthcore rules`` as an operator types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from growthcore.cli.models import models
from growthcore.cli.rules import rules
from growthcore.recommendations import service

SALE = json.dumps(
    {"if": {"all": [{"type": "category", "category": "sale"}]}, "then": {"do": "exclude"}}
)


@pytest.fixture
def run(core):
    """Run a command on the shop; an expected error is raised."""

    def call(*arguments, command=rules, **options):
        result = CliRunner().invoke(command, arguments, obj=core, **options)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return call


def test_a_rule_is_made_attached_and_removed(run, core):
    assert "growthcore rules create" in run("list")
    assert "rule 1" in run("create", "no sale", "-", "--page", "main", input=SALE)
    run("on", "1")
    assert (
        run("list")
        == "1\ton\tmain\tno sale\tIF product category = sale or below it THEN leave out\n"
    )
    run("update", "1", "--name", "never sale")
    with core.db.unit() as session:
        service.create(core, session, "seen", algorithm="recently_viewed", actor="test")
    assert run("rules", "seen", "--rule", "1", command=models) == "1\ton\tnever sale\n"
    assert "models: seen" in run("show", "1")
    assert json.loads(run("list", "--json"))[0]["models"] == ["seen"]
    run("order", "1")
    run("delete", "1", "--detach", "--yes")
    assert run("rules", "seen", command=models) == "seen obeys no rules.\n"
