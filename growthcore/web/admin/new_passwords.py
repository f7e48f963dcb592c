"""Passwords that are chosen in a form, typed twice."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from growthcore.api import InvalidInput
from growthcore.operators import profiles
from growthcore.web.admin import cookies
from growthcore.web.admin.access import person
from growthcore.web.current import core


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


def change_own() -> None:
    """Give the signed-in person the password of the form; every other browser is signed out.

    Raises :class:`InvalidInput` by field.
    """
    profiles.change_password(
        core().db,
        person(),
        current=request.form.get("current", ""),
        password=chosen(request.form),
        keep=cookies.token(),
        now=core().clock.now(),
    )
