from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from growthcore.api import InvalidInput
from growthcore.operators import passwords

EMAIL = "minji@shop.com"
GOOD = "느린 고래 세 마리가 웃는다"


@pytest.fixture(autouse=True)
def _cheap(cheap_passwords):
    """Hashes that cost next to nothing."""


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "at least 10"),
        ("a9!kq2xz7", "at least 10"),
        ("x7" * 101, "at most 200"),
        ("qwerty12345", "first to be guessed"),
        ("QWERTY12345", "first to be guessed"),
        ("dkssudgktpdy1", "first to be guessed"),
        ("aaaaaaaaaaaaaaa", "first to be guessed"),
        ("abababababab", "first to be guessed"),
        (EMAIL, "e-mail address"),
        (EMAIL.upper(), "e-mail address"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password, told):
    assert told in passwords.problem(password, email=EMAIL)


@pytest.mark.parametrize(
    "password", [GOOD, "correct staple battery horse", "k9!vTq2#zm", "가나다라" * 50]
)
def test_other_passwords_are_taken_without_rules_about_their_characters(password):
    assert passwords.problem(password, email=EMAIL) is None


def test_only_the_password_that_was_hashed_matches():
    kept = passwords.hashed(GOOD)
    assert passwords.matches(GOOD, kept)
    assert not passwords.matches(GOOD + " ", kept)
    assert GOOD not in kept


def test_hangul_matches_however_the_keyboard_composes_it():
    kept = passwords.hashed(unicodedata.normalize("NFD", GOOD))
    assert passwords.matches(unicodedata.normalize("NFC", GOOD), kept)


def test_nothing_matches_where_there_is_no_account():
    assert not passwords.matches("nobody has this password", None)


def test_what_is_kept_but_no_hash_matches_nothing():
    assert not passwords.matches(GOOD, "plain text")


def test_a_hash_of_other_parameters_is_outdated():
    older = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    assert passwords.is_outdated(older.hash(GOOD))
    assert not passwords.is_outdated(passwords.hashed(GOOD))


def test_a_refusal_names_the_field():
    with pytest.raises(InvalidInput) as refused:
        passwords.accepted("short", email=EMAIL, field="new")
    assert set(refused.value.errors) == {"new"}
