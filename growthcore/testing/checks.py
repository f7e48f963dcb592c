"""What conformance suites are made of: named checks, run as tests of the author's own.

A suite decorates a test that takes ``check``::

    @channel_conformance(make_channel, content={"body": "안녕하세요 #{NAME}님"})
    def test_conformance(check):
        check()

Every check is a test item named after it. One that cannot hold goes into ``expected_failures`` with
the reason; it is then a strict xfail, so that the day it holds is noticed too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar, cast

import pytest

from growthcore.api import Provider
from growthcore.testing.fakes import context_for

S = TypeVar("S")
P = TypeVar("P", bound=Provider)

GetFixture = Callable[[str], Any]
Check = Callable[[S], None]


@dataclass(frozen=True)
class BoundCheck(Generic[S]):
    """A check and how to make what it looks at, once fixtures can be had."""

    check: Check[S]
    subject: Callable[[GetFixture], S]

    @property
    def name(self) -> str:
        """What reports call the check."""
        return getattr(self.check, "__name__", "").removeprefix("check_")

    def ready(self, fixture: GetFixture) -> Callable[[], None]:
        """The check as a function without arguments."""
        return partial(self.check, self.subject(fixture))


def suite(
    checks: Iterable[Check[S]],
    subject: Callable[[GetFixture], S],
    expected_failures: Mapping[str, str],
) -> pytest.MarkDecorator:
    """The decorator of a suite. Raises ``ValueError`` for an expected failure that is no check."""
    bound = [BoundCheck(check, subject) for check in checks]
    return parametrized([(each, "", ()) for each in bound], expected_failures)


def parametrized(
    bound: Sequence[tuple[BoundCheck[Any], str, Sequence[pytest.MarkDecorator]]],
    expected_failures: Mapping[str, str],
) -> pytest.MarkDecorator:
    """The decorator of a suite whose checks run under variants, each with marks of its own.

    Raises ``ValueError`` for an expected failure that is no check.
    """
    names = {each.name for each, _, _ in bound}
    if unknown := sorted(set(expected_failures) - names):
        raise ValueError(f"no check is called {unknown[0]}; there are {', '.join(sorted(names))}")
    return pytest.mark.parametrize(
        "check",
        [
            pytest.param(
                each,
                id=f"{each.name}-{variant}" if variant else each.name,
                marks=[*marks, *_xfail(expected_failures.get(each.name))],
            )
            for each, variant, marks in bound
        ],
        indirect=True,
    )


def _xfail(reason: str | None) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=reason, strict=True)] if reason else []


def maker(factory: Callable[..., P], fixture: GetFixture) -> Callable[[], P]:
    """How to build the provider anew.

    ``factory`` is a function, whose arguments are fixtures, or a provider class without required
    configuration.
    """
    given = fixtures_of(factory, fixture) if not isinstance(factory, type) else {}

    def make() -> P:
        if isinstance(factory, type) and issubclass(factory, Provider):
            return cast("P", factory(context_for(factory)))
        return cast("P", factory(**given))

    return make


def fixtures_of(function: Callable[..., Any], fixture: GetFixture) -> dict[str, Any]:
    """The fixtures that ``function`` asks for by the names of its arguments."""
    return {name: fixture(name) for name in inspect.signature(function).parameters}


def expect(condition: object, contract: str) -> None:
    """Fail with ``contract``, a sentence that says what has to hold and how to comply."""
    __tracebackhide__ = True
    if not condition:
        raise AssertionError(contract)
