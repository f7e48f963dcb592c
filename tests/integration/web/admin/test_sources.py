"""Shop data in the admin: set up, pulled, watched, stopped."""

from __future__ import annotations

import re

import pytest
from marshmallow import fields

from growthcore.api import ConfigSchema, Part, Pulled, Secret, Source, Text, labelled
from growthcore.testing.plugins import a_plugin

SOURCES = "/admin/settings/sources"
OURS = {
    "provider": "played",
    "label": "우리 몰",
    "config.shop": "ours",
    "config.key": "s3cret",
}


class Config(ConfigSchema):
    shop = fields.String(required=True, metadata=labelled(Text("쇼핑몰", "Shop")))
    key = Secret(required=True, metadata=labelled(Text("키", "Key")))


class Played(Source):
    """Two pages of members, one of whom does not fit."""

    id = "played"
    title = Text("가게", "A shop")
    Config = Config

    @property
    def parts(self):
        return [Part(id="customers", title=Text("회원", "Members"))]

    def pull(self, part, cursor, importer):
        importer.customers([{"external_id": "m1"}, {"external_id": "m2", "email": "nonsense"}])
        return Pulled(cursor={"at": 1}, done=cursor is not None, count=2, total=4)


@pytest.fixture
def core(make_core, sqlite_database):
    return make_core(sqlite_database, [a_plugin("played", growthcore_sources=lambda: [Played])])


@pytest.fixture
def path(admin):
    answer = admin.post(f"{SOURCES}/new", data=OURS)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_source_is_set_up_and_nothing_is_pulled_before_somebody_asks(admin, path, jobs):
    page = admin.get(path).text
    assert "동기화 전" in page
    assert jobs.names == []
    address = re.search(r"<code>(http[^<]+)</code>", page)[1]
    assert address.endswith("/hooks/1")
    assert "s3cret" not in page
    assert "우리 몰" in admin.get(f"{SOURCES}/").text


def test_progress_is_asked_for_until_it_ends_and_what_was_left_out_is_told(admin, path, jobs, core):
    assert admin.post(f"{path}/pull").status_code == 303
    assert "대기 중" in admin.get(f"{path}/runs").text
    jobs.run(core)
    assert admin.get(f"{path}/runs").headers["HX-Refresh"] == "true"
    page = admin.get(path).text
    assert "4건 중 4건" in page
    assert "확인 필요 2건" in page
    assert "m2" in page
    assert "완료" in page
    assert "처음부터" in page


def test_a_pull_can_be_stopped_and_begun_anew(admin, path, jobs, core):
    admin.post(f"{path}/pull")
    assert "player-stop" in admin.get(path).text
    admin.post(f"{path}/stop")
    assert "중지됨" in admin.get(path).text
    jobs.collected.clear()
    admin.post(f"{path}/pull", data={"full": "1"})
    jobs.run(core)
    assert admin.get(path).text.count("완료") >= 2


def test_what_keeps_a_source_from_pulling_is_told(admin, path, core, monkeypatch):
    monkeypatch.setattr(Played, "parts", property(lambda self: 1 / 0))
    assert "played" in admin.get(path).text
    assert admin.post(f"{path}/pull").status_code == 303


def test_a_source_is_deleted_with_its_runs_and_webhooks(admin, path, core, jobs):
    admin.post(f"{path}/pull")
    core_client = admin.application.test_client()
    assert core_client.post("/hooks/1", data=b"{}").status_code == 403
    assert admin.post(f"{path}/delete").status_code == 303
    assert admin.get(path).status_code == 404
    assert core_client.post("/hooks/1", data=b"{}").status_code == 404
    jobs.run(core)


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("manager", 303)])
def test_who_may_not_change_settings_only_looks(admin_as, path, role, status):
    client = admin_as(role)
    assert client.get(path).status_code == 200
    assert client.post(f"{path}/pull").status_code == status
