"""Plugins in the admin: their list, their switches, their pages, and what they break."""

from __future__ import annotations

import pytest

from growthcore.api import AdminPage, Category, ConfigError, Manifest, Text, hookimpl
from growthcore.plugins import switches
from growthcore.plugins.discovery import Installed

LIST = "/admin/settings/plugins"


class Module:
    """What stands for a plugin's module."""

    __name__ = "pages_of_all_kinds"
    MANIFEST = Manifest(
        name="weather",
        title=Text("날씨", "Weather"),
        api=(1, 0),
        category=Category.OTHER,
        description=Text("오늘의 날씨입니다.", "The weather of today."),
    )

    @staticmethod
    @hookimpl
    def growthcore_admin_pages():
        def broken(context, locale):
            raise ValueError("no sky")

        def unset(context, locale):
            raise ConfigError("The folder '/x' does not exist. Create it, then try again.")

        shown = Text("오늘", "Today")
        return [
            AdminPage(slug="today", title=shown, render=lambda c, locale: f"<p>{locale} 맑음</p>"),
            AdminPage(
                slug="inner", title=Text("내부", "Inner"), role="manager", render=lambda *_: ""
            ),
            AdminPage(slug="broken", title=Text("고장", "Broken"), render=broken),
            AdminPage(slug="unset", title=Text("미설정", "Unset"), render=unset),
            AdminPage(slug="nothing", title=Text("없음", "None"), render=lambda *_: None),
        ]


def refuse():
    raise ImportError("No module named 'sky'")


def installed(name, load):
    return Installed(name=name, distribution=f"growthcore-{name}", version="1.2", load=load)


@pytest.fixture
def core(make_core, sqlite_database):
    """A shop with one plugin that has pages, and one that can't be imported."""
    core = make_core(sqlite_database, [installed("weather", Module)])
    core.plugins._add(installed("lost", refuse), frozenset())
    return core


def test_the_list_tells_states_and_what_is_wrong(admin):
    page = admin.get(LIST).text
    assert "날씨" in page
    assert "사용 중" in page
    assert "격리됨" in page
    assert "ImportError: No module named &#39;sky&#39;" in page


def test_a_quarantined_plugin_shows_its_traceback(admin):
    page = admin.get(f"{LIST}/lost").text
    assert "Traceback (most recent call last)" in page
    assert "<pre" in page


def test_an_active_plugin_tells_what_it_is_and_offers(admin):
    page = admin.get(f"{LIST}/weather").text
    assert "오늘의 날씨입니다." in page
    assert "/admin/plugins/weather/today" in page


def test_an_unknown_plugin_is_not_found(admin):
    assert admin.get(f"{LIST}/nobody").status_code == 404
    assert admin.post(f"{LIST}/nobody/disable").status_code == 404


def test_a_switch_waits_for_a_restart_and_is_audited(core, admin):
    assert admin.post(f"{LIST}/weather/disable").status_code == 303
    assert switches.disabled(core.db) == {"weather"}
    assert "재시작 필요" in admin.get(LIST).text
    assert "재시작 필요" in admin.get(f"{LIST}/weather").text
    assert admin.get("/admin/plugins/weather/today").status_code == 200
    admin.post(f"{LIST}/weather/enable")
    assert switches.disabled(core.db) == set()
    assert "재시작 필요" not in admin.get(LIST).text


@pytest.mark.parametrize("role", ["manager", "editor", "viewer"])
def test_only_owners_switch(core, admin_as, role):
    person = admin_as(role)
    assert person.post(f"{LIST}/weather/disable").status_code == 403
    assert person.get(LIST).status_code == (200 if role == "manager" else 403)
    assert "사용 중지" not in person.get(f"{LIST}/weather").text


def test_a_page_of_a_plugin_stands_in_the_frame_and_the_menu(admin, admin_as):
    page = admin.get("/admin/plugins/weather/today")
    assert "<p>ko 맑음</p>" in page.text
    assert 'aria-current="page"' in page.text
    assert "<p>en 맑음</p>" in admin_as("viewer", locale="en").get(page.request.path).text


def test_a_page_is_for_the_role_it_names(admin_as):
    assert admin_as("manager").get("/admin/plugins/weather/inner").status_code == 200
    editor = admin_as("editor")
    assert editor.get("/admin/plugins/weather/inner").status_code == 403
    assert "/admin/plugins/weather/inner" not in editor.get("/admin/plugins/weather/today").text


def test_a_page_nobody_offers_is_not_found(admin):
    assert admin.get("/admin/plugins/weather/tomorrow").status_code == 404
    assert admin.get("/admin/plugins/lost/today").status_code == 404


@pytest.mark.parametrize("slug", ["broken", "nothing"])
def test_a_page_that_fails_costs_itself_and_is_counted(core, admin, slug):
    answer = admin.get(f"/admin/plugins/weather/{slug}")
    assert answer.status_code == 500
    assert "이 플러그인에서 오류가 발생해" in answer.text
    assert "no sky" not in answer.text
    record = core.plugins.record("weather")
    assert (record.failures, record.last_failed_at) == (1, core.clock.now())
    page = admin.get(f"{LIST}/weather").text
    assert "1회 발생했습니다" in page
    assert record.last_error.splitlines()[0] in page
    assert admin.get("/admin/plugins/weather/today").status_code == 200


def test_a_page_that_expects_its_failure_says_why_in_the_readers_language(core, admin):
    answer = admin.get("/admin/plugins/weather/unset")
    assert "폴더 ‘/x’이(가) 없습니다." in answer.text
    assert core.plugins.record("weather").failures == 0


def test_a_page_with_a_role_there_is_not_quarantines_its_plugin(core):
    class Wrong(Module):
        @staticmethod
        @hookimpl
        def growthcore_admin_pages():
            return [AdminPage(slug="x", title=Text("x", "x"), role="king", render=lambda *_: "")]

    Wrong.MANIFEST = Manifest(
        name="wrong", title=Text("x", "x"), api=(1, 0), category=Category.OTHER
    )
    record = core.plugins._add(installed("wrong", Wrong), frozenset())
    assert "role one of viewer, editor, manager, owner" in record.error
