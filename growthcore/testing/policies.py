"""The conformance suite of send policies."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from growthcore.api import Decision, Intent, MessageClass, Policy, Sent, Verdict
from growthcore.testing.checks import Check, GetFixture, expect, maker, suite
from growthcore.testing.providers import PROVIDER_CHECKS, no_io
from growthcore.testing.triggers import ForbiddenClock, system_clocks
from growthcore.testing.values import START

_REASON = re.compile(r"[a-z][a-z0-9_]{0,29}")
_MEDIA = ("email", "sms")
_MOMENTS = tuple(START + timedelta(hours=7, minutes=13) * step for step in range(10))
_PASTS = ((), (1,), (1, 2, 30), tuple(range(1, 60, 4)))
"""How many hours ago a customer was written to."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A policy under test; see :func:`policy_conformance`."""

    make: Callable[[], Policy]
    params: Mapping[str, Any]

    def loaded(self, policy: Policy) -> Mapping[str, Any]:
        """The params, as the core hands them over."""
        loaded: Mapping[str, Any] = policy.Params().load(self.params)
        return loaded

    def answers(self, policy: Policy) -> Iterator[tuple[datetime, Decision]]:
        """What the policy says in many situations, each with its instant."""
        params = self.loaded(policy)
        for intent, past, at in _situations():
            inside = [each for each in past if each.at > at - policy.window(params)]
            yield at, policy.decide(intent, inside, at, params)


def _situations() -> Iterator[tuple[Intent, Sequence[Sent], datetime]]:
    for message_class, medium, hours, at in product(MessageClass, _MEDIA, _PASTS, _MOMENTS):
        intent = Intent(
            campaign_id=1,
            channel=medium,
            message_class=message_class,
            night_consent=False,
            zone=ZoneInfo("Asia/Seoul"),
        )
        past = [
            Sent(
                campaign_id=2,
                channel=_MEDIA[hour % 2],
                message_class=MessageClass.ADVERTISING,
                at=at - timedelta(hours=hour),
            )
            for hour in sorted(hours, reverse=True)
        ]
        yield intent, past, at


def check_every_param_has_a_default(subject: Subject) -> None:
    """A policy holds as soon as it is installed, before anybody has entered anything."""
    missing = subject.make().Params().validate({})
    expect(not missing, f"give every param a load_default: {', '.join(sorted(missing))} has none")


def check_answers_can_be_followed(subject: Subject) -> None:
    """``decide`` returns a Decision; a deferral is to an aware instant after the one asked about."""
    for at, said in subject.answers(subject.make()):
        expect(isinstance(said, Decision), "decide() must return a Decision")
        defers = said.verdict is Verdict.DEFER
        expect(defers == (said.until is not None), "until goes with DEFER, and with nothing else")
        later = said.until is None or (said.until.utcoffset() is not None and said.until > at)
        expect(later, f"asked at {at}, a message is deferred to {said.until}: give a later instant")
        slug = said.reason is None or _REASON.fullmatch(said.reason)
        expect(slug, f"the reason {said.reason!r} must be at most 30 of a-z, 0-9 and _")


def check_same_question_same_answer(subject: Subject) -> None:
    """``decide`` is pure: another object, in another process, answers the same, without I/O."""
    with no_io():
        first, second = (list(subject.answers(subject.make())) for _ in range(2))
    expect(first == second, "decide() answered differently to the same arguments")


def check_time_comes_from_arguments(subject: Subject) -> None:
    """The core asks about instants to come too: neither a system clock nor the context's is asked."""
    policy = subject.make()
    found = system_clocks(sys.modules[type(policy).__module__])
    expect(not found, f"take the time from at, not from {', '.join(found)}")
    policy.context = replace(policy.context, clock=ForbiddenClock())
    list(subject.answers(policy))


def check_window_covers_what_it_looks_at(subject: Subject) -> None:
    """What lies before the window makes no difference: the core doesn't even read it."""
    policy = subject.make()
    params = subject.loaded(policy)
    window = policy.window(params)
    for intent, past, at in _situations():
        inside = [each for each in past if each.at > at - window]
        expect(
            policy.decide(intent, inside, at, params) == policy.decide(intent, past, at, params),
            f"decide() looks back further than window(), {window}",
        )


def check_the_same_params_narrow_nothing(subject: Subject) -> None:
    """Whoever may change a policy may save it as it is."""
    policy = subject.make()
    params = subject.loaded(policy)
    expect(not policy.narrows(params, params), "narrows() must be False for the same params")


def check_describe_is_in_both_languages(subject: Subject) -> None:
    """The send settings tell what holds as a sentence."""
    policy = subject.make()
    text = policy.describe(subject.loaded(policy))
    expect(text.ko.strip() and text.en.strip(), "describe() must answer in Korean and English")


POLICY_CHECKS: tuple[Check[Subject], ...] = (
    check_every_param_has_a_default,
    check_answers_can_be_followed,
    check_same_question_same_answer,
    check_time_comes_from_arguments,
    check_window_covers_what_it_looks_at,
    check_the_same_params_narrow_nothing,
    check_describe_is_in_both_languages,
)


def policy_conformance(
    factory: Callable[..., Policy],
    *,
    params: Mapping[str, Any],
    expected_failures: Mapping[str, str] | None = None,
) -> pytest.MarkDecorator:
    """Run every check of a send policy as a test of its own.

    ``factory`` is the class, or a function whose arguments are fixtures; ``params`` is JSON, as entered.
    """

    def subject(fixture: GetFixture) -> Subject:
        return Subject(make=maker(factory, fixture), params=params)

    return suite((*PROVIDER_CHECKS, *POLICY_CHECKS), subject, expected_failures or {})
