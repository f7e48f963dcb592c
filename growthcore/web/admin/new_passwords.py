"""Passwords that are chosen in a form, typed twice."""

from __future__ import annotations

from collections.abc import Mapping

from growthcore.api import InvalidInput


def differing(posted: Mapping[str, str]) -> dict[str, str]:
    """What is wrong when the two are not the same."""
    if posted.get("password", "") == posted.get("password_again", ""):
        return {}
    return {"password_again": "The two passwords are not the same."}


def chosen(posted: Mapping[str, str]) -> str:
    """The new password. Raises :class:`InvalidInput` when the two are not the same."""
    if told := differing(posted):
        raise InvalidInput(told)
    return posted.get("password", "")
