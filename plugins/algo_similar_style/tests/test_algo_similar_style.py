from dataclasses import replace

from growthcore.api import CatalogueItem, RecommendRequest
from growthcore.testing.algorithms import algorithm_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import FakeHistory, FakeInteractions, Line
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import START
from growthcore_algo_similar_style import features
from growthcore_algo_similar_style.algorithm import SimilarStyle


def item(product_id, name, category, **attributes):
    return CatalogueItem(product_id=product_id, name=name, category=category, attributes=attributes)


SHOP = [
    item(1, "블랙 캐시미어 니트", "여성/상의/니트", color="black"),
    item(2, "울 라운드 니트", "여성/상의/니트", color="black"),
    item(3, "Cashmere Knit Sweater", "여성/상의/니트", color="ivory"),
    item(4, "블랙 데님 팬츠", "여성/하의/데님", color="black"),
    item(5, "Office Chair 의자", "가구/의자", color="black"),
    item(6, "접이식의자", "가구/의자", color="white"),
    item(7, "원목 테이블", "가구/테이블"),
]


@algorithm_conformance(SimilarStyle)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("algo_similar_style")


def learnt(items=SHOP, **params):
    algorithm = SimilarStyle(context_for(SimilarStyle))
    loaded = algorithm.Params().load(params)
    artifact = algorithm.fit(FakeInteractions([], items=items), loaded)
    request = RecommendRequest(
        at=START, limit=10, params=loaded, artifact=artifact, history=FakeHistory()
    )
    return algorithm, request


def like(product, algorithm, request, **asked):
    found = algorithm.recommend(replace(request, product_id=product, **asked))
    return [each.product_id for each in found]


def test_a_black_knit_is_like_other_knits_and_then_like_other_black_clothes():
    found = like(1, *learnt())
    assert set(found[:2]) == {2, 3}
    assert found[2] == 4


def test_words_written_together_are_found_in_pieces():
    """접이식의자 holds 의자, without a space."""
    only_text = {"category": 0, "attributes": 0, "price": 0, "brand": 0}
    assert like(6, *learnt(**only_text)) == [5]


def test_letters_are_compared_in_one_form():
    decomposed, composed = "\u1102\u1175\u1110\u1173", "니트"
    assert features.words(f"{decomposed} KNIT") == [composed, "knit"]


def test_a_new_product_recommends_and_is_recommended_without_learning_anew():
    algorithm, request = learnt()
    later = FakeInteractions([], items=[*SHOP, item(0, "블랙 니트 조끼", "여성/상의/니트")])
    artifact = algorithm.refresh(request.artifact, later, START, request.params)
    refreshed = replace(request, artifact=artifact)
    assert artifact["products"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert set(like(0, algorithm, refreshed)[:2]) <= {1, 2, 3}
    assert 0 in like(1, algorithm, refreshed)
    assert like(6, algorithm, refreshed) == like(6, algorithm, request)
    assert algorithm.refresh(artifact, later, START, request.params) == {}


def test_one_after_the_other_or_together_new_products_end_alike():
    algorithm, request = learnt(SHOP[:5])
    one = request.artifact
    for end in (6, 7):
        past = FakeInteractions([], items=SHOP[:end])
        one = algorithm.refresh(one, past, START, request.params)
    both = algorithm.refresh(
        request.artifact, FakeInteractions([], items=SHOP), START, request.params
    )
    for product in range(1, 8):
        assert like(product, algorithm, replace(request, artifact=one)) == like(
            product, algorithm, replace(request, artifact=both)
        )


def test_without_a_product_the_cart_is_asked_and_then_what_was_viewed():
    algorithm, request = learnt()
    assert set(like(None, algorithm, request, cart=[1])[:2]) == {2, 3}
    seen = FakeHistory([Line(9, 5, "view_item", START)])
    assert like(None, algorithm, replace(request, history=seen), customer_id=9)[0] == 6


def test_weights_decide_what_counts():
    colour_only = {"text": 0, "category": 0, "brand": 0, "price": 0}
    assert set(like(1, *learnt(**colour_only))) == {2, 4, 5}
