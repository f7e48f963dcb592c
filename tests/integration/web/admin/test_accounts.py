"""Sender accounts in the admin."""

from __future__ import annotations

import socket

import pytest

from growthcore.sandbox.smtp import SandboxSmtp

ACCOUNTS = "/admin/settings/accounts"
MAIL = {
    "provider": "email_smtp",
    "label": "대표 메일",
    "config.host": "127.0.0.1",
    "config.port": "2525",
    "config.security": "none",
    "config.sender_address": "news@shop.example",
    "config.verify_certificates": "1",
}
SECRET = "s3cret-of-the-shop"


def accounts(core):
    with core.db.read() as session:
        return core.accounts.list(session)


def create(admin, **changes):
    answer = admin.post(f"{ACCOUNTS}/new", data={**MAIL, **changes})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_without_accounts_the_page_says_what_one_is_for(admin):
    assert "메일 서버와 같은 발신 계정을 먼저 등록하십시오." in admin.get(ACCOUNTS).text


def test_one_chooses_a_channel_and_fills_in_what_it_wants(admin):
    assert "provider=email_smtp" in admin.get(f"{ACCOUNTS}/new").text
    page = admin.get(f"{ACCOUNTS}/new?provider=email_smtp").text
    assert "SMTP 서버" in page
    assert 'name="config.port" value="587"' in page


