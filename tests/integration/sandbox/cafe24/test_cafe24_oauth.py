"""The page where a person agrees, and the tokens that follow."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

BACK = "http://127.0.0.1:8000/callback"


def sent_back(response):
    assert response.status_code == 302
    where = urlsplit(response.headers["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == BACK
    return dict(parse_qsl(where.query))


def exchange(mall, code, **changes):
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **changes}
    return mall.exchange(**form)


def test_the_page_names_app_mall_and_scopes_and_can_be_sent_nowhere_else(mall):
    page = mall.authorize()
    assert page.status_code == 200
    for text in ("GrowthCore", "growthdemo", "주문 읽기", "상품 읽기", "동의", "취소", 'lang="ko"'):
        assert text in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8000" in policy
    assert "unsafe" not in policy


def test_agreeing_sends_back_a_code_and_the_state(mall):
    back = sent_back(mall.authorize(answer="agree"))
    assert back.keys() == {"code", "state"}
    assert back["state"] == "s/1"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"answer": "cancel"}, "access_denied"),
        ({"scope": "mall.read_everything"}, "invalid_scope"),
        ({"scope": "mall.read_order mall.read_product"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_what_is_not_agreed_to_is_sent_back_as_an_error(mall, changes, error):
    assert sent_back(mall.authorize(**changes)) == {"error": error, "state": "s/1"}


@pytest.mark.parametrize(
    "changes", [{"redirect_uri": "https://evil.example/"}, {"client_id": "Somebody"}]
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(mall, changes):
    answer = mall.authorize(**changes, answer="agree")
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_tokens_tell_korean_time_without_offset_and_no_expires_in(mall):
    told = mall.first()
    assert "expires_in" not in told
    assert told["issued_at"] == "2026-03-02T10:00:00.000"
    assert told["expires_at"] == "2026-03-02T12:00:00.000"
    assert told["refresh_token_expires_at"] == "2026-03-16T10:00:00.000"
    assert told["scopes"] == ["mall.read_order", "mall.read_product"]
    assert (told["mall_id"], told["shop_no"], told["token_type"]) == ("growthdemo", "1", "Bearer")


def test_a_code_is_good_once_for_its_address_and_a_minute(mall):
    code = mall.code()
    assert exchange(mall, code).status_code == 200
    assert exchange(mall, code).json["error"] == "invalid_grant"
    assert exchange(mall, mall.code(), redirect_uri="http://other/").status_code == 400
    late = mall.code()
    mall.wait(seconds=61)
    assert exchange(mall, late).status_code == 400


def test_the_life_of_a_code_is_a_setting(make_mall):
    mall = make_mall(code_life=timedelta(minutes=10))
    code = mall.code()
    mall.wait(minutes=10)
    assert exchange(mall, code).status_code == 200


def test_an_app_that_does_not_prove_who_it_is_gets_nothing(mall):
    refused = mall.exchange(secret="wrong", grant_type="authorization_code", code=mall.code())
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")
    assert mall.http.post("/api/v2/oauth/token").status_code == 401
    assert mall.exchange(grant_type="password").json["error"] == "unsupported_grant_type"


def test_a_refresh_token_is_good_once(mall):
    first = mall.first()
    second = mall.refresh(first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]
    again = mall.refresh(first["refresh_token"])
    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
    assert mall.refresh(second["refresh_token"]).status_code == 200


def test_the_window_of_a_used_refresh_token_and_its_error_are_settings(make_mall):
    mall = make_mall(refresh_grace=timedelta(seconds=30), dead_refresh=(401, "invalid_client"))
    token = mall.first()["refresh_token"]
    assert mall.refresh(token).status_code == 200
    mall.wait(seconds=29)
    assert mall.refresh(token).status_code == 200
    mall.wait(seconds=1)
    dead = mall.refresh(token)
    assert (dead.status_code, dead.json["error"]) == (401, "invalid_client")


def test_a_refresh_token_lives_two_weeks(mall):
    first = mall.first()
    mall.wait(days=14)
    second = mall.refresh(first["refresh_token"])
    assert second.status_code == 200
    mall.wait(days=14, seconds=1)
    assert mall.refresh(second.json["refresh_token"]).status_code == 400


@pytest.mark.parametrize("ends", [False, True])
def test_whether_a_refresh_ends_the_access_token_is_a_setting(make_mall, ends):
    mall = make_mall(refresh_ends_access=ends)
    first = mall.first()
    mall.refresh(first["refresh_token"])
    answer = mall.call("GET", "products", token=first["access_token"])
    assert answer.status_code == (401 if ends else 200)


def test_an_access_token_lives_two_hours(mall):
    token = mall.first()["access_token"]
    assert mall.call("GET", "products", token=token).status_code == 200
    mall.wait(hours=2)
    assert mall.call("GET", "products", token=token).status_code == 401


@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(mall, name):
    told = mall.first()
    auth = (mall.settings.client_id, mall.settings.client_secret)
    data = {"token": told[name], "token_hint": name}
    assert mall.http.post("/api/v2/oauth/revoke", auth=auth, data=data).status_code == 200
    assert mall.call("GET", "products", token=told["access_token"]).status_code == 401
    assert mall.refresh(told["refresh_token"]).status_code == 400


def test_a_removed_app_is_refused_until_somebody_agrees_anew(mall):
    old = mall.first()["access_token"]
    mall.app.shop.remove_app()
    assert mall.call("GET", "products", token=old).status_code == 403
    new = mall.first()["access_token"]
    assert mall.call("GET", "products", token=new).status_code == 200
    assert mall.call("GET", "products", token=old).status_code == 401


def test_the_home_page_opens_the_app_as_cafe24_does(make_mall):
    mall = make_mall(app_url="http://127.0.0.1:8000/open")
    page = mall.http.get("/")
    assert 'href="http://127.0.0.1:8000/open?is_multi_shop=F&amp;' in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    done = mall.http.post("/happen", data={"what": "order"}, follow_redirects=True)
    assert "13건" in done.text
