"""The form of an account: what its provider's schema asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from growthcore.api import InvalidInput, Provider
from growthcore.plugins import forms
from growthcore.plugins.choices import Choices
from growthcore.plugins.forms import FieldView
from growthcore.plugins.secrets import is_reference
from growthcore.web.admin import forms as posted
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, may

PREFIX = "config."
# What is wrong with these is told by their own names, anything else by the config's.
_OWN = ("", "label", "provider")
_SWITCH = "Only an owner can turn this on or off."


@dataclass(frozen=True, kw_only=True)
class Form:
    """``values`` are those to show; of a secret, only whether one is kept (``kept``).

    ``is_tried_first``: what was not tried can't be saved.
    """

    views: Sequence[FieldView]
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    kept: Sequence[FieldView]
    is_tried_first: bool
    prefix: str = PREFIX


def of(
    offered: type[Provider],
    values: Mapping[str, Any],
    sealed: Collection[str],
    error: InvalidInput | None,
    choices: Choices,
) -> Form:
    """The form, with what was filled in and what is wrong with it."""
    views = forms.form(offered.Config, choices)
    secrets = [view for view in views if view.secret]
    return Form(
        views=views,
        values={**values, **{view.name: view.name in sealed for view in secrets}},
        errors=errors(error),
        kept=[view for view in secrets if view.name in sealed and not view.required],
        is_tried_first=offered.verify_before_save,
    )


def errors(error: InvalidInput | None) -> Mapping[str, str]:
    """What is wrong, by the names of the form."""
    told = pages.errors(error) if error else {}
    return {path if path in _OWN else PREFIX + path: sentence for path, sentence in told.items()}


def read(schema: type[Schema], form: MultiDict[str, str]) -> dict[str, Any]:
    """What was filled in."""
    return posted.read(forms.form(schema), form, PREFIX)


def require_own(
    schema: type[Schema], values: Mapping[str, Any], kept: Mapping[str, Any] | None = None
) -> None:
    """Raise :class:`InvalidInput` for what reaches into the server, unless an owner chose it.

    An account sends its secrets to wherever it says, so a reference would be a way to read any file
    of the server; a path is a way to write one, and a switch may open the network it stands in.
    What is ``kept`` already may stay.
    """
    if may(Role.OWNER):
        return
    before = {
        view.name: (kept or {}).get(view.name, view.default)
        for view in forms.form(schema)
        if view.owner_only
    }
    refused = "Only an owner can refer to a file or an environment variable of the server."
    told = {
        name: _SWITCH if isinstance(value, bool) else refused
        for name, value in values.items()
        if is_reference(value) or (name in before and value != before[name])
    }
    if told:
        raise InvalidInput(told)
