"""Passwords: which are accepted, and how they are kept."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from growthcore.api.errors import InvalidInput

SHORTEST, LONGEST = 10, 200

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id at OWASP's least cost: 19 MiB and a few hundredths of a second a guess, so that a burst
of sign-ins does not take the machine down. Tests replace it by a cheap one."""


def hashed(password: str) -> str:
    """The hash to keep. Slow by intent: never call it inside a transaction that writes."""
    return HASHER.hash(_normalised(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password that was hashed. As slow without a hash as with one."""
    try:
        HASHER.verify(kept or _nobodys(HASHER), _normalised(password)[: LONGEST * 4])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


def accepted(password: str, *, email: str, field: str = "password") -> str:
    """The hash of a new password. Raises :class:`InvalidInput` at ``field``; slow, as said above."""
    if sentence := problem(password, email=email):
        raise InvalidInput({field: sentence})
    return hashed(password)


def problem(password: str, *, email: str) -> str | None:
    """What is wrong with a new password, if anything."""
    normal = _normalised(password)
    if len(normal) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(normal) > LONGEST:
        return f"Use at most {LONGEST} characters."
    folded = normal.casefold()
    if folded in {email.casefold(), email.casefold().partition("@")[0]}:
        return "The password must not be the e-mail address."
    if folded in _common() or len(set(folded)) < 3:
        return "This password is one of the first to be guessed. Choose another."
    return None


def _normalised(password: str) -> str:
    # A Mac types Hangul in parts, Windows in syllables; both mean the same password.
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """A hash of the usual cost that nobody knows the password of."""
    return hasher.hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    text = resources.files("growthcore.operators").joinpath("data/common_passwords.txt")
    return frozenset(text.read_text("utf-8").split())
