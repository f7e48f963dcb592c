"""Segments through the management API."""

from __future__ import annotations

import pytest

from growthcore.plugins.registry import Plugins

TIME = "2026-03-02T09:59:00+09:00"
BUYERS = {
    "condition": "event_count",
    "params": {"event": "purchase", "operator": ">=", "count": 1, "within": {"days": 7}},
}


@pytest.fixture
def plugins():
    """The plugins that are installed: segments are made of their conditions."""
    return Plugins.load()


@pytest.fixture
def buyers(api):
    status, segment = api("POST", "/segments", {"name": "구매자", "definition": BUYERS})
    assert status == 201
    return segment


def test_a_definition_is_counted(api):
    events = [
        {"id": f"e-{n}", "name": "purchase", "time": TIME, "customer": f"C-{n % 2}"}
        for n in range(3)
    ]
    api("POST", "/events", {"events": events})
    status, answer = api("POST", "/segments/preview", {"definition": BUYERS})
    assert (status, answer["count"], len(answer["sample"])) == (200, 2, 2)


def test_a_definition_that_does_not_fit_is_told_by_path(api):
    wrong = {"all": [BUYERS, {"condition": "nothing", "params": {}}]}
    status, problem = api("POST", "/segments/preview", {"definition": wrong})
    assert (status, problem["code"]) == (422, "invalid_input")
    assert any(path.startswith("all[1]") for path in problem["errors"])


def test_a_segment_is_saved_read_changed_and_removed(api, buyers):
    path = f"/segments/{buyers['id']}"
    assert api("GET", path)[1]["definition"] == BUYERS
    changed = api("PUT", path, {"version": buyers["version"], "name": "최근 구매자"})[1]
    assert (changed["name"], changed["version"]) == ("최근 구매자", buyers["version"] + 1)
    assert [one["id"] for one in api("GET", "/segments")[1]["data"]] == [buyers["id"]]
    assert api("DELETE", path)[0] == 204
    assert api("GET", path)[0] == 404


def test_a_change_over_somebody_elses_is_refused(api, buyers):
    path = f"/segments/{buyers['id']}"
    api("PUT", path, {"version": buyers["version"], "name": "a"})
    status, problem = api("PUT", path, {"version": buyers["version"], "name": "b"})
    assert (status, list(problem["errors"])) == (422, ["version"])


def test_a_segment_that_another_is_made_of_stays(api, buyers):
    inside = {"condition": "in_segment", "params": {"segment_id": buyers["id"]}}
    assert api("POST", "/segments", {"name": "b", "definition": inside})[0] == 201
    status, problem = api("DELETE", f"/segments/{buyers['id']}")
    assert status == 422
    assert "'b'" in problem["errors"]["segment_id"]
