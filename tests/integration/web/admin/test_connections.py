"""Connections in the admin: configured, authorised at a provider, used, disconnected."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from growthcore.operators.models import AuditEntry
from growthcore.testing.outside import CODE, Outside
from growthcore.testing.plugins import plugins_of

CONNECTIONS = "/admin/settings/connections"
BACK = f"{CONNECTIONS}/callback"
MALL = {
    "provider": "outside_mall",
    "label": "우리 몰",
    "config.mall": "ourmall",
    "config.client_secret": "app-s3cret",
}


@pytest.fixture
def outside():
    return Outside()


@pytest.fixture
def core(make_core, sqlite_database, outside):
    return make_core(sqlite_database, plugins_of(outside.plugin()))


@pytest.fixture
def path(admin):
    """The page of a connection that nobody has authorised yet."""
    answer = admin.post(f"{CONNECTIONS}/new", data=MALL)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def leave(admin, path):
    """Go to the provider; returns the address one is sent to, and what stands in it."""
    page = admin.post(f"{path}/connect")
    assert page.status_code == 200, page.text
    url = unescape(re.search(r'content="0; url=([^"]+)"', page.text)[1])
    return url, {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}


def come_back(admin, **query):
    return admin.get(BACK, query_string=query)


def said(admin, path):
    return admin.get(path).text


def actions(core):
    with core.db.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_without_connections_the_page_says_what_one_is_for(admin):
    page = admin.get(CONNECTIONS).text
    assert "등록된 외부 연동이 없습니다." in page
    assert "provider=outside_mall" in admin.get(f"{CONNECTIONS}/new").text


def test_a_new_connection_shows_what_to_register_and_keeps_its_secret(admin, path):
    page = said(admin, path)
    assert "연결 안 됨" in page
    assert f"http://127.0.0.1:8000{BACK}" in page
    assert f"http://127.0.0.1:8000{path}/launch" in page
    assert "app-s3cret" not in page
    assert "연결 안 됨" in said(admin, CONNECTIONS)


def test_somebody_authorises_it_at_the_provider(core, admin, outside, path):
    url, sent = leave(admin, path)
    assert url.startswith(outside.authorize_url)
    assert sent["redirect_uri"] == f"http://127.0.0.1:8000{BACK}"

    answer = come_back(admin, code=CODE, state=sent["state"])

    assert answer.headers["Location"] == path
    page = said(admin, path)
    assert "연결되었습니다." in page
    assert "mall.read_customer" in page
    assert "2026-03-16 10:00" in page
    assert "연결됨" in said(admin, CONNECTIONS)
    assert actions(core)[-1] == "account.connected"


def test_a_state_is_good_once(admin, outside, path):
    _, sent = leave(admin, path)
    come_back(admin, code=CODE, state=sent["state"])
    again = come_back(admin, code=CODE, state=sent["state"])
    assert again.status_code == 400
    assert "이미 사용" in again.text
    assert len(outside.finished) == 1


def test_a_state_is_worth_nothing_made_up_in_another_browser_or_after_ten_minutes(
    admin, admin_as, outside, path, clock
):
    _, sent = leave(admin, path)
    for state in ("", "made-up"):
        assert come_back(admin, code=CODE, state=state).status_code == 400
    assert come_back(admin_as("owner"), code=CODE, state=sent["state"]).status_code == 400
    clock.at += timedelta(minutes=10)
    assert come_back(admin, code=CODE, state=sent["state"]).status_code == 400
    assert outside.finished == []


def test_what_the_provider_refuses_is_explained(core, admin, path):
    refusals = [
        ({"error": "access_denied"}, "권한을 승인하지 않아"),
        ({"error": "server_error"}, "지금 응답할 수 없습니다."),
        ({"error": "a", "error_description": "no <b>such"}, "a: no &lt;b&gt;such"),
        ({"code": "a-wrong-code"}, "The code was not accepted."),
    ]
    for query, sentence in refusals:
        _, sent = leave(admin, path)
        answer = come_back(admin, state=sent["state"], **query)
        assert answer.status_code == 400
        assert sentence in answer.text
        assert "다시 연결하기" in answer.text
    assert "account.connected" not in actions(core)


def test_it_is_disconnected(core, admin, path):
    _, sent = leave(admin, path)
    come_back(admin, code=CODE, state=sent["state"])
    admin.post(f"{path}/disconnect")
    assert "연결 안 됨" in said(admin, path)
    assert actions(core)[-1] == "account.disconnected"


def test_one_that_lost_its_token_asks_to_be_authorised_again(core, admin, path):
    _, sent = leave(admin, path)
    come_back(admin, code=CODE, state=sent["state"])
    core.accounts.connection(1).context.state.update(lambda state: state.pop("token"))
    assert "재인증 필요" in said(admin, path)
    assert "재인증 필요" in said(admin, CONNECTIONS)


def test_the_provider_opens_our_app_with_a_query_string_that_passes_sign_in_unchanged(
    client, admin, outside, path
):
    outside.launches = "mall_id=ourmall&user_name=%EA%B9%80+%2B&hmac=a%2Fb%3D"
    launch = f"{path}/launch?{outside.launches}"
    assert outside.authorize_url in admin.get(launch).text
    forged = admin.get(f"{path}/launch?mall_id=ourmall&hmac=x")
    assert forged.status_code == 403
    assert "앱을 다시 여십시오." in forged.text
    to_sign_in = client.get(launch).headers["Location"]
    assert parse_qs(urlsplit(to_sign_in).query)["next"] == [launch]


def test_one_that_is_switched_off_says_so(admin, path):
    admin.post(f"{path}/disable")
    assert "사용 안 함" in said(admin, path)
    assert admin.post(f"{path}/connect").status_code == 400
    assert admin.get(f"{path}/launch?a=b").status_code == 400
    admin.post(f"{path}/enable")
    assert "연결 안 됨" in said(admin, path)


def test_editors_look_and_managers_change(admin_as, path):
    editor = admin_as("editor")
    page = said(editor, path)
    assert "연결 안 됨" in page
    assert "쇼핑몰 아이디" not in page
    assert "우리 몰" in said(editor, CONNECTIONS)
    for each in ("", "/connect", "/disconnect", "/disable", "/delete"):
        assert editor.post(f"{path}{each}", data=MALL).status_code == 403
    assert come_back(editor, code=CODE).status_code == 403
    assert admin_as("manager").post(f"{path}/connect").status_code == 200


def test_one_that_an_account_goes_by_is_not_deleted(core, admin, path):
    values = {"connection": 1, "service": "s", "secret": "x"}
    with core.db.unit() as session:
        core.accounts.create(
            session, provider="outside_texts", label="문자", values=values, actor="test"
        )
    assert "먼저 바꾸거나 삭제해야 합니다: 문자" in said(admin, path)
    admin.post(f"{path}/delete")
    assert "먼저 변경하거나 삭제하십시오: 문자" in said(admin, path)
    admin.post("/admin/settings/accounts/2/delete")
    admin.post(f"{path}/delete")
    assert admin.get(path).status_code == 404


def test_a_channel_account_chooses_among_the_connections_there_are(admin, path):
    new = "/admin/settings/accounts/new?provider=outside_texts"
    assert '<option value="1">우리 몰</option>' in said(admin, new)
    admin.post(f"{path}/disable")
    page = said(admin, new)
    assert '<option value="1" disabled>우리 몰 (사용 안 함)</option>' in page
    assert "사용할 수 있는 연동이 없습니다." in page
