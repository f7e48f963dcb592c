"""Setting up, signing in and out, and forgotten passwords, as a browser sees them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from growthcore.core import Queue
from growthcore.operators import people, resets, sessions, workspace
from growthcore.operators.people import NewPerson
from growthcore.testing.jobs import WakeUp
from growthcore.web import create_app

PASSWORD = "느린 고래 세 마리가 웃는다"
NEW = "빠른 거북이 네 마리가 운다"
OWNER = {"email": "minji@shop.com", "password": PASSWORD}
CHOSEN = {"password": NEW, "password_again": NEW}
SETUP = {
    "shop.name": "하루옷장",
    "shop.url": "https://haru.shop",
    "shop.zone": "Asia/Seoul",
    "name": "김민지",
    "password_again": PASSWORD,
    **OWNER,
}
SAME = "이메일 또는 비밀번호가 올바르지 않습니다."


@pytest.fixture(autouse=True)
def _cheap(cheap_passwords):
    """Hashes that cost next to nothing."""


@pytest.fixture
def add(core):
    def make(role="owner", email=OWNER["email"], *, own=True):
        values = {"name": "김민지", "email": email, "role": role, "password": PASSWORD}
        with core.db.unit() as session:
            return people.add(
                session,
                NewPerson.of(values),
                must_change=not own,
                now=core.clock.now(),
                actor="cli",
            )

    return make


def mailing(core, client):
    """The same shop with a mail server, in the client's browser."""
    mailed = replace(
        core, settings=replace(core.settings, mail_url="smtp://127.0.0.1:1?from=a@b.c")
    )
    app = create_app(mailed)
    app.test_client_class = type(client)
    return app.test_client()


def signed_in(client):
    return client.get("/admin/me/").status_code == 200


# Setting up


def test_a_new_installation_is_set_up_first(client):
    assert client.get("/admin/login").headers["Location"] == "/admin/setup"


def test_setting_up_makes_the_shop_and_signs_its_owner_in(core, client):
    assert client.post("/admin/setup", data=SETUP).status_code == 303
    assert signed_in(client)
    with core.db.read() as session:
        assert workspace.get(session).name == "하루옷장"
        assert not people.with_email(session, OWNER["email"]).must_change_password


def test_setting_up_is_over_once_somebody_is_there(client, add):
    add("viewer")
    assert client.get("/admin/setup").status_code == 404
    assert client.post("/admin/setup", data=SETUP).status_code == 404


def test_everything_wrong_with_a_setup_is_said_beside_its_field(core, client):
    wrong = {"shop.url": "haru", "email": "minji", "password": "short", "password_again": "shorter"}
    answer = client.post("/admin/setup", data={**SETUP, **wrong})
    assert answer.status_code == 422
    for name in wrong:
        assert f'id="e-{name}"' in answer.text, name
    assert 'value="하루옷장"' in answer.text
    assert "shorter" not in answer.text
    with core.db.read() as session:
        assert not people.anybody(session)


# Signing in and out


