"""What the builder does with values, errors and the focus, in a real browser."""

from __future__ import annotations

import json

import pytest

from growthcore.segments import saved

pytestmark = pytest.mark.browser


def compared(value, operator="="):
    params = {"attribute": "grade", "operator": operator, "value": value}
    return {"all": [{"condition": "customer_attribute", "params": params}]}


@pytest.fixture
def edit(core, browse):
    """Opens the builder on a definition."""

    def edit(definition):
        with core.db.unit() as session:
            saved.create(core, session, "s", definition, actor="test")
        page = browse(core)
        page.goto("/admin/segments/1/edit")
        page.get_by_role("button", name="조건 추가", exact=False).first.wait_for()
        return page

    return edit


def row(page, name="조건 1"):
    return page.get_by_role("group", name=name, exact=True)


def written(page):
    return json.loads(page.locator("textarea").input_value())


@pytest.mark.parametrize(
    ("entered", "value"),
    [
        ("VIP", "VIP"),
        ("10", 10),
        ("-1.50", -1.5),
        ("06236", "06236"),
        ('"10"', "10"),
        ("true", True),
        ('"true"', "true"),
    ],
)
def test_a_value_is_a_number_only_where_it_reads_as_nothing_else(edit, entered, value):
    page = edit(compared("x"))
    row(page).get_by_label("값").fill(entered)
    assert written(page) == compared(value)


@pytest.mark.parametrize("value", ["10", "true", '"quoted"', 10, 1.5, False, "가, 나"])
def test_what_is_kept_is_shown_so_that_it_stays_what_it_is(edit, value):
    page = edit(compared(value))
    field = row(page).get_by_label("값")
    field.press("End")
    field.press("Space")
    field.press("Backspace")
    assert written(page) == compared(value)


def test_several_values_are_parted_by_commas_outside_quotes(edit):
    page = edit(compared(["V", "10"], "in"))
    field = row(page).get_by_label("값")
    assert field.input_value() == 'V, "10"'
    field.fill('V, 10, "가, 나",')
    assert written(page) == compared(["V", 10, "가, 나"], "in")


def test_only_what_is_wrong_with_the_definition_is_said_in_the_builder(edit):
    page = edit(compared("V"))
    page.get_by_label("세그먼트 이름").fill(" ")
    page.get_by_role("button", name="저장").click()
    page.get_by_role("alert").get_by_text("1~100자").first.wait_for()
    row(page).wait_for()
    page.locator(".gc-count-number").get_by_text("0명").wait_for()
    assert not page.locator(".gc-builder-error:visible").count()


def test_all_that_is_wrong_with_a_condition_is_said_at_it(edit):
    page = edit(compared("V"))
    first = row(page)
    first.get_by_label("조건 1: 조건 종류").select_option("event_count")
    first.get_by_label("제외").check()
    first.get_by_label("횟수").fill("-1")
    first.get_by_role("combobox", name="기간").select_option("last")
    with page.expect_response(
        lambda answer: "preview" in answer.url and len(answer.json().get("errors", ())) == 2
    ) as answered:
        first.get_by_label("지난").fill("0")
    said = first.locator(".gc-builder-error")
    said.wait_for()
    assert "횟수: " in said.inner_text()
    assert all(each in said.inner_text() for each in answered.value.json()["errors"].values())


def test_deleting_the_last_condition_leaves_the_focus_where_one_is_added(edit):
    page = edit(compared("V"))
    page.get_by_role("button", name="조건 1: 삭제").press("Enter")
    assert page.evaluate("document.activeElement.dataset.adder") == "addCondition"


def test_moving_a_group_to_the_top_keeps_the_focus_on_the_group(edit):
    two = compared("V")["all"] * 2
    page = edit({"all": [*compared("V")["all"], {"any": two}]})
    page.get_by_role("button", name="조건 묶음 2: 위로").press("Enter")
    row(page, "조건 묶음 1").wait_for()
    legend = "document.activeElement.querySelector('legend').textContent"
    assert page.evaluate(legend) == "조건 묶음 1"


def test_a_count_that_waits_does_not_start_while_a_syllable_is_composed(edit):
    page = edit(compared("V"))
    page.locator(".gc-count-number").get_by_text("0명").wait_for()
    asked = []
    page.on("request", lambda sent: asked.append(sent) if "preview" in sent.url else None)
    field = row(page).get_by_label("값")
    field.fill("가")
    devtools = page.context.new_cdp_session(page)
    compose = {"text": "나", "selectionStart": 1, "selectionEnd": 1}
    devtools.send("Input.imeSetComposition", compose)
    page.wait_for_timeout(700)
    assert asked == []
    devtools.send("Input.insertText", {"text": "나"})
    page.wait_for_timeout(700)
    assert len(asked) == 1
