"""Rules of recommendations through the management API."""

from __future__ import annotations

SALE = {
    "if": {"all": [{"type": "category", "category": "세일"}]},
    "then": {"do": "boost", "factor": 2},
}
RULE = {"name": "세일 먼저", "page": "main", "definition": SALE}


def test_a_rule_is_made_read_changed_switched_put_in_order_and_removed(api):
    status, made = api("POST", "/rules", RULE)
    assert (status, made["enabled"], made["definition"]["then"]["factor"]) == (201, False, 2.0)
    other = api("POST", "/rules", {**RULE, "name": "둘째", "page": "cart"})[1]
    path = f"/rules/{made['id']}"
    assert api("PUT", path, {"version": 1, "name": "봄 세일"})[1]["version"] == 2
    assert api("PUT", path, {"version": 1, "name": "x"})[1]["errors"].keys() == {"version"}
    assert api("POST", f"{path}/switch", {"on": True})[1]["enabled"]
    order = {"before": [made["id"], other["id"]], "order": [other["id"], made["id"]]}
    assert api("PUT", "/rules/order", order)[0] == 204
    listed = api("GET", "/rules")[1]
    assert ([each["id"] for each in listed["data"]], listed["total"]) == (order["order"], 2)
    assert [each["name"] for each in api("GET", "/rules?for=main")[1]["data"]] == ["봄 세일"]
    assert api("DELETE", path)[0] == 204
    assert api("GET", path)[1]["code"] == "rule_not_found"


def test_a_rule_that_makes_no_sense_is_told_by_path(api):
    wrong = {"if": {"all": [{"type": "brand"}]}, "then": {"do": "pin", "slot": 0}}
    status, problem = api("POST", "/rules", {**RULE, "definition": wrong})
    assert status == 422
    assert problem["errors"].keys() == {"definition.if.all[0].brand", "definition.then.slot"}
