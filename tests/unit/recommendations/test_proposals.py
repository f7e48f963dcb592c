"""What algorithms answer is checked before it is believed."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from growthcore.api import (
    Algorithm,
    Key,
    ParamsSchema,
    Ranked,
    RecommendRequest,
    Scored,
    Text,
    hookimpl,
)
from growthcore.plugins.calls import Calls, Missed
from growthcore.plugins.registry import Plugins
from growthcore.recommendations import proposals
from growthcore.recommendations.chains import Link
from growthcore.testing.interactions import FakeHistory
from growthcore.testing.jobs import CollectedJobs
from growthcore.testing.plugins import a_manifest, plugins_of

LIMIT = 3


class Scripted(Algorithm):
    id, title, key, Params = "scripted", Text("대본", "Scripted"), Key.NONE, ParamsSchema
    answer = ()

    def recommend(self, request):
        return self.answer() if callable(self.answer) else self.answer


class Listed(Scripted):
    """Answers many at once."""

    id = "listed"

    def recommend_many(self, requests):
        return self.answer(requests) if callable(self.answer) else self.answer


class Plugin:
    MANIFEST = a_manifest("sample")

    @staticmethod
    @hookimpl
    def growthcore_algorithms():
        return [Scripted, Listed]


@pytest.fixture
def plugins():
    return Plugins.load(entry_points=plugins_of(Plugin), strict=True)


def a_link(algorithm):
    return Link(
        model_id=1,
        slug="model",
        place=0,
        slots=None,
        version=1,
        algorithm=algorithm,
        params={},
        artifact={},
    )


def a_request():
    return RecommendRequest(
        at=datetime(2026, 3, 2, tzinfo=UTC),
        limit=LIMIT,
        params={},
        artifact={},
        history=FakeHistory(),
    )


@pytest.fixture
def ask(plugins):
    def call(answer):
        algorithm = plugins.algorithms["scripted"]
        algorithm.answer = answer
        core = SimpleNamespace(plugins=plugins, calls=Calls(60.0))
        ranked, (missed,) = proposals.ask(core, a_link(algorithm), [a_request()])
        return missed or ranked.scored()

    return call


def scored(product=1, score=1.0, reason="because"):
    return Scored(product, score, reason)


def raises():
    raise ZeroDivisionError


def test_a_sound_answer_is_taken(ask):
    assert ask([scored(2), scored(1)]) == [scored(2), scored(1)]


def test_an_empty_answer_is_sound(ask):
    assert ask([]) == []


@pytest.mark.parametrize(
    "junk",
    [
        None,
        42,
        "P1",
        [1, 2],
        iter([scored()]),
        [scored(score=float("nan"))],
        [scored(score=float("inf"))],
        [scored(score="high")],
        [scored(1), scored(1)],
        [scored(product="P1")],
        [scored(product=1.5)],
        [scored(product=0)],
        [scored(product=2**70)],
        [scored(reason=None)],
        raises,
    ],
)
def test_nonsense_is_no_answer_and_counted(ask, plugins, junk):
    assert ask(junk) is Missed.FAILED
    assert plugins.record("sample").failures == 1


def test_more_than_was_asked_for_is_cut(ask):
    assert ask([scored(id_) for id_ in range(1, 11)]) == [
        scored(id_) for id_ in range(1, LIMIT + 1)
    ]


def test_numbers_out_of_an_array_become_plain(ask):
    (found,) = ask([Scored(np.int64(7), np.float32(0.5), "because")])
    assert (type(found.product_id), type(found.score)) == (int, float)


# ---------------------------------------------------------------- many at once


def columns(rows=(0, 0, 1), products=(1, 2, 1), scores=(2.0, 1.0, 3.0), codes=(0, 0, 0), **more):
    return Ranked(
        rows=np.array(rows),
        products=np.array(products),
        scores=np.array(scores),
        codes=np.array(codes),
        **{"reasons": ("because",)} | more,
    )


@pytest.fixture
def ask_many(plugins):
    def call(answer, requests=2):
        algorithm = plugins.algorithms["listed"]
        algorithm.answer = answer
        core = SimpleNamespace(plugins=plugins, calls=Calls(60.0), jobs=CollectedJobs())
        ranked, missed = proposals.ask(
            core, a_link(algorithm), [a_request() for _ in range(requests)]
        )
        return [wrong or ranked.scored(row) for row, wrong in enumerate(missed)]

    return call


def test_sound_columns_are_taken_and_cut(ask_many):
    assert ask_many(columns()) == [[scored(1, 2.0), scored(2)], [scored(1, 3.0)]]
    many = columns([0] * 5, range(1, 6), [5.0, 4.0, 3.0, 2.0, 1.0], [0] * 5)
    assert [each.product_id for each in ask_many(many)[0]] == [1, 2, 3]


@pytest.mark.parametrize(
    "junk",
    [
        None,
        [scored()],
        columns(rows=(0, 1, 0)),
        columns(rows=(0, 0, 2)),
        columns(rows=(-1, 0, 0)),
        columns(rows=(0.0, 0.0, 1.0)),
        columns(products=(1, 1, 1)),
        columns(products=(1, 2**41, 1)),
        columns(products=(1, 2)),
        columns(scores=(1.0, float("nan"), 1.0)),
        columns(codes=(0, 1, 0)),
        columns(reasons=(None,)),
        raises,
    ],
)
def test_columns_of_nonsense_are_no_answer(ask_many, junk):
    assert ask_many(junk) == [Missed.FAILED] * 2


def test_where_many_at_once_fail_each_is_asked_alone(ask_many):
    def answer(requests):
        if len(requests) > 1:
            raise ZeroDivisionError
        return columns([0], [7], [1.0], [0])

    assert ask_many(answer, requests=3) == [[scored(7)]] * 3
