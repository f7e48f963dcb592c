"""Verifying what is typed before it is kept, and being held to it where the channel asks for that."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from growthcore.api import ConfigError
from growthcore.plugins.accounts import CHANNEL, CONNECTION
from growthcore.testing.outside import Outside
from growthcore.testing.plugins import plugins_of

NEW = "/admin/settings/accounts/new"
SECRET = "k3y-of-the-shop"
TEXTS = {
    "provider": "outside_texts",
    "label": "문자",
    "config.connection": "1",
    "config.service": "ncp:sms:kr:1",
    "config.secret": SECRET,
}
TRIAL = {"then": "trial"}


@pytest.fixture
def outside():
    return Outside(verify_before_save=True)


@pytest.fixture
def core(make_core, sqlite_database, outside):
    core = make_core(sqlite_database, plugins_of(outside.plugin()))
    with core.db.unit() as session:
        for label in ("우리 몰", "다른 몰"):
            core.accounts.create(
                session,
                provider="outside_mall",
                kind=CONNECTION,
                label=label,
                values={"mall": "m", "client_secret": "s"},
                actor="test",
            )
    return core


def accounts(core):
    with core.db.read() as session:
        return core.accounts.list(session, CHANNEL)


def attempt(admin, path=NEW, **changes):
    answer = admin.post(path, data={**TEXTS, **TRIAL, **changes})
    found = re.search(r'name="proof" value="([^"]+)"', answer.text)
    return answer, found and found[1]


def test_what_was_not_verified_is_not_saved(core, admin):
    answer = admin.post(NEW, data=TEXTS)
    assert answer.status_code == 422
    assert "[인증 요청]을 누른 뒤 저장하십시오." in answer.text
    assert accounts(core) == []


def test_verified_settings_are_saved_and_the_page_never_holds_the_secret(core, admin, outside):
    answer, proof = attempt(admin)
    assert "인증되었습니다." in answer.text
    assert "한 번 더 입력하십시오." in answer.text
    assert SECRET not in answer.text
    assert accounts(core) == []
    assert outside.verified[0]["secret"] == SECRET
    assert admin.post(NEW, data={**TEXTS, "proof": proof, "label": "새 이름"}).status_code == 303
    assert accounts(core)[0].label == "새 이름"


def test_a_proof_is_worth_nothing_for_other_values(core, admin):
    _, proof = attempt(admin)
    for field, value in (("service", "other"), ("secret", "other"), ("connection", "2")):
        changed = {**TEXTS, "proof": proof, f"config.{field}": value}
        assert admin.post(NEW, data=changed).status_code == 422
    assert accounts(core) == []


def test_a_proof_is_not_made_up_and_does_not_last(core, admin, clock):
    _, proof = attempt(admin)
    ends, _, signature = proof.partition(".")
    later = f"{int(ends) + 60}.{signature}"
    for forged in ("", "x", later, "99999999999.00", "١.00", "1" * 5000):
        assert admin.post(NEW, data={**TEXTS, "proof": forged}).status_code == 422
    clock.at += timedelta(minutes=10)
    assert admin.post(NEW, data={**TEXTS, "proof": proof}).status_code == 422
    assert accounts(core) == []


def test_what_is_wrong_is_told_and_saves_nothing(core, admin, outside):
    outside.says = ConfigError("The key was not accepted. Enter it again.")
    answer, proof = attempt(admin)
    assert answer.status_code == 200
    assert "인증하지 못했습니다." in answer.text
    assert "The key was not accepted." in answer.text
    assert 'value="ncp:sms:kr:1"' in answer.text
    assert proof is None
    for field in ({"config.service": ""}, {"config.connection": "9"}):
        assert attempt(admin, **field)[0].status_code == 422
    assert accounts(core) == []


def test_with_scripts_only_the_outcome_comes_so_that_typed_secrets_stay(admin):
    headers = {"HX-Request": "true"}
    answer = admin.post(NEW, data={**TEXTS, **TRIAL}, headers=headers)
    assert answer.headers["HX-Retarget"] == "#trial"
    assert "<form" not in answer.text
    assert 'name="proof"' in answer.text
    wrong = admin.post(NEW, data={**TEXTS, **TRIAL, "config.service": ""}, headers=headers)
    assert wrong.status_code == 422
    assert 'href="#f-config.service"' in wrong.text


def test_a_change_is_verified_with_the_secret_that_is_kept(core, admin, outside):
    _, proof = attempt(admin)
    path = admin.post(NEW, data={**TEXTS, "proof": proof}).headers["Location"]
    kept = {"config.secret": "", "config.service": "other"}
    _, proof = attempt(admin, path, **kept)
    assert outside.verified[-1]["secret"] == SECRET
    assert admin.post(path, data={**TEXTS, **kept}).status_code == 422
    assert admin.post(path, data={**TEXTS, **kept, "proof": proof}).status_code == 303
    assert accounts(core)[0].config["service"] == "other"


def test_a_copy_has_the_settings_and_not_the_secrets(admin):
    _, proof = attempt(admin)
    path = admin.post(NEW, data={**TEXTS, "proof": proof}).headers["Location"]
    page = admin.get(f"{NEW}?provider=outside_texts&copy=3").text
    assert f"{NEW}?provider=outside_texts&amp;copy=3" in admin.get(path).text
    assert 'value="문자 사본"' in page
    assert 'value="ncp:sms:kr:1"' in page
    assert "저장됨" not in page
    assert admin.get(f"{NEW}?provider=outside_texts&copy=9").status_code == 404
