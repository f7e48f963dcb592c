"""The pace of every domain that asked to be sent less, kept with the account for all workers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from growthcore.api import AccountState, Clock, Diagnosis, Health, Text
from growthcore_channel_email_smtp import pace
from growthcore_channel_email_smtp.pace import Pace
from growthcore_channel_email_smtp.smtp import Answer, Status, Step

EVERY = "*"
"""What a refusal of the whole account, whoever the recipient is, is kept under."""

_KEY = "paces"
_FRESH = 1.0
_LESS = re.compile(r"rate|throttl|too many|too fast|too much|slow down|limit", re.IGNORECASE)
# A server that greylists takes the same message later, however many there are.
_GREY = re.compile(r"gr[ea]y", re.IGNORECASE)


def asks_for_less(answer: Answer) -> bool:
    """Whether an answer to a message is about how many there are.

    421 and 4.7.x, which the large mailbox providers say it with, or words such as "rate limited".
    """
    reply = answer.reply
    if answer.status is not Status.TRANSIENT or reply is None or _GREY.search(reply.text):
        return False
    policy = (reply.enhanced or "").startswith("4.7.")
    return reply.code == 421 or policy or _LESS.search(reply.text) is not None


def domain_of(address: str) -> str:
    """The domain of an address, which has a pace."""
    return address.rpartition("@")[2].lower()


def asking(answer: Answer, domain: str) -> str:
    """Who asked: before a recipient was named, the server itself."""
    return EVERY if answer.step is Step.SENDER else domain


class Pacer:
    """Lets messages go, or makes them wait. Nothing is read for an account without slow domains.

    What other workers have learned is known after a second.
    """

    def __init__(self, state: AccountState, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._paces: Mapping[str, Pace] = {}
        self._read_at = -_FRESH

    def admit(self, domains: Sequence[str]) -> list[float | None]:
        """For a message to each domain: None when it may go, else the seconds it has to wait."""
        now = self._now()
        if now - self._read_at >= _FRESH:
            self._know(_read(self._state.read(), now), now)
        if not self._paces or not {EVERY, *domains} & set(self._paces):
            return [None] * len(domains)
        answers: list[float | None] = []

        def reserve(paces: dict[str, Pace]) -> None:
            answers[:] = _admitted(paces, domains, now)

        self._change(reserve, now)
        return answers

    def learn(self, asked: Collection[str], taken: Mapping[str, int]) -> None:
        """Note who asked for less, and how many messages each domain took."""
        if not asked and not set(taken) & set(self._paces) and EVERY not in self._paces:
            return
        now = self._now()
        total = sum(taken.values())

        def note(paces: dict[str, Pace]) -> None:
            for name in sorted({*asked, *taken, EVERY}):
                _learned(
                    paces, name, name in asked, taken.get(name, 0) or total * (name == EVERY), now
                )

        self._change(note, now)

    def slow(self) -> Mapping[str, Pace]:
        """The domains that are not free now."""
        return _read(self._state.read(), self._now())

    def waits(self, name: str) -> float:
        """How long a message that was refused waits, in seconds."""
        known = self._paces.get(name)
        return pace.waits(known, 0, self._now()) if known else pace.WINDOW

    def _change(self, change: Any, now: float) -> None:
        def within(document: dict[str, Any]) -> None:
            paces = _read(document, now)
            change(paces)
            document[_KEY] = {name: asdict(each) for name, each in sorted(paces.items())}
            if not paces:
                del document[_KEY]

        self._know(_read(self._state.update(within), now), now)

    def _know(self, paces: Mapping[str, Pace], now: float) -> None:
        self._paces, self._read_at = paces, now

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _read(document: Mapping[str, Any], now: float) -> dict[str, Pace]:
    paces = {name: Pace(**told) for name, told in document.get(_KEY, {}).items()}
    return {name: each for name, each in paces.items() if not pace.is_forgotten(each, now)}


def _admitted(paces: dict[str, Pace], domains: Iterable[str], now: float) -> list[float | None]:
    """Let each message go that its domain and the server have room for; note the ones on their way."""
    waiting: Counter[str] = Counter()
    answers: list[float | None] = []
    for domain in domains:
        tried = {
            name: pace.admitted(paces[name], 1, now) for name in (EVERY, domain) if name in paces
        }
        full = [name for name, (going, _) in tried.items() if not going]
        if not full:
            paces.update({name: after for name, (_, after) in tried.items()})
            answers.append(None)
            continue
        answers.append(max(pace.waits(tried[name][1], waiting[name], now) for name in full))
        waiting.update(full)
    return answers


def _learned(paces: dict[str, Pace], name: str, asked: bool, taken: int, now: float) -> None:
    if asked:
        paces[name] = pace.refused(paces.get(name), now)
    elif name in paces and taken:
        free = pace.accepted(paces[name], taken)
        if free:
            paces[name] = free
        else:
            del paces[name]


def slowed(paces: Mapping[str, Pace]) -> list[Diagnosis]:
    """The slow domains, for people to read."""
    return [_told(name, each) for name, each in sorted(paces.items())]


def _told(name: str, slow: Pace) -> Diagnosis:
    ko, en = ("메일 서버", "The mail server") if name == EVERY else (name, name)
    return Diagnosis(
        subject=en,
        state=Health.WARNING,
        title=Text("발송 속도", "Pace"),
        detail=Text(
            f"{ko}에서 천천히 보내 달라고 하여 1분에 {slow.allowed}건까지만 보냅니다. 받아 주는 대로 "
            "저절로 빨라집니다.",
            f"{en} asked to be sent less: at most {slow.allowed} mails a minute now. It gets faster by "
            "itself as they are taken.",
        ),
    )
