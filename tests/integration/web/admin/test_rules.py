"""Rules of recommendations in the admin: the list, its order, the page that writes one."""

import pytest

from growthcore.recommendations import service
from growthcore.recommendations.rules import attaching, store
from growthcore.testing import factories

SALE = {"type": "category", "category": "세일", "operator": "within"}
FORM = {
    "name": "세일 제외",
    "page": "main",
    "join": "all",
    "row-0.type": "category",
    "row-0.category": "세일",
    "row-0.operator": "within",
    "do": "exclude",
}


@pytest.fixture
def stocked(core):
    """A shop with two products, one of them in the sale, and a model for its main page."""
    with core.db.unit() as session:
        factories.make_product(session, "P1", category="세일")
        factories.make_product(session, "P2", category="상의", brand="가")
        service.create(core, session, "seen", algorithm="recently_viewed", actor="test")
    return core


def every(core):
    with core.db.read() as session:
        return list(store.find(session).items)


def made(core, *names):
    definition = {"if": {"all": [SALE]}, "then": {"do": "exclude"}}
    with core.db.unit() as session:
        return [
            store.create(
                core, session, name=name, page="main", definition=definition, actor="test"
            ).id
            for name in names
        ]


def test_a_shop_without_rules_is_told_what_they_are_for(admin):
    assert "아직 추천 규칙이 없습니다" in admin.get("/admin/models/rules/").text


def test_a_written_rule_is_off_until_it_is_switched_on_in_the_list(admin, stocked):
    answer = admin.post("/admin/models/rules/new", data={**FORM, "models": "seen"})
    (rule,) = every(stocked)
    assert answer.location == f"/admin/models/rules/?made={rule.id}"
    page = admin.get(answer.location).text
    assert "목록에서 켜야 적용됩니다" in page
    assert "IF 상품 카테고리 = 세일(하위 포함) THEN 추천에서 제외" in page
    assert not rule.enabled
    admin.post(f"/admin/models/rules/{rule.id}/switch", data={"on": "1"})
    assert every(stocked)[0].enabled
    with stocked.db.read() as session:
        assert [each.id for each in attaching.rules_of(session, "seen")] == [rule.id]


def test_rows_come_and_go_without_a_script_and_nothing_typed_is_lost(admin, stocked):
    page = admin.post("/admin/models/rules/new", data={**FORM, "act": "add", "new": "brand"}).text
    assert 'name="row-1.brand"' in page
    assert 'value="세일 제외"' in page
    more = {**FORM, "row-1.type": "brand", "row-1.brand": "가", "act": "remove:0"}
    page = admin.post("/admin/models/rules/new", data=more).text
    assert 'name="row-0.brand"' in page
    assert "row-1" not in page
    assert every(stocked) == []


def test_what_is_wrong_is_said_at_its_field(admin, stocked):
    wrong = {
        **FORM,
        "name": "",
        "row-0.category": "",
        "row-1.type": "price",
        "row-1.least": "9",
        "row-1.most": "3",
        "do": "pin",
        "slot": "13",
    }
    page = admin.post("/admin/models/rules/new", data=wrong)
    assert page.status_code == 422
    for name in ("name", "row-0.category", "row-1.most", "slot"):
        assert f'href="#f-{name}"' in page.text
    assert "범위의 끝이 시작보다 작습니다." in page.text
    page = admin.post("/admin/models/rules/new", data={**FORM, "page": "cart", "models": "seen"})
    assert "적용 대상이 같은 모델을 선택하십시오." in page.text


def test_the_effect_is_counted_while_one_writes(admin, stocked):
    told = admin.post("/admin/models/rules/effect", data=FORM).text
    assert "지금 상품 2개 중 1개가 제외됩니다." in told
    assert "1개만 남아" in told
    told = admin.post("/admin/models/rules/effect", data={**FORM, "row-0.category": ""}).text
    assert "조건을 마저 입력하면" in told


def test_a_change_over_somebody_elses_shows_both(admin, stocked):
    (rule,) = made(stocked, "세일 제외")
    path = f"/admin/models/rules/{rule}/edit"
    assert 'value="세일" selected' in admin.get(path).text
    assert admin.post(path, data={**FORM, "version": "1", "name": "봄"}).status_code == 303
    page = admin.post(path, data={**FORM, "version": "1", "name": "여름"})
    assert page.status_code == 409
    assert 'value="여름"' in page.text
    assert 'name="version" value="2"' in page.text


def test_the_order_is_changed_whole_or_a_step_at_a_time(admin, stocked):
    first, second = made(stocked, "첫째", "둘째")
    told = {"before": f"{first},{second}", "order": [first, second]}
    admin.post("/admin/models/rules/order", data={**told, "move": f"down:{first}"})
    assert [each.id for each in every(stocked)] == [second, first]
    page = admin.put("/admin/models/rules/order", data=told)
    assert page.status_code == 409
    assert "다른 사람이 먼저 순서를 바꿨습니다" in page.text
    assert admin.put("/admin/models/rules/order", data={"before": "x"}).status_code == 422


def test_deleting_says_which_models_obey_the_rule(admin, stocked):
    (rule,) = made(stocked, "세일 제외")
    with stocked.db.unit() as session:
        attaching.attach(stocked, session, "seen", [rule], actor="test")
    assert (
        "이 규칙을 따르는 추천 모델입니다" in admin.get(f"/admin/models/rules/{rule}/delete").text
    )
    admin.post(f"/admin/models/rules/{rule}/delete")
    assert len(every(stocked)) == 1
    admin.post(f"/admin/models/rules/{rule}/delete", data={"detach": "1"})
    assert every(stocked) == []


def test_viewers_look_and_change_nothing(admin_as, stocked):
    (rule,) = made(stocked, "세일 제외")
    viewer = admin_as("viewer")
    assert "새 규칙 생성하기" not in viewer.get("/admin/models/rules/").text
    assert viewer.post(f"/admin/models/rules/{rule}/switch", data={"on": "1"}).status_code == 403
