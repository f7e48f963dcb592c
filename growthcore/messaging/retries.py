"""When a message that was certainly not taken is tried again: data, not cleverness."""

from __future__ import annotations

from datetime import timedelta

DELAYS = (60, 300, 900, 3_600, 14_400, 43_200)
"""Seconds before each further attempt; after the last the message has failed."""

LONGEST_HELD = timedelta(days=3)
"""For so long after its enrolment a message that nobody tried goes on waiting."""


def delay_before(attempt: int, key: int, asked: float | None = None) -> timedelta | None:
    """The wait before attempt number ``attempt`` (2 is the first repeat), or None to give up.

    Spread by a tenth either way, by ``key``, so that a refused batch does not return as one.
    ``asked`` is the provider's own wish in seconds, honoured when it is longer.
    """
    if attempt - 2 >= len(DELAYS):
        return None
    spread = 0.9 + (key * 2_654_435_761 % 1_000) / 5_000
    return timedelta(seconds=max(DELAYS[attempt - 2] * spread, asked or 0.0))


def delay_of_held(age: timedelta, asked: float) -> timedelta | None:
    """The wait of a message that nobody tried, ``asked`` in seconds; None to give up for its age."""
    return timedelta(seconds=asked) if age < LONGEST_HELD else None
