"""What holds for every page of the admin."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from growthcore.web import create_app
from growthcore.web.admin.access import Role

ROLES = [role.value for role in Role]
DECLARED = ("least_role", "open_to_all", "same_for_everybody")


def views(app):
    """Every rule of the admin with its view."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            yield rule, app.view_functions[rule.endpoint]


def test_every_view_says_who_may_see_it(core):
    silent = [
        rule.endpoint
        for rule, view in views(create_app(core))
        if not any(hasattr(view, each) for each in DECLARED)
    ]
    assert not silent


def plain(app):
    """The pages that need nothing in their address."""
    return [
        (rule.rule, view)
        for rule, view in views(app)
        if "GET" in rule.methods and not rule.arguments and hasattr(view, "least_role")
    ]


@pytest.mark.parametrize("role", ROLES)
def test_pages_answer_to_whom_they_are_for_and_refuse_the_others(core, admin_as, role):
    admin = admin_as(role)
    for path, view in plain(admin.application):
        status = admin.get(path).status_code
        may = Role(role).covers(view.least_role)
        assert (status == 403) != may, f"{path} answers {status} to {role}"
        assert status < 500, f"{path} answers {status}"


def test_strangers_are_sent_to_sign_in_and_come_back(core, client):
    answer = client.get("/admin/customers/?q=kim")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/admin/login?next=")
    assert "/admin/customers" in answer.headers["Location"]


def test_a_part_that_a_stranger_asks_for_has_the_page_go_to_sign_in(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/admin/segments/?q=a"}
    answer = client.get("/admin/segments/", headers=headers)
    assert answer.status_code == 401
    assert "next=/admin/segments" in answer.headers["HX-Redirect"].replace("%2F", "/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
    ids=["cross-site", "same-site", "other-origin", "null-origin", "told-nothing"],
)
def test_what_another_site_sends_is_refused(admin, headers):
    answer = admin.post("/admin/logout", headers=headers, own=False)
    assert answer.status_code == 403
    assert "다른 사이트" in answer.text
    assert admin.get("/admin/customers/").status_code == 200


def test_a_browser_that_only_tells_its_origin_is_believed(admin):
    answer = admin.post("/admin/logout", headers={"Origin": "http://localhost"}, own=False)
    assert answer.status_code == 303


def test_pages_have_a_strict_policy_and_are_kept_by_nobody(admin):
    answer = admin.get("/admin/customers/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "no-store" in answer.headers["Cache-Control"]


def test_assets_are_kept_for_good_under_their_version(admin):
    page = admin.get("/admin/customers/").text
    path = page.split('rel="stylesheet" href="')[-1].split('"')[0]
    with admin.get(path) as answer:
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert admin.get("/admin/static/x/../../access.py").status_code == 404


def test_an_unknown_page_says_so_in_the_frame_of_the_admin(admin):
    answer = admin.get("/admin/nothing-here")
    assert answer.status_code == 404
    assert "찾을 수 없" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("area", ["campaigns", "segments", "settings/users", "settings/accounts"])
def test_nothing_is_found_under_a_number_that_is_too_large(admin, area):
    assert admin.get(f"/admin/{area}/{2**63 - 1}").status_code == 404
    assert admin.get(f"/admin/{area}/{2**63}").status_code == 404


def test_the_admin_speaks_english_to_whom_prefers_it(core, admin_as):
    text = admin_as("owner", locale="en").get("/admin/customers/").text
    assert '<html lang="en"' in text
    assert "Customers" in text


def test_files_ask_nothing_of_the_database(core, admin):
    path = admin.get("/admin/segments/").text.split('rel="stylesheet" href="')[-1].split('"')[0]
    asked = []
    event.listen(core.db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert admin.get(path).status_code == 200
    assert asked == []
