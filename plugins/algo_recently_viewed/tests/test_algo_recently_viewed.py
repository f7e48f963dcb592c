from datetime import timedelta

from growthcore.api import RecommendRequest, Scored
from growthcore.testing.algorithms import algorithm_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import FakeHistory, Line
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import START
from growthcore_algo_recently_viewed.algorithm import RecentlyViewed


@algorithm_conformance(RecentlyViewed)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("algo_recently_viewed")


def recommend(*lines, limit=5, **who):
    request = RecommendRequest(
        at=START, limit=limit, params={}, artifact={}, history=FakeHistory(lines), **who
    )
    return RecentlyViewed(context_for(RecentlyViewed)).recommend(request)


def view(product, *, customer=1, seconds=0, event="view_item"):
    return Line(customer, product, event, START + timedelta(seconds=seconds))


def test_the_view_of_this_second_comes_first():
    found = recommend(view(7), view(8, seconds=1), view(7, seconds=2), customer_id=1)
    assert found == [Scored(7, 1.0, "recently_viewed"), Scored(8, 0.5, "recently_viewed")]


def test_a_visitor_has_a_history_too():
    assert [each.product_id for each in recommend(view(7, customer=-3), visitor_id=3)] == [7]


def test_only_views_count():
    assert recommend(view(7, event="add_to_cart"), customer_id=1) == []
