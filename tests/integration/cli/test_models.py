"""``growthcore models`` as an operator types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from growthcore.api import InvalidInput
from growthcore.cli.models import models
from growthcore.core import Queue
from growthcore.recommendations import troubles
from growthcore.testing import factories
from growthcore.testing.jobs import WakeUp


@pytest.fixture
def run(core):
    """Run a command on the shop; an expected error is raised."""

    def call(*arguments, **options):
        result = CliRunner().invoke(models, arguments, obj=core, catch_exceptions=True, **options)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def stocked(core):
    with core.db.unit() as session:
        for product in ("P1", "P2"):
            factories.make_product(session, product)
        factories.make_customer(session, "haneul")
        factories.make_event(session, items=["P2"], customer="haneul", at=core.clock.now())
        factories.make_event(session, items=["P2"], visitor="browser-1", at=core.clock.now())
    return core


@pytest.fixture
def popular(run, stocked):
    run("create", "popular", "--algorithm", "popular_backup")
    run("train", "popular")


def test_without_models_the_list_says_how_to_make_one(run):
    assert "growthcore models create" in run("list").output


def test_a_model_that_rests_and_its_limited_backup_are_shown(run, core):
    run("create", "popular", "--algorithm", "popular_backup")
    run("create", "seen", "--algorithm", "recently_viewed", "--backup", "popular:4")
    with core.db.unit() as session:
        troubles.note(session, "seen", "timed_out", at=core.clock.now())
    shown = json.loads(run("list", "--json").output)[1]
    assert (shown["trouble"], shown["backups"]) == ("timed_out", [{"model": "popular", "slots": 4}])
    assert "not asked for now, its last answers timed out" in run("list").output
    with pytest.raises(InvalidInput, match="SLUG:PLACES"):
        run("create", "other", "--algorithm", "recently_viewed", "--backup", "popular:x")


def test_a_made_model_is_listed_and_waits_for_its_training(run, jobs):
    run("create", "popular", "--algorithm", "popular_backup", "--params", '{"days": 7}')
    (shown,) = json.loads(run("list", "--json").output)
    assert (shown["slug"], shown["params"], shown["last_training"]) == (
        "popular",
        {"days": 7},
        None,
    )
    assert run("list").output == "popular\tpopular_backup\tnot trained\n"
    assert [(each.queue, each.job) for each in jobs.collected] == [(Queue.BACKGROUND, "train")]
    assert isinstance(jobs.collected[0], WakeUp)


def test_a_training_says_what_it_learnt_from(run, stocked):
    run("create", "popular", "--algorithm", "popular_backup")
    assert run("train", "popular").output == (
        "active: Learnt from 2 interactions, 2 products on show.\n"
    )
    (shown,) = json.loads(run("list", "--json").output)
    assert shown["active_version"] == 1
    assert shown["last_training"]["interactions"] == 2


def test_too_little_data_is_no_failure(run):
    run("create", "popular", "--algorithm", "popular_backup")
    result = run("train", "popular")
    assert result.exit_code == 0
    assert result.output.startswith("insufficient: Not enough to learn from yet: 0 interactions")


def test_a_failed_training_exits_with_1(run, core):
    run("create", "popular", "--algorithm", "popular_backup")
    core.plugins.hold("algo_popular_backup", "for the test")
    result = run("train", "popular")
    assert result.exit_code == 1
    assert "install or enable it" in result.output


def test_recommendations_are_shown_with_their_source(run, popular):
    assert run("recommend", "popular").output == (
        "P2\t상품 P2\tpopular\tpopular\t1.0000\nP1\t상품 P1\tpopular\tnew\t0.0000\n"
    )


@pytest.mark.parametrize("who", [("--customer", "haneul"), ("--visitor", "browser-1")])
def test_recommendations_for_somebody(run, popular, who):
    run("create", "seen", "--algorithm", "recently_viewed", "--backup", "popular")
    shown = json.loads(run("recommend", "seen", *who, "--limit", "1", "--json").output)
    assert [(each["id"], each["source"]) for each in shown["items"]] == [("P2", "seen")]


def test_recommendations_beside_a_product_and_a_cart(run, popular):
    result = run("recommend", "popular", "--product", "P1", "--cart", "P2")
    assert result.stdout == ""
    assert result.stderr == "popular: nothing_left\n"


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (("recommend", "nope"), "model"),
        (("recommend", "popular", "--product", "nope"), "product"),
        (("recommend", "popular", "--visitor", "nope"), "visitor"),
        (("recommend", "popular", "--customer", "nope"), "customer"),
        (("recommend", "popular", "--limit", "0"), "limit"),
        (("train", "nope"), "model"),
        (("delete", "nope", "--yes"), "model"),
        (("create", "x", "--algorithm", "popular_backup", "--params", "{"), "params"),
        (("create", "x", "--algorithm", "popular_backup", "--params", "[]"), "params"),
    ],
)
def test_what_cannot_be_done_is_said_by_place(run, popular, arguments, path):
    with pytest.raises(InvalidInput) as raised:
        run(*arguments)
    assert set(raised.value.errors) == {path}


def test_a_deleted_model_is_gone(run, popular):
    assert run("delete", "popular", "--yes").output == "popular is deleted.\n"
    assert json.loads(run("list", "--json").output) == []


def test_deleting_asks_first(run, popular):
    assert run("delete", "popular", input="n\n").exit_code == 1
    assert len(json.loads(run("list", "--json").output)) == 1
