"""The conformance suite of triggers."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from growthcore.api import Event, Occasion, Trigger, TriggerPorts, Wanted
from growthcore.testing.checks import Check, GetFixture, expect, maker, suite
from growthcore.testing.providers import PROVIDER_CHECKS, no_io
from growthcore.testing.values import FakeCarts, FakeConsents

_LONGEST_KEY = 80
_CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


class ForbiddenClock:
    """A clock nobody may ask."""

    def now(self) -> datetime:
        """Raise ``AssertionError``."""
        raise AssertionError("a trigger takes time from its arguments only")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A trigger under test; see :func:`trigger_conformance`."""

    make: Callable[[], Trigger]
    params: Mapping[str, Any]
    occasions: Sequence[Event]
    ignored: Sequence[Event]
    ports: TriggerPorts

    def loaded(self, trigger: Trigger) -> Mapping[str, Any]:
        """The params, as the core hands them over."""
        loaded: Mapping[str, Any] = trigger.Params().load(self.params)
        return loaded

    def occasion(self, trigger: Trigger, event: Event) -> Occasion:
        """The occasion of an event that must make one."""
        found = trigger.match(event, self.loaded(trigger), self.ports)
        expect(found, f"match() makes no occasion of event {event.id} ({event.name})")
        return cast("Occasion", found)


def check_listens_to_what_it_matches(subject: Subject) -> None:
    """``listens_to`` names every event that can make an occasion: no other is ever shown to it."""
    trigger = subject.make()
    names = trigger.listens_to(subject.loaded(trigger))
    expect(names and isinstance(names, frozenset), "listens_to() must return names, as a frozenset")
    missing = {event.name for event in subject.occasions} - names
    expect(not missing, f"listens_to() leaves out {', '.join(sorted(missing))}")


def check_same_event_makes_the_same_occasion(subject: Subject) -> None:
    """An event may be shown again, to another process too: the answer is equal, and without I/O."""
    for event in subject.occasions:
        with no_io():
            answers = [
                subject.occasion(trigger, event) for trigger in (subject.make(), subject.make())
            ]
        expect(answers[0] == answers[1], f"event {event.id} made two different occasions")


def check_different_occasions_have_different_keys(subject: Subject) -> None:
    """The key tells occasions apart for good, in at most 80 characters."""
    trigger = subject.make()
    keys = [subject.occasion(trigger, event).key for event in subject.occasions]
    expect(len(set(keys)) == len(keys), f"different occasions share a key: {keys}")
    expect(all(0 < len(key) <= _LONGEST_KEY for key in keys), f"keys have 1-80 characters: {keys}")


def check_occasion_is_at_an_instant(subject: Subject) -> None:
    """``Occasion.at`` is an aware instant, not before what made it."""
    trigger = subject.make()
    for event in subject.occasions:
        at = subject.occasion(trigger, event).at
        expect(at.utcoffset() is not None, "Occasion.at must be aware")


def check_other_events_make_no_occasion(subject: Subject) -> None:
    """What the trigger does not wait for is answered with None, not with an exception."""
    trigger = subject.make()
    for event in subject.ignored:
        found = trigger.match(event, subject.loaded(trigger), subject.ports)
        expect(found is None, f"event {event.id} ({event.name}) must make no occasion")


def check_time_comes_from_arguments(subject: Subject) -> None:
    """A campaign is replayed over the past by the same code: no clock is asked, ours or the system's."""
    trigger = type(subject.make())(replace(subject.make().context, clock=ForbiddenClock()))
    for event in subject.occasions:
        occasion = subject.occasion(trigger, event)
        for late in (timedelta(), timedelta(days=400)):
            _still_wanted(subject, trigger, occasion, occasion.at + late)
    asked = system_clocks(sys.modules[type(trigger).__module__])
    expect(not asked, f"the system's clock is asked: {', '.join(asked)}")


def check_still_wanted_answers_alike(subject: Subject) -> None:
    """Asked twice at one instant, ``still_wanted`` answers the same; nothing is both put off and dropped."""
    trigger = subject.make()
    for event in subject.occasions:
        occasion = subject.occasion(trigger, event)
        first, second = (_still_wanted(subject, trigger, occasion, occasion.at) for _ in range(2))
        expect(first == second, "still_wanted() answered differently at the same instant")
        expect(not (first.until and first.dropped), "give either until or dropped, not both")


def check_describe_is_in_both_languages(subject: Subject) -> None:
    """The campaign's page tells the trigger as a sentence."""
    trigger = subject.make()
    text = trigger.describe(subject.loaded(trigger))
    expect(text.ko.strip() and text.en.strip(), "describe() must answer in Korean and English")


TRIGGER_CHECKS: tuple[Check[Subject], ...] = (
    check_listens_to_what_it_matches,
    check_same_event_makes_the_same_occasion,
    check_different_occasions_have_different_keys,
    check_occasion_is_at_an_instant,
    check_other_events_make_no_occasion,
    check_time_comes_from_arguments,
    check_still_wanted_answers_alike,
    check_describe_is_in_both_languages,
)


def trigger_conformance(
    factory: Callable[..., Trigger],
    *,
    params: Mapping[str, Any],
    occasions: Sequence[Event],
    ignored: Sequence[Event] = (),
    ports: TriggerPorts | None = None,
    expected_failures: Mapping[str, str] | None = None,
) -> pytest.MarkDecorator:
    """Run every check of a trigger as a test of its own.

    ``factory`` is the class, or a function whose arguments are fixtures. With ``params``, each event
    of ``occasions`` makes an occasion of its own (give at least two), each of ``ignored`` makes none.
    """
    if len(occasions) < 2:
        raise ValueError("give at least two events that make different occasions")

    def subject(fixture: GetFixture) -> Subject:
        return Subject(
            make=maker(factory, fixture),
            params=params,
            occasions=occasions,
            ignored=ignored,
            ports=ports or TriggerPorts(carts=FakeCarts(), consents=FakeConsents()),
        )

    return suite((*PROVIDER_CHECKS, *TRIGGER_CHECKS), subject, expected_failures or {})


def _still_wanted(subject: Subject, trigger: Trigger, occasion: Occasion, now: datetime) -> Wanted:
    return trigger.still_wanted(occasion, subject.loaded(trigger), subject.ports, now)


def system_clocks(module: Any) -> list[str]:
    """Where the source of a module asks a system clock."""
    found = []
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Attribute):
            owner = getattr(node.value, "id", None) or getattr(node.value, "attr", None)
            if (owner, node.attr) in _CLOCK:
                found.append(f"{owner}.{node.attr} in line {node.lineno}")
    return found
