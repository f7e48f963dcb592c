"""Recommendation models in the admin: cards, three steps, preview, deletion."""

import numpy as np
import pytest

from growthcore.api import Placement
from growthcore.recommendations import service, troubles, widgets
from growthcore.recommendations.evaluation import choosing, measuring
from growthcore.recommendations.evaluation.metrics import Measured
from growthcore.testing import factories

RUN = {"name": "함께 본 상품", "placement": "product", "algorithm": "popular_backup"}


def made(admin, **more):
    return admin.post("/admin/models/new", data={**RUN, **more})


def model(core, slug):
    with core.db.read() as session:
        return service.get(session, slug)


def test_a_shop_without_models_is_told_how_to_begin(admin):
    assert "아직 추천 모델이 없습니다" in admin.get("/admin/models/").text


def test_three_steps_make_a_model_that_is_off_until_switched_on(admin, core):
    answer = made(admin)
    assert answer.location == "/admin/models/popular-backup/edit/aim"
    answer = admin.post(answer.location, data={"when": "scroll", "percent": "30"})
    assert answer.location == "/admin/models/popular-backup/edit/look"
    look = {"title": "새 소식", "name": "1", "layout": "grid", "pc_count": "6", "cta_text": "담기"}
    assert admin.post(answer.location, data=look).location == "/admin/models/popular-backup"
    found = model(core, "popular-backup")
    assert (found.enabled, found.placement) == (False, "product")
    assert widgets.appearing(found)["percent"] == 30
    assert (widgets.look(found)["pc_count"], widgets.look(found)["image"]) == (6, False)
    admin.post("/admin/models/popular-backup/switch", data={"on": "1"})
    assert model(core, "popular-backup").enabled


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(admin):
    page = made(admin, name="", algorithm="", description="겨울 행사")
    assert page.status_code == 422
    assert 'href="#f-' in page.text
    assert "겨울 행사" in page.text
    page = admin.post("/admin/models/new", data={**RUN, "placement": "roof"})
    assert "노출 위치를 고르십시오" in page.text


@pytest.fixture
def stocked(admin, core):
    with core.db.unit() as session:
        for code in ("P1", "P2", "P3"):
            factories.make_product(session, code, price=10_000)
        service.create(core, session, "popular", algorithm="popular_backup", actor="test")
    from growthcore.recommendations import training

    training.train(core, model(core, "popular").id)
    return admin


def test_the_preview_draws_what_is_being_filled_in_with_real_products(stocked):
    answer = stocked.post(
        "/admin/models/popular/preview",
        data={"pc_count": "2", "title": "지금", "mobile_count": "2", "name": "1"},
    )
    assert answer.json["widget"]["title"] == "지금"
    assert [item["id"] for item in answer.json["items"]] == ["P3", "P2"]
    assert answer.json["items"][0]["why"] == "popular (인기 상품): 새 상품"


def test_a_model_that_is_off_is_previewed_all_the_same(stocked):
    made(stocked, algorithm="popular_backup", placement="main", **{"backup-0": "popular"})
    answer = stocked.post("/admin/models/popular-backup/preview")
    assert [item["why"].split()[0] for item in answer.json["items"]] == ["popular"] * 3
    assert answer.json["skipped"][0]["why"] == "아직 학습되지 않았습니다."


def test_a_product_page_nothing_was_said_of_is_previewed_with_an_example(stocked, core):
    with core.db.unit() as session:
        widgets.place(core, session, "popular", placement="product", actor="test")
    answer = stocked.post("/admin/models/popular/preview").json
    assert answer["about"] not in {item["name"] for item in answer["items"]}
    assert len(answer["items"]) == 2
    named = stocked.post("/admin/models/popular/preview", data={"as_product": "P2"}).json
    assert (named["about"], "P2" in {item["id"] for item in named["items"]}) == ("", False)


def test_a_preview_for_somebody_unknown_says_so(stocked):
    answer = stocked.post("/admin/models/popular/preview", data={"as_customer": "nobody"})
    assert (answer.status_code, answer.json["errors"]) == (
        422,
        ["이 ID, 이메일, 전화번호의 고객이 없습니다."],
    )


def test_a_model_in_use_is_not_deleted_and_the_page_says_by_what(stocked, core):
    made(stocked, **{"backup-0": "popular"})
    page = stocked.get("/admin/models/popular/delete")
    assert "다른 모델의 대체 추천입니다" in page.text
    stocked.post("/admin/models/popular/delete")
    assert model(core, "popular")
    stocked.post("/admin/models/popular-backup/delete")
    stocked.post("/admin/models/popular/delete")
    assert "아직 추천 모델이 없습니다" in stocked.get("/admin/models/").text


def test_a_backup_is_limited_and_a_model_that_rests_says_so(stocked, core):
    made(stocked, **{"backup-0": "popular", "slots-0": "4"})
    assert model(core, "popular-backup").backups == [{"model": "popular", "slots": 4}]
    assert 'value="4"' in stocked.get("/admin/models/popular-backup/edit/run").text
    page = made(stocked, **{"backup-0": "popular", "slots-0": "많이"})
    assert (page.status_code, "개수를 숫자로 적으십시오" in page.text) == (422, True)
    with core.db.unit() as session:
        troubles.note(session, "popular", "timed_out", at=core.clock.now())
    assert "응답하지 못함" in stocked.get("/admin/models/").text
    assert "30초마다 다시 시도합니다" in stocked.get("/admin/models/popular").text


def test_viewers_look_and_change_nothing(admin, admin_as):
    made(admin)
    viewer = admin_as("viewer")
    assert "새 추천 모델 생성하기" not in viewer.get("/admin/models/").text
    assert viewer.get("/admin/models/popular-backup").status_code == 200
    assert viewer.post("/admin/models/popular-backup/switch", data={"on": "1"}).status_code == 403


def test_the_algorithms_of_a_place_are_compared_and_the_best_is_named(stocked, core):
    page = "/admin/models/popular"
    assert "비교하기" in stocked.get(page).text
    stocked.post(f"{page}/suited")
    assert 'hx-trigger="every 2s"' in stocked.get(page).text
    assert "<progress" in stocked.get(f"{page}/suited").text
    hits = {"popular_backup": np.zeros(60), "recently_viewed": np.ones(60)}
    found = {
        each: Measured(
            hit=hit, ndcg=hit, recall=hit, average_precision=hit, coverage=0.5, novelty=1.0
        )
        for each, hit in hits.items()
    }
    choice = choosing.decided(found, found["popular_backup"], core.clock.now())
    measuring.keep(core, Placement.MAIN, choice, core.clock.now())
    assert stocked.get(f"{page}/suited").headers["HX-Refresh"] == "true"
    shown = stocked.get(page).text
    assert "‘최근 본 상품’ 알고리즘이 더 알맞습니다" in shown
    assert "100.0%p(95% 구간 100.0%p~100.0%p)" in shown
    assert "쇼핑몰 데이터로 비교해 가장 알맞은 위치" in stocked.get("/admin/models/new").text
