"""Segments in the admin."""

from __future__ import annotations

import json

import pytest

from growthcore.segments import saved
from growthcore.testing.factories import make_customer

BUYERS = {
    "all": [{"condition": "event_count", "params": {"event": "purchase", "within": {"days": 30}}}]
}
HTMX = {"HX-Request": "true"}
FORM = {"name": "구매 고객", "description": "한 달 안에 산 고객", "definition": json.dumps(BUYERS)}


@pytest.fixture
def segment(core):
    with core.db.unit() as session:
        return saved.create(core, session, "구매 고객", BUYERS, actor="test")


def current(core, segment_id=1):
    with core.db.read() as session:
        return saved.get(session, segment_id)


def test_a_segment_is_made_and_shown(core, admin):
    made = admin.post("/admin/segments/new", data=FORM)
    assert made.status_code == 303
    page = admin.get(made.headers["Location"]).text
    assert "지난 30일 동안 구매 1회 이상" in page
    assert "‘구매 고객’을(를) 저장했습니다." in page
    assert current(core).definition == BUYERS


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": " "}, "1~100자"),
        ({"definition": ""}, "조건을 하나 이상"),
        ({"definition": "{"}, "JSON"),
        ({"definition": "[]"}, "JSON"),
        ({"definition": '{"all": []}'}, "하나"),
    ],
    ids=["no-name", "nothing", "broken", "list", "empty-group"],
)
def test_what_does_not_fit_is_said_and_nothing_entered_is_lost(admin, wrong, says):
    answer = admin.post("/admin/segments/new", data={**FORM, **wrong})
    assert answer.status_code == 422
    assert "한 달 안에 산 고객" in answer.text
    assert 'role="alert"' in answer.text
    assert says in answer.text


def test_of_two_who_change_at_once_the_second_is_told_and_may_go_on(core, admin, segment):
    data = {**FORM, "name": "첫째", "version": "1"}
    assert admin.post("/admin/segments/1/edit", data=data).status_code == 303
    late = admin.post("/admin/segments/1/edit", data={**data, "name": "둘째"})
    assert late.status_code == 409
    assert "둘째" in late.text
    assert 'name="version" value="2"' in late.text
    assert current(core).name == "첫째"
    again = admin.post("/admin/segments/1/edit", data={**data, "name": "둘째", "version": "2"})
    assert again.status_code == 303
    assert current(core).name == "둘째"


def test_a_copy_gets_a_name_of_its_own(core, admin, segment):
    admin.post("/admin/segments/1/duplicate")
    admin.post("/admin/segments/1/duplicate")
    assert [current(core, 2).name, current(core, 3).name] == ["구매 고객 사본", "구매 고객 사본 2"]


def test_archiving_is_undone(core, admin, segment):
    admin.post("/admin/segments/1/archive", data={"archived": "1"})
    listed = admin.get("/admin/segments/").text
    assert "구매 고객" not in listed.split("<main")[1].split("</main")[0]
    assert "보관" in listed
    assert "구매 고객" in admin.get("/admin/segments/?state=archived").text
    admin.post("/admin/segments/1/archive", data={"archived": "0"})
    assert current(core).archived_at is None


def test_one_that_another_is_made_of_is_not_deleted(core, admin, segment):
    outer = {"all": [{"condition": "in_segment", "params": {"segment_id": 1}}]}
    with core.db.unit() as session:
        saved.create(core, session, "VIP", outer, actor="test")
    answer = admin.post("/admin/segments/1/delete")
    assert "VIP" in admin.get(answer.headers["Location"]).text
    assert current(core).name == "구매 고객"
    admin.post("/admin/segments/2/delete")
    assert admin.get("/admin/segments/2").status_code == 404


def test_counting_keeps_the_figure_for_the_list(core, admin, segment):
    answer = admin.post("/admin/segments/1/count", headers=HTMX)
    assert "0명" in answer.text
    assert current(core).count == 0
    assert current(core).version == 1


def test_it_is_said_which_condition_keeps_a_customer_out(core, admin, segment):
    with core.db.unit() as session:
        make_customer(session, email="kim@example.com")
    answer = admin.get("/admin/segments/1/test?customer=kim@example.com", headers=HTMX)
    assert "포함되지 않습니다" in answer.text
    assert "✗" in answer.text
    assert "<main" not in answer.text
    assert admin.get("/admin/segments/1/test?customer=nobody", headers=HTMX).status_code == 422


def test_without_scripts_counting_and_testing_come_back_to_the_page(core, admin, segment):
    with core.db.unit() as session:
        make_customer(session, email="kim@example.com")
    counted = admin.post("/admin/segments/1/count")
    assert (counted.status_code, counted.headers["Location"]) == (303, "/admin/segments/1")
    assert "0명" in admin.get("/admin/segments/1").text
    tested = admin.get("/admin/segments/1/test?customer=kim@example.com").text
    assert "포함되지 않습니다" in tested.split("<main")[1]
    wrong = admin.get("/admin/segments/1/test?customer=nobody")
    assert wrong.status_code == 422
    assert "<main" in wrong.text


def test_the_preview_tells_by_path_what_is_wrong(admin):
    wrong = {"all": [{"condition": "event_count", "params": {"event": "purchase", "count": -1}}]}
    answer = admin.post("/admin/segments/preview", data={"definition": json.dumps(wrong)})
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["all[0].params.count"]


def test_names_are_escaped(core, admin):
    data = {**FORM, "name": "<script>alert(1)</script>"}
    admin.post("/admin/segments/new", data=data)
    assert "<script>alert" not in admin.get("/admin/segments/").text
    assert "<script>alert" not in admin.get("/admin/segments/1/edit").text


@pytest.mark.parametrize(
    "path", ["new", "1/edit", "1/duplicate", "1/archive", "1/delete", "preview"]
)
def test_a_viewer_looks_and_changes_nothing(core, admin_as, segment, path):
    viewer = admin_as("viewer")
    assert viewer.post(f"/admin/segments/{path}", data=FORM).status_code == 403
    page = viewer.get("/admin/segments/1").text
    assert "수정" not in page.split("<main")[1]
    assert current(core).name == "구매 고객"
