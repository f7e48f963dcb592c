"""Checks every provider passes, whatever its kind."""

from __future__ import annotations

import re
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import pytest
from marshmallow import Schema, ValidationError

from growthcore.api import Provider, Secret, Text
from growthcore.testing.checks import Check, expect
from growthcore.testing.fakes import FakeHttp, MemoryState

_SLUG = re.compile(r"[a-z][a-z0-9_]{1,49}")
_STRANGER = "no_such_setting"


class Subject(Protocol):
    """What the checks of a suite look at."""

    @property
    def make(self) -> Callable[[], Provider]:
        """Builds the provider anew, with the same configuration each time."""


def check_id_is_a_slug(subject: Subject) -> None:
    """``id`` is stored with campaigns and segments for good: a-z, 0-9 and _, a letter first."""
    provider = subject.make()
    expect(
        isinstance(provider.id, str) and _SLUG.fullmatch(provider.id),
        f"id {provider.id!r} must be 2-50 characters of a-z, 0-9 and _, beginning with a letter",
    )


def check_title_is_in_both_languages(subject: Subject) -> None:
    """``title`` is shown in lists, in the language of whoever looks."""
    _expect_text(subject.make().title, "title")


def check_fields_are_labelled_in_both_languages(subject: Subject) -> None:
    """Every field says beside its box what it is: ``metadata=labelled(Text(ko, en))``."""
    for schema in _schemas(subject.make()):
        for name, field in schema.fields.items():
            place = f"{type(schema).__name__}.{name}"
            _expect_text(field.metadata.get("label"), f"the label of {place}")
            if field.metadata.get("help") is not None:
                _expect_text(field.metadata["help"], f"the help of {place}")


def check_fields_render_to_a_form(subject: Subject) -> None:
    """The admin can draw a box for every field: use the field types of ``growthcore.api``."""
    from growthcore.plugins.forms import form

    for schema in _schemas(subject.make()):
        drawn = {view.name for view in form(schema)}
        expect(
            drawn
            == {
                field.data_key or name
                for name, field in schema.load_fields.items()
                if not field.metadata.get("automatic")
            },
            f"{type(schema).__name__} does not render to a form with all of its fields",
        )


def check_unknown_keys_are_refused(subject: Subject) -> None:
    """A typo is refused, never ignored: schemas derive from ConfigSchema or ParamsSchema."""
    for schema in _schemas(subject.make()):
        expect(
            _STRANGER in _errors(schema, {_STRANGER: 1}),
            f"{type(schema).__name__} must refuse keys it does not know",
        )


def check_secrets_stay_hidden(subject: Subject) -> None:
    """A secret is in no repr, no dump and no error: give it the field type ``Secret``."""
    provider = subject.make()
    config, schema = provider.context.config, provider.Config()
    broken = {**config, _STRANGER: 1}
    shown = {
        "the repr of the provider": repr(provider),
        "the repr of its context": repr(provider.context),
        "the dumped configuration": repr(schema.dump(config)),
        "the errors of the configuration": repr(_errors(schema, broken)),
    }
    names = [name for name, field in schema.fields.items() if isinstance(field, Secret)]
    secrets = [config[name] for name in names if config.get(name)]
    for place, text in shown.items():
        expect(not any(secret in text for secret in secrets), f"{place} shows a secret")


def check_construction_does_no_io(subject: Subject) -> None:
    """The core builds providers at will: connect in ``verify`` or ``send``, not in ``__init__``."""
    with no_io():
        provider = subject.make()
    http, state = provider.context.http, provider.context.state
    asked = isinstance(http, FakeHttp) and http.requests
    expect(not asked, "building the provider made a request")
    changed = isinstance(state, MemoryState) and state.changes
    expect(not changed, "building the provider changed the account's state")


def check_building_twice_gives_equals(subject: Subject) -> None:
    """Two providers of one configuration are alike, and neither shares state with the other."""
    first, second = subject.make(), subject.make()
    expect(first is not second, "the factory must build a new provider at each call")
    expect(
        type(first) is type(second) and first.context.config == second.context.config,
        "the factory must build from the same configuration at each call",
    )


PROVIDER_CHECKS: tuple[Check[Subject], ...] = (
    check_id_is_a_slug,
    check_title_is_in_both_languages,
    check_fields_are_labelled_in_both_languages,
    check_fields_render_to_a_form,
    check_unknown_keys_are_refused,
    check_secrets_stay_hidden,
    check_construction_does_no_io,
    check_building_twice_gives_equals,
)


@contextmanager
def no_io() -> Iterator[None]:
    """Fail on whatever opens a connection, looks up a name or starts a process."""

    def refuse(*_arguments: Any, **_options: Any) -> Any:
        raise AssertionError("This must not do any I/O: no connection, no look-up, no process.")

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in (
            (socket.socket, "connect"),
            (socket.socket, "connect_ex"),
            (socket, "getaddrinfo"),
            (subprocess, "Popen"),
        ):
            patch.setattr(owner, name, refuse)
        yield


def _schemas(provider: Provider) -> list[Schema]:
    """What people fill in: the configuration, and the params or the content of each use."""
    names = ("Config", "Params", "Content")
    return [getattr(provider, name)() for name in names if hasattr(provider, name)]


def _errors(schema: Schema, data: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        schema.load(data)
    except ValidationError as error:
        return dict(error.normalized_messages())
    return {}


def _expect_text(text: object, what: str) -> None:
    expect(
        isinstance(text, Text) and text.ko.strip() and text.en.strip(),
        f"{what} must be a Text with Korean and English words",
    )
