"""The people of the admin and one's own account, as a browser sees them."""

from __future__ import annotations

import re

import pytest

from growthcore.operators import people, sessions
from growthcore.operators.people import NewPerson

PASSWORD = "느린 고래 세 마리가 웃는다"
NEW = "빠른 거북이 네 마리가 운다"
USERS = "/admin/settings/users"
FILLED = {
    "name": "박서준",
    "email": "seojun@shop.com",
    "role": "editor",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


@pytest.fixture(autouse=True)
def _cheap(cheap_passwords):
    """Hashes that cost next to nothing."""


@pytest.fixture
def add(core):
    def make(role="editor", email="seojun@shop.com"):
        values = {"name": "박서준", "email": email, "role": role, "password": PASSWORD}
        new = NewPerson.of(values)
        with core.db.unit() as session:
            return people.add(session, new, must_change=False, now=core.clock.now(), actor="cli")

    return make


def person(core, email="seojun@shop.com"):
    with core.db.read() as session:
        return people.with_email(session, email)


def places(answer):
    """Where the page says that something is wrong."""
    return set(re.findall(r'id="e-([\w.]+)"', answer.text))


def test_everybody_is_listed_with_role_and_state(admin, add):
    add()
    text = admin.get(f"{USERS}/").text
    assert "박서준" in text
    assert "seojun@shop.com" in text
    assert "편집자" in text


def test_people_are_searched(admin, add):
    add()
    assert "박서준" in admin.get(f"{USERS}/?q=SEOJUN").text
    assert "조건에 맞는 사용자가 없습니다." in admin.get(f"{USERS}/?q=nobody").text


def test_a_person_is_added_and_has_to_change_the_password(core, admin):
    assert admin.post(f"{USERS}/new", data=FILLED).headers["Location"] == f"{USERS}/"
    assert person(core).must_change_password


def test_everything_wrong_is_said_beside_its_field_and_what_was_typed_stays(admin):
    wrong = {"name": " ", "role": "", "password": "short", "password_again": "other"}
    answer = admin.post(f"{USERS}/new", data={**FILLED, **wrong})
    assert answer.status_code == 422
    assert places(answer) == set(wrong)
    assert 'value="seojun@shop.com"' in answer.text


def test_an_address_that_is_taken_is_refused_on_saving_too(admin, add):
    add()
    answer = admin.post(f"{USERS}/new", data={**FILLED, "email": "SEOJUN@shop.com"})
    assert (answer.status_code, places(answer)) == (422, {"email"})
    assert "이미 등록된 이메일입니다." in answer.text


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("Seojun@SHOP.com", "이미 등록된 이메일입니다."),
        ("new@shop.com", "사용할 수 있는 아이디입니다."),
        ("new", "이메일 주소를 확인하십시오."),
    ],
)
def test_an_address_is_checked_before_saving(admin, add, email, told):
    add()
    assert told in admin.get(f"{USERS}/taken", query_string={"email": email}).text


def test_a_person_is_changed_and_signed_out(core, admin, add):
    found = add()
    with core.db.unit() as session:
        sessions.begin(session, found, browser="", now=core.clock.now())
    admin.post(f"{USERS}/{found.id}", data={"name": "박서준 대리", "role": "viewer"})
    changed = person(core)
    assert (changed.name, changed.role.value) == ("박서준 대리", "viewer")
    with core.db.read() as session:
        assert not sessions.of_person(session, found.id, core.clock.now())


def test_a_person_is_let_in_no_more_and_again(core, admin, add):
    found = add()
    admin.post(f"{USERS}/{found.id}/active", data={"active": "0"})
    assert not person(core).active
    admin.post(f"{USERS}/{found.id}/active", data={"active": "1"})
    assert person(core).active


def test_a_temporary_password_has_to_be_changed(core, admin, add):
    found = add()
    data = {"password": NEW, "password_again": NEW}
    assert admin.post(f"{USERS}/{found.id}/password", data=data).status_code == 303
    assert person(core).must_change_password


def test_a_temporary_password_keeps_to_the_rules(core, admin, add):
    found = add()
    answer = admin.post(
        f"{USERS}/{found.id}/password", data={"password": "short", "password_again": "short"}
    )
    assert (answer.status_code, places(answer)) == (422, {"password"})
    assert not person(core).must_change_password


def test_nobody_gives_themselves_a_password_without_the_present_one(core, own):
    with core.db.unit() as session:
        own_id = people.change(
            session, person(core).id, {"role": "manager"}, now=core.clock.now(), by=None
        ).id
    own.post("/admin/login", data={"email": "seojun@shop.com", "password": PASSWORD})
    before = person(core).password_hash
    answer = own.post(f"{USERS}/{own_id}/password", data={"password": NEW, "password_again": NEW})
    assert answer.status_code == 422
    assert "‘내 정보’에서 변경하십시오." in answer.text
    assert person(core).password_hash == before


