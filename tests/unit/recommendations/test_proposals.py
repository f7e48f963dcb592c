"""What algorithms answer is checked before it is believed."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from growthcore.api import Algorithm, Key, ParamsSchema, RecommendRequest, Scored, Text, hookimpl
from growthcore.plugins.calls import Calls, Missed
from growthcore.plugins.registry import Plugins
from growthcore.recommendations import proposals
from growthcore.recommendations.chains import Link
from growthcore.testing.interactions import FakeHistory
from growthcore.testing.plugins import a_manifest, plugins_of

LIMIT = 3


class Scripted(Algorithm):
    id, title, key, Params = "scripted", Text("대본", "Scripted"), Key.NONE, ParamsSchema
    answer = ()

    def recommend(self, request):
        return self.answer() if callable(self.answer) else self.answer


class Plugin:
    MANIFEST = a_manifest("sample")

    @staticmethod
    @hookimpl
    def growthcore_algorithms():
        return [Scripted]


@pytest.fixture
def plugins():
    return Plugins.load(entry_points=plugins_of(Plugin), strict=True)


@pytest.fixture
def ask(plugins):
    def call(answer):
        algorithm = plugins.algorithms["scripted"]
        algorithm.answer = answer
        link = Link(
            model_id=1,
            slug="model",
            place=0,
            slots=None,
            version=1,
            algorithm=algorithm,
            params={},
            artifact={},
        )
        request = RecommendRequest(
            at=datetime(2026, 3, 2, tzinfo=UTC),
            limit=LIMIT,
            params={},
            artifact={},
            history=FakeHistory(),
        )
        core = SimpleNamespace(plugins=plugins, calls=Calls(60.0))
        ranked, (missed,) = proposals.ask(core, link, [request])
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
        [scored(reason=None)],
        raises,
    ],
)
def test_nonsense_is_no_answer_and_counted(ask, plugins, junk):
    assert ask(junk) is Missed.FAILED
    assert plugins.record("sample").failures == 1


def test_more_than_was_asked_for_is_cut(ask):
    assert ask([scored(id_) for id_ in range(10)]) == [scored(id_) for id_ in range(LIMIT)]


def test_numbers_out_of_an_array_become_plain(ask):
    (found,) = ask([Scored(np.int64(7), np.float32(0.5), "because")])
    assert (type(found.product_id), type(found.score)) == (int, float)