def test_an_account_is_created_and_listed(core, admin):
    path = create(admin)
    assert path.endswith(f"{ACCOUNTS}/1")
    (account,) = accounts(core)
    assert account.config["port"] == 2525
    assert "대표 메일" in admin.get(ACCOUNTS).text
    assert 'value="127.0.0.1"' in admin.get(path).text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("label", "", "계정 이름을 1~100자로 입력하십시오."),
        ("config.port", "99999", "1 이상 65535 이하여야 합니다."),
        ("config.port", "smtp", "정수로 입력하십시오."),
        ("config.host", "", "필수 항목입니다."),
        ("config.username", "shop", "사용자 이름과 비밀번호는 둘 다 입력하거나 둘 다 비우십시오."),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_nothing_is_lost(
    core, admin, field, value, sentence
):
    answer = admin.post(f"{ACCOUNTS}/new", data={**MAIL, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="news@shop.example"' in answer.text
    assert accounts(core) == []


def test_a_secret_is_kept_never_shown_and_stays_when_left_blank(core, admin):
    path = create(admin, **{"config.username": "shop", "config.password": SECRET})
    page = admin.get(path).text
    assert SECRET not in page
    assert "저장됨 · 바꾸려면 입력" in page
    before = accounts(core)[0].sealed
    admin.post(path, data={**MAIL, "label": "바뀐 이름", "config.username": "shop"})
    (account,) = accounts(core)
    assert account.label == "바뀐 이름"
    assert account.sealed.keys() == before.keys()


def test_a_secret_that_was_typed_is_not_sent_back_when_the_form_is_wrong(admin):
    data = {**MAIL, "config.username": "shop", "config.password": SECRET, "config.port": "0"}
    answer = admin.post(f"{ACCOUNTS}/new", data=data)
    assert answer.status_code == 422
    assert SECRET not in answer.text


def test_a_kept_secret_can_be_forgotten(core, admin):
    path = create(admin, **{"config.username": "shop", "config.password": SECRET})
    assert admin.post(path, data={**MAIL, "forget": "password"}).status_code == 303
    assert accounts(core)[0].sealed == {}


@pytest.mark.parametrize("reference", ["$file:/etc/hostname", "$env:PATH"])
def test_only_owners_refer_to_what_the_server_keeps(core, admin, admin_as, reference):
    filled = {"config.username": "shop", "config.password": reference}
    manager = admin_as("manager")
    refused = manager.post(f"{ACCOUNTS}/new", data={**MAIL, **filled})
    assert (refused.status_code, accounts(core)) == (422, [])
    assert "소유자만 입력할 수 있습니다." in refused.text
    path = create(admin, **filled)
    changed = manager.post(path, data={**MAIL, **filled})
    assert changed.status_code == 422
    assert manager.post(path, data={**MAIL, "config.username": "shop"}).status_code == 303


def test_a_secret_that_no_longer_opens_says_to_enter_it_again(core, admin):
    path = create(admin, **{"config.username": "shop", "config.password": SECRET})
    with core.db.unit() as session:
        account = core.accounts.get(session, 1)
        account.sealed = {"password": "lost:AAAA"}
    kept = admin.post(path, data={**MAIL, "config.username": "shop"})
    assert kept.status_code == 422
    assert "키를 추가하거나 값을 다시 입력하십시오." in kept.text
    again = {"config.username": "shop", "config.password": SECRET}
    assert admin.post(path, data={**MAIL, **again}).status_code == 303


def test_an_account_is_switched_off_and_on(core, admin):
    path = create(admin)
    admin.post(f"{path}/disable")
    assert not accounts(core)[0].enabled
    assert "연결 확인" not in admin.get(path).text
    admin.post(f"{path}/enable")
    assert accounts(core)[0].enabled


def test_the_verdict_of_a_server_that_answers(core, admin, tmp_path):
    with SandboxSmtp(tmp_path) as server:
        path = create(admin, **{"config.port": str(server.port)})
        answer = admin.post(f"{path}/verify")
    assert "연결되었습니다." in answer.text
    assert accounts(core)[0].attention is None


def test_the_verdict_of_a_server_that_is_not_there(core, admin):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    path = create(admin, **{"config.port": str(port)})
    answer = admin.post(f"{path}/verify")
    assert answer.status_code == 200
    assert f"127.0.0.1 서버의 {port} 포트에 연결할 수 없습니다" in answer.text


def test_what_an_account_needs_is_told_in_the_list_until_it_is_saved_again(admin, tmp_path):
    with SandboxSmtp(tmp_path) as server:
        port = str(server.port)
        path = create(admin, **{"config.port": port, "config.security": "starttls"})
        admin.post(f"{path}/verify")
    page = admin.get(ACCOUNTS).text
    assert "확인 필요" in page
    assert "포트는 STARTTLS를 지원하지 않습니다." in page
    admin.post(path, data=MAIL)
    assert "확인 필요" not in admin.get(ACCOUNTS).text


def test_an_account_whose_plugin_is_gone_keeps_its_settings_and_says_so(core, admin):
    path = create(admin)
    core.plugins.hold("channel_email_smtp", "its tables are not up to date")
    page = admin.get(path)
    assert page.status_code == 200
    assert "설정은 그대로 보관되어 있습니다." in page.text
    assert "플러그인 없음" in admin.get(ACCOUNTS).text
    assert admin.post(path, data=MAIL).status_code == 404


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_accounts_are_for_managers(admin, admin_as, role):
    path = create(admin)
    person = admin_as(role)
    assert person.get(ACCOUNTS).status_code == 403
    for each in (f"{ACCOUNTS}/new", path, f"{path}/verify", f"{path}/disable"):
        assert person.post(each, data=MAIL).status_code == 403


def test_managers_create_accounts_and_nobody_edits_one_that_is_not_there(core, admin_as):
    manager = admin_as("manager")
    create(manager)
    assert manager.get(f"{ACCOUNTS}/99").status_code == 404
    assert manager.post(f"{ACCOUNTS}/99/verify").status_code == 404
    assert manager.post(f"{ACCOUNTS}/new", data={"provider": "pigeon"}).status_code == 404


def test_only_an_owner_chooses_a_file_of_the_server(core, admin, admin_as, tmp_path):
    spool = {"provider": "file", "label": "파일", "config.path": str(tmp_path / "a.jsonl")}
    manager = admin_as("manager")
    refused = manager.post(f"{ACCOUNTS}/new", data=spool)
    assert refused.status_code == 422
    assert "소유자" in refused.text
    path = admin.post(f"{ACCOUNTS}/new", data=spool).headers["Location"]
    other = {**spool, "config.path": str(tmp_path / "b.jsonl")}
    assert manager.post(path, data=other).status_code == 422
    renamed = {**spool, "label": "창고 파일"}
    assert manager.post(path, data=renamed).status_code == 303
    (account,) = accounts(core)
    assert (account.label, account.config["path"]) == ("창고 파일", str(tmp_path / "a.jsonl"))


def test_a_password_does_not_follow_where_it_was_not_entered_for(core, admin, admin_as):
    login = {"config.security": "tls", "config.username": "shop", "config.password": SECRET}
    path = create(admin, **login)
    manager = admin_as("manager")
    kept = {**MAIL, **login, "config.password": ""}
    moved = manager.post(path, data={**kept, "config.host": "mail.elsewhere.example"})
    assert moved.status_code == 422
    assert "다시 입력하십시오" in moved.text
    weaker = {name: each for name, each in kept.items() if name != "config.verify_certificates"}
    assert manager.post(path, data=weaker).status_code == 422
    assert manager.post(path, data={**kept, "label": "새 이름"}).status_code == 303
    (account,) = accounts(core)
    assert (account.label, account.config["host"]) == ("새 이름", "127.0.0.1")
    anew = {**kept, "config.host": "mail.elsewhere.example", "config.password": "another"}
    assert manager.post(path, data=anew).status_code == 303


def test_only_an_owner_opens_the_private_network(core, admin, admin_as):
    hook = {
        "provider": "webhook", "label": "CRM", "config.url": "https://crm.example/hooks",
        "config.secret": "whsec_" + "A" * 32,
    }  # fmt: skip
    opened = {**hook, "config.allow_private": "true"}
    manager = admin_as("manager")
    refused = manager.post(f"{ACCOUNTS}/new", data=opened)
    assert refused.status_code == 422
    assert "소유자만" in refused.text
    path = manager.post(f"{ACCOUNTS}/new", data=hook).headers["Location"]
    assert manager.post(path, data=opened).status_code == 422
    assert admin.post(path, data=opened).status_code == 303
    (account,) = accounts(core)
    assert account.config["allow_private"] is True
    assert manager.post(path, data={**opened, "label": "CRM 2"}).status_code == 303


def test_a_domain_is_diagnosed_with_the_records_to_add(core, admin, monkeypatch):
    path = create(admin, **{"config.sender_address": "news@shop.example"})
    monkeypatch.setattr(core.accounts.channel(1), "_lookup", EmptyDns())
    page = admin.post(f"{path}/diagnosis").text
    assert page.count("gc-record") == 2
    assert "<code>_dmarc.shop.example</code>" in page
    assert "<code>v=DMARC1; p=none</code>" in page


class EmptyDns:
    """A DNS that knows no name."""

    def records(self, name, kind):
        return []