def test_managers_are_offered_no_owner_role_and_no_changes_to_owners(core, admin_as, add):
    manager, owner = admin_as("manager"), add("owner")
    assert 'value="owner"' not in manager.get(f"{USERS}/new").text
    page = manager.get(f"{USERS}/{owner.id}")
    assert "소유자만 변경할 수 있습니다." in page.text
    assert '<form method="post" action="/admin/settings/users' not in page.text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("", {"name": "다른 이름", "role": "viewer"}),
        ("/active", {"active": "0"}),
        ("/password", {"password": NEW, "password_again": NEW}),
    ],
)
def test_what_a_manager_sends_about_an_owner_changes_nothing(core, admin_as, add, path, data):
    owner = add("owner")
    add("owner", email="second@shop.com")
    answer = admin_as("manager").post(f"{USERS}/{owner.id}{path}", data=data)
    assert answer.status_code == 422
    kept = person(core)
    assert (kept.name, kept.role, kept.active, kept.password_hash) == (
        owner.name,
        owner.role,
        owner.active,
        owner.password_hash,
    )


def test_a_manager_can_not_make_an_owner(core, admin_as):
    answer = admin_as("manager").post(f"{USERS}/new", data={**FILLED, "role": "owner"})
    assert (answer.status_code, places(answer)) == (422, {"role"})
    assert person(core) is None


def test_the_last_owner_is_told_to_make_another_one_first(core, admin):
    with core.db.read() as session:
        (owner,) = people.find(session).items
    answer = admin.post(f"{USERS}/{owner.id}", data={"name": owner.name, "role": "viewer"})
    assert (answer.status_code, places(answer)) == (422, {"role"})


@pytest.mark.parametrize("role", ["editor", "viewer"])
@pytest.mark.parametrize("path", ["/", "/new", "/1", "/taken?email=a@b.co"])
def test_below_managers_nobody_sees_the_people(admin_as, role, path):
    assert admin_as(role).get(f"{USERS}{path}").status_code == 403


def test_there_is_no_page_of_nobody(admin):
    assert admin.get(f"{USERS}/999").status_code == 404


def test_a_part_of_the_page_is_answered_with_what_is_wrong(admin):
    headers = {"HX-Request": "true"}
    answer = admin.post(f"{USERS}/new", data={**FILLED, "name": ""}, headers=headers)
    assert answer.status_code == 422
    assert "<html" not in answer.text


# One's own account


def test_people_change_their_own_language(admin):
    admin.post("/admin/me/profile", data={"name": "이서연", "locale": "en", "theme": "dark"})
    text = admin.get("/admin/me/").text
    assert '<html lang="en" data-theme="dark"' in text
    assert "Saved." in text


@pytest.mark.parametrize("wrong", [{"name": ""}, {"locale": "fr"}, {"theme": "pink"}])
def test_a_profile_that_does_not_do_is_told_at_its_field(admin, wrong):
    answer = admin.post(
        "/admin/me/profile", data={"name": "이서연", "locale": "ko", "theme": "auto", **wrong}
    )
    assert (answer.status_code, places(answer)) == (422, set(wrong))


@pytest.fixture
def own(core, add, client):
    """The browser of somebody who signed in with ``PASSWORD``."""
    add()
    client.post("/admin/login", data={"email": "seojun@shop.com", "password": PASSWORD})
    return client


def test_people_change_their_own_password_and_stay_signed_in_here(core, own):
    with core.db.unit() as session:
        there = sessions.begin(session, person(core), browser="", now=core.clock.now())
    data = {"current": PASSWORD, "password": NEW, "password_again": NEW}
    assert own.post("/admin/me/password", data=data).status_code == 303
    assert own.get("/admin/me/").status_code == 200
    assert sessions.recognise(core.db, there.token, core.clock.now()) is None


def test_a_wrong_present_password_is_told_at_its_field(own):
    data = {"current": NEW, "password": NEW, "password_again": NEW}
    answer = own.post("/admin/me/password", data=data)
    assert (answer.status_code, places(answer)) == (422, {"current"})


def test_a_new_password_that_does_not_do_is_no_failed_attempt(own):
    for _ in range(8):
        data = {"current": PASSWORD, "password": "짧다", "password_again": "짧다"}
        answer = own.post("/admin/me/password", data=data)
        assert (answer.status_code, places(answer)) == (422, {"password"})


def test_people_see_and_end_where_they_are_signed_in(core, own):
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605 Version/19.0 Safari/604.1"
    with core.db.unit() as session:
        sessions.begin(session, person(core), browser=agent, now=core.clock.now())
    text = own.get("/admin/me/").text
    assert "Safari · iPhone" in text
    (path,) = re.findall(r'action="(/admin/me/sessions/\d+/end)"', text)
    own.post(path)
    assert "Safari · iPhone" not in own.get("/admin/me/").text


def test_nobody_ends_what_is_another_persons(core, admin, own):
    with core.db.read() as session:
        (theirs,) = sessions.of_person(session, person(core).id, core.clock.now())
    admin.post(f"/admin/me/sessions/{theirs.id}/end")
    assert own.get("/admin/me/").status_code == 200


def test_every_other_sign_in_ends_at_once(core, own):
    for _ in range(2):
        with core.db.unit() as session:
            sessions.begin(session, person(core), browser="", now=core.clock.now())
    own.post("/admin/me/sessions/end")
    with core.db.read() as session:
        assert len(sessions.of_person(session, person(core).id, core.clock.now())) == 1
    assert own.get("/admin/me/").status_code == 200
