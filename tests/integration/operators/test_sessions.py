"""Signing in and staying signed in; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from growthcore.api import InvalidInput
from growthcore.operators import attempts, passwords, people, profiles, sessions
from growthcore.operators.models import Attempts, SignIn
from growthcore.operators.sessions import IDLE, PERSISTENT, NotSignedIn, Reason, SignedIn
from growthcore.testing.values import START

PASSWORD = "느린 고래 세 마리가 웃는다"
OTHER = "빠른 거북이 네 마리가 운다"
WRONG = NotSignedIn(Reason.WRONG)


def sign_in(database, email="owner@shop.com", password=PASSWORD, now=START, **values):
    given = {"address": "192.0.2.1", "browser": "Firefox", "persistent": False, **values}
    return sessions.sign_in(database, email=email, password=password, now=now, **given)


def test_the_right_password_signs_in(database, add):
    person = add("owner")
    found = sign_in(database, " Owner@SHOP.com ")
    assert sessions.recognise(database, found.token, START).id == person.id
    assert found.token not in repr(found)
    with database.read() as session:
        assert people.get(session, person.id).last_sign_in_at == START
        assert session.scalar(select(SignIn.token_hash)) != found.token


def test_a_wrong_password_and_an_unknown_account_get_one_answer(database, add):
    add("owner")
    assert sign_in(database, password=OTHER) == sign_in(database, "nobody@shop.com") == WRONG


@pytest.mark.parametrize("email", ["owner@shop.com", "nobody@shop.com"])
def test_an_unknown_account_costs_a_hash_as_well(database, add, email, monkeypatch):
    add("owner")
    verified = []

    class Counting(PasswordHasher):
        def verify(self, *arguments):
            verified.append(1)
            return super().verify(*arguments)

    counting = Counting(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", counting)
    sign_in(database, email, OTHER)
    assert len(verified) == 1


def test_only_whoever_knows_the_password_hears_of_a_deactivation(database, add):
    person = add("viewer")
    with database.unit() as session:
        people.deactivate(session, person.id, now=START, by=None)
    assert sign_in(database, person.email).reason is Reason.DEACTIVATED
    assert sign_in(database, person.email, OTHER) == WRONG


@pytest.mark.parametrize("email", ["owner@shop.com", "nobody@shop.com"])
def test_after_five_failures_an_account_waits_whether_it_exists_or_not(database, add, email):
    add("owner")
    for number in range(5):
        assert sign_in(database, email, OTHER, address=f"192.0.2.{number}") == WRONG
    told = sign_in(database, email, PASSWORD, address="198.51.100.7")
    assert told == NotSignedIn(Reason.WAIT, timedelta(seconds=30))


def test_after_the_wait_the_right_password_signs_in_and_the_count_begins_anew(database, add):
    add("owner")
    for _ in range(5):
        sign_in(database, password=OTHER)
    assert isinstance(sign_in(database, now=START + timedelta(seconds=30)), SignedIn)
    assert sign_in(database, password=OTHER, now=START + timedelta(seconds=31)) == WRONG


def test_each_further_failure_waits_longer(database, add):
    add("owner")
    now, waits = START, []
    for _ in range(8):
        found = sign_in(database, password=OTHER, now=now)
        if found.wait:
            waits.append(found.wait.total_seconds())
            now += found.wait
            sign_in(database, password=OTHER, now=now)
    assert waits == [30, 60, 120]


def test_an_address_that_tries_many_accounts_waits(database):
    for number in range(30):
        assert sign_in(database, f"{number}@shop.com") == WRONG
    assert sign_in(database, "31@shop.com").reason is Reason.WAIT
    assert sign_in(database, "31@shop.com", address="198.51.100.7") == WRONG


def test_people_who_sign_in_do_not_lock_their_office_out(database, add):
    add("owner")
    assert all(isinstance(sign_in(database), SignedIn) for _ in range(40))


def test_guesses_at_once_are_all_counted(database, add):
    add("owner")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: sign_in(database, password=OTHER), range(16)))
    assert sum(each == WRONG for each in found) == 5


def test_failures_are_forgotten_after_a_day(database, add):
    add("owner")
    for _ in range(4):
        sign_in(database, password=OTHER)
    later = START + timedelta(hours=24)
    assert all(sign_in(database, password=OTHER, now=later) == WRONG for _ in range(4))
    with database.unit() as session:
        attempts.sweep(session, later + timedelta(hours=25))
        assert session.scalar(select(func.count()).select_from(Attempts)) == 0


@pytest.mark.parametrize(("persistent", "length"), [(False, IDLE), (True, PERSISTENT)])
def test_a_sign_in_ends_when_it_was_not_used_for_so_long(database, add, persistent, length):
    add("owner")
    token = sign_in(database, persistent=persistent).token
    assert sessions.recognise(database, token, START + length) is None


@pytest.mark.parametrize(("persistent", "length"), [(False, IDLE), (True, PERSISTENT)])
def test_use_puts_the_end_off(database, add, persistent, length):
    add("owner")
    token = sign_in(database, persistent=persistent).token
    almost = length - timedelta(seconds=1)
    assert sessions.recognise(database, token, START + almost)
    assert sessions.recognise(database, token, START + 2 * almost)


def test_being_seen_is_written_once_in_five_minutes(database, add):
    person = add("owner")
    token = sign_in(database).token
    for minutes in (1, 4, 5, 9):
        sessions.recognise(database, token, START + timedelta(minutes=minutes))
    with database.read() as session:
        (found,) = sessions.of_person(session, person.id, START)
    assert found.last_seen_at == START + timedelta(minutes=5)


def test_signing_out_ends_the_token(database, add):
    add("owner")
    token = sign_in(database).token
    with database.unit() as session:
        sessions.sign_out(session, token)
    assert sessions.recognise(database, token, START) is None


def test_a_token_nobody_was_given_is_nobodys(database, add):
    add("owner")
    sign_in(database)
    assert sessions.recognise(database, "", START) is None
    assert sessions.recognise(database, "x" * 43, START) is None


def test_people_end_their_own_sign_ins_only(database, add):
    one, other = add("owner"), add("viewer")
    sign_in(database, one.email)
    with database.read() as session:
        (theirs,) = sessions.of_person(session, one.id, START)
    with database.unit() as session:
        sessions.end(session, other.id, theirs.id)
        assert sessions.of_person(session, one.id, START)
        sessions.end(session, one.id, theirs.id)
        assert not sessions.of_person(session, one.id, START)


def test_sign_ins_that_ran_out_are_dropped(database, add):
    add("owner")
    sign_in(database)
    with database.unit() as session:
        sessions.sweep(session, START + IDLE)
        assert session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_an_old_hash_is_made_anew_when_its_person_signs_in(database, add, monkeypatch):
    person = add("owner")
    newer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", newer)
    assert isinstance(sign_in(database), SignedIn)
    with database.read() as session:
        assert not newer.check_needs_rehash(people.get(session, person.id).password_hash)
    assert isinstance(sign_in(database), SignedIn)


def test_an_own_password_ends_every_other_sign_in(database, add):
    person = add("owner")
    here, there = sign_in(database).token, sign_in(database).token
    profiles.change_password(
        database, person, current=PASSWORD, password=OTHER, keep=here, now=START
    )
    assert not sessions.recognise(database, here, START).must_change_password
    assert sessions.recognise(database, there, START) is None
    assert sign_in(database) == WRONG
    assert isinstance(sign_in(database, password=OTHER), SignedIn)


@pytest.mark.parametrize(
    ("current", "password", "at"),
    [
        (OTHER, PASSWORD, "current"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "short", "password"),
    ],
)
def test_an_own_password_is_refused_at_its_place(database, add, current, password, at):
    person = add("owner")
    with pytest.raises(InvalidInput) as error:
        profiles.change_password(
            database, person, current=current, password=password, keep=None, now=START
        )
    assert set(error.value.errors) == {at}


def test_the_present_password_can_not_be_guessed_by_way_of_changing_it(database, add):
    person = add("owner")
    values = {"current": OTHER, "password": OTHER, "keep": None, "now": START}
    for _ in range(5):
        with pytest.raises(InvalidInput, match="another one"):
            profiles.change_password(database, person, **values)
    with pytest.raises(InvalidInput, match="Try again in 1 min"):
        profiles.change_password(database, person, **{**values, "current": PASSWORD})


def test_people_change_their_own_name_language_and_theme(database, add):
    person = add("viewer")
    values = {"name": " 이서연 ", "locale": "en", "theme": "dark"}
    with database.unit() as session:
        profiles.change(session, person.id, values, now=START)
    with database.read() as session:
        found = people.get(session, person.id)
    assert (found.name, found.locale, found.theme) == ("이서연", "en", "dark")


def test_people_can_not_change_their_own_role_by_way_of_their_profile(database, add):
    person = add("viewer")
    values = {"name": "이서연", "locale": "ko", "theme": "dark", "role": "owner"}
    with database.unit() as session, pytest.raises(InvalidInput) as error:
        profiles.change(session, person.id, values, now=START)
    assert set(error.value.errors) == {"role"}