def test_signing_in_leads_to_the_page_that_was_asked_for(client, add):
    add()
    answer = client.post("/admin/login", data={**OWNER, "next": "/admin/me/?a=b"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/me/?a=b")
    assert signed_in(client)


@pytest.mark.parametrize(
    "asked",
    [
        "https://elsewhere.example/admin/",
        "//elsewhere.example/admin/",
        "/\\elsewhere.example",
        "/admin/\\elsewhere",
        "/v1/collect",
        "/adminx",
        "javascript:alert(1)",
        "/admin/\r\nSet-Cookie: a=b",
        "/admin/logout",
        "/admin/login?next=/admin/login",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(client, add, asked):
    add()
    answer = client.post("/admin/login", data={**OWNER, "next": asked})
    assert answer.headers["Location"] == "/admin/"


def test_the_cookie_is_for_the_admin_only_and_out_of_reach_of_scripts(client, add):
    add()
    cookie = client.post("/admin/login", data=OWNER).headers["Set-Cookie"]
    assert cookie.startswith("growthcore=")
    assert {"HttpOnly", "Path=/admin", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie


def test_over_tls_the_cookie_can_not_be_planted_by_another_host(core, client, add):
    add()
    secure = replace(core, settings=replace(core.settings, base_url="https://growth.shop.com"))
    app = create_app(secure)
    app.test_client_class = type(client)
    tls = app.test_client()
    cookie = tls.post("/admin/login", data=OWNER, base_url="https://growth.shop.com").headers[
        "Set-Cookie"
    ]
    assert cookie.startswith("__Host-growthcore=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))


def test_who_stays_signed_in_is_so_for_thirty_days(core, client, add, clock):
    add()
    cookie = client.post("/admin/login", data={**OWNER, "persistent": "1"}).headers["Set-Cookie"]
    assert "Max-Age" in cookie
    clock.at += timedelta(days=29)
    assert signed_in(client)
    clock.at += timedelta(days=29)
    assert signed_in(client)


def test_others_are_signed_out_after_twelve_hours(client, add, clock):
    add()
    client.post("/admin/login", data=OWNER)
    clock.at += timedelta(hours=12)
    assert not signed_in(client)


@pytest.mark.parametrize("wrong", [{"password": NEW}, {"email": "nobody@shop.com"}, {"email": ""}])
def test_what_is_wrong_is_not_told(client, add, wrong):
    add()
    answer = client.post("/admin/login", data={**OWNER, **wrong})
    assert answer.status_code == 422
    assert SAME in answer.text
    assert PASSWORD not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_after_five_failures_the_wait_is_told(client, add):
    add()
    for _ in range(5):
        client.post("/admin/login", data={**OWNER, "password": NEW})
    answer = client.post("/admin/login", data=OWNER)
    assert answer.status_code == 429
    assert "1분 후에 다시 시도하십시오." in answer.text


def test_a_deactivated_person_is_told_so(core, client, add):
    person = add("viewer")
    with core.db.unit() as session:
        people.deactivate(session, person.id, now=core.clock.now(), by=None)
    assert "비활성화된 계정" in client.post("/admin/login", data=OWNER).text


def test_signing_out_ends_the_sign_in_itself(core, client, add):
    add()
    client.post("/admin/login", data=OWNER)
    token = client.get_cookie("growthcore", path="/admin").value
    answer = client.post("/admin/logout")
    assert answer.headers["Location"] == "/admin/login"
    assert client.get_cookie("growthcore", path="/admin") is None
    assert sessions.recognise(core.db, token, core.clock.now()) is None


def test_a_password_is_never_sent_back(client, add):
    add()
    assert PASSWORD not in client.post("/admin/login", data={**OWNER, "email": "x"}).text


def test_the_page_helps_password_keepers(client, add):
    add()
    text = client.get("/admin/login").text
    assert 'autocomplete="username"' in text
    assert 'autocomplete="current-password"' in text


def test_who_is_signed_in_needs_no_sign_in_page(admin):
    assert admin.get("/admin/login?next=/admin/me/").headers["Location"] == "/admin/me/"


# The first password of one's own


def test_a_given_password_has_to_be_changed_before_anything_else(client, add):
    add("editor", own=False)
    client.post("/admin/login", data=OWNER)
    assert client.get("/admin/me/").headers["Location"] == "/admin/password/first"
    page = client.get("/admin/password/first")
    assert page.status_code == 200
    answer = client.post("/admin/password/first", data={"current": PASSWORD, **CHOSEN})
    assert answer.headers["Location"] == "/admin/"
    assert signed_in(client)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"current": NEW}, "current"),
        ({"password_again": "x"}, "password_again"),
        ({"password": "short", "password_again": "short"}, "password"),
    ],
)
def test_a_first_password_that_does_not_do_is_told_at_its_field(client, add, wrong, place):
    add("editor", own=False)
    client.post("/admin/login", data=OWNER)
    answer = client.post("/admin/password/first", data={"current": PASSWORD, **CHOSEN, **wrong})
    assert answer.status_code == 422
    assert re.findall(r'id="e-(\w+)"', answer.text) == [place]


def test_whoever_has_a_password_of_their_own_is_not_asked(admin):
    assert admin.get("/admin/password/first").headers["Location"] == "/admin/"


# Forgotten passwords


@pytest.mark.parametrize("email", [OWNER["email"], "nobody@shop.com"])
def test_asking_for_a_link_is_answered_alike_for_everybody(core, client, add, jobs, email):
    add()
    answer = mailing(core, client).post("/admin/password/reset", data={"email": email})
    assert answer.headers["Location"] == "/admin/password/reset/sent"
    assert list(jobs.collected) == [WakeUp(Queue.BACKGROUND, "mail_resets")]
    with core.db.read() as session:
        assert resets.due(session, core.clock.now()) == (email == OWNER["email"])


def test_without_a_mail_server_the_page_says_what_to_do(core, client, add, jobs):
    add()
    assert "growthcore operators reset-link" in client.get("/admin/password/reset").text
    assert client.post("/admin/password/reset", data=OWNER).status_code == 422
    assert not jobs.collected


@pytest.fixture
def link(core, add):
    add()
    with core.db.unit() as session:
        return resets.link(session, OWNER["email"], base_url="", now=core.clock.now(), actor="cli")


def test_a_link_leads_to_a_new_password(client, link):
    page = client.get(link)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert client.post(link, data=CHOSEN).headers["Location"] == "/admin/login"
    assert client.post("/admin/login", data={**OWNER, "password": NEW}).status_code == 303


def test_a_link_survives_a_password_that_does_not_do(client, link):
    assert (
        client.post(link, data={"password": "short", "password_again": "short"}).status_code == 422
    )
    assert client.post(link, data={**CHOSEN, "password_again": "x"}).status_code == 422
    assert client.post(link, data=CHOSEN).status_code == 303


def test_a_used_link_says_how_to_get_a_new_one(client, link):
    client.post(link, data=CHOSEN)
    for answer in (client.get(link), client.post(link, data=CHOSEN)):
        assert answer.status_code == 410
        assert "/admin/password/reset" in answer.text


def test_sign_in_pages_are_in_the_browsers_language(client, add):
    add()
    text = client.get("/admin/login", headers={"Accept-Language": "en"}).text
    assert '<html lang="en"' in text
    assert not re.findall(r"[가-힣]+", text)
