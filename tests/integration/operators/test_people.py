"""Who there is, and who may change whom; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from growthcore.api import InvalidInput
from growthcore.operators import people, sessions, setup, workspace
from growthcore.operators.models import AuditEntry, Person
from growthcore.operators.people import NewPerson
from growthcore.operators.roles import Role
from growthcore.operators.setup import Setup
from growthcore.testing.values import START

SHOP = {"name": "하루옷장", "url": "https://haru.shop", "zone": "Asia/Seoul"}
PASSWORD = "느린 고래 세 마리가 웃는다"
OWNER = {"name": "김민지", "email": "minji@shop.com", "role": "owner", "password": PASSWORD}


def actions(database):
    with database.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def change(database, person, values, by=None):
    with database.unit() as session:
        return people.change(session, person.id, values, now=START, by=by)


def refused(database, person, values, by=None):
    with pytest.raises(InvalidInput) as error:
        change(database, person, values, by)
    return error.value.errors


def test_the_first_owner_sets_the_shop_up(database):
    with database.unit() as session:
        owner = setup.run(session, Setup.of(SHOP, OWNER), now=START)

    with database.read() as session:
        assert workspace.get(session).name == "하루옷장"
        assert people.get(session, owner.id).role is Role.OWNER
        assert not people.get(session, owner.id).must_change_password


def test_a_shop_is_set_up_once(database, add):
    add("viewer")
    with database.unit() as session, pytest.raises(InvalidInput, match="set up already"):
        setup.run(session, Setup.of(SHOP, OWNER), now=START)


def test_everything_wrong_with_a_setup_is_told_at_once_and_at_its_place():
    wrong = {"name": " ", "url": "haru.shop", "zone": "Seoul"}
    with pytest.raises(InvalidInput) as error:
        Setup.of(wrong, {**OWNER, "email": "minji"})
    assert set(error.value.errors) == {"shop.name", "shop.url", "shop.zone", "email"}


def test_of_two_who_set_up_at_once_one_becomes_the_owner(database):
    meet = Barrier(2)

    def set_up(email):
        wanted = Setup.of(SHOP, {**OWNER, "email": email})
        meet.wait()
        try:
            with database.unit() as session:
                setup.run(session, wanted, now=START)
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        won = list(threads.map(set_up, ["one@shop.com", "two@shop.com"]))

    with database.read() as session:
        assert sorted(won) == [False, True]
        assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_whoever_is_added_has_to_choose_a_password_of_their_own(database, add):
    assert add("editor").must_change_password
    assert actions(database) == ["person.created"]


def test_an_address_is_given_once_in_whatever_case(database, add):
    add("editor", email=" Minji@Shop.com ")
    with pytest.raises(InvalidInput, match="registered already"):
        add("viewer", email="minji@SHOP.COM")
    with database.read() as session:
        assert people.is_taken(session, "MINJI@shop.com")
        assert not people.is_taken(session, "minjin@shop.com")


def test_everything_wrong_with_a_new_person_is_told_at_once():
    with pytest.raises(InvalidInput) as error:
        NewPerson.of({"name": " ", "email": "minji", "role": "king", "password": "short"})
    assert set(error.value.errors) == {"name", "email", "role", "password"}


@pytest.mark.parametrize("role", ["manager", "editor", "viewer"])
def test_only_an_owner_makes_an_owner(database, add, role):
    add("owner")
    by, other = add(role), add("viewer", email="other@shop.com")
    assert "role" in refused(database, other, {"role": "owner"}, by) or role != "manager"
    new = NewPerson.of({**OWNER, "email": "new@shop.com"})
    with database.unit() as session, pytest.raises(InvalidInput):
        people.create(session, new, now=START, by=by)


@pytest.mark.parametrize(
    "values", [{"name": "다른 이름"}, {"role": "viewer"}, {"active": False}], ids=str
)
def test_a_manager_can_not_change_an_owner(database, add, values):
    owner, manager = add("owner"), add("manager")
    add("owner", email="second@shop.com")
    assert refused(database, owner, values, manager) == {"": "Only an owner can change an owner."}


def test_a_manager_can_not_give_an_owner_a_password(database, add):
    owner, manager = add("owner"), add("manager")
    with database.unit() as session, pytest.raises(InvalidInput, match="Only an owner"):
        people.set_password(session, owner.id, "hash", now=START, by=manager)


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_below_managers_nobody_manages(database, add, role):
    by, other = add(role), add("viewer", email="other@shop.com")
    assert refused(database, other, {"name": "다른 이름"}, by)


def test_nobody_raises_their_own_role(database, add):
    add("owner")
    manager = add("manager")
    assert "role" in refused(database, manager, {"role": "owner"}, manager)


@pytest.mark.parametrize("values", [{"role": "manager"}, {"active": False}], ids=str)
def test_the_last_active_owner_stays(database, add, values):
    owner, gone = add("owner"), add("owner", email="gone@shop.com")
    change(database, gone, {"active": False})
    assert set(refused(database, owner, values)) == set(values)


def test_two_owners_who_demote_each_other_leave_one(database, add):
    both = [add("owner"), add("owner", email="second@shop.com")]
    meet = Barrier(2)

    def demote(index):
        meet.wait()
        try:
            change(database, both[index], {"role": "manager"}, by=both[1 - index])
        except InvalidInput:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(demote, [0, 1]))

    with database.read() as session:
        left = select(func.count()).select_from(Person).where(Person.role == Role.OWNER)
        assert sorted(done) == [False, True]
        assert session.scalar(left) == 1


@pytest.mark.parametrize(
    ("values", "left"), [({"role": "viewer"}, 0), ({"active": False}, 0), ({"name": "새 이름"}, 1)]
)
def test_another_role_and_none_at_all_end_a_persons_sign_ins(database, add, values, left):
    person = add("editor")
    with database.unit() as session:
        sessions.begin(session, person, browser="", now=START)
    change(database, person, values)
    with database.read() as session:
        assert len(sessions.of_person(session, person.id, START)) == left


def test_what_stays_the_same_is_no_change(database, add):
    person = add("editor")
    with database.unit() as session:
        sessions.begin(session, person, browser="", now=START)
    change(database, person, {"name": person.name, "role": "editor", "active": True})
    with database.read() as session:
        assert len(sessions.of_person(session, person.id, START)) == 1
    assert "person.changed" not in actions(database)


def test_changes_are_audited_without_names(database, add):
    person = add("editor")
    by = add("owner")
    change(database, person, {"name": "새 이름", "role": "viewer"}, by)
    with database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.actor, last.action, last.object_id) == (
        str(by.id),
        "person.changed",
        str(person.id),
    )
    assert last.details == {"role": "viewer"}


def test_a_given_password_has_to_be_changed(database, add):
    person = add("editor")
    with database.unit() as session:
        sessions.begin(session, person, browser="", now=START)
        people.set_password(session, person.id, "hash", now=START, by=None)
    with database.read() as session:
        found = people.get(session, person.id)
        assert (found.password_hash, found.must_change_password) == ("hash", True)
        assert not sessions.of_person(session, person.id, START)


def test_people_are_found_by_a_part_of_their_name_or_address(database, add):
    add("owner", email="minji@shop.com", name="김민지")
    add("viewer", email="100%@shop.com", name="박서준")
    with database.read() as session:
        found = {
            text: [person.name for person in people.find(session, text).items]
            for text in ("민지", "MINJI", "%", "_", "")
        }
    assert found == {
        "민지": ["김민지"],
        "MINJI": ["김민지"],
        "%": ["박서준"],
        "_": [],
        "": ["김민지", "박서준"],
    }


def test_people_are_sorted_and_paged(database, add):
    for number in range(3):
        add("viewer", email=f"{number}@shop.com")
    with database.read() as session:
        found = people.find(session, sort="email", descending=True, offset=1, limit=1)
    assert ([person.email for person in found.items], found.total) == (["1@shop.com"], 3)


def test_there_is_nobody_of_an_unknown_id(database):
    with database.unit() as session, pytest.raises(InvalidInput, match="nobody of this id"):
        people.deactivate(session, 99, now=START, by=None)
