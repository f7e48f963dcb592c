"""The audit log in the admin."""

from __future__ import annotations

import re
from pathlib import Path

from growthcore.operators import audit
from growthcore.web.admin.settings import audit_words

AUDIT = "/admin/settings/audit"
SOURCES = (Path(__file__).parents[4] / "growthcore").rglob("*.py")
OBJECTS = "|".join(audit_words.KINDS)


def record(core, actor="cli", action="policy.changed", kind="policy", id="1", **details):
    with core.db.unit() as session:
        now = core.clock.now()
        audit.record(
            session, at=now, actor=actor, action=action, kind=kind, id=id, details=details or None
        )


def test_changes_are_told_in_words_with_who_and_why(core, admin):
    admin.post("/admin/settings/workspace", data={"name": "봄날상점"})
    record(core, reason="명절 연휴")
    page = admin.get(AUDIT).text
    assert "쇼핑몰 정보 변경" in page
    assert "김하나" in page
    assert "명령줄" in page
    assert "명절 연휴" in page


def test_the_log_is_narrowed_by_action_object_and_person(core, admin):
    record(core, action="segment.created", kind="segment", id="7")
    record(core, action="segment.changed", kind="segment", id="8")
    record(core, actor="api:gk_sec…abcd", action="key.issued", kind="key", id="3")
    rows = re.compile(r'data-label="작업">([^<]+)<')

    def shown(query):
        return rows.findall(admin.get(f"{AUDIT}?{query}").text)

    assert shown("action=segment.created") == ["세그먼트 생성"]
    assert shown("kind=segment&id=8") == ["세그먼트 수정"]
    assert shown("actor=api:gk_sec…abcd") == ["API Key 발급"]
    assert shown("action=nothing.such") == []
    assert "조건에 맞는 기록이 없습니다." in admin.get(f"{AUDIT}?action=nothing.such").text


def test_the_log_comes_in_pages_newest_first(core, admin):
    for number in range(25):
        record(core, id=f"n{number}")
    query = f"{AUDIT}?action=policy.changed"
    first, second = admin.get(query).text, admin.get(f"{query}&page=2").text
    assert "n24" in first
    assert "n4<" not in first
    assert "n4<" in second
    assert "총 25건" in first


def test_what_an_entry_holds_is_shown_as_text(core, admin):
    record(core, reason="<script>alert(1)</script>")
    assert "<script>alert" not in admin.get(AUDIT).text


def test_the_log_is_for_managers(admin_as):
    assert admin_as("manager").get(AUDIT).status_code == 200
    assert admin_as("editor").get(AUDIT).status_code == 403


def test_every_action_that_is_recorded_has_words():
    said = re.compile(rf'"((?:{OBJECTS}|secrets)\.[a-z_]+)"')
    elsewhere = {"messages", "campaigns", "models"}
    actions = {
        found
        for path in SOURCES
        if "audit" in (text := path.read_text())
        for found in said.findall(text)
    }
    logged = {"model.training_failed", "model.artifact_unusable"}
    assert {a for a in actions - logged if a.split(".")[0] not in elsewhere} <= set(
        audit_words.ACTIONS
    )
